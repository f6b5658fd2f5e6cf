"""Reading in Chromium: marks across formatting, the reply at hand, ways about a long talk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotation.models import Rater, Response, Study, Turn, User
from rating.models import Evidence
from tests.browser.conftest import Visitor, violations
from tests.browser.test_question_kinds import answer_by_mouse
from tests.browser.test_rating import SAVED, claim
from tests.conftest import user_of
from tests.rating.every_kind import every_kind, item_of_three, open_plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Visitor]
SOURCE = "🙂 It is **really hard**.\n- call *one* friend\n- rest"
REPLY = "[data-target='response:1'] .reply__text"


@pytest.fixture
def long_study(study: Study, owner: User) -> Study:
    """One item: 200 turns, three replies, one of them formatted."""
    item = item_of_three(study)
    Response.objects.filter(item=item, position=1).update(text=SOURCE)
    last = item.conversation.turns.count()
    Turn.objects.bulk_create(
        Turn(
            conversation=item.conversation,
            position=n,
            speaker="supporter" if n % 2 else "seeker",
            text=f"Turn {n}. " + "I keep going over it in my head. " * 3,
        )
        for n in range(last + 1, 201)
    )
    open_plan(study, owner, every_kind(study, owner))
    return study


def select_between(page: Page, first: str, last: str) -> None:
    """Select from one text to another, each found by its words within the formatted reply."""
    page.evaluate(
        """([reply, first, last]) => {
            const walker = document.createTreeWalker(document.querySelector(reply), NodeFilter.SHOW_TEXT);
            const range = document.createRange();
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                if (node.data.includes(first)) range.setStart(node, node.data.indexOf(first));
                if (node.data.includes(last)) range.setEnd(node, node.data.indexOf(last) + last.length);
            }
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        [REPLY, first, last],
    )
    page.wait_for_selector("#mark-bar:not([hidden])")


def assert_in_view(page: Page, selector: str) -> None:
    """An element's beginning comes to be seen: nothing covers it, and it lies on the screen."""
    page.wait_for_function(
        """(selector) => {
            const element = document.querySelector(selector);
            if (!element) return false;
            const { left, top, width } = element.getBoundingClientRect();
            const there = document.elementFromPoint(left + Math.min(width / 2, 40), top + 4);
            return Boolean(there) && (element.contains(there) || there.contains(element));
        }""",
        arg=selector,
    )


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_mark_across_bold_and_points_is_stored_as_in_the_source(
    visitor: Arrive, rater: Rater, long_study: Study, size: str
) -> None:
    page = claim(visitor(user_of(rater), size=size), long_study)
    select_between(page, "hard", "one")
    page.select_option("#mark-question", label="Missed cue")
    page.locator("[data-severity-for=codes]").select_option("2")
    page.get_by_role("button", name="Mark passage").click()
    assert page.locator(f"{REPLY} mark").all_text_contents() == ["hard", ".\n", "call ", "one"]
    expect(page.locator(f"{REPLY} mark[data-numbers]")).to_have_text("one")
    page.wait_for_selector(SAVED)
    assert violations(page) == []
    answer_by_mouse(page)
    page.locator("#submit-rating").click()
    page.wait_for_url("**/rate/")
    stored = Evidence.objects.get()
    assert (stored.quote, stored.start, stored.end) == ("hard**.\n- call *one", 17, 36)
    assert SOURCE[17:36] == stored.quote


def test_reply_stays_in_sight_beside_the_questions_while_they_scroll(
    visitor: Arrive, rater: Rater, long_study: Study
) -> None:
    page = claim(visitor(user_of(rater)), long_study)
    for share in (0, 0.5, 0.95):
        page.evaluate("share => scrollTo(0, document.documentElement.scrollHeight * share)", share)
        assert_in_view(page, ".reply")
    page.locator("input[name='warmth--response-2']").first.focus()
    asked = page.locator(".reply.is-asked-about")
    expect(asked).to_have_count(1)
    assert asked.locator("xpath=..").get_attribute("data-target") == "response:2"
    page.locator("input[name='turns--turn-121']").first.focus()
    assert_in_view(page, "#turn-121.is-asked-about")


def test_long_talk_is_gone_about_by_keys_and_links(visitor: Arrive, rater: Rater, long_study: Study) -> None:
    page = claim(visitor(user_of(rater)), long_study)
    expect(page.locator(".turn")).to_have_count(200)
    for key, place in (("e", "#turn-200"), ("c", "#turn-1"), ("v", "#reply"), ("q", "#questions")):
        page.keyboard.press(key)
        expect(page.locator(place)).to_be_focused()
        assert_in_view(page, place)
    page.get_by_role("link", name="Last turn (200)").click()
    expect(page.locator("#turn-200")).to_be_focused()
