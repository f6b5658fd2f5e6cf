"""Stages of a study, through HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from annotation.models import Item, Plan, RubricVersion, Slot, Study, User
from annotation.services.stages import drawn_items

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def client(coordinator: User, client_of: ClientOf) -> Client:
    return client_of(coordinator)


def url(study: Study, page: str = "") -> str:
    return f"/studies/{study.code}/plan/{page}"


def wanted(version: RubricVersion, **fields: str) -> dict[str, str]:
    body = {"stage": "pilot", "rubric": version.code, "quota-peer": "2", "quota-clinician": "1"}
    return body | {"n_items": "2", "seed": "5", "step": "make"} | fields


def test_plan_when_nothing_is_ready_says_what_is_missing(study: Study, client: Client) -> None:
    content = client.get(url(study)).content.decode()
    assert "Publish a rubric" in content
    assert "Add items that have a text" in content
    assert url(study, "new/") not in content


def test_plan_shows_each_stage_with_quota_and_seed(plan: Plan, client: Client) -> None:
    content = client.get(url(plan.study)).content.decode()
    assert "Peer supporters: 2, Clinicians: 2" in content
    assert "<dd>7</dd>" in content
    assert "Close the main stage" in content


def test_plan_when_researcher_offers_no_change(plan: Plan, researcher: User, client_of: ClientOf) -> None:
    content = client_of(researcher).get(url(plan.study)).content.decode()
    assert "Close the main stage" not in content


def test_plan_new_when_previewed_shows_the_load_and_makes_nothing(
    study: Study, rubric_version: RubricVersion, items: list[Item], client: Client
) -> None:
    response = client.post(url(study, "new/"), wanted(rubric_version, n_items="", step="preview"))
    loads = [(load.group.key, load.n_ratings, load.per_rater) for load in response.context["loads"]]
    assert loads == [("peer", 8, None), ("clinician", 4, None)]
    assert not Plan.objects.filter(study=study).exists()


def test_plan_new_when_a_group_gives_one_rating_warns_that_misalignment_is_not_identifiable(
    study: Study, rubric_version: RubricVersion, items: list[Item], client: Client
) -> None:
    response = client.post(url(study, "new/"), wanted(rubric_version, step="preview"))
    assert "Clinicians give fewer than two ratings per item" in response.content.decode()
    response = client.post(
        url(study, "new/"), wanted(rubric_version, step="preview", **{"quota-clinician": "2"})
    )
    assert "fewer than two ratings" not in response.content.decode()


def test_plan_new_for_a_pilot_draws_items_by_the_seed(
    study: Study, rubric_version: RubricVersion, items: list[Item], client: Client
) -> None:
    assert client.post(url(study, "new/"), wanted(rubric_version)).headers["Location"] == url(study)
    plan = Plan.objects.get(study=study)
    used = set(Slot.objects.filter(plan=plan).values_list("item_id", flat=True))
    assert (plan.stage, plan.seed, plan.state) == ("pilot", 5, "draft")
    assert used == {item.pk for item in drawn_items(study, n_items=2, seed=5)}
    assert Slot.objects.filter(plan=plan).count() == 2 * 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("n_items", "5"),
        ("n_items", "0"),
        ("quota-peer", "-1"),
        ("quota-peer", "many"),
        ("quota-peer", "101"),
        ("seed", ""),
        ("rubric", "nothere"),
        ("stage", "imported"),
    ],
)
def test_plan_new_when_a_field_is_wrong_makes_nothing(
    field: str, value: str, study: Study, rubric_version: RubricVersion, items: list[Item], client: Client
) -> None:
    response = client.post(url(study, "new/"), wanted(rubric_version, **{field: value}))
    assert response.status_code == 400
    assert "error-summary" in response.content.decode()
    assert not Plan.objects.filter(study=study).exists()


def test_plan_new_when_nobody_rates_says_so(
    study: Study, rubric_version: RubricVersion, items: list[Item], client: Client
) -> None:
    body = wanted(rubric_version, **{"quota-peer": "0", "quota-clinician": "0"})
    response = client.post(url(study, "new/"), body)
    assert response.status_code == 400
    assert "at least one rating per item" in response.content.decode()


def test_plan_new_when_the_stage_exists_is_refused(plan: Plan, client: Client) -> None:
    response = client.post(url(plan.study, "new/"), wanted(plan.rubric_version, stage="main"))
    assert response.status_code == 400
    assert "already has a main stage" in response.content.decode()


def test_plan_new_when_the_study_is_bare_says_so(study: Study, client: Client) -> None:
    assert client.get(url(study, "new/")).status_code == 200
    assert client.post(url(study, "new/"), {"step": "make"}).status_code == 400


def test_pilot_when_main_runs_cannot_start(plan: Plan, client: Client) -> None:
    client.post(url(plan.study, "new/"), wanted(plan.rubric_version))
    pilot = Plan.objects.get(study=plan.study, stage="pilot")
    response = client.post(url(plan.study, f"{pilot.code}/open/"))
    assert response.status_code == 409
    assert "Close the main stage first" in response.content.decode()
    assert client.post(url(plan.study, f"{plan.code}/close/")).status_code == 302
    assert client.post(url(plan.study, f"{pilot.code}/open/")).status_code == 302
    pilot.refresh_from_db()
    assert pilot.state == "open"


@pytest.mark.parametrize("change", ["open", "close"])
def test_plan_state_when_asked_by_get_changes_nothing(change: str, plan: Plan, client: Client) -> None:
    assert client.get(url(plan.study, f"{plan.code}/{change}/")).status_code == 200
    plan.refresh_from_db()
    assert plan.state == "open"


def test_plan_state_when_unknown_is_not_found(plan: Plan, client: Client) -> None:
    assert client.post(url(plan.study, f"{plan.code}/burn/")).status_code == 404
    assert client.post(url(plan.study, "nothere/open/")).status_code == 404


def test_plan_state_when_researcher_is_refused(plan: Plan, researcher: User, client_of: ClientOf) -> None:
    assert client_of(researcher).post(url(plan.study, f"{plan.code}/close/")).status_code == 403
    plan.refresh_from_db()
    assert plan.state == "open"


def test_plan_state_when_outsider_is_not_found(plan: Plan, outsider: User, client_of: ClientOf) -> None:
    theirs = Study.objects.get(title="Another study")
    assert client_of(outsider).post(url(theirs, f"{plan.code}/close/")).status_code == 404
