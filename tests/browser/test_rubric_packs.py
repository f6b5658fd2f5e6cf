"""Two shipped rubrics on a phone, from the preview of who sets up the study to the stored rating."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from annotation.models import Rater, RubricVersion, Study, User
from rating.models import Answer, Evidence, Rating
from tests.browser.conftest import Visitor, assert_fits, violations
from tests.browser.test_rating import claim
from tests.conftest import user_of
from tests.rating.test_rubric_packs import open_pack

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Visitor]


def submitted(page: Page) -> Rating:
    assert violations(page) == []
    assert_fits(page)
    page.get_by_role("button", name="Submit and next").click()
    page.wait_for_url("**/rate/")
    return Rating.objects.get()


def test_omission_pack_on_a_phone_opens_what_fits_and_is_stored(
    visitor: Arrive, study: Study, owner: User, rater: Rater
) -> None:
    plan = open_pack("omission", study, owner)
    plan.refresh_from_db()
    page = claim(visitor(user_of(rater), size="phone"), study)
    lists = page.locator("[data-question=omit_self_harm]")
    expect(lists.first).to_be_hidden()
    page.get_by_label("Self-harm", exact=True).check()
    expect(lists.first).to_be_visible()
    expect(page.locator("[data-question=omit_crisis]").first).to_be_hidden()
    for place in (1, 2):
        page.locator(f'input[name="hallucination--response-{place}"][value="0"]').check()
        for element, value in (("wound_care", "0"), ("intent", "not_applicable")):
            page.locator(
                f'input[name="omit_self_harm--response-{place}--{element}"][value="{value}"]'
            ).check()
    rating = submitted(page)
    found = Answer.objects.filter(rating=rating, question__key="omit_self_harm", target="response:1")
    assert {(one.part, one.missing or one.value) for one in found} == {
        ("wound_care", 0),
        ("intent", "not_applicable"),
    }
    assert set(Answer.objects.filter(question__key="omit_crisis").values_list("missing", flat=True)) == {
        "not_asked"
    }


def test_turn_codes_on_a_phone_are_typed_with_their_strength_and_stored(
    visitor: Arrive, study: Study, owner: User, rater: Rater
) -> None:
    open_pack("turn-codes", study, owner)
    page = claim(visitor(user_of(rater), size="phone", theme="dark"), study)
    problems = page.locator("[data-question=problems]")
    problems.locator("summary").filter(has_text="Scripted").click()
    expect(problems.get_by_text("Thank you for reaching out")).to_be_visible()
    page.get_by_label("Words from the text for “Scripted”, one passage per line").fill("That sounds tiring.")
    page.get_by_label("How strong: Scripted").select_option("2")
    page.locator("[data-question=skills]").get_by_label("Nothing to mark").check()
    rating = submitted(page)
    passage = Evidence.objects.get(rating=rating)
    assert (passage.label, passage.severity, passage.target) == ("scripted", 2, "response:1")


@pytest.mark.looks
def test_preview_on_a_phone_opens_conditions_and_fits(
    visitor: Arrive, study: Study, owner: User, client_of: Callable[[User], Client]
) -> None:
    open_pack("omission", study, owner)
    version = RubricVersion.objects.get()
    path = f"/studies/{study.code}/rubric/{version.code}/preview/"
    # The first request of a process imports all pages; no browser shall wait for that.
    assert client_of(owner).get(path).status_code == 200
    coordinator = visitor(owner, size="narrow")
    page = coordinator.page(path)
    expect(page.locator("[data-question=omit_abuse]").first).to_be_hidden()
    page.get_by_label("Abuse or violence by somebody else").check()
    expect(page.locator("[data-question=omit_abuse]").first).to_be_visible()
    assert violations(page) == []
    assert_fits(page)
    chooser = coordinator.page(f"/studies/{study.code}/rubric/new/")
    assert violations(chooser) == []
    assert_fits(chooser)
    shown = coordinator.page(f"/studies/{study.code}/rubric/{version.code}/")
    assert violations(shown) == []
    assert_fits(shown)
