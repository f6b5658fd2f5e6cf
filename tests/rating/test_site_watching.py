"""How a stage goes at single sites, what checks show there, and what stays untold of the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import (
    Factor,
    Group,
    Item,
    ItemFactor,
    Job,
    Plan,
    ProblemReport,
    Rater,
    Role,
    Site,
    Slot,
    Study,
    User,
)
from annotation.queries.designs import Design
from annotation.services import people, plans, sites
from rating.job_kinds import MEASURE_RATERS
from tests.api.calls import caller
from tests.conftest import make_user
from tests.rating.rated import rate_item
from tests.rating.services.submitting import submit
from tests.rating.training_sets import open_practice, rate_all, use_checks

ClientOf = Callable[[User], Client]
MakeRater = Callable[..., Rater]


@pytest.fixture
def north(study: Study, owner: User) -> Site:
    return sites.add_site(study, actor=owner, name="North Hospital", key="north")


@pytest.fixture
def nora(study: Study, owner: User, north: Site, rater: Rater) -> User:
    """Coordinates at the northern site, where the first rater is."""
    user = make_user("nora")
    member = people.add_member(study, actor=owner, user=user, roles=[Role.COORDINATOR])
    sites.bind_member(member, [north], actor=owner)
    sites.move_rater(rater, north, actor=owner)
    return user


def shown(client: Client, study: Study, rest: str) -> str:
    response = client.get(f"/studies/{study.code}/{rest}")
    assert response.status_code == 200, rest
    return " ".join(unescape(response.content.decode()).split())


def told(user: User, study: Study, rest: str = "progress/") -> Any:
    response = caller(user).get(f"/api/v1/studies/{study.code}/{rest}")
    assert response.status_code == 200, response.json()
    return response.json()


def test_progress_of_a_site_counts_its_own_people_and_no_total_that_tells_of_few(
    plan: Plan, rater: Rater, second_rater: Rater, nora: User, client_of: ClientOf
) -> None:
    for one in (rater, second_rater, second_rater):
        submit(one)
    text = shown(client_of(nora), plan.study, "progress/")
    assert "1 rating" in text
    assert "Whole study" not in text.replace("A total of the whole study", "")
    assert "Nothing is planned for single sites" in text
    for address in ("progress/mail/", "jobs/", "plan/target"):
        assert address not in text
    (peers,) = told(nora, plan.study)["groups"]
    assert (peers["group"], peers["n_raters"], peers["n_done"]) == ("peer", 1, 1)
    assert (peers["n_planned"], peers["n_left"], peers["whole"]) == (None, None, None)


def test_a_total_of_the_study_is_told_once_five_others_stand_behind_it(
    plan: Plan, rater: Rater, items: list[Item], nora: User, make_rater: MakeRater
) -> None:
    submit(rater)
    others = [make_rater(f"else{number}") for number in range(5)]
    for number, one in enumerate(others[:4]):
        rate_item(plan, one, items[number], {"safety": 4}, number=10 + number)
    assert told(nora, plan.study)["groups"][0]["whole"] is None
    rate_item(plan, others[4], items[0], {"safety": 4}, number=20)
    assert told(nora, plan.study)["groups"][0]["whole"]["n_done"] == 6


def test_progress_asked_for_one_site_is_its_own_and_another_is_no_site(
    plan: Plan, rater: Rater, second_rater: Rater, nora: User, owner: User, client_of: ClientOf
) -> None:
    study = plan.study
    south = sites.add_site(study, actor=owner, name="South Centre", key="south")
    sites.move_rater(second_rater, south, actor=owner)
    for one in (rater, second_rater, second_rater):
        submit(one)
    asked = told(owner, study, "progress/?site=south")
    assert (asked["site"], asked["groups"][0]["n_done"], asked["course"]["lines"][0]["totals"]) == (
        "south",
        2,
        [2],
    )
    assert told(owner, study)["site"] is None
    text = shown(client_of(owner), study, "progress/?site=south")
    assert "at the site South Centre" in text
    assert '<option value="south" selected>' in text
    assert '<option value="south" >' in shown(client_of(owner), study, "progress/")
    for wrong in ("west", "south"):
        asker = owner if wrong == "west" else nora
        refused = client_of(asker).get(f"/studies/{study.code}/progress/?site={wrong}")
        assert (refused.status_code, "South Centre" in refused.content.decode()) == (400, False)
        refused = caller(asker).get(f"/api/v1/studies/{study.code}/progress/?site={wrong}")
        assert refused.status_code == 400


def test_a_site_with_planned_sequences_has_a_plan_and_a_forecast_of_its_own(
    plan: Plan, items: list[Item], rater: Rater, second_rater: Rater, owner: User, nora: User
) -> None:
    plans.close_plan(plan, actor=owner)
    design = Design("crossed", {"peer": 2, "clinician": 1})
    wanted: dict[str, Any] = {
        "stage": "main",
        "rubric_version": plan.rubric_version,
        "quotas": {"peer": 2, "clinician": 1},
    }
    plans.open_plan(plans.make_plan(plan.study, actor=owner, design=design, seed=5, **wanted), actor=owner)
    for _number in range(3):
        submit(rater)
    submit(second_rater)
    for number, slot in enumerate(Slot.objects.filter(rater=rater, state="done")):
        Slot.objects.filter(pk=slot.pk).update(completed_at=timezone.now() - timedelta(days=number + 1))
    asked = told(nora, plan.study)
    assert [(row["n_done"], row["n_planned"], row["n_left"]) for row in asked["groups"]] == [(3, 4, 1)]
    # One is left, and three days of late had one each.
    assert asked["course"]["forecast"]["middle"] > timezone.localdate().isoformat()
    assert asked["course"]["lines"][0]["totals"] == [1, 2, 3, 3]


def test_factors_and_alerts_of_a_site_count_its_own_people(
    plan: Plan, items: list[Item], rater: Rater, second_rater: Rater, nora: User, client_of: ClientOf
) -> None:
    tone = Factor.objects.create(study=plan.study, key="tone", name="Tone", is_hidden=False)
    for item in items:
        ItemFactor.objects.create(item=item, factor=tone, value="warm")
    for one in (rater, second_rater, second_rater):
        submit(one)
    for one, n in ((rater, 1), (second_rater, 2)):
        for number in range(n):
            ProblemReport.objects.create(study=plan.study, item=items[0], rater=one, text=f"P{number}")
    asked = told(nora, plan.study)
    (level,) = asked["factors"][0]["levels"]
    assert level["groups"] == [{"group": "peer", "n_planned": None, "n_done": 1}]
    assert [one["words"] for one in asked["alerts"]] == ["1 reported problem waits for an answer."]
    text = shown(client_of(nora), plan.study, "progress/")
    assert '<th scope="row">warm</th> <td class="num">1</td>' in text


def test_a_site_where_nobody_rates_for_a_week_is_told_so(plan: Plan, rater: Rater, nora: User) -> None:
    submit(rater)
    Plan.objects.filter(pk=plan.pk).update(created_at=timezone.now() - timedelta(days=20))
    assert told(nora, plan.study)["alerts"] == []
    Slot.objects.filter(rater=rater).update(completed_at=timezone.now() - timedelta(days=8))
    assert [one["words"] for one in told(nora, plan.study)["alerts"]] == [
        "Nobody there has rated for a week."
    ]


def measured(plan: Plan, raters: list[Rater]) -> None:
    rows = [
        {
            "rater": one.pseudonym,
            "group": "peer",
            "seconds": 40,
            "alike": 0.1,
            "distance": 0.25,
        }
        | {"far": ["seconds", "distance"]}
        for one in raters
    ]
    taken = {"taken_at": timezone.now().isoformat(), "raters": rows}
    Job.objects.create(
        study=plan.study, kind=MEASURE_RATERS, payload={"plan": plan.code}, state="done", result=taken
    )


def test_raters_beside_their_groups_are_listed_of_ones_own_sites_only(
    plan: Plan, rater: Rater, second_rater: Rater, nora: User, make_rater: MakeRater, client_of: ClientOf
) -> None:
    others = [second_rater, *(make_rater(f"else{number}") for number in range(4))]
    measured(plan, [rater, *others])
    text = shown(client_of(nora), plan.study, "progress/")
    assert rater.pseudonym in text
    assert not [one.pseudonym for one in others if one.pseudonym in text]
    assert "Only raters of these sites are listed." in text
    (row,) = told(nora, plan.study, "progress/raters/")["raters"]
    assert (row["rater"], row["distance"], row["far"]) == (rater.pseudonym, 0.25, ["seconds", "distance"])
    assert "1 rater stands far out" in text


def test_a_distance_that_tells_how_few_others_answered_is_left_out(
    plan: Plan, rater: Rater, second_rater: Rater, nora: User, owner: User
) -> None:
    measured(plan, [rater, second_rater])
    (row,) = told(nora, plan.study, "progress/raters/")["raters"]
    assert (row["distance"], row["far"], row["seconds"]) == (None, ["seconds"], 40)
    assert len(told(owner, plan.study, "progress/raters/")["raters"]) == 2
    (row,) = told(owner, plan.study, "progress/raters/?site=north")["raters"]
    assert row["distance"] == 0.25


def test_who_is_bound_may_have_raters_compared(plan: Plan, rater: Rater, nora: User) -> None:
    submit(rater)
    started = caller(nora).post(f"/api/v1/studies/{plan.study.code}/progress/raters/", {})
    assert (started.status_code, started.json()["kind"]) == (202, MEASURE_RATERS)
    assert rater.pseudonym not in started.content.decode()


def test_checks_show_the_raters_and_the_steadiness_of_ones_own_sites(
    plan: Plan, owner: User, rater: Rater, second_rater: Rater, nora: User, client_of: ClientOf
) -> None:
    study = plan.study
    use_checks(plan, owner, repeat_every=4, repeat_distance=1)
    for one in (rater, second_rater):
        rate_all(one, at_most=10)
    n_own = Slot.objects.filter(purpose="repeat", state="done", rater=rater).count()
    assert 0 < n_own < Slot.objects.filter(purpose="repeat", state="done").count()
    text = shown(client_of(nora), study, "training/quality/")
    assert rater.pseudonym in text
    assert second_rater.pseudonym not in text
    # Questions in one table, raters in the other: none counts the other rater's repeats.
    assert f'<td class="num">{n_own}</td> <td class="num">1</td>' in text
    assert '<td class="num">2</td> <td class="num">2</td>' not in text
    assert second_rater.pseudonym not in shown(
        client_of(nora), study, f"training/quality/?q={second_rater.pseudonym[4:7]}"
    )
    quality = told(nora, study, "checks/quality/")
    assert [row["rater"] for row in quality["results"]] == [rater.pseudonym]


def test_who_is_where_shows_the_raters_of_ones_own_sites(
    plan: Plan, owner: User, rater: Rater, second_rater: Rater, nora: User, client_of: ClientOf
) -> None:
    open_practice(plan, owner)
    text = shown(client_of(nora), plan.study, "training/people/")
    assert (rater.pseudonym in text, second_rater.pseudonym in text) == (True, False)
    assert f"/studies/{plan.study.code}/training/people/" in shown(
        client_of(nora), plan.study, "training/quality/"
    )
    cleared = told(nora, plan.study, "checks/raters/")
    assert (cleared["count"], cleared["results"][0]["rater"]) == (1, rater.pseudonym)


def test_groups_stand_in_their_order_although_raters_are_counted(
    plan: Plan, owner: User, groups: dict[str, Group]
) -> None:
    Group.objects.filter(pk=groups["clinician"].pk).update(position=9)
    assert [row["group"] for row in told(owner, plan.study)["groups"]] == ["peer", "clinician"]
    Group.objects.filter(pk=groups["clinician"].pk).update(position=0)
    assert [row["group"] for row in told(owner, plan.study)["groups"]] == ["clinician", "peer"]
