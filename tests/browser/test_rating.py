"""A rater's way in Chromium: by keyboard, after a dead tab, without network, in two tabs, without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotation.models import Item, Plan, Rater, Response, Study
from rating.models import Answer, Evidence, Rating
from tests.browser.conftest import Visitor, assert_fits, violations
from tests.conftest import user_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Visitor]
SAVED = "#saved-state[data-state=saved]"
# The form once its script listens.
READY = "#rating-form[data-is-ready]"


def claim(visitor: Visitor, study: Study, *, ready: str = READY) -> Page:
    """The rater's first item on a new page."""
    page = visitor.page(f"/studies/{study.code}/rate/")
    page.get_by_role("button", name="Rate the next item").click()
    page.wait_for_selector(ready)
    return page


def select_words(page: Page, selector: str, start: int, end: int) -> None:
    """Select part of a text, as with the mouse. Offsets in UTF-16 units, as browsers count."""
    page.evaluate(
        """([selector, start, end]) => {
            const text = document.querySelector(selector).firstChild;
            const range = document.createRange();
            range.setStart(text, start);
            range.setEnd(text, end);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        [selector, start, end],
    )
    page.wait_for_selector("#mark-bar:not([hidden])")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_rating_from_consent_to_revision_loses_nothing_when_the_tab_dies(
    visitor: Arrive, make_rater: Callable[..., Rater], study: Study, plan: Plan, size: str
) -> None:
    person = visitor(user_of(make_rater("nora", consents=False)), size=size)
    page = person.page(f"/studies/{study.code}/rate/")
    page.get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Rate the next item").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(READY)
    first = page.url
    for key in "435":
        page.keyboard.press(key)
    page.wait_for_selector(SAVED)
    page.close()
    page = person.page(first.removeprefix(person.url))
    assert page.locator("input[type=radio]:checked").count() == 3
    for key in "4x2":
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url not in {first, f"{first}submit/"})
    page.wait_for_selector(READY)
    assert page.locator("input[type=radio]:checked").count() == 0
    page.keyboard.press("b")
    page.wait_for_url(first)
    page.wait_for_selector(READY)
    expect(page.get_by_text("You have rated this item")).to_be_visible()
    page.locator("input[type=radio]:checked").first.focus()
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/history/")
    stored = Answer.objects.filter(question__kind="scale").order_by("rating__revision", "question__position")
    assert list(stored.values_list("value", flat=True)) == [4, 3, 5, 4, None, 2, 1, 3, 5, 4, None, 2]


def test_six_questions_and_submit_take_seven_keys(
    visitor: Arrive, rater: Rater, study: Study, plan: Plan
) -> None:
    page = claim(visitor(user_of(rater)), study)
    before = page.url
    for key in ["1", "2", "3", "4", "5", "5", "Enter"]:
        page.keyboard.press(key)
    page.wait_for_url(lambda url: url not in {before, f"{before}submit/"})
    stored = Answer.objects.filter(question__kind="scale").order_by("question__position")
    assert list(stored.values_list("value", flat=True)) == [1, 2, 3, 4, 5, 5]
    assert Rating.objects.get().active_ms is not None


def test_keys_do_nothing_while_somebody_types(
    visitor: Arrive, rater: Rater, study: Study, plan: Plan
) -> None:
    page = claim(visitor(user_of(rater)), study)
    page.locator("#comment").focus()
    page.keyboard.type("1 x g ? s")
    assert page.locator("#comment").input_value() == "1 x g ? s"
    assert page.locator("input[type=radio]:checked, dialog[open]").count() == 0


def test_single_keys_when_switched_off_do_nothing_and_stay_off(
    visitor: Arrive, rater: Rater, study: Study, plan: Plan
) -> None:
    page = claim(visitor(user_of(rater)), study)
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Single keys act").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.wait_for_selector(READY)
    for key in "3gx":
        page.keyboard.press(key)
    assert page.locator("input[type=radio]:checked, dialog[open]").count() == 0
    page.get_by_role("link", name="Keys").click()
    page.get_by_role("checkbox", name="Single keys act").check()
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    assert page.locator("input[type=radio]:checked").count() == 1


def test_marked_passage_beyond_the_first_plane_is_counted_in_code_points(
    visitor: Arrive, rater: Rater, study: Study, plan: Plan
) -> None:
    Response.objects.update(text="🙂🙂 That sounds tiring. 🙂")
    page = claim(visitor(user_of(rater)), study)
    page.keyboard.press("4")
    # Two smiles are four UTF-16 units and two code points.
    select_words(page, ".reply__text", 5, 16)
    page.keyboard.press("m")
    assert page.locator("#marks-list li").count() == 1
    for key in "44444":
        page.keyboard.press(key)
    before = page.url
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url not in {before, f"{before}submit/"})
    stored = Evidence.objects.select_related("question").get()
    assert (stored.target, stored.start, stored.end, stored.quote) == ("response:1", 3, 14, "That sounds")


def test_mark_that_is_removed_is_not_sent(visitor: Arrive, rater: Rater, study: Study, plan: Plan) -> None:
    page = claim(visitor(user_of(rater)), study)
    select_words(page, "#turn-2-text", 0, 5)
    page.get_by_role("button", name="Mark passage").click()
    page.get_by_role("button", name="Remove").click()
    assert page.locator("#marks-list li").count() == 0


def test_draft_without_a_network_is_kept_in_the_browser_until_the_server_has_it(
    visitor: Arrive, rater: Rater, study: Study, plan: Plan
) -> None:
    person = visitor(user_of(rater))
    person.allowed.append("ERR_INTERNET_DISCONNECTED")
    page = claim(person, study)
    person.context.set_offline(True)
    page.keyboard.press("4")
    page.locator("#comment").fill("Typed on a train")
    expect(page.locator("#saved-state")).to_have_text("Not saved yet, kept in this browser")
    address = page.url.removeprefix(person.url)
    page.close()
    person.context.set_offline(False)
    page = person.page(address)
    expect(page.locator("#comment")).to_have_value("Typed on a train")
    page.wait_for_selector(SAVED)
    assert page.evaluate("Object.keys(localStorage).length") == 0
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.locator("#comment")).to_have_value("Typed on a train")


def test_second_tab_with_an_older_draft_is_told_and_may_choose(
    visitor: Arrive, rater: Rater, study: Study, plan: Plan
) -> None:
    person = visitor(user_of(rater))
    person.allowed.append("409")
    first = claim(person, study)
    second = person.page(first.url.removeprefix(person.url))
    for words in ("first tab", "first tab again"):
        with first.expect_response("**/draft/"):
            first.locator("#comment").fill(words)
    second.locator("#comment").fill("second tab")
    expect(second.get_by_text("open in another tab")).to_be_visible()
    second.get_by_role("button", name="Keep what stands here").click()
    second.wait_for_selector(SAVED)
    second.reload()
    expect(second.locator("#comment")).to_have_value("second tab")


def test_double_click_on_submit_stores_one_rating(
    visitor: Arrive, rater: Rater, study: Study, plan: Plan
) -> None:
    page = claim(visitor(user_of(rater)), study)
    before = page.url
    for key in "444444":
        page.keyboard.press(key)
    page.locator("#submit-rating").dblclick(no_wait_after=True)
    page.wait_for_url(lambda url: url not in {before, f"{before}submit/"})
    assert Rating.objects.count() == 1


@pytest.mark.parametrize("size", ["desktop", "narrow"])
def test_rating_without_script_works_from_claim_to_revision(
    visitor: Arrive, rater: Rater, study: Study, plan: Plan, size: str
) -> None:
    person = visitor(user_of(rater), size=size, java_script_enabled=False)
    person.allowed.append("400")
    page = claim(person, study, ready="#rating-form")
    first = page.url
    page.locator("#comment").fill("By hand")
    page.locator("#submit-rating").click()
    expect(page.locator("#error-summary")).to_be_visible()
    expect(page.locator("#comment")).to_have_value("By hand")
    for scale in page.locator("fieldset.question .scale").all():
        scale.locator("input[value='4']").check()
    page.locator(".rate-passage summary").first.click()
    page.locator(".rate-passage textarea").first.fill("sounds tiring")
    page.locator("#submit-rating").click()
    page.goto(first)
    page.get_by_role("checkbox", name="Keep:").uncheck()
    page.locator("#submit-rating").click()
    assert [one.evidence.count() for one in Rating.objects.order_by("revision")] == [1, 0]


@pytest.mark.looks
@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("phone", "dark"), ("narrow", "light")])
def test_axe_on_every_state_finds_nothing(
    visitor: Arrive, rater: Rater, study: Study, plan: Plan, size: str, theme: str
) -> None:
    Item.objects.update(is_heavy=True, content_notes=["loss"])
    person = visitor(user_of(rater), size=size, theme=theme)
    person.allowed.append("400")
    page = claim(person, study)
    assert violations(page) == []
    page.locator(".content-note summary").first.click()
    expect(page.locator(".content-note[open]")).to_have_count(2)
    select_words(page, ".reply__text", 0, 5)
    assert violations(page) == []
    for key in "g?sr":
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press(key)
        page.wait_for_selector("dialog[open]")
        assert violations(page) == [], key
        page.keyboard.press("Escape")
    page.evaluate("getSelection().removeAllRanges()")
    expect(page.locator("#mark-bar")).to_be_hidden()
    page.locator("#submit-rating").click()
    expect(page.locator("#error-summary")).to_be_visible()
    assert violations(page) == []
    assert_fits(page)
    for path in ("", "history/", "guidelines/"):
        page.goto(f"{person.url}/studies/{study.code}/rate/{path}")
        assert violations(page) == [], path
        assert_fits(page)
