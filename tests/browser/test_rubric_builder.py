"""A coordinator writes a rubric in Chromium from nothing to a corrected second version, by visible labels."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotation.models import RubricVersion, Study, User
from annotation.services.rubrics import load_rubric
from tests.browser.conftest import Visitor, assert_fits, violations
from tests.rating.every_kind import DOCUMENT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Arrive = Callable[..., Visitor]


def is_sound(page: Page) -> None:
    assert violations(page) == []
    assert_fits(page)


def write_scale_question(page: Page) -> None:
    page.get_by_role("link", name="Scale", exact=True).click()
    page.get_by_label("The question, as raters read it").fill("How warm is it?")
    for place, words in enumerate(("Cold", "Neither", "Warm")):
        line = page.get_by_role("group", name=f"Line {place + 1}", exact=True).first
        line.get_by_label("Value").fill(str(place + 1))
        line.get_by_label("Words").fill(words)
    page.get_by_label("Answered on").select_option("a new scale, its points below")
    page.get_by_label("Key (optional)", exact=True).fill("warmth")
    is_sound(page)
    page.get_by_role("button", name="Keep this question").last.click()
    expect(page.get_by_text("Question “warmth” is kept.")).to_be_visible()


def write_flag(page: Page) -> None:
    page.locator("summary").filter(has_text="Add a question").click()
    page.get_by_role("link", name="Flag", exact=True).click()
    page.get_by_label("The question, as raters read it").fill("Is it gushing?")
    page.get_by_label("Asked only where").select_option("warmth: How warm is it?")
    page.get_by_label("Key (optional)", exact=True).fill("gushing")
    # Half a condition is refused beside its field, with everything that was typed.
    page.get_by_role("button", name="Keep this question").last.click()
    expect(page.get_by_text("Say both: which question").first).to_be_visible()
    expect(page.get_by_label("The question, as raters read it")).to_have_value("Is it gushing?")
    page.get_by_label("got one of these values").fill("3")
    page.get_by_role("button", name="Keep it and see it as raters do").click()
    expect(page.get_by_text("Is it gushing?").first).to_be_attached()
    page.get_by_role("link", name="Back to the draft").click()


def correct_and_publish(page: Page) -> None:
    page.get_by_role("button", name="Change it: start a new version").click()
    page.get_by_role("link", name="1. How warm is it?").click()
    page.get_by_label("The question, as raters read it").fill("How warm does it feel?")
    page.get_by_role("button", name="Keep this question").last.click()
    page.get_by_role("link", name="Publish…").click()
    expect(page.get_by_text("Only words differ")).to_be_visible()
    page.get_by_label("A correction of words").check()
    page.get_by_label("What was corrected").fill("Clearer, the same sense.")
    is_sound(page)
    page.get_by_role("button", name="Publish this version").click()
    expect(page.get_by_text("Clearer, the same sense.").first).to_be_visible()


def test_rubric_from_nothing_to_a_corrected_version_by_its_labels(
    visitor: Arrive, study: Study, coordinator: User
) -> None:
    arrived = visitor(coordinator, size="phone")
    arrived.allowed.append("400")
    page = arrived.page(f"/studies/{study.code}/rubric/new/")
    page.get_by_label("From scratch").check()
    page.get_by_label("Name of the new rubric").fill("Warmth of replies")
    page.get_by_role("button", name="Load it and read it").click()
    is_sound(page)
    write_scale_question(page)
    write_flag(page)
    page.get_by_role("button", name=re.compile("Duplicate.*gushing")).click()
    page.get_by_role("button", name="Take back the last change").click()
    expect(page.get_by_text("Taken back: copied: gushing.")).to_be_visible()
    is_sound(page)
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Publish this version").click()
    expect(page.get_by_role("heading", name="Warmth of replies")).to_be_visible()
    correct_and_publish(page)
    assert [one.state for one in RubricVersion.objects.all()] == ["published", "published"]
    assert RubricVersion.objects.get(equivalent_to__number=1).number == 2


@pytest.mark.looks
@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("narrow", "dark")])
def test_builder_pages_fit_and_are_accessible(
    visitor: Arrive, study: Study, owner: User, coordinator: User, size: str, theme: str
) -> None:
    version = load_rubric(study, DOCUMENT, actor=owner)
    arrived = visitor(coordinator, size=size, theme=theme)
    for path in (
        "",
        "questions/codes/",
        "questions/warmth/words/?language=en&group=clinician",
        "scales/hundred/",
        "about/",
    ):
        is_sound(arrived.page(f"/studies/{study.code}/rubric/{version.code}/edit/{path}"))
