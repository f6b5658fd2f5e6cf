"""Every kind of question in Chromium: by mouse, by keyboard, on a phone, undone, shown where it is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotation.models import Rater, Study, User
from rating.models import Answer, Evidence, Rating
from tests.browser.conftest import Visitor, assert_fits, violations
from tests.browser.test_rating import SAVED, claim, select_words
from tests.conftest import user_of
from tests.rating.every_kind import PLACES, every_kind, item_of_three, open_plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Visitor]


@pytest.fixture
def study_of_every_kind(study: Study, owner: User) -> Study:
    item_of_three(study)
    open_plan(study, owner, every_kind(study, owner))
    return study


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f'input[name="{name}"][value="{value}"]').check()


def answer_by_mouse(page: Page) -> None:
    page.locator(".slider__range").first.fill("35")
    for place in PLACES:
        choose(page, f"warmth--response-{place}", "4")
        choose(page, f"elements--response-{place}--danger", "2")
        choose(page, f"elements--response-{place}--contact", "not_applicable")
        choose(page, f"order--item--response-{place}", str(place))
        choose(page, f"guess--response-{place}", "1")
    for pair in ("1-2", "1-3", "2-3"):
        choose(page, f"better--pair-{pair}", "0")
    choose(page, "ends--item--best", "1")
    choose(page, "ends--item--worst", "3")


def values(question: str) -> dict[Any, Any]:
    rows = Answer.objects.filter(question__key=question, perspective="self")
    return {(row.target, row.part): row.missing or row.value for row in rows}


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("phone", "dark"), ("narrow", "light")])
def test_every_kind_by_mouse_is_stored_and_fits_the_screen(
    visitor: Arrive, rater: Rater, study_of_every_kind: Study, size: str, theme: str
) -> None:
    page = claim(visitor(user_of(rater), size=size, theme=theme), study_of_every_kind)
    answer_by_mouse(page)
    select_words(page, "[data-target='response:2'] .reply__text", 0, 5)
    page.select_option("#mark-question", label="Missed cue")
    page.locator("[data-severity-for=codes]").select_option("2")
    page.get_by_role("button", name="Mark passage").click()
    page.wait_for_selector(SAVED)
    assert violations(page) == []
    assert_fits(page)
    page.get_by_role("button", name="Submit and next").click()
    page.wait_for_url("**/rate/")
    assert values("distress") == {("item", ""): 35}
    assert values("elements")["response:1", "danger"] == 2
    assert values("codes") == {("item", "cue"): 1, ("item", "advice"): 0}
    assert (Evidence.objects.get().label, Evidence.objects.get().severity) == ("cue", 2)


def test_every_kind_by_keyboard_alone_is_stored(
    visitor: Arrive, rater: Rater, study_of_every_kind: Study
) -> None:
    page = claim(visitor(user_of(rater)), study_of_every_kind)
    press = page.keyboard.press
    page.locator(".slider__range").first.focus()
    press("ArrowRight")
    press("Enter")
    # Three replies, each rater sees them in an order of their own: warmth; the one shown first is cold, so
    # that "what makes it cold" is asked of it.
    cold = str(page.locator("input[name^='warmth--response-']").first.get_attribute("name"))
    for key in ("1", "4", "4"):
        press(key)
    # What makes it cold: the first of its ticks; Enter goes on.
    press("1")
    press("Enter")
    for _ in PLACES:
        press("2")
        press("0")
    for key in ("3", "3", "3", "1", "2", "3", "1", "3"):
        press(key)
    page.get_by_label("Nothing to mark").focus()
    press("Space")
    press("Enter")
    for _ in PLACES:
        press("1")
    expect(page.locator("#submit-rating")).to_be_focused()
    press("Enter")
    page.wait_for_url("**/rate/")
    assert values("distress") == {("item", ""): 51}
    assert values("why_cold")[cold.removeprefix("warmth--").replace("-", ":"), "stiff"] == 1
    assert sorted(values("order").values()) == [1, 2, 3]
    assert sorted(values("ends").values()) == [-1, 0, 1]
    assert Rating.objects.count() == 1


def test_conditional_question_appears_with_its_condition_and_goes_with_it(
    visitor: Arrive, rater: Rater, study_of_every_kind: Study
) -> None:
    page = claim(visitor(user_of(rater)), study_of_every_kind)
    cold = page.locator("[data-question=why_cold][data-target='response:1']")
    expect(cold).to_be_hidden()
    choose(page, "warmth--response-1", "2")
    expect(cold).to_be_visible()
    choose(page, "warmth--response-1", "4")
    expect(cold).to_be_hidden()


def test_undo_takes_back_answers_one_by_one(
    visitor: Arrive, rater: Rater, study_of_every_kind: Study
) -> None:
    page = claim(visitor(user_of(rater)), study_of_every_kind)
    choose(page, "warmth--response-1", "2")
    choose(page, "warmth--response-1", "4")
    page.keyboard.press("z")
    expect(page.locator('input[name="warmth--response-1"][value="2"]')).to_be_checked()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator('input[name="warmth--response-1"]:checked')).to_have_count(0)
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()


def test_a_reason_for_no_answer_takes_the_answer_away_and_the_other_way_round(
    visitor: Arrive, rater: Rater, study_of_every_kind: Study
) -> None:
    page = claim(visitor(user_of(rater)), study_of_every_kind)
    number = page.locator('input[name="distress--item"]')
    aside = page.locator('input[name="distress--item--aside"]')
    number.fill("40")
    aside.check()
    expect(number).to_have_value("")
    number.fill("30")
    expect(aside).not_to_be_checked()
