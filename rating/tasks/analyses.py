"""Analyses in the background."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from annotation.errors import DomainError
from annotation.jobs import JobCancelledError, JobTask, report_progress, send
from annotation.models import Job
from rating.job_kinds import HELP_ANALYSIS
from rating.models import Analysis
from rating.services.analyses import run_analysis as compute
from rating.services.analysis_parts import forget_parts, help_with


@shared_task(base=JobTask, bind=True, name="rating.tasks.run_analysis")  # type: ignore[untyped-decorator]
def run_analysis(self: JobTask, job_id: int) -> int:
    """Compute the analysis that the job names."""
    return self.run_job(job_id, _work)


def _work(job: Job) -> dict[str, Any]:
    analysis = Analysis.objects.select_related("study", "snapshot").get(code=job.payload["analysis"])
    try:
        compute(analysis, actor=job.created_by, tell=lambda share, text: report_progress(job, share, text))
    except (DomainError, JobCancelledError):
        # Over: nobody goes on with what was computed so far.
        forget_parts(analysis)
        raise
    return {"analysis": analysis.code}


@shared_task(name=HELP_ANALYSIS)  # type: ignore[untyped-decorator]
def help_analysis(code: str) -> None:
    """Compute pieces of an analysis under way; where there are more than fit in a turn, queue up again."""
    if help_with(code):
        send(HELP_ANALYSIS, code)
