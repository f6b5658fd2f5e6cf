"""Consent tick by tick, a change of mind, leaving with everything erased, and the receipt, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from annotation.models import Departure, Plan, Rater, User
from annotation.services import studies
from annotation.services.consent_ticks import AGREE, SHARE
from rating.models import Rating
from tests.browser.conftest import Visitor, assert_fits, violations
from tests.conftest import user_of
from tests.rating.services.submitting import submit


@pytest.fixture(autouse=True)
def _data_dir(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def test_consent_leaving_and_receipt_on_a_phone(
    visitor: Callable[..., Visitor], plan: Plan, owner: User, rater: Rater
) -> None:
    submit(rater)
    body = "You may stop when you like.\n\nAnswers are kept."
    studies.publish_consent(plan.study, actor=owner, title="Taking part", body=body, ticks=[AGREE, SHARE])
    person = visitor(user_of(rater), size="narrow", theme="dark")
    person.allowed.append("400")
    page = person.page(f"/studies/{plan.study.code}/rate/")
    expect(page.get_by_role("heading", name="What has changed")).to_be_visible()
    for box in page.get_by_role("checkbox").all():
        expect(box).not_to_be_checked()
    assert violations(page) == []
    page.get_by_role("button", name="Agree and go on").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    page.get_by_label(AGREE.words).check()
    page.get_by_role("button", name="Agree and go on").click()
    page.get_by_role("link", name="Your consent").click()
    assert_fits(page)
    assert violations(page) == []
    page.get_by_label(SHARE.words).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label(SHARE.words)).to_be_checked()
    page.get_by_role("contentinfo").get_by_role("link", name="Leave the study").click()
    assert_fits(page)
    assert violations(page) == []
    page.get_by_label("Erase everything I gave").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This cannot be undone.")).to_be_visible()
    assert_fits(page)
    assert violations(page) == []
    page.get_by_role("button", name="Leave and erase everything").click()
    expect(page.get_by_role("heading", name="You have left the study")).to_be_visible()
    assert_fits(page)
    assert violations(page) == []
    departure = Departure.objects.get()
    expect(page.get_by_text(departure.receipt_code)).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download as text").click()
    assert departure.receipt_code in Path(waiting.value.path()).read_text(encoding="utf-8")
    assert not Rating.objects.exists()
