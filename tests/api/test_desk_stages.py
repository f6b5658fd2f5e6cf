"""Stages through the API: previewed, planned with seats, proved, changed; watched; looked at again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotation.models import (
    Factor,
    Item,
    ItemFactor,
    Plan,
    Rater,
    Role,
    RoleGrant,
    RubricVersion,
    Slot,
    Study,
    User,
)
from tests.api.desk import Desk
from tests.conftest import user_of
from tests.rating.services.submitting import submit


@pytest.fixture
def desk(study: Study, coordinator: User) -> Desk:
    return Desk(coordinator, study)


@pytest.fixture
def topic(study: Study, items: list[Item]) -> Factor:
    factor = Factor.objects.create(study=study, key="topic", name="Topic")
    ItemFactor.objects.create(item=items[0], factor=factor, value="crisis")
    return factor


CROSSED = {
    "quotas": {"peer": 2, "clinician": 2},
    "seed": 7,
    "design": {"kind": "crossed", "seats": {"peer": 2, "clinician": 2}},
}


def test_stage_with_seats_is_previewed_planned_proved_and_discarded(
    desk: Desk, items: list[Item], rubric_version: RubricVersion
) -> None:
    preview = desk.ask("post", "plans/preview/", CROSSED)
    assert (preview["n_components"], preview["is_expected"], preview["seed"]) == (1, False, 7)
    assert [load["n_ratings"] for load in preview["loads"]] == [8, 8]
    assert preview["warnings"]
    assert not Plan.objects.exists()
    wish = CROSSED | {"stage": "main", "rubric_version": rubric_version.code}
    plan = desk.ask("post", "plans/", wish, status=201)
    assert (plan["design"], plan["n_planned"]) == ("crossed", 16)
    stage = desk.ask("get", f"plans/{plan['code']}/")
    first = stage["seats"][0]
    assert (first["group"], first["n_items"], first["rater"]) == ("peer", 4, None)
    assert desk.ask("get", f"plans/{plan['code']}/check/")["holds"]
    assert desk.ask("post", f"plans/{plan['code']}/share/")["n_shared"] == 16
    desk.ask("put", f"plans/{plan['code']}/target/", {"due_on": "2030-01-31"})
    desk.ask("delete", f"plans/{plan['code']}/", status=204)
    assert not Plan.objects.exists()


def test_rule_by_factor_keeps_items_from_a_group(
    desk: Desk, topic: Factor, rubric_version: RubricVersion
) -> None:
    rule = {"factor": "topic", "value": "crisis", "groups": ["clinician"]}
    wish = {"quotas": {"peer": 1, "clinician": 1}, "design": {"rules": [rule]}}
    wish |= {"stage": "main", "rubric_version": rubric_version.code}
    plan = desk.ask("post", "plans/", wish, status=201)
    assert plan["n_planned"] == 7
    assert desk.ask("get", f"plans/{plan['code']}/")["rules"] == [rule | {"needs": ""}]


@pytest.mark.parametrize(
    ("design", "word"),
    [
        ({"rules": [{"factor": "colour", "value": "red", "groups": []}]}, "colour"),
        ({"kind": "crossed", "seats": {"nobody": 2}}, "nobody"),
        ({"conditions": "secret"}, "secret"),
    ],
)
def test_design_that_names_what_is_not_there_is_refused_by_name(
    desk: Desk, study: Study, coordinator: User, items: list[Item], design: object, word: str
) -> None:
    Factor.objects.create(study=study, key="secret", name="Secret", is_hidden=True)
    # Who rates too learns nothing of hidden factors.
    RoleGrant.objects.create(member=coordinator.memberships.get(), role=Role.RATER)
    error = desk.refused("post", "plans/preview/", {"quotas": {"peer": 2}, "design": design}, status=400)
    assert word in error["message"]


def test_running_stage_grows_and_is_changed_by_hand(
    desk: Desk, plan: Plan, rater: Rater, items: list[Item]
) -> None:
    grown = desk.ask("post", f"plans/{plan.code}/top-ups/", {"quotas": {"peer": 3}})
    assert (grown["n_added"], grown["plan"]["n_planned"]) == (4, 20)
    assert desk.refused("post", f"plans/{plan.code}/top-ups/", {"quotas": {"peer": 1}}, status=400)
    change = {"deed": "assign", "item": items[3].external_id, "rater": rater.pseudonym, "reason": "to try"}
    assigned = desk.ask("post", f"plans/{plan.code}/overrides/", change)
    slot = Slot.objects.get(code=assigned["slot"])
    assert slot.item == items[3]
    assert slot.seat is not None
    again = {"reason": "stays away"}
    desk.ask("post", f"plans/{plan.code}/seats/{slot.seat.code}/free/", again)
    assert desk.refused("post", f"plans/{plan.code}/seats/{slot.seat.code}/free/", again, status=409)
    submit(rater)
    rated = desk.ask("get", "ratings/")["results"][0]["slot"]
    reopened = desk.ask("post", f"plans/{plan.code}/slots/{rated}/reopen/", {"reason": "a mix-up"})
    assert Slot.objects.get(code=reopened["slot"]).state == Slot.State.OPEN


def test_progress_is_told_by_group_and_factor(
    desk: Desk, plan: Plan, topic: Factor, rater: Rater, coordinator: User, study: Study
) -> None:
    submit(rater)
    told = desk.ask("get", "progress/")
    assert told["plan"] == plan.code
    assert {row["group"]: (row["n_planned"], row["n_done"]) for row in told["groups"]} == {
        "peer": (8, 1),
        "clinician": (8, 0),
    }
    assert told["factors"][0]["levels"][0]["level"] == "crisis"
    assert told["course"]["forecast"] is None
    assert told["alerts"]
    job = desk.ask("post", "progress/raters/", status=202)
    watched = desk.ask("get", "progress/raters/")
    assert "never a verdict" in watched["caution"]
    assert watched["job"]["code"] == job["code"]


def test_progress_before_the_first_stage_is_empty(desk: Desk) -> None:
    assert desk.ask("get", "progress/")["plan"] is None
    assert desk.refused("post", "progress/raters/", status=409)["code"] == "state_forbids"


def test_second_look_is_asked_seen_and_kept(desk: Desk, study: Study, plan: Plan, rater: Rater) -> None:
    outcome = submit(rater)
    body = {"slot": outcome.rating.slot.code, "reason": "Is it meant so?"}
    look = desk.ask("post", "second-looks/", body, status=201)
    assert desk.refused("post", "second-looks/", body, status=409)["code"] == "lost_race"
    own = Desk(user_of(rater), study)
    assert own.ask("get", "my-second-looks/")[0]["reason"] == "Is it meant so?"
    own.ask("post", f"second-looks/{look['code']}/keep/", status=204)
    listed = desk.ask("get", "second-looks/")["results"][0]
    assert (listed["is_withdrawn"], listed["is_revised"]) == (False, False)
    assert listed["closed_at"] is not None
    other = desk.ask("post", "second-looks/", body, status=201)
    assert desk.ask("post", f"second-looks/{other['code']}/withdraw/")["is_withdrawn"]


def test_rater_may_not_look_at_the_desk(
    study: Study, plan: Plan, rater: Rater, make_rater: Callable[..., Rater]
) -> None:
    own = Desk(user_of(rater), study)
    for path in ("progress/", "progress/raters/", f"plans/{plan.code}/", "second-looks/", "pay/", "checks/"):
        assert own.refused("get", path, status=403)["code"] == "not_allowed"
