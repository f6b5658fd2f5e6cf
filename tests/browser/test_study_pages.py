"""A coordinator at work in Chromium: from nothing to an open study, and every page by size and theme."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotation.models import Item, Job, Plan, Rater, RubricVersion, Study, User
from annotation.services.problems import report_problem
from tests.browser.conftest import Visitor, assert_fits, violations
from tests.conftest import user_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "",
    "items/",
    "items/new/",
    "plan/",
    "plan/new/",
    "rubric/",
    "rubric/new/",
    "problems/",
    "settings/",
    "settings/groups/new/",
    "settings/consent/new/",
    "state/close/",
)


def add_group(page: Page, name: str) -> None:
    page.get_by_role("link", name="Add a group").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add this group").click()


def set_up(page: Page) -> None:
    """Groups, support, consent, rubric and one item, each found by its visible words."""
    page.get_by_role("link", name="Add the groups who rate").click()
    add_group(page, "Peer supporters")
    add_group(page, "Clinicians")
    page.get_by_label("Support: whom raters can turn to").fill("Ask for Ida, weekdays 9 to 5.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Write the consent text").click()
    page.get_by_label("Text").fill("You may stop at any time.")
    page.get_by_role("button", name="Publish this text").click()
    page.get_by_role("link", name="Rubric").click()
    page.get_by_role("link", name="Choose a rubric").click()
    page.get_by_label("Core: authenticity").check()
    page.get_by_role("button", name="Load it and read it").click()
    page.get_by_role("button", name="Publish this version").click()
    page.get_by_role("link", name="Items", exact=True).click()
    page.get_by_role("link", name="Add an item").first.click()
    page.get_by_label("Conversation").fill("Seeker: I can't sleep.")
    page.get_by_label("Reply to rate").fill("That is hard.")
    page.get_by_role("button", name="Add this item").click()


@pytest.mark.parametrize("has_script", [True, False])
def test_study_is_set_up_and_opened_by_its_visible_words(
    has_script: bool, owner: User, visitor: Callable[..., Visitor]
) -> None:
    page = visitor(owner, java_script_enabled=has_script).page("/studies/new/")
    page.get_by_label("Title").fill("Morning line")
    page.get_by_role("button", name="Make the study").click()
    set_up(page)
    page.get_by_role("link", name="Plan", exact=True).click()
    page.get_by_role("link", name="Plan a stage").click()
    page.get_by_label("Clinicians: ratings per item").fill("1")
    page.get_by_role("button", name="Preview the load").click()
    expect(page.get_by_text("Clinicians give fewer than two ratings per item")).to_be_visible()
    page.get_by_label("Clinicians: ratings per item").fill("2")
    page.get_by_role("button", name="Make this stage").click()
    page.get_by_role("link", name="Start the main stage").click()
    page.get_by_role("button", name="Start it").click()
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Ready to open")).to_be_visible()
    page.get_by_role("link", name="Open the study").click()
    page.get_by_role("button", name="Open the study").click()
    expect(page.get_by_role("status").get_by_text("The study is open.")).to_be_visible()
    assert Study.objects.get(title="Morning line").state == "open"


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("phone", "dark"), ("narrow", "light")])
def test_page_is_accessible_and_fits(
    size: str,
    theme: str,
    plan: Plan,
    items: list[Item],
    rater: Rater,
    coordinator: User,
    visitor: Callable[..., Visitor],
) -> None:
    problem = report_problem(rater, items[0], actor=user_of(rater), text="The end is missing.")
    job = Job.objects.create(study=plan.study, kind="rating.tasks.run_analysis", state="running")
    some = (f"items/{items[0].code}/", f"problems/{problem.code}/", f"jobs/{job.code}/")
    page = visitor(coordinator, size=size, theme=theme).page("/")
    for path in (*PAGES, *some, f"plan/{plan.code}/close/"):
        page.goto(page.url.split("/studies")[0].rstrip("/") + f"/studies/{plan.study.code}/{path}")
        assert (path, violations(page)) == (path, [])
        assert_fits(page)


def test_form_with_errors_takes_the_focus_to_their_summary(
    study: Study, coordinator: User, rubric_version: RubricVersion, visitor: Callable[..., Visitor]
) -> None:
    visiting = visitor(coordinator)
    visiting.allowed.append("400")
    page = visiting.page(f"/studies/{study.code}/items/new/")
    page.get_by_role("button", name="Add this item").click()
    expect(page.locator("#error-summary")).to_be_focused()
    assert violations(page) == []
    page.locator("#error-summary a").click()
    expect(page.get_by_label("Conversation")).to_be_focused()


def test_job_page_asks_again_until_the_work_is_done(
    study: Study, coordinator: User, visitor: Callable[..., Visitor]
) -> None:
    job = Job.objects.create(
        study=study, kind="rating.tasks.run_analysis", state="running", message="Counting"
    )
    page = visitor(coordinator).page(f"/studies/{study.code}/jobs/{job.code}/")
    expect(page.get_by_text("Counting")).to_be_visible()
    Job.objects.filter(pk=job.pk).update(state="done")
    expect(page.get_by_text("Finished.")).to_be_visible()
    assert violations(page) == []
