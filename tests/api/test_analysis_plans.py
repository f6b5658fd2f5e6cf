"""Analysis plans and registered statistics through the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Plan, Study, User
from annotation.services import studies
from rating.agreement.registry import REGISTRY
from rating.models import AnalysisPlan
from tests.api.calls import caller, error_of, sends

BODY: dict[str, Any] = {
    "title": "Gaps",
    "options": {"stage": "main", "pairs": [["peer", "clinician"]], "adjustment": "max_statistic"},
    "seed": 5,
}


def written(study: Study, user: User, body: Any = None) -> Any:
    url = reverse("api_analysis_plans", args=[study.code])
    return sends(caller(user), "post", url, BODY if body is None else body)


@pytest.fixture
def draft(plan: Plan, researcher: User) -> AnalysisPlan:
    assert written(plan.study, researcher).status_code == 201
    return AnalysisPlan.objects.get()


def test_plan_when_written_is_a_draft_and_listed(plan: Plan, researcher: User) -> None:
    body = written(plan.study, researcher).json()
    assert (body["state"], body["number"], body["seed"], body["locked_at"]) == ("draft", 1, 5, None)
    client = caller(researcher)
    listed = client.get(reverse("api_analysis_plans", args=[plan.study.code])).json()["results"]
    one = client.get(reverse("api_analysis_plan", args=[plan.study.code, body["code"]])).json()
    assert listed == [one] == [body]


def test_plan_when_locked_says_when_and_twice_is_a_conflict(draft: AnalysisPlan, researcher: User) -> None:
    url = reverse("api_analysis_plan_lock", args=[draft.study.code, draft.code])
    body = sends(caller(researcher), "post", url).json()
    assert (body["state"], body["n_ratings_before"]) == ("locked", 0)
    assert body["locked_at"]
    again = sends(caller(researcher), "post", url)
    assert (again.status_code, error_of(again)["code"]) == (409, "state_forbids")


def test_analysis_by_a_plan_that_is_a_draft_is_refused(draft: AnalysisPlan, researcher: User) -> None:
    url = reverse("api_analyses", args=[draft.study.code])
    response = sends(caller(researcher), "post", url, {"plan": draft.code})
    assert (response.status_code, error_of(response)["code"]) == (409, "state_forbids")
    unknown = sends(caller(researcher), "post", url, {"plan": "nothing"})
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": "Gaps", "options": {"pairs": [["peer"]]}},
        {"title": "Gaps", "options": {"pairs": [["peer", "robot"]]}},
        {"title": "Gaps", "options": {"exclusions": [{"rule": "mood"}]}},
        {"title": "Gaps", "options": {"primary": {"safety": {"coefficient": "vibes"}}}},
        {"title": "Gaps", "options": {"no_such_option": 1}},
        {"title": "Gaps", "seed": -1},
    ],
)
def test_plan_that_does_not_fit_is_refused(plan: Plan, researcher: User, body: dict[str, Any]) -> None:
    response = written(plan.study, researcher, body)
    assert response.status_code == 400
    assert error_of(response)["details"]
    assert not AnalysisPlan.objects.exists()


def test_plans_when_asked_by_others_are_hidden_or_forbidden(
    draft: AnalysisPlan, coordinator: User, outsider: User
) -> None:
    args = [draft.study.code, draft.code]
    for url in (
        reverse("api_analysis_plans", args=args[:1]),
        reverse("api_analysis_plan", args=args),
    ):
        assert caller(coordinator).get(url).status_code == 403
        assert caller(outsider).get(url).status_code == 404
        assert Client().get(url).status_code == 401
        assert caller(coordinator).delete(url).status_code == 405
    lock = reverse("api_analysis_plan_lock", args=args)
    assert caller(coordinator).post(lock).status_code == 403
    assert caller(outsider).post(lock).status_code == 404
    assert Client().post(lock).status_code == 401
    assert caller(coordinator).get(lock).status_code == 405


def test_plan_of_another_study_is_not_found(draft: AnalysisPlan, outsider: User) -> None:
    other = studies.create_study(actor=outsider, title="Third study")
    for name in ("api_analysis_plan", "api_analysis_plan_lock"):
        url = reverse(name, args=[other.code, draft.code])
        response = caller(outsider).get(url) if name == "api_analysis_plan" else caller(outsider).post(url)
        assert response.status_code == 404


def test_statistics_lists_the_whole_registry(owner: User) -> None:
    found = caller(owner).get(reverse("api_statistics")).json()
    assert [one["name"] for one in found] == [entry.name for entry in REGISTRY]
    alpha = next(one for one in found if one["name"] == "alpha")
    assert (alpha["about"], alpha["levels"]) == ("within", ["nominal", "ordinal", "interval", "ratio"])
    assert Client().get(reverse("api_statistics")).status_code == 401
    assert caller(owner).post(reverse("api_statistics")).status_code == 405
