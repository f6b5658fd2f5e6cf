"""A coordinator's pages in Chromium, by size and theme."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

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


@pytest.mark.looks
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
