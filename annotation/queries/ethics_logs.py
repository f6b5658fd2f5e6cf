"""Adverse events, deviations and unblindings, as they were written and corrected."""

from __future__ import annotations

from django.db.models import QuerySet

from annotation.models import Item, LogEntry, Study, User


def log_of(study: Study, kind: str = "") -> QuerySet[LogEntry]:
    """Newest first; of one kind where one is named. One query."""
    entries = LogEntry.objects.filter(study=study)
    if kind:
        entries = entries.filter(kind=kind)
    return entries.select_related("written_by", "corrects", "rater", "item").order_by("-id")


def has_unblinded(item: Item, user: User) -> bool:
    """Whether this person has had the sources of the item shown, with a reason on record."""
    unblindings = LogEntry.objects.filter(study=item.study_id, kind=LogEntry.Kind.UNBLINDING)
    return unblindings.filter(item=item, written_by=user).exists()
