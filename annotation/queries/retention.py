"""Retention dates: what is due, what is there, what was carried out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from annotation.models import DataRequest, RetentionDate, Study
from annotation.retention import keeper_of

# So many days before, the overview speaks of it.
WARNING_DAYS = 30


@dataclass(frozen=True)
class RetentionRow:
    """One kind of data. `date`: None while no day is set; `n`: what is there, None where nobody counts."""

    kind: str
    label: str
    date: RetentionDate | None
    n: int | None
    is_automatic: bool
    is_due: bool


def retention_dates(study: Study) -> dict[str, RetentionDate]:
    return {one.kind: one for one in RetentionDate.objects.filter(study=study).select_related("done_by")}


def retention_rows(study: Study, *, now: datetime) -> list[RetentionRow]:
    """Every kind of data. One query and what the keepers count."""
    held, today, rows = retention_dates(study), timezone.localdate(now), []
    for kind in RetentionDate.Kind:
        keeper, one = keeper_of(kind), held.get(kind)
        n = keeper.count(study) if keeper else None
        is_due = one is not None and one.done_at is None and one.due_on <= today
        rows.append(RetentionRow(kind, str(kind.label), one, n, keeper is not None, is_due))
    return rows


def retention_warning(study: Study, *, now: datetime) -> str | None:
    """What the overview says from 30 days before a date; None while there is time. One query."""
    waiting = [one for one in retention_dates(study).values() if one.done_at is None]
    first = min(waiting, key=lambda one: one.due_on, default=None)
    if first is None or (first.due_on - timezone.localdate(now)).days > WARNING_DAYS:
        return None
    said = {"what": first.get_kind_display(), "day": _day(first.due_on)}
    return _("Retention: “%(what)s” goes on %(day)s.") % said


def _day(day: date) -> str:
    return date_format(day, "j F Y")


def data_requests_of(study: Study) -> QuerySet[DataRequest]:
    """That raters asked for their data, and when; never what they got. Newest first."""
    return DataRequest.objects.filter(rater__study=study).select_related("rater").order_by("-id")
