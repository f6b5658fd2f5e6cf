"""A rater's way on a phone: practice with its answers, the qualification, the study's own items."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotation.models import Plan, Rater, Study, User
from tests.browser.conftest import Visitor, assert_fits, violations
from tests.conftest import user_of
from tests.rating.training_sets import open_practice, open_qualification

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
READY = "#rating-form[data-is-ready]"


def checked(page: Page) -> None:
    assert_fits(page)
    assert violations(page) == []


def rate(page: Page) -> None:
    """Four for every scale, then submit."""
    page.wait_for_selector(READY)
    for key in "444444":
        page.keyboard.press(key)
    page.keyboard.press("Control+Enter")


def test_practice_then_qualification_then_the_study_on_a_phone(
    visitor: Callable[..., Visitor], plan: Plan, study: Study, owner: User, rater: Rater
) -> None:
    open_practice(plan, owner, n=1)
    open_qualification(plan, owner, n_per_try=1, max_tries=1)
    page = visitor(user_of(rater), size="phone").page(f"/studies/{study.code}/rate/")
    checked(page)
    page.get_by_role("button", name="Begin with practice").click()
    rate(page)
    page.wait_for_url("**/known/")
    expect(page.get_by_text("Known answer", exact=True).first).to_be_visible()
    checked(page)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_selector(READY)
    expect(page.get_by_text("This item belongs to the qualification")).to_be_visible()
    rate(page)
    page.wait_for_url("**/rate/")
    page.get_by_role("button", name="Rate the next item").click()
    page.wait_for_selector(READY)
    expect(page.get_by_text("This item belongs to the qualification")).to_have_count(0)
    checked(page)
