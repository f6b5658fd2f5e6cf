"""Every page that links lead to, for every role: axe finds nothing, nothing scrolls sideways."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from annotation.models import Item, Plan, Rater, Role, Slot, Study, User
from annotation.services import people, problems, sites
from rating.services.analyses import start_analysis
from rating.tasks.analyses import run_analysis
from tests.browser.conftest import Visitor, assert_fits, violations
from tests.conftest import make_user, user_of
from tests.rating.rated import APART, FLAGS, fill
from tests.rating.services.submitting import claimed, submit
from tests.screenshots import SKIPPED, kind_of, links_of

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]

# One look each: the team's many pages in the harder one. Raters' pages have all looks in tests of their own,
# every component in the gallery (tests/design).
TEAM_LOOKS, RATER_LOOKS = [("phone", "dark")], [("desktop", "light")]


@pytest.fixture
def busy_study(
    settings: Any, tmp_path: Path, study: Study, plan: Plan, items: list[Item], rater: Rater, owner: User
) -> Study:
    """Something on every page: ratings, an analysis, a problem, an item in hand."""
    settings.MEDIA_ROOT = tmp_path
    assert run_analysis.name == "rating.tasks.run_analysis"
    fill(plan, items, {"safety": APART, "flag_gushing": FLAGS})
    for item in items[:2]:
        Slot.objects.create(
            plan=plan, item=item, group=rater.group, rubric_version=plan.rubric_version, number=99
        )
    submit(rater)
    claimed(rater)
    problems.report_problem(rater, items[0], actor=user_of(rater), text="The reply is cut off.")
    start_analysis(study, actor=owner, seed=1)
    return study


def faults(page: Page) -> list[Any]:
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    assert_fits(page)
    return violations(page)


def walk(one: Visitor, start: str) -> dict[str, list[Any]]:
    """Faults by kind of page, following every link of ours once per kind."""
    page = one.page(start)
    found: dict[str, list[Any]] = {}
    waiting = deque([start])
    while waiting:
        path = waiting.popleft()
        kind = kind_of(path)
        if kind is None or kind in found or kind in SKIPPED:
            continue
        response = one.context.request.get(one.url + path)
        assert response.status < 400, path
        if "text/html" not in response.headers["content-type"]:
            found[kind] = []
            continue
        page.goto(one.url + path)
        waiting.extend(links_of(page, one.url))
        found[kind] = faults(page)
    return found


@pytest.mark.parametrize(("size", "theme"), TEAM_LOOKS)
def test_every_page_of_an_owner_satisfies_axe(
    visitor: Callable[..., Visitor], busy_study: Study, owner: User, size: str, theme: str
) -> None:
    found = walk(visitor(owner, size=size, theme=theme), "/")
    assert {kind: wrong for kind, wrong in found.items() if wrong} == {}
    assert {"home", "study", "study_items", "study_people", "study_plan", "analysis", "study_exports"} <= set(
        found
    )


@pytest.mark.parametrize(("size", "theme"), TEAM_LOOKS)
def test_every_page_of_whoever_is_bound_to_a_site_satisfies_axe(
    visitor: Callable[..., Visitor], busy_study: Study, owner: User, rater: Rater, size: str, theme: str
) -> None:
    bound = make_user("nora")
    roles = [Role.COORDINATOR, Role.SAFEGUARDING]
    member = people.add_member(busy_study, actor=owner, user=bound, roles=roles)
    north = sites.add_site(busy_study, actor=owner, name="North Hospital", key="north")
    sites.bind_member(member, [north], actor=owner)
    sites.move_rater(rater, north, actor=owner)
    found = walk(visitor(bound, size=size, theme=theme), "/")
    assert {kind: wrong for kind, wrong in found.items() if wrong} == {}
    assert {"study", "study_watch", "study_quality", "study_training_people", "study_pay"} <= set(found)


@pytest.mark.parametrize(("size", "theme"), RATER_LOOKS)
def test_every_page_of_a_rater_satisfies_axe(
    visitor: Callable[..., Visitor],
    busy_study: Study,
    make_rater: Callable[..., Rater],
    rater: Rater,
    size: str,
    theme: str,
) -> None:
    found = walk(visitor(user_of(rater), size=size, theme=theme), "/")
    held = Slot.objects.get(rater=rater, state=Slot.State.CLAIMED)
    item = f"/studies/{busy_study.code}/rate/{held.code}/"
    for path in (item, f"{item}skip/", f"{item}problem/"):
        found |= walk(visitor(user_of(rater), size=size, theme=theme), path)
    newcomer = user_of(make_rater("nora", consents=False))
    consent = f"/studies/{busy_study.code}/rate/consent/"
    found |= walk(visitor(newcomer, size=size, theme=theme), consent)
    assert {kind: wrong for kind, wrong in found.items() if wrong} == {}
    seen = {"rate_home", "rate_item", "rate_pass", "rate_problem", "rate_history", "rate_consent"}
    assert seen <= set(found)


@pytest.mark.parametrize(
    "path", ["/", "/accounts/login/", "/accounts/password/reset/", "/nowhere/", "/join/x/"]
)
def test_every_page_of_a_stranger_satisfies_axe(
    visitor: Callable[..., Visitor], owner: User, path: str
) -> None:
    stranger = visitor(owner)
    stranger.context.clear_cookies()
    stranger.allowed.append("404")
    assert faults(stranger.page(path)) == []
