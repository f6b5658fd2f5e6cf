"""Archives of studies in the background."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from annotation.jobs import JobTask, report_progress
from annotation.models import Job
from rating.job_kinds import MAKE_ARCHIVE
from rating.models import StudyArchive
from rating.services.study_archives import make_archive as make


@shared_task(base=JobTask, bind=True, name=MAKE_ARCHIVE)  # type: ignore[untyped-decorator]
def make_archive(self: JobTask, job_id: int) -> int:
    """Make the archive that the job names."""
    return self.run_job(job_id, _work)


def _work(job: Job) -> dict[str, Any]:
    archive = StudyArchive.objects.select_related("study").get(code=job.payload["archive"])
    make(archive, tell=lambda share, words: report_progress(job, share, words))
    return {"archive": archive.code, "url": f"/studies/{archive.study.code}/archives/"}
