"""What happens to wellbeing data by themselves: weeks are summed up, and what is old is deleted."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min, QuerySet

from annotation.models import (
    STAFF_ROLES,
    CareWeek,
    CheckIn,
    ContactWish,
    Exposure,
    Pass,
    Pause,
    Rater,
    RoleGrant,
    Study,
    TopicOptOut,
)
from annotation.queries.care import MIN_RATERS, care_of, monday_of

# What is counted, with the time by which it is.
PAUSES = (Pause, "began_at")
SKIPS = (Pass, "passed_at")
CHECK_INS = (CheckIn, "answered_at")


def tend_wellbeing(*, now: datetime) -> None:
    """Sum up the weeks that are over in every study, then delete what its retention no longer keeps.

    Safe to run at any time, any number of times, by several processes.
    """
    for study in Study.objects.order_by("pk"):
        with transaction.atomic():
            _close_weeks(study, now)
            _delete_old(study, now)


def _begin(monday: date) -> datetime:
    return datetime.combine(monday, time.min, tzinfo=UTC)


def _first_monday(study: Study) -> date | None:
    """Of the first week that holds anything and is not summed up yet."""
    newest = CareWeek.objects.filter(study=study).order_by("-monday").first()
    if newest is not None:
        return newest.monday + timedelta(weeks=1)
    firsts = (
        model.objects.filter(rater__study=study).aggregate(first=Min(at))["first"]
        for model, at in (PAUSES, SKIPS, CHECK_INS)
    )
    known = [first for first in firsts if first is not None]
    return monday_of(min(known).astimezone(UTC).date()) if known else None


def _close_weeks(study: Study, now: datetime) -> None:
    monday = _first_monday(study)
    current = monday_of(now.astimezone(UTC).date())
    weeks = []
    while monday is not None and monday < current:
        weeks.append(_week(study, monday))
        monday += timedelta(weeks=1)
    CareWeek.objects.bulk_create(weeks, ignore_conflicts=True)


def _week(study: Study, monday: date) -> CareWeek:
    above = CheckIn.objects.filter(is_above=True)
    return CareWeek(
        study=study,
        monday=monday,
        n_pauses=_total(Pause.objects.all(), "began_at", study, monday),
        n_skips=_total(Pass.objects.all(), "passed_at", study, monday),
        n_above=_total(above, "answered_at", study, monday),
    )


def _total(rows: QuerySet[Any], at: str, study: Study, monday: date) -> int | None:
    """How many in that week; None where fewer than five raters, staff left out, stand behind them."""
    # Who runs the study knows their own part of a total, and could take it off.
    staff = RoleGrant.objects.filter(member__study=study, role__in=STAFF_ROLES).values("member")
    raters = Rater.objects.filter(study=study).exclude(member__in=staff)
    within = {f"{at}__gte": _begin(monday), f"{at}__lt": _begin(monday + timedelta(weeks=1))}
    found = rows.filter(rater__in=raters, **within).order_by()
    return found.count() if found.values("rater").distinct().count() >= MIN_RATERS else None


def _delete_old(study: Study, now: datetime) -> None:
    before = now - timedelta(days=care_of(study).retention_days)
    CheckIn.objects.filter(rater__study=study, answered_at__lt=before).delete()
    Pause.objects.filter(rater__study=study, began_at__lt=before).delete()
    ContactWish.objects.filter(rater__study=study, wished_at__lt=before).delete()
    Exposure.objects.filter(rater__study=study, last_at__lt=before).delete()
    old = Pass.objects.filter(rater__study=study, passed_at__lt=before)
    # The skip itself stays: the queue must not hand the item out again.
    old.exclude(reason="").update(reason="")
    if study.state == Study.State.CLOSED:
        # Until then they are in use: without them the queue would hand out what somebody cannot bear.
        TopicOptOut.objects.filter(rater__study=study, chosen_at__lt=before).delete()
