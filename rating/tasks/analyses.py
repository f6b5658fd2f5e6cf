"""Analyses in the background."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from annotation.jobs import JobTask, report_progress
from annotation.models import Job
from rating.models import Analysis
from rating.services.analyses import run_analysis as compute


@shared_task(base=JobTask, bind=True, name="rating.tasks.run_analysis")  # type: ignore[untyped-decorator]
def run_analysis(self: JobTask, job_id: int) -> int:
    """Compute the analysis that the job names."""
    return self.run_job(job_id, _work)


def _work(job: Job) -> dict[str, Any]:
    analysis = Analysis.objects.select_related("study", "snapshot").get(code=job.payload["analysis"])
    compute(analysis, actor=job.created_by, tell=lambda share, text: report_progress(job, share, text))
    return {"analysis": analysis.code}
