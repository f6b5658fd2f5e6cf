"""Measuring raters in the background."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from annotation.jobs import JobTask, report_progress
from annotation.models import Job
from rating.job_kinds import MEASURE_RATERS
from rating.services.rater_watch import measure_raters


@shared_task(base=JobTask, bind=True, name=MEASURE_RATERS)  # type: ignore[untyped-decorator]
def measure(self: JobTask, job_id: int) -> int:
    """Measure the raters of the stage that the job names."""
    return self.run_job(job_id, _work)


def _work(job: Job) -> dict[str, Any]:
    return measure_raters(job, tell=lambda share, text: report_progress(job, share, text))
