"""Numbers for Prometheus: right, behind a token, about nobody; the dashboard names only what there is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector

from annotation.broker import NoBrokerError
from annotation.jobs import enqueue
from annotation.models import Job, Plan, Rater, Slot, User
from annotation.services.leases import hold_lease
from rating.queries.operations import n_ratings_ever, operational_measures
from tests.conftest import ROOT
from tests.rating.services.submitting import submit

TOKEN = "a token of the tests"


def read(client: Client, token: str = TOKEN) -> HttpResponse:
    with override_settings(METRICS_TOKEN=TOKEN):
        return client.get("/metrics", headers={"Authorization": f"Bearer {token}"})  # type: ignore[return-value]


@pytest.mark.django_db
def test_metrics_without_a_token_in_the_settings_are_not_there(client: Client) -> None:
    assert client.get("/metrics").status_code == 404


@pytest.mark.django_db
def test_metrics_with_a_wrong_token_or_none_are_refused(client: Client) -> None:
    assert read(client, "another").status_code == 401
    with override_settings(METRICS_TOKEN=TOKEN):
        assert client.get("/metrics").status_code == 401
        assert client.post("/metrics").status_code == 405


def rows(now_plus: timedelta = timedelta()) -> dict[str, float]:
    measures = operational_measures(now=timezone.now() + now_plus)
    return {
        f"{measure.name}{sorted(labels.items())}": value
        for measure in measures
        for labels, value in measure.rows
    }


@pytest.mark.django_db
def test_measures_count_claims_outstanding_and_expired(plan: Plan, rater: Rater) -> None:
    slot = Slot.objects.filter(plan=plan, group=rater.group)[0]
    later = timezone.now() + timedelta(minutes=30)
    Slot.objects.filter(pk=slot.pk).update(
        state=Slot.State.CLAIMED, rater=rater, claimed_at=timezone.now(), claim_expires_at=later
    )

    assert rows()["attune_claims[('state', 'outstanding')]"] == 1
    assert rows(timedelta(hours=1))["attune_claims[('state', 'expired')]"] == 1


@pytest.mark.django_db
def test_measures_count_jobs_by_kind_and_state_with_the_age_of_the_oldest(owner: User) -> None:
    job = enqueue("tests.kind", actor=owner, study=None, payload={})
    Job.objects.filter(pk=job.pk).update(queued_at=timezone.now() - timedelta(seconds=90))

    told = rows()
    labels = "[('kind', 'tests.kind'), ('state', 'queued')]"
    assert told[f"attune_jobs{labels}"] == 1
    assert told[f"attune_job_age_seconds{labels}"] >= 90


@pytest.mark.django_db
def test_ratings_ever_grow_by_each_submission(rater: Rater, plan: Plan) -> None:
    del plan
    before = n_ratings_ever()
    submit(rater)
    assert n_ratings_ever() == before + 1


@pytest.mark.django_db
def test_measures_without_broker_say_nothing_of_its_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> int:
        raise NoBrokerError

    monkeypatch.setattr("rating.queries.operations.n_waiting", gone)
    [depth] = [one for one in operational_measures(now=timezone.now()) if one.name == "attune_queue_messages"]
    assert depth.rows == []


@pytest.mark.django_db
def test_metrics_count_requests_by_route_and_hold_no_address_of_a_study(client: Client) -> None:
    with override_settings(METRICS_TOKEN=TOKEN):
        client.get("/studies/nosuchstudy1/")
        client.generic("BREW", "/healthz")
    text = read(client).content.decode()

    assert re.search(r'attune_requests_total\{method="GET",route="study",status="(302|404)"\}', text)
    assert 'method="other"' in text
    assert "BREW" not in text
    assert "nosuchstudy1" not in text
    assert "attune_ratings_total" in text


def series(text: str) -> set[str]:
    """Names of ours in expressions of the dashboard or the rules."""
    return set(re.findall(r"\battune_\w+", text))


@pytest.mark.django_db
def test_dashboard_and_alerts_name_only_what_there_is(client: Client, owner: User, plan: Plan) -> None:
    del plan
    enqueue("tests.kind", actor=owner, study=None, payload={})
    assert hold_lease("scheduler", holder="one", seconds=30)
    with override_settings(METRICS_TOKEN=TOKEN):
        client.get("/healthz")
    there = series(read(client).content.decode())
    dashboard = json.loads((ROOT / "deploy/grafana/attune.json").read_text(encoding="utf-8"))
    asked = {target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])}

    assert asked
    assert series(" ".join(asked)) <= there
    assert series((ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8")) <= there
    # And every measure has its place on the dashboard.
    named = {one.name for one in operational_measures(now=timezone.now())}
    assert {name for name in named if name not in " ".join(asked)} == set()


COUNT = """
from config.request_metrics import count_request
count_request(route="home", method="GET", status=200, seconds=0.02)
"""


def test_counts_of_several_processes_are_told_as_their_sum(tmp_path: Path) -> None:
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", COUNT], cwd=ROOT, env=env, check=True)  # noqa: S603 (our own words)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(tmp_path))  # type: ignore[no-untyped-call]

    told = registry.get_sample_value(
        "attune_requests_total", {"route": "home", "method": "GET", "status": "200"}
    )
    assert told == 2
