"""Background work. The Job row is the truth; the broker's message only wakes a worker."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery import Task, current_app
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from annotation.errors import DomainError
from annotation.models import Job, Study, User

log = logging.getLogger(__name__)

# A running job that has not reported for this long is taken for dead and queued again.
SILENCE = timedelta(minutes=2)
MAX_ATTEMPTS = 3


class JobCancelledError(Exception):
    """Raised inside the work when somebody asked to stop it."""


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
    task = current_app.tasks.get(job.kind)
    if task is not None:
        task.delay(job.pk)
    else:
        current_app.send_task(job.kind, args=[job.pk])


def report_progress(job: Job, fraction: float, message: str) -> None:
    """Store progress and a sign of life; raises JobCancelledError when a stop was requested."""
    now = timezone.now()
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(
        progress=min(max(fraction, 0.0), 1.0), message=message[:300], heartbeat_at=now
    )
    if Job.objects.filter(pk=job.pk, is_cancel_requested=True).exists():
        raise JobCancelledError


def request_cancel(job: Job) -> None:
    """A waiting job stops at once, a running one at its next report of progress."""
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED)
    if not waiting.update(state=Job.State.CANCELLED, finished_at=timezone.now()):
        Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(is_cancel_requested=True)


def requeue_lost_jobs() -> int:
    """Wake what waits unheard or died at work. Run every half minute by whoever supervises."""
    now = timezone.now()
    running = Q(state=Job.State.RUNNING, heartbeat_at__lt=now - SILENCE)
    hopeless = Job.objects.filter(running, n_attempts__gte=MAX_ATTEMPTS)
    hopeless.update(state=Job.State.FAILED, finished_at=now, error="The worker died three times at this job.")
    Job.objects.filter(running).update(state=Job.State.QUEUED, queued_at=now)
    waiting = Job.objects.filter(state=Job.State.QUEUED, queued_at__lt=now - timedelta(seconds=20))
    n = 0
    for job in waiting.order_by("queued_at")[:50]:
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
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(
        state=state, finished_at=timezone.now(), **fields
    )


class JobTask(Task):  # type: ignore[misc]
    """Base of all tasks: takes the Job, runs `work(job)`, records how it ended."""

    abstract = True

    def run_job(self, job_id: int, work: Callable[[Job], dict[str, Any]]) -> int:
        job = _begin(job_id)
        if job is None:
            return job_id
        try:
            result = work(job)
        except JobCancelledError:
            _finish(job, Job.State.CANCELLED, message="Stopped as asked.")
        except DomainError as error:
            _finish(job, Job.State.FAILED, error="\n".join([error.message, *error.details]))
        except Exception:
            _finish(job, Job.State.FAILED, error="Something went wrong on our side. It has been logged.")
            log.exception("job %s (%s) failed", job.code, job.kind)
            raise
        else:
            _finish(job, Job.State.DONE, progress=1.0, result=result)
        return job_id
