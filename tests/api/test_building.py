"""Set-up, texts to begin with, totals of care, and simulated plans through the API."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import TestCase
from django.urls import reverse

from annotation.models import CareWeek, Group, Plan, Study, User
from rating.tasks import planning as tasks
from tests.api.calls import caller, error_of
from tests.api.desk import Desk

# Celery knows a task once its module is imported.
assert tasks.__name__ == "rating.tasks.planning"
ASKED = {
    "groups": [{"group": "peer", "n_raters": 4, "per_item": 3}, {"group": "clinician", "n_raters": 4}],
    "n_items": 8,
    "n_levels": 5,
    "item": 0.8,
    "rater": 0.3,
    "residual": 0.8,
    "gap": 1.0,
    "n_simulations": 100,
    "is_search_wanted": False,
    "seed": 3,
}


@pytest.fixture
def desk(study: Study, coordinator: User) -> Desk:
    return Desk(coordinator, study)


def test_set_up_tells_each_step_and_what_it_lacks(desk: Desk, study: Study) -> None:
    told = desk.ask("get", "setup/")
    assert [step["key"] for step in told["steps"]][:3] == ["purpose", "groups", "rubric"]
    assert (told["state"], told["current"], told["is_ready"]) == ("draft", "rubric", False)
    lacks = {step["key"]: [one["is_required"] for one in step["lacks"]] for step in told["steps"]}
    assert lacks["groups"] == []
    assert True in lacks["rubric"]
    assert (told["preview"], told["import_at_work"], told["copied"]["quotas"]) == (None, None, {})


def test_group_is_described_only_while_the_study_is_a_draft(desk: Desk, study: Study, plan: Plan) -> None:
    path = reverse("api_group", args=[study.code, "peer"]).removeprefix(desk.base)
    assert desk.refused("patch", path, {"words": "x"}, status=409)["code"] == "state_forbids"
    Study.objects.filter(pk=study.pk).update(state="draft")
    assert desk.ask("patch", path, {"words": "You rate as a peer."})["key"] == "peer"
    assert Group.objects.get(study=study, key="peer").words == "You rate as a peer."
    assert desk.refused("patch", path, {}, status=400)
    assert desk.refused("patch", "groups/none/", {"words": "x"}, status=404)


def test_consent_text_to_begin_with_says_what_the_study_says(desk: Desk, study: Study) -> None:
    Study.objects.filter(pk=study.pk).update(purpose="How do replies read at night?")
    path = reverse("api_consent_template", args=[study.code]).removeprefix(desk.base)
    assert "How do replies read at night?" in desk.ask("get", path)["body"]


def test_weeks_of_care_are_totals_without_anybody(desk: Desk, study: Study) -> None:
    Study.objects.filter(pk=study.pk).update(created_at="2026-01-01T00:00:00Z")
    first = desk.ask("get", "care/weeks/")[0]["monday"]
    CareWeek.objects.create(study=study, monday=date.fromisoformat(first), n_skips=7)
    told = desk.ask("get", reverse("api_care_weeks", args=[study.code]).removeprefix(desk.base))
    assert told[0] == {"monday": first, "n_pauses": None, "n_skips": 7, "n_above": None}


def test_plan_is_simulated_and_told_in_words_and_numbers(desk: Desk, study: Study) -> None:
    outset = desk.ask("get", "simulations/outset/")
    assert sorted(one["group"] for one in outset["groups"]) == ["clinician", "peer"]
    with TestCase.captureOnCommitCallbacks(execute=True):
        started = desk.ask("post", "simulations/", ASKED, status=202)
    assert (started["seed"], started["settings"]["groups"][1]["per_item"]) == (3, None)
    path = reverse("api_simulation", args=[study.code, started["code"]]).removeprefix(desk.base)
    told = desk.ask("get", path)
    assert told["job"]["state"] == "done", told["job"]
    assert told["findings"]
    assert told["outlook"]["curve"][0]["gap"] == 0
    assert told["figure"].lstrip().startswith("<")
    assert [one["code"] for one in desk.ask("get", "simulations/")["results"]] == [started["code"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"groups": []},
        {"groups": [{"group": "none", "n_raters": 4}]},
        {"groups": [{"group": "peer", "n_raters": 4}] * 2},
        {"groups": [{"group": "peer", "n_raters": 2, "per_item": 9}]},
        {"residual": 0},
        {"n_items": 100_000, "n_simulations": 2000},
        {"vary": "sideways"},
    ],
)
def test_plan_that_cannot_be_simulated_is_refused_in_words(desk: Desk, wrong: dict[str, Any]) -> None:
    error = desk.refused("post", "simulations/", ASKED | wrong, status=400)
    assert error["details"] or error["message"]


def test_simulation_that_waits_has_found_nothing_and_others_find_none(
    desk: Desk, study: Study, outsider: User, researcher: User
) -> None:
    started = desk.ask("post", "simulations/", ASKED, status=202)
    path = reverse("api_simulation", args=[study.code, started["code"]])
    told = caller(researcher).get(path).json()
    assert (told["findings"], told["outlook"], told["figure"]) == ([], None, "")
    assert error_of(caller(outsider).get(path))["code"] == "not_found"
    outset = reverse("api_simulation_outset", args=[study.code])
    assert caller(outsider).get(outset).status_code == 404
    assert caller(researcher).get(reverse("api_setup", args=[study.code])).status_code == 403
