"""A submitted rating that cannot be sent: kept in the browser by person, sent once when there is a way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from annotation.models import Plan, Rater, Slot, Study
from rating.models import Rating
from tests.browser.conftest import Visitor, assert_fits, violations
from tests.browser.test_rating import READY, claim
from tests.conftest import user_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Visitor]
WAITS = "1 rating waits to be sent."
OFFLINE = "ERR_INTERNET_DISCONNECTED"


def answer_all(page: Page, key: str = "4") -> None:
    for _ in range(6):
        page.keyboard.press(key)


def kept(page: Page) -> list[str]:
    return [key for key in page.evaluate("Object.keys(localStorage)") if key.startswith("attune:outbox:")]


def next_screen(page: Page, before: str) -> None:
    """The next item is there, without a page having been loaded."""
    page.wait_for_url(lambda url: url != before)
    page.wait_for_selector(READY)


def sign_in(page: Page, name: str) -> None:
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill("a quiet pass phrase")
    page.locator("[name=password]").press("Enter")


@pytest.fixture
def person(visitor: Arrive, rater: Rater) -> Visitor:
    arrived = visitor(user_of(rater))
    arrived.allowed += [OFFLINE, "ERR_FAILED", "403"]
    return arrived


def test_next_item_takes_the_place_of_the_last_without_loading_a_page(
    person: Visitor, study: Study, plan: Plan, rater: Rater
) -> None:
    page = claim(person, study)
    first = page.url
    page.evaluate("window.isSamePage = true")
    page.locator("#comment").fill("Words of the first item.")
    page.evaluate("document.activeElement.blur()")
    answer_all(page)
    page.keyboard.press("Enter")
    next_screen(page, first)
    assert page.evaluate("window.isSamePage") is True
    assert page.url.endswith(f"/{Slot.objects.get(rater=rater, state='claimed').code}/")
    assert page.evaluate("document.activeElement.id") == "item-title"
    expect(page.locator("#comment")).to_have_value("")
    expect(page.locator(".workbench-bar")).to_contain_text("1 of 4")
    assert page.title().startswith("Rate an item")
    # Keys, drafts and submitting work on the new screen as on the first.
    second = page.url
    answer_all(page, "2")
    assert page.locator("input[type=radio]:checked").count() == 6
    page.keyboard.press("Enter")
    next_screen(page, second)
    assert Rating.objects.count() == 2
    page.go_back()
    page.wait_for_url(second)
    expect(page.get_by_text("You have rated this item")).to_be_visible()


def test_rating_submitted_offline_is_sent_once_after_the_tab_died(
    person: Visitor, study: Study, plan: Plan
) -> None:
    page = claim(person, study)
    first = page.url
    answer_all(page)
    person.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(WAITS)).to_be_visible()
    expect(page.locator("#rating-form")).to_have_attribute("inert", "")
    assert violations(page) == []
    assert len(kept(page)) == 1
    page.close()
    person.context.set_offline(False)
    assert not Rating.objects.exists()
    page = person.page(f"/studies/{study.code}/rate/")
    # Drawn again once the rating has arrived.
    expect(page.get_by_text("Your rating is stored.")).to_be_visible()
    assert kept(page) == []
    assert Rating.objects.count() == 1
    # Sent from elsewhere, it takes no new item.
    assert not Slot.objects.filter(state="claimed").exists()
    page.goto(first)
    expect(page.get_by_text("You have rated this item")).to_be_visible()


def test_rating_whose_answer_was_lost_is_sent_again_and_stored_once(
    person: Visitor, study: Study, plan: Plan
) -> None:
    page = claim(person, study)
    first = page.url

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    answer_all(page)
    page.route("**/submit/", lose)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(WAITS)).to_be_visible()
    assert Rating.objects.count() == 1
    page.unroute("**/submit/")
    page.get_by_role("button", name="Try now").click()
    next_screen(page, first)
    assert (Rating.objects.count(), kept(page)) == (1, [])


def test_waiting_rating_that_two_tabs_send_is_stored_once(person: Visitor, study: Study, plan: Plan) -> None:
    page = claim(person, study)
    answer_all(page)
    person.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(WAITS)).to_be_visible()
    person.context.set_offline(False)
    other = person.page(f"/studies/{study.code}/rate/")
    for tab in (page, other):
        expect(tab.locator("#outbox")).to_be_hidden()
    assert kept(other) == []
    assert Rating.objects.count() == 1


def test_answers_that_wait_may_be_changed_and_the_changed_ones_are_sent(
    person: Visitor, study: Study, plan: Plan
) -> None:
    page = claim(person, study)
    first = page.url
    answer_all(page)
    person.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Change my answers").click()
    assert kept(page) == []
    page.locator("#comment").fill("On second thought.")
    person.context.set_offline(False)
    page.keyboard.press("Control+Enter")
    next_screen(page, first)
    assert [one.comment for one in Rating.objects.all()] == ["On second thought."]


def test_rating_submitted_after_the_session_ended_is_sent_once_after_signing_in(
    person: Visitor, study: Study, plan: Plan
) -> None:
    page = claim(person, study)
    first = page.url
    answer_all(page)
    person.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("You are signed out. It is kept in this browser")).to_be_visible()
    assert_fits(page)
    page.get_by_role("link", name="Sign in again").click()
    sign_in(page, "pia")
    next_screen(page, page.url)
    page.wait_for_url(lambda url: "/rate/" in url and url != first)
    page.wait_for_selector(READY)
    assert (Rating.objects.count(), kept(page)) == (1, [])


def test_page_older_than_a_new_sign_in_submits_with_the_new_token(
    person: Visitor, study: Study, plan: Plan
) -> None:
    page = claim(person, study)
    first = page.url
    answer_all(page)
    person.context.clear_cookies()
    other = person.page("/accounts/login/")
    sign_in(other, "pia")
    other.wait_for_url(lambda url: "login" not in url)
    page.keyboard.press("Control+Enter")
    next_screen(page, first)
    assert Rating.objects.count() == 1


def test_waiting_rating_is_neither_shown_to_nor_sent_by_another_person(
    person: Visitor, study: Study, plan: Plan, rater: Rater, second_rater: Rater
) -> None:
    page = claim(person, study)
    answer_all(page)
    person.context.clear_cookies()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(WAITS)).to_be_visible()
    other = person.page(f"/accounts/login/?next=/studies/{study.code}/rate/")
    sign_in(other, "paul")
    expect(other.get_by_role("button", name="Rate the next item")).to_be_visible()
    expect(other.locator("#outbox")).to_be_hidden()
    page.get_by_role("button", name="Try now").click()
    expect(page.get_by_text("Somebody else is signed in")).to_be_visible()
    assert not Rating.objects.exists()
    assert len(kept(page)) == 1
    person.context.clear_cookies()
    again = person.page(f"/accounts/login/?next=/studies/{study.code}/rate/")
    sign_in(again, "pia")
    expect(again.get_by_text("Your rating is stored.")).to_be_visible()
    assert [one.rater for one in Rating.objects.all()] == [rater]


def test_rating_that_waited_too_long_for_its_study_is_kept_and_its_reason_told(
    person: Visitor, study: Study, plan: Plan
) -> None:
    person.allowed.append("409")
    page = claim(person, study)
    address = page.url.removeprefix(person.url)
    page.locator("#comment").fill("Too late.")
    page.evaluate("document.activeElement.blur()")
    answer_all(page)
    person.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(WAITS)).to_be_visible()
    page.close()
    Study.objects.update(state="closed")
    person.context.set_offline(False)
    page = person.page(f"/studies/{study.code}/rate/")
    expect(page.get_by_text("This study has closed, so it takes no more ratings.")).to_be_visible()
    page.get_by_role("link", name="Open the item").click()
    page.wait_for_url(f"**{address}")
    expect(page.locator("#comment")).to_have_value("Too late.")
    assert kept(page) == []


@pytest.mark.parametrize("agrees", [False, True])
def test_signing_out_asks_before_it_deletes_what_waits_and_leaves_nothing(
    person: Visitor, study: Study, plan: Plan, agrees: bool
) -> None:
    page = person.page(f"/studies/{study.code}/rate/")
    entry: dict[str, Any] = {"rater": "somebody", "id": "x", "fields": []}
    page.evaluate("(text) => localStorage.setItem('attune:outbox:somebody:x', text)", json.dumps(entry))
    page.evaluate("localStorage.setItem('attune:draft:somebody:y', '{}')")
    asked: list[str] = []

    def reply(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.accept() if agrees else dialog.dismiss()

    page.on("dialog", reply)
    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="Sign out").click()
    if agrees:
        page.wait_for_url(lambda url: "/rate/" not in url)
    assert len(asked) == 1
    assert "waits in this browser" in asked[0]
    left = [key for key in page.evaluate("Object.keys(localStorage)") if key.startswith("attune:")]
    assert bool(left) is not agrees
