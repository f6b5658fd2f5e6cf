"""A researcher in Chromium: from the button to the report, to an item, on every size and in both themes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from annotation.models import Item, Plan, Study, User
from rating.models import Analysis
from rating.tasks.analyses import run_analysis
from tests.browser.conftest import Visitor, assert_fits, violations
from tests.rating.rated import APART, FLAGS, fill

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Celery knows a task once its module is imported.
assert run_analysis.name == "rating.tasks.run_analysis"


@pytest.fixture
def rated_study(settings: Any, tmp_path: Path, study: Study, plan: Plan, items: list[Item]) -> Study:
    settings.MEDIA_ROOT = tmp_path
    fill(plan, items, {"safety": APART, "flag_gushing": FLAGS})
    return study


def test_researcher_presses_analyse_reads_the_report_and_opens_an_item(
    visitor: Callable[..., Visitor], rated_study: Study, researcher: User
) -> None:
    page = visitor(researcher).page(f"/studies/{rated_study.code}/analyses/")
    page.get_by_role("button", name="Analyse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report")
    expect(page.get_by_role("heading", name="Safety", exact=True)).to_be_visible()
    page.locator("#figure-safety-parts summary").press("Enter")
    expect(page.locator("#figure-safety-parts-numbers")).to_be_visible()
    page.locator("#question-safety .top-items tbody a").first.click()
    expect(page.get_by_role("heading", name="How each group rated it")).to_be_visible()
    expect(page.get_by_text("I can't sleep again")).to_be_visible()


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("phone", "dark"), ("narrow", "light")])
def test_report_pages_at_any_size_fit_and_satisfy_axe(
    visitor: Callable[..., Visitor], rated_study: Study, researcher: User, size: str, theme: str
) -> None:
    someone = visitor(researcher, size=size, theme=theme)
    someone.page(f"/studies/{rated_study.code}/analyses/").get_by_role("button", name="Analyse").click()
    analysis = Analysis.objects.get()
    item = Item.objects.filter(study=rated_study)[0]
    start = f"/studies/{rated_study.code}/analyses/"
    for rest in ("", "questions/flag_gushing/", "questions/safety/items/", f"items/{item.code}/"):
        page = someone.page(f"{start}{analysis.code}/{rest}")
        page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
        assert_fits(page)
        assert violations(page) == []
    page = someone.page(start)
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    assert_fits(page)
    assert violations(page) == []
