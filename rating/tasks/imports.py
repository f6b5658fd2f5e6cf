"""Imports in the background: checking a large upload, and writing any."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.urls import reverse

from annotation.errors import Code, DomainError
from annotation.jobs import JobTask, report_progress
from annotation.models import ImportBatch, Job
from rating.services.import_uploads import check_upload, import_upload


@shared_task(base=JobTask, bind=True, name="rating.tasks.check_import")  # type: ignore[untyped-decorator]
def check_import(self: JobTask, job_id: int) -> int:
    """Check the uploaded files of the batch that the job names."""
    return self.run_job(job_id, _check)


@shared_task(base=JobTask, bind=True, name="rating.tasks.run_import")  # type: ignore[untyped-decorator]
def run_import(self: JobTask, job_id: int) -> int:
    """Write the rows of the batch that the job names, and show them."""
    return self.run_job(job_id, _write)


def _batch(job: Job) -> ImportBatch:
    return ImportBatch.objects.select_related("study").get(code=job.payload["batch"])


def _result(batch: ImportBatch) -> dict[str, Any]:
    return {"batch": batch.code, "url": reverse("import_preview", args=[batch.study.code, batch.code])}


def _check(job: Job) -> dict[str, Any]:
    batch = _batch(job)
    report_progress(job, 0.1, "Reading every row.")
    check_upload(batch, progress=lambda share, words: report_progress(job, share, words))
    return _result(batch)


def _write(job: Job) -> dict[str, Any]:
    batch = _batch(job)
    if job.created_by is None:
        raise DomainError(Code.NOT_ALLOWED, "Whoever started this import has no login any more.")
    import_upload(
        batch, actor=job.created_by, progress=lambda share, words: report_progress(job, share, words)
    )
    return _result(batch)
