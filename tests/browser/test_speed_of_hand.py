"""Few keys, undo that says what it undid, and time that counts only what was spent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from annotation.models import Item, Plan, Rater, Study, User
from annotation.services import rubrics
from rating.models import Answer, Rating
from tests.browser.conftest import Visitor
from tests.browser.test_rating import READY, claim, select_words
from tests.conftest import user_of
from tests.rating.every_kind import DOCUMENT, every_kind, item_of_three, open_plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Visitor]


def eight_questions(study: Study, owner: User) -> Plan:
    """Eight 5-point questions, about the item so that every reply counts once."""
    scales = {"five": DOCUMENT["scales"]["five"]}
    questions = [
        {"key": f"q{number}", "scale": "five", "target": "item", "text": f"Question {number}?"}
        for number in range(1, 9)
    ]
    made = {"key": "eight", "name": "Eight", "scales": scales, "questions": questions}
    version = rubrics.publish_rubric(rubrics.load_rubric(study, made, actor=owner), actor=owner)
    return open_plan(study, owner, version)


def test_eight_questions_of_five_points_and_submit_take_at_most_ten_keys(
    visitor: Arrive, rater: Rater, study: Study, owner: User, items: list[Item]
) -> None:
    eight_questions(study, owner)
    page = claim(visitor(user_of(rater)), study)
    before = page.url
    keys = ["5", "4", "3", "2", "1", "2", "3", "4", "Enter"]
    assert len(keys) <= 10
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_url(lambda url: url != before)
    page.wait_for_selector(READY)
    stored = Answer.objects.order_by("question__position").values_list("value", flat=True)
    assert list(stored) == [5, 4, 3, 2, 1, 2, 3, 4]


def test_arrows_move_within_a_scale_and_backspace_takes_its_answer_back(
    visitor: Arrive, rater: Rater, study: Study, plan: Plan
) -> None:
    page = claim(visitor(user_of(rater)), study)
    scale = page.locator("input[name='safety--response-1']")
    scale.nth(1).check()
    page.keyboard.press("ArrowRight")
    expect(scale.nth(2)).to_be_checked()
    page.keyboard.press("Backspace")
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    page.keyboard.press("z")
    expect(scale.nth(2)).to_be_checked()
    expect(page.locator("#undone")).to_contain_text("Undone:")


def test_undo_takes_back_scales_marks_and_ticks_and_says_which(
    visitor: Arrive, rater: Rater, study: Study, plan: Plan
) -> None:
    page = claim(visitor(user_of(rater)), study)
    page.keyboard.press("4")
    page.locator("input[name='flag_hopeless--response-1']").check()
    select_words(page, "#turn-2-text", 0, 5)
    page.get_by_role("button", name="Mark passage").click()
    expect(page.locator("#marks-list li")).to_have_count(1)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+z")
    expect(page.locator("#marks-list li")).to_have_count(0)
    expect(page.locator("#undone")).to_contain_text("Marked passages")
    page.keyboard.press("z")
    expect(page.locator("input[name='flag_hopeless--response-1']")).not_to_be_checked()
    page.keyboard.press("z")
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    expect(page.locator("#undone")).to_contain_text("Does it feel meant for this person?")
    expect(page.locator("#undo")).to_be_hidden()


def test_undo_of_ranks_sliders_and_exclusions_puts_the_form_back_as_it_was(
    visitor: Arrive, rater: Rater, study: Study, owner: User
) -> None:
    item_of_three(study)
    open_plan(study, owner, every_kind(study, owner))
    page = claim(visitor(user_of(rater)), study)
    rank = page.locator("input[name='order--item--response-1']")
    rank.first.check()
    rank.nth(1).check()
    page.keyboard.press("z")
    expect(rank.first).to_be_checked()
    number = page.locator("[data-slider] input[type=number]").first
    page.locator(".slider__range").first.fill("35")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("z")
    expect(number).to_have_value("")
    expect(rank.first).to_be_checked()


def test_time_of_a_question_runs_from_the_answer_before_it_to_its_own(
    visitor: Arrive, rater: Rater, study: Study, plan: Plan
) -> None:
    page = claim(visitor(user_of(rater)), study)
    before = page.url
    page.keyboard.press("4")
    page.wait_for_timeout(400)
    for key in "44444":
        page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != before)
    rating = Rating.objects.get()
    times = {key: row["response:1"] for key, row in rating.question_ms.items()}
    assert times["authenticity_stance"] >= 300
    assert rating.active_ms is not None
    assert sum(times.values()) <= rating.active_ms
