"""Restoring studies from uploaded archives in the background."""

from __future__ import annotations

from celery import shared_task

from annotation.jobs import JobTask
from rating.job_kinds import RESTORE_STUDY
from rating.services.study_uploads import restore_uploaded


@shared_task(base=JobTask, bind=True, name=RESTORE_STUDY)  # type: ignore[untyped-decorator]
def restore_study(self: JobTask, job_id: int) -> int:
    """Restore the study of the archive that the job names."""
    return self.run_job(job_id, restore_uploaded)
