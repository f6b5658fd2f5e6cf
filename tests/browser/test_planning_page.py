"""The pages of simulated plans satisfy axe and fit a phone, whatever they say."""

from collections.abc import Callable
from typing import Any

import pytest

from annotation.models import Study, User
from rating.services.planning import start_plan_simulation
from rating.tasks.planning import simulate_plan
from tests.browser.conftest import Visitor
from tests.browser.test_every_page import RATER_LOOKS, TEAM_LOOKS, faults
from tests.rating.test_planning_pages import SETTINGS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Warnings without a curve; a curve with the table of raters tried.
PLANS: dict[str, dict[str, Any]] = {
    "warned": {"groups": [{**group, "per_item": 1} for group in SETTINGS["groups"]]},
    "searched": {"is_search_wanted": True},
}


@pytest.mark.looks
@pytest.mark.parametrize(("size", "theme"), [*TEAM_LOOKS, *RATER_LOOKS])
def test_pages_of_simulations_satisfy_axe(
    visitor: Callable[..., Visitor], study: Study, researcher: User, size: str, theme: str
) -> None:
    one = visitor(researcher, size=size, theme=theme)
    for changes in PLANS.values():
        job = start_plan_simulation(study, actor=researcher, settings={**SETTINGS, **changes}, seed=1)
        simulate_plan.apply(args=[job.pk])
        page = one.page(f"/studies/{study.code}/planning/{job.code}/")
        assert "What this plan can show" in page.title()
        assert faults(page) == []
    page = one.page(f"/studies/{study.code}/planning/")
    assert page.get_by_role("table").is_visible()
    assert faults(page) == []
