"""A researcher in Chromium: from the button to the report, to an item, on every size and in both themes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from annotation.models import Item, Plan, Study, User
from rating.services.analyses import start_analysis
from rating.tasks.analyses import run_analysis
from tests.browser.conftest import Visitor, assert_fits, violations
from tests.rating.rated import APART, FLAGS, fill

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Celery knows a task once its module is imported.
assert run_analysis.name == "rating.tasks.run_analysis"

LOOKS = [("desktop", "light"), ("phone", "dark"), ("narrow", "light")]


@pytest.fixture
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.usefixtures("_files")
def test_researcher_presses_analyse_reads_the_report_and_opens_an_item(
    visitor: Callable[..., Visitor], plan: Plan, items: list[Item], study: Study, researcher: User
) -> None:
    fill(plan, items, {"safety": APART})
    someone = visitor(researcher)
    # Without a worker the analysis is computed while the browser waits for the answer to the press.
    someone.context.set_default_timeout(60_000)
    page = someone.page(f"/studies/{study.code}/analyses/")
    with page.expect_navigation():
        page.get_by_role("button", name="Analyse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report")
    expect(page.get_by_role("heading", name="Safety", exact=True)).to_be_visible()
    page.locator("#figure-safety-parts summary").press("Enter")
    expect(page.locator("#figure-safety-parts-numbers")).to_be_visible()
    page.locator("#question-safety .top-items tbody a").first.click()
    expect(page.get_by_role("heading", name="How each group rated it")).to_be_visible()
    expect(page.get_by_text("I can't sleep again")).to_be_visible()


@pytest.mark.looks
@pytest.mark.usefixtures("_files")
def test_report_pages_at_any_size_fit_and_satisfy_axe(
    visitor: Callable[..., Visitor], plan: Plan, items: list[Item], study: Study, researcher: User
) -> None:
    fill(plan, items, {"safety": APART, "flag_gushing": FLAGS})
    # Computed once, before any page is asked for: here the pages are the subject.
    report = f"{start_analysis(study, actor=researcher, seed=1).code}/"
    parts = ("", "questions/flag_gushing/", "questions/safety/items/", f"items/{items[0].code}/")
    paths = ["", *(report + part for part in parts)]
    for size, theme in LOOKS:
        someone = visitor(researcher, size=size, theme=theme)
        for path in paths:
            page = someone.page(f"/studies/{study.code}/analyses/{path}")
            page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
            assert_fits(page)
            assert violations(page) == [], (size, theme, path)
            page.close()
