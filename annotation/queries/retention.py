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
from annotation.study_numbers import Told, told

# The name of the number that the scheduler keeps.
KEPT = "kept"
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


def retention_rows(study: Study, *, now: datetime, kept: Told | None = None) -> list[RetentionRow]:
    """Every kind of data. `kept`: what there is (`count_kept`), if it was looked up already. One query."""
    kept = kept or told(study, KEPT, now=now)
    held, today, rows = retention_dates(study), timezone.localdate(now), []
    for kind in RetentionDate.Kind:
        is_automatic, one = keeper_of(kind) is not None, held.get(kind)
        is_due = one is not None and one.done_at is None and one.due_on <= today
        rows.append(RetentionRow(kind, str(kind.label), one, kept.number.get(kind), is_automatic, is_due))
    return rows


def count_kept(study: Study) -> dict[str, int]:
    """What is there by kind of data, where somebody counts. For `annotation.study_numbers`."""
    keepers = {kind.value: keeper_of(kind) for kind in RetentionDate.Kind}
    return {kind: keeper.count(study) for kind, keeper in keepers.items() if keeper is not None}


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
