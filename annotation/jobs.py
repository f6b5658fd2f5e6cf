"""Background work. The Job row is the truth; the broker's message only wakes a worker."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery import Task, current_app
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import KombuError
from kombu.exceptions import OperationalError as BrokerError

from annotation.errors import DomainError
from annotation.models import Job, Study, User
from annotation.pulse import pulse

log = logging.getLogger(__name__)

# A running job without a sign of life for this long is taken for dead; work gives six in that time.
SILENCE = timedelta(seconds=settings.JOB_SILENCE_SECONDS)
MAX_ATTEMPTS = 5
DIED = "The worker died five times at this job."
BROKE = "Something went wrong on our side. It has been logged."
# The server of the database went away, or another writer held it for too long: nothing is wrong with the job.
INTERRUPTED = (OperationalError, InterfaceError)


class JobCancelledError(Exception):
    """Raised inside the work when somebody asked to stop it."""


class JobLostError(Exception):
    """Raised inside the work when the job is another attempt's by now: this one was silent for too long."""


def enqueue(
    kind: str,
    *,
    actor: User | None,
    study: Study | None,
    payload: dict[str, Any],
    idempotency_key: str = "",
) -> Job:
    """Write a Job and wake a worker after commit. The same idempotency key gives the same Job."""
    if idempotency_key:
        earlier = Job.objects.filter(kind=kind, idempotency_key=idempotency_key).first()
        if earlier is not None:
            return earlier
    job = Job.objects.create(
        kind=kind, study=study, payload=payload, idempotency_key=idempotency_key, created_by=actor
    )
    transaction.on_commit(lambda: wake(job))
    return job


def wake(job: Job) -> None:
    """Send the message. By name: whoever queues work need not import it."""
    send(job.kind, job.pk)


def send(kind: str, *arguments: object) -> bool:
    """Ask a worker for a task by its name; False while the broker cannot be reached.

    No reason to fail for whoever asks: what is to be done stands in the database, and the next sweep
    asks again.
    """
    task = current_app.tasks.get(kind)
    try:
        if task is not None:
            task.delay(*arguments)
        else:
            current_app.send_task(kind, args=list(arguments))
    except (BrokerError, KombuError, ConnectionError):
        log.warning("the broker does not take messages: %s waits for the next sweep", kind)
        return False
    return True


def _mine(job: Job) -> Any:
    """The row while it is this attempt's: a later attempt has another number."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, n_attempts=job.n_attempts)


def report_progress(job: Job, fraction: float, message: str) -> None:
    """Store progress and a sign of life.

    Raises JobCancelledError when a stop was requested, JobLostError when the job is not this attempt's any
    more: it was taken for dead, and must not write beside the one that took over.
    """
    told = {"progress": min(max(fraction, 0.0), 1.0), "message": message[:300]}
    if not _mine(job).update(**told, heartbeat_at=timezone.now()):
        raise JobLostError
    if Job.objects.filter(pk=job.pk, is_cancel_requested=True).exists():
        raise JobCancelledError


def request_cancel(job: Job) -> None:
    """A waiting job stops at once, a running one at its next report of progress."""
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED)
    if not waiting.update(state=Job.State.CANCELLED, finished_at=timezone.now()):
        Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(is_cancel_requested=True)


def requeue_lost_jobs() -> int:
    """Wake what waits unheard or died at work. Run every half minute by whoever supervises.

    Several may sweep at once: each row is changed by a condition that only one of them meets.
    """
    now = timezone.now()
    dead = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=now - SILENCE)
    dead.filter(is_cancel_requested=True).update(state=Job.State.CANCELLED, finished_at=now)
    dead.filter(n_attempts__gte=MAX_ATTEMPTS).update(state=Job.State.FAILED, finished_at=now, error=DIED)
    # As if it had waited for long: it is woken at once.
    dead.update(state=Job.State.QUEUED, queued_at=now - SILENCE)
    unheard = Q(queued_at__lt=now - timedelta(seconds=20))
    n = 0
    for job in Job.objects.filter(unheard, state=Job.State.QUEUED).order_by("queued_at")[:50]:
        # Claimed by the update: of two supervisors only one sends the message again.
        if Job.objects.filter(pk=job.pk, queued_at=job.queued_at).update(queued_at=now):
            wake(job)
            n += 1
    return n


def _begin(job_id: int) -> Job | None:
    """Take a waiting job; None when another worker has it or it is over."""
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING, started_at=now, heartbeat_at=now, n_attempts=F("n_attempts") + 1, error=""
    )
    return Job.objects.get(pk=job_id) if taken else None


def _finish(job: Job, state: Job.State, **fields: Any) -> None:
    _mine(job).update(state=state, finished_at=timezone.now(), **fields)


def _give_back(job: Job) -> None:
    """Queue it again, unless that was the last attempt; while the database is away, a later sweep does it."""
    if connection.in_atomic_block:
        return
    connection.close()
    try:
        if job.n_attempts >= MAX_ATTEMPTS:
            _finish(job, Job.State.FAILED, error=BROKE)
        elif _mine(job).update(state=Job.State.QUEUED, queued_at=timezone.now()):
            wake(job)
    except (DatabaseError, InterfaceError):
        log.warning("job %s (%s) cannot be given back yet", job.code, job.kind)


class JobTask(Task):  # type: ignore[misc]
    """Base of all tasks: takes the Job, runs `work(job)`, records how it ended."""

    abstract = True

    def run_job(self, job_id: int, work: Callable[[Job], dict[str, Any]]) -> int:
        job = _begin(job_id)
        if job is None:
            return job_id
        try:
            with pulse(lambda: _mine(job).update(heartbeat_at=timezone.now())):
                result = work(job)
            _finish(job, Job.State.DONE, progress=1.0, result=result)
        except JobLostError:
            log.warning("job %s (%s) was taken over by another attempt", job.code, job.kind)
        except JobCancelledError:
            _finish(job, Job.State.CANCELLED, message="Stopped as asked.")
        except DomainError as error:
            _finish(job, Job.State.FAILED, error="\n".join([error.message, *error.details]))
        except INTERRUPTED:
            log.warning("job %s (%s) was interrupted", job.code, job.kind, exc_info=True)
            _give_back(job)
        except Exception:
            _finish(job, Job.State.FAILED, error=BROKE)
            log.exception("job %s (%s) failed", job.code, job.kind)
            raise
        return job_id
