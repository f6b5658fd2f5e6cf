"""Mail to those who want to hear of incidents at once."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from annotation.job_kinds import SEND_NOTICES
from annotation.jobs import JobTask
from annotation.models import Job
from annotation.services.alerts import send_notices


def _notices(job: Job) -> dict[str, Any]:
    return dict(send_notices(job))


@shared_task(base=JobTask, bind=True, name=SEND_NOTICES)  # type: ignore[untyped-decorator]
def send_incident_notices(self: JobTask, job_id: int) -> int:
    """Mail the notices of the incident that the job names."""
    return self.run_job(job_id, _notices)
