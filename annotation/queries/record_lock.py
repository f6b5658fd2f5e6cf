"""Whether a study's records are signed and locked."""

from __future__ import annotations

from django.db.models import QuerySet

from annotation.models import RecordLock, Study


def current_lock(study: Study) -> RecordLock | None:
    """What is being signed, or is locked; None where neither. Two queries."""
    standing = RecordLock.objects.filter(study=study, lifted_at__isnull=True)
    return standing.select_related("opened_by").prefetch_related("signatures__signed_by").first()


def earlier_locks(study: Study) -> QuerySet[RecordLock]:
    """Locks that were lifted, newest first."""
    lifted = RecordLock.objects.filter(study=study, lifted_at__isnull=False)
    return lifted.select_related("lifted_by").prefetch_related("signatures__signed_by")


def is_locked(study: Study | int) -> bool:
    """Whether nothing of the study may be rated, revised or reopened any more. One query."""
    standing = RecordLock.objects.filter(study=study, lifted_at__isnull=True, locked_at__isnull=False)
    return standing.exists()
