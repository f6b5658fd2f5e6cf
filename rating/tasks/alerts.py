"""The day's mail with what wants attention."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from annotation.jobs import JobTask, report_progress
from annotation.models import Job
from rating.job_kinds import SEND_ALERTS
from rating.services.alert_mails import send_day_mails


@shared_task(base=JobTask, bind=True, name=SEND_ALERTS)  # type: ignore[untyped-decorator]
def send_alerts(self: JobTask, job_id: int) -> int:
    """Write to the members of the job's study who want the day's mail."""
    return self.run_job(job_id, _work)


def _work(job: Job) -> dict[str, Any]:
    return dict(send_day_mails(job, tell=lambda share, words: report_progress(job, share, words)))
