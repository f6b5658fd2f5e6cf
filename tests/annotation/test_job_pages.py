"""Background work of a study, through HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from annotation.models import Job, Rater, Study, User
from tests.conftest import user_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def client(researcher: User, client_of: ClientOf) -> Client:
    return client_of(researcher)


def make_job(study: Study, state: str = "running", **fields: Any) -> Job:
    return Job.objects.create(study=study, kind="rating.tasks.run_analysis", state=state, **fields)


def url(job: Job, page: str = "") -> str:
    assert job.study is not None
    return f"/studies/{job.study.code}/jobs/{job.code}/{page}"


def test_job_when_running_shows_progress_and_asks_again(study: Study, client: Client) -> None:
    job = make_job(study, progress=0.4, message="Resampling")
    content = client.get(url(job)).content.decode()
    assert '<progress value="40" max="100"' in content
    assert "Resampling" in content
    assert f'hx-get="{url(job)}"' in content
    assert f'<a href="{url(job)}">Look again</a>' in content


def test_job_when_asked_by_htmx_answers_the_card_alone(study: Study, client: Client) -> None:
    content = client.get(url(make_job(study)), headers={"HX-Request": "true"}).content.decode()
    assert '<div class="job card" id="job"' in content
    assert "<html" not in content


def test_job_when_done_links_to_its_result_and_stops_asking(study: Study, client: Client) -> None:
    page = f"/studies/{study.code}/analyses/abc/"
    content = client.get(url(make_job(study, "done", result={"url": page}))).content.decode()
    assert f'href="{page}"' in content
    assert "hx-get" not in content


@pytest.mark.parametrize(
    "address", ["https://example.org/", "//example.org/", "javascript:alert(1)", 7, None]
)
def test_job_when_its_result_points_elsewhere_shows_no_link(
    address: object, study: Study, client: Client
) -> None:
    content = client.get(url(make_job(study, "done", result={"url": address}))).content.decode()
    assert "See the result" not in content


def test_job_when_failed_shows_every_reason(study: Study, client: Client) -> None:
    content = client.get(url(make_job(study, "failed", error="No ratings.\nrow 3\nrow 9"))).content.decode()
    assert "No ratings." in content
    assert "<li>row 9</li>" in content


def test_cancel_when_waiting_stops_it(study: Study, client: Client) -> None:
    job = make_job(study, "queued")
    assert client.post(url(job, "cancel/")).headers["Location"] == url(job)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_cancel_when_running_asks_it_to_stop(study: Study, client: Client) -> None:
    job = make_job(study)
    client.post(url(job, "cancel/"))
    job.refresh_from_db()
    assert (job.state, job.is_cancel_requested) == ("running", True)
    assert "Stopping…" in client.get(url(job)).content.decode()


def test_cancel_when_over_changes_nothing(study: Study, client: Client) -> None:
    job = make_job(study, "done")
    client.post(url(job, "cancel/"))
    job.refresh_from_db()
    assert (job.state, job.is_cancel_requested) == ("done", False)


def test_job_when_role_study_method_or_code_is_wrong_is_refused(
    study: Study, rater: Rater, outsider: User, client: Client, client_of: ClientOf
) -> None:
    job = make_job(study, "queued")
    assert client.get(url(job, "cancel/")).status_code == 405
    assert client.post(url(job)).status_code == 405
    assert client_of(user_of(rater)).get(url(job)).status_code == 403
    assert client_of(outsider).post(url(job, "cancel/")).status_code == 404
    assert Client().get(url(job)).status_code == 302
    assert client.get(f"/studies/{study.code}/jobs/nothere/").status_code == 404
    job.refresh_from_db()
    assert job.state == "queued"
