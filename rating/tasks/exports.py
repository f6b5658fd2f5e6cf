"""Exports in the background."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from annotation.jobs import JobTask, report_progress
from annotation.models import Job
from rating.job_kinds import MAKE_EXPORT
from rating.models import Export
from rating.services.stored_exports import make_export as make


@shared_task(base=JobTask, bind=True, name=MAKE_EXPORT)  # type: ignore[untyped-decorator]
def make_export(self: JobTask, job_id: int) -> int:
    """Make the file that the job names."""
    return self.run_job(job_id, _work)


def _work(job: Job) -> dict[str, Any]:
    export = Export.objects.select_related("study").get(code=job.payload["export"])
    make(export, tell=lambda share, words: report_progress(job, share, words))
    return {"export": export.code, "url": f"/studies/{export.study.code}/exports/"}
