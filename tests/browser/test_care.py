"""Rest in Chromium: one key to a pause, a check-in between items, back to what was begun."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from annotation.models import CheckIn, ContactWish, Item, Plan, Rater, Slot, Study, User
from annotation.services.care import update_care
from rating.models import Rating
from tests.browser.conftest import Visitor, assert_fits, violations
from tests.browser.test_rating import READY, claim
from tests.conftest import user_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("narrow", "dark")])
def test_pause_check_in_and_going_on_keep_the_draft(
    visitor: Callable[..., Visitor],
    rater: Rater,
    owner: User,
    study: Study,
    plan: Plan,
    size: str,
    theme: str,
) -> None:
    update_care(
        study,
        actor=owner,
        break_minutes=45,
        break_heavy_items=5,
        checkin_every=1,
        checkin_number=70,
        retention_days=90,
        debrief="",
    )
    Item.objects.filter(study=study).update(content_notes=["loss"])
    person = visitor(user_of(rater), size=size, theme=theme)
    # A check-in sent empty is provoked below.
    person.allowed.append("400 (Bad Request)")
    page = claim(person, study)
    first = page.url
    page.keyboard.press("4")
    page.keyboard.press("3")
    # At once, before the autosave: what was typed goes with the pause.
    page.keyboard.press("p")
    page.wait_for_url("**/rate/pause/")
    expect(page.get_by_text("Nobody reads your comments live.")).to_be_visible()
    expect(page.get_by_text("Ask for the study's support person.")).to_be_visible()
    assert not Rating.objects.exists()
    assert not Slot.objects.filter(rater=rater).exists()
    assert_fits(page)
    assert violations(page) == []
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(first)
    page.wait_for_selector(READY)
    assert page.locator("input[type=radio]:checked").count() == 2
    for key in "5211":
        page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/rate/check-in/")
    assert violations(page) == []
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_role("link", name="Give a number from 0 to 100")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("A number from 0 to 100").fill("90")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rate/break/")
    expect(page.get_by_text("Nobody else is told.")).to_be_visible()
    assert_fits(page)
    assert violations(page) == []
    assert not ContactWish.objects.exists()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_selector(READY)
    assert page.url != first
    assert CheckIn.objects.get().value == 90
    assert Rating.objects.count() == 1
    for path in ("topics/", "wellbeing/", "contact/", "debrief/"):
        page.goto(f"{page.url.split('/rate/')[0]}/rate/{path}")
        assert_fits(page)
        assert violations(page) == [], path


def test_pause_without_script_keeps_what_was_typed(
    visitor: Callable[..., Visitor], rater: Rater, study: Study, plan: Plan
) -> None:
    page = claim(visitor(user_of(rater), java_script_enabled=False), study, ready="#rating-form")
    page.locator("#comment").fill("half a thought")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#comment")).to_have_value("half a thought")
