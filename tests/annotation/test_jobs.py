"""Jobs: the row is the truth, whatever the broker does."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from annotation import jobs
from annotation.errors import Code, DomainError
from annotation.models import Job, User
from annotation.pulse import pulse

pytestmark = pytest.mark.django_db


class Task(jobs.JobTask):
    name = "tests.task"


def make(state: str = "queued", **fields: object) -> Job:
    return Job.objects.create(kind="tests.task", state=state, **fields)


def aged(job: Job, **fields: object) -> None:
    Job.objects.filter(pk=job.pk).update(**fields)


def test_enqueue_wakes_a_worker_only_after_commit(
    owner: User, django_capture_on_commit_callbacks: object
) -> None:
    with mock.patch.object(jobs, "wake") as wake:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            job = jobs.enqueue("tests.task", actor=owner, study=None, payload={"a": 1})
            wake.assert_not_called()
        wake.assert_called_once_with(job)


def test_enqueue_with_the_same_idempotency_key_returns_the_first_job(owner: User) -> None:
    first = jobs.enqueue("tests.task", actor=owner, study=None, payload={}, idempotency_key="k")
    second = jobs.enqueue("tests.task", actor=owner, study=None, payload={}, idempotency_key="k")
    assert first == second


def test_run_job_stores_the_result(owner: User) -> None:
    job = make()
    Task().run_job(job.pk, lambda _: {"n": 3})
    job.refresh_from_db()
    assert (job.state, job.result, job.progress, job.n_attempts) == ("done", {"n": 3}, 1.0, 1)


def test_run_job_twice_works_once(owner: User) -> None:
    job = make()
    runs: list[int] = []

    def work(one: Job) -> dict[str, object]:
        runs.append(one.pk)
        return {}

    for _ in range(2):
        Task().run_job(job.pk, work)
    assert runs == [job.pk]


def test_run_job_when_refused_says_why(owner: User) -> None:
    job = make()

    def work(_: Job) -> dict[str, object]:
        raise DomainError(Code.INVALID, "No two groups.", ["peer: 0"])

    Task().run_job(job.pk, work)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "No two groups.\npeer: 0")


def test_run_job_when_it_breaks_is_failed_logged_and_raised(
    owner: User, caplog: pytest.LogCaptureFixture
) -> None:
    job = make()
    with pytest.raises(ZeroDivisionError):
        Task().run_job(job.pk, lambda _: {"n": 1 // 0})
    job.refresh_from_db()
    assert job.state == "failed"
    assert "ZeroDivisionError" not in job.error
    assert job.code in caplog.text


def test_run_job_when_asked_to_stop_is_cancelled_at_its_next_report(owner: User) -> None:
    job = make()

    def work(one: Job) -> dict[str, object]:
        jobs.request_cancel(one)
        jobs.report_progress(one, 0.5, "half way")
        return {}

    Task().run_job(job.pk, work)
    job.refresh_from_db()
    assert (job.state, job.progress) == ("cancelled", 0.5)


def test_request_cancel_of_a_waiting_job_stops_it_at_once(owner: User) -> None:
    job = make()
    jobs.request_cancel(job)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_requeue_lost_jobs_wakes_the_unheard_and_the_dead_and_leaves_the_living(owner: User) -> None:
    now = timezone.now()
    unheard, dead, living, fresh = make(), make("running", n_attempts=1), make("running"), make()
    aged(unheard, queued_at=now - timedelta(minutes=1))
    aged(dead, heartbeat_at=now - timedelta(minutes=3))
    aged(living, heartbeat_at=now)
    with mock.patch.object(jobs, "wake") as wake:
        jobs.requeue_lost_jobs()
        aged(dead, queued_at=now - timedelta(minutes=1))
        jobs.requeue_lost_jobs()
    assert {call.args[0].pk for call in wake.call_args_list} == {unheard.pk, dead.pk}
    assert Job.objects.get(pk=dead.pk).state == "queued"
    assert Job.objects.get(pk=living.pk).state == "running"
    assert Job.objects.get(pk=fresh.pk).state == "queued"


def test_requeue_lost_jobs_gives_up_after_five_attempts(owner: User) -> None:
    job = make("running", n_attempts=5)
    aged(job, heartbeat_at=timezone.now() - timedelta(minutes=3))
    assert jobs.requeue_lost_jobs() == 0
    job.refresh_from_db()
    assert job.state == "failed"


def test_requeue_lost_jobs_when_the_dead_was_to_stop_stops_it(owner: User) -> None:
    job = make("running", n_attempts=1, is_cancel_requested=True)
    aged(job, heartbeat_at=timezone.now() - timedelta(minutes=3))
    assert jobs.requeue_lost_jobs() == 0
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_report_progress_of_an_attempt_taken_for_dead_stops_it_and_leaves_the_next_alone(owner: User) -> None:
    job = make()

    def work(one: Job) -> dict[str, object]:
        aged(one, n_attempts=2, progress=0.25)
        jobs.report_progress(one, 0.9, "late")
        return {}

    Task().run_job(job.pk, work)
    job.refresh_from_db()
    assert (job.state, job.progress, job.n_attempts) == ("running", 0.25, 2)


def test_run_job_of_an_attempt_taken_for_dead_does_not_say_how_it_ended(owner: User) -> None:
    job = make()

    def work(one: Job) -> dict[str, object]:
        aged(one, n_attempts=2)
        return {"n": 1}

    Task().run_job(job.pk, work)
    job.refresh_from_db()
    assert (job.state, job.result) == ("running", {})


@pytest.mark.django_db(transaction=True)
def test_run_job_when_the_database_goes_away_gives_the_job_back(owner: User) -> None:
    job = make()

    def work(_: Job) -> dict[str, object]:
        connection.close()
        raise OperationalError("the server closed the connection")

    with mock.patch.object(jobs, "wake") as wake:
        Task().run_job(job.pk, work)
    job.refresh_from_db()
    assert (job.state, job.n_attempts, job.error) == ("queued", 1, "")
    wake.assert_called_once_with(job)


def test_wake_when_the_broker_is_away_leaves_the_job_waiting(
    owner: User, caplog: pytest.LogCaptureFixture
) -> None:
    job = make()
    with mock.patch("annotation.jobs.current_app.send_task", side_effect=BrokerError("refused")):
        jobs.wake(job)
    job.refresh_from_db()
    assert job.state == "queued"
    assert "the next sweep" in caplog.text


def test_pulse_beats_while_the_work_says_nothing() -> None:
    heard = Event()
    with pulse(heard.set, every=0.01):
        assert heard.wait(5)
