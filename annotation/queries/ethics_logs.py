"""Adverse events, deviations and unblindings, as they were written and corrected."""

from __future__ import annotations

from collections.abc import Collection

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
    return bool(unblinded_items([item], user))


def unblinded_items(items: Collection[Item], user: User) -> set[int]:
    """Keys of those whose sources this person has had shown. One query."""
    unblindings = LogEntry.objects.filter(kind=LogEntry.Kind.UNBLINDING, written_by=user, item__in=items)
    return set(unblindings.values_list("item_id", flat=True))
