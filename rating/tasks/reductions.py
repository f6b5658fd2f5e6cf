"""Taking what was withdrawn out of snapshots, in the background."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from annotation.jobs import JobTask, report_progress
from annotation.models import Job
from rating.job_kinds import REDUCE_SNAPSHOTS
from rating.services.reductions import reduce_snapshots as reduce


@shared_task(base=JobTask, bind=True, name=REDUCE_SNAPSHOTS)  # type: ignore[untyped-decorator]
def reduce_snapshots(self: JobTask, job_id: int) -> int:
    """Take the rater whom the job names out of the study's snapshots."""
    return self.run_job(job_id, _work)


def _work(job: Job) -> dict[str, Any]:
    study, pseudonym = job.study, job.payload["pseudonym"]
    if study is None:
        return {"n_snapshots": 0}
    n = reduce(study, pseudonym, tell=lambda share, text: report_progress(job, share, text))
    return {"n_snapshots": n}
