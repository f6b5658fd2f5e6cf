"""Snapshots and analyses through the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from annotation.models import Plan, Rater, Study, User
from annotation.services import studies
from rating.models import Analysis
from rating.services.analyses import start_analysis
from rating.services.snapshots import take_snapshot
from rating.tasks.analyses import run_analysis
from tests.api.calls import caller, error_of, sends
from tests.rating.services.submitting import submit

# Celery knows a task once its module is imported; a worker does that by itself.
assert run_analysis.name == "rating.tasks.run_analysis"
QUICK = {"n_permutations": 99, "questions": ["safety"]}


@pytest.fixture
def rated(plan: Plan, rater: Rater, second_rater: Rater, settings: Any, tmp_path: Path) -> Study:
    settings.MEDIA_ROOT = tmp_path
    for one, value in ((rater, 2), (second_rater, 4)):
        for _ in range(3):
            submit(one, value=value)
    return plan.study


def test_snapshots_tell_digest_and_counts(rated: Study, researcher: User) -> None:
    taken = take_snapshot(rated, actor=researcher)
    client = caller(researcher)
    listed = client.get(reverse("api_snapshots", args=[rated.code])).json()
    assert [(row["code"], row["digest"]) for row in listed["results"]] == [(taken.code, taken.digest)]
    one = client.get(reverse("api_snapshot", args=[rated.code, taken.code])).json()
    assert one == listed["results"][0]
    assert (one["description"]["counts"]["n_ratings"], one["description"]["counts"]["n_raters"]) == (6, 2)
    assert "file_name" not in one


def test_snapshot_of_another_study_is_not_found(rated: Study, researcher: User, outsider: User) -> None:
    taken = take_snapshot(rated, actor=researcher)
    other = studies.create_study(actor=outsider, title="Third study")
    response = caller(outsider).get(reverse("api_snapshot", args=[other.code, taken.code]))
    assert (response.status_code, error_of(response)["code"]) == (404, "not_found")


def started(study: Study, user: User, body: Any) -> Any:
    return sends(caller(user), "post", reverse("api_analyses", args=[study.code]), body)


def test_analysis_when_started_answers_with_its_job(rated: Study, researcher: User) -> None:
    response = started(rated, researcher, {"options": QUICK, "seed": 11})
    body = response.json()
    assert response.status_code == 202
    assert (body["analysis"]["seed"], body["analysis"]["finished_at"]) == (11, None)
    assert body["analysis"]["options"]["questions"] == ["safety"]
    assert body["job"]["state"] == "queued"
    client = caller(researcher)
    job = client.get(reverse("api_job", args=[rated.code, body["job"]["code"]]))
    assert job.json()["code"] == body["job"]["code"]
    assert [
        row["code"] for row in client.get(reverse("api_analyses", args=[rated.code])).json()["results"]
    ] == [body["analysis"]["code"]]


def test_analysis_when_started_without_a_body_takes_every_default(rated: Study, researcher: User) -> None:
    body = started(rated, researcher, {}).json()
    assert body["analysis"]["options"]["stage"] == "main"
    assert Analysis.objects.get().created_by == researcher


def test_analysis_when_finished_tells_its_numbers(
    rated: Study, researcher: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        code = started(rated, researcher, {"options": QUICK}).json()["analysis"]["code"]
    body = caller(researcher).get(reverse("api_analysis", args=[rated.code, code])).json()
    assert body["job"]["state"] == "done", body["job"]
    assert body["finished_at"]
    assert list(body["results"]["questions"]) == ["safety"]
    assert body["snapshot"]


def test_analyses_list_leaves_the_numbers_out(rated: Study, researcher: User) -> None:
    start_analysis(rated, actor=researcher, options=QUICK)
    row = caller(researcher).get(reverse("api_analyses", args=[rated.code])).json()["results"][0]
    assert "results" not in row
    assert "log" not in row


def test_analysis_of_another_study_is_not_found(rated: Study, researcher: User, outsider: User) -> None:
    analysis = start_analysis(rated, actor=researcher, options=QUICK)
    other = studies.create_study(actor=outsider, title="Third study")
    response = caller(outsider).get(reverse("api_analysis", args=[other.code, analysis.code]))
    assert response.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"options": {"stage": "dress rehearsal"}},
        {"options": {"level": "sky-high"}},
        {"options": {"n_permutations": 3}},
        {"options": {"n_permutations": "many"}},
        {"options": {"confidence": 2}},
        {"options": {"questions": "safety"}},
        {"options": {"no_such_option": 1}},
        {"options": "all"},
        {"seed": -1},
        {"seed": 2**63},
    ],
)
def test_analysis_with_options_that_do_not_fit_is_refused(
    rated: Study, researcher: User, body: dict[str, Any]
) -> None:
    response = started(rated, researcher, body)
    assert response.status_code == 400
    assert error_of(response)["details"]
    assert not Analysis.objects.exists()


def test_analysis_when_nobody_has_rated_is_refused(plan: Plan, researcher: User) -> None:
    response = started(plan.study, researcher, {})
    assert (response.status_code, error_of(response)["code"]) == (409, "state_forbids")
