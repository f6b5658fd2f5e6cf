"""The list of a study's archives, and where the study came from."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.models import Job, Study
from rating.models import StudyArchive, StudyOrigin

MAX_LISTED = 50


@dataclass(frozen=True)
class ArchiveRow:
    """A line of the list. `why` says what happened to a file that is not there."""

    archive: StudyArchive
    badge: str
    state: str
    why: str
    is_kept: bool
    is_running: bool


def is_kept(archive: StudyArchive) -> bool:
    """Whether the file is there to be downloaded."""
    lasts = archive.expires_at is not None and archive.expires_at > timezone.now()
    return archive.state == StudyArchive.State.READY and lasts


def study_archives(study: Study) -> QuerySet[StudyArchive]:
    """The newest first. One query."""
    return StudyArchive.objects.filter(study=study).select_related("job", "created_by")


def archive_rows(study: Study) -> list[ArchiveRow]:
    """The newest first. One query."""
    return [_row(archive) for archive in study_archives(study)[:MAX_LISTED]]


def _row(archive: StudyArchive) -> ArchiveRow:
    job, state = archive.job, StudyArchive.State(archive.state)
    is_making = state == StudyArchive.State.MAKING
    is_running = is_making and job is not None and not job.is_finished
    if is_making and not is_running:
        label = str(Job.State(job.state if job else Job.State.FAILED).label)
        return ArchiveRow(archive, "closed", label, job.error if job else "", is_kept=False, is_running=False)
    if state == StudyArchive.State.READY and not is_kept(archive):
        state = StudyArchive.State.EXPIRED
    badge = {StudyArchive.State.READY: "open", StudyArchive.State.MAKING: "draft"}.get(state, "closed")
    there = is_kept(archive)
    return ArchiveRow(archive, badge, str(state.label), _why(state), is_kept=there, is_running=is_running)


def _why(state: StudyArchive.State) -> str:
    if state == StudyArchive.State.WITHDRAWN:
        return _("Somebody has left the study since. Make it anew without what they took back.")
    if state == StudyArchive.State.EXPIRED:
        return _("Its days are over, and it was deleted. Make it anew if you need it.")
    return ""


def origins_of(study: Study) -> QuerySet[StudyOrigin]:
    """From which archives the study came, the oldest first."""
    return StudyOrigin.objects.filter(study=study).select_related("restored_by")
