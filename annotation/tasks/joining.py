"""Mail to people who join, have applied, or rate."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from annotation.job_kinds import SEND_DECISION, SEND_INVITATIONS, SEND_MESSAGE
from annotation.jobs import JobTask, report_progress
from annotation.models import Job
from annotation.services.mailed_invitations import send_invitations
from annotation.services.messages import send_message
from annotation.services.public_calls import send_decision


def _invitations(job: Job) -> dict[str, Any]:
    return dict(send_invitations(job, tell=lambda share, words: report_progress(job, share, words)))


@shared_task(base=JobTask, bind=True, name=SEND_INVITATIONS)  # type: ignore[untyped-decorator]
def send_invitation_mails(self: JobTask, job_id: int) -> int:
    """Write and send the invitations that the job names."""
    return self.run_job(job_id, _invitations)


def _decision(job: Job) -> dict[str, Any]:
    return dict(send_decision(job))


@shared_task(base=JobTask, bind=True, name=SEND_DECISION)  # type: ignore[untyped-decorator]
def send_decision_mail(self: JobTask, job_id: int) -> int:
    """Tell an applicant what was decided."""
    return self.run_job(job_id, _decision)


def _message(job: Job) -> dict[str, Any]:
    return dict(send_message(job))


@shared_task(base=JobTask, bind=True, name=SEND_MESSAGE)  # type: ignore[untyped-decorator]
def send_message_mails(self: JobTask, job_id: int) -> int:
    """Mail a message to those of the raters behind who have an address."""
    return self.run_job(job_id, _message)
