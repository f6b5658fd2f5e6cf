"""Simulations of plans in the background."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from annotation.jobs import JobTask, report_progress
from annotation.models import Job
from rating.services.planning import run_plan_simulation


@shared_task(base=JobTask, bind=True, name="rating.tasks.simulate_plan")  # type: ignore[untyped-decorator]
def simulate_plan(self: JobTask, job_id: int) -> int:
    """Simulate the plan that the job describes."""
    return self.run_job(job_id, _work)


def _work(job: Job) -> dict[str, Any]:
    return run_plan_simulation(job, tell=lambda share, text: report_progress(job, share, text))
