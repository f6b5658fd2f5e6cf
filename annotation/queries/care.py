"""What a study does for its raters, what is due for one of them, and what coordinators may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet

from annotation.models import (
    CareSettings,
    CareWeek,
    CheckIn,
    ContactWish,
    Exposure,
    Pass,
    Pause,
    Rater,
    Study,
)

# Nothing about how raters are is said of fewer than this many together.
MIN_RATERS = 5
# Who has not finished an item for as long has rested already.
REST = timedelta(minutes=15)
# How long the page after a high check-in speaks of it.
RECENT = timedelta(minutes=30)
WEEKS_SHOWN = 12


def care_of(study: Study) -> CareSettings:
    """The study's settings, or the defaults, which are not stored until somebody changes them."""
    return CareSettings.objects.filter(study=study).first() or CareSettings(study=study)


class Interlude(StrEnum):
    """What comes between two items."""

    CHECK_IN = "check_in"
    LONG = "long"
    HEAVY = "heavy"


def break_due(rater: Rater, *, now: datetime) -> Interlude | None:
    """Whether a break is due, and why. Two queries."""
    mine = Exposure.objects.filter(rater=rater).first()
    return None if mine is None else _break_due(mine, care_of(rater.study), now)


def _break_due(mine: Exposure, care: CareSettings, now: datetime) -> Interlude | None:
    if now - mine.last_at >= REST:
        return None
    if 0 < care.break_heavy_items <= mine.n_heavy_in_row:
        return Interlude.HEAVY
    if care.break_minutes and mine.last_at - mine.began_at >= timedelta(minutes=care.break_minutes):
        return Interlude.LONG
    return None


def due_interlude(rater: Rater, *, now: datetime) -> Interlude | None:
    """What is due before the rater's next item: a check-in first, then a break. Two queries at most."""
    mine = Exposure.objects.filter(rater=rater).first()
    return None if mine is None else interlude_of(mine, care_of(rater.study), now=now)


def interlude_of(mine: Exposure, care: CareSettings, *, now: datetime) -> Interlude | None:
    """The same of counters and settings that are at hand."""
    if 0 < care.checkin_every <= mine.n_since_checkin:
        return Interlude.CHECK_IN
    return _break_due(mine, care, now)


def open_pause(rater: Rater) -> Pause | None:
    return Pause.objects.filter(rater=rater, ended_at=None).first()


def is_overwhelmed(rater: Rater, *, now: datetime) -> bool:
    """Whether the rater's newest check-in is recent and above the study's number."""
    newest = CheckIn.objects.filter(rater=rater).order_by("-answered_at").first()
    return newest is not None and newest.is_above and now - newest.answered_at < RECENT


@dataclass(frozen=True)
class OwnWellbeing:
    """Everything kept about how one rater is, for that rater alone."""

    checkins: list[CheckIn]
    pauses: list[Pause]
    wishes: list[ContactWish]
    reasons: list[Pass]

    @property
    def is_empty(self) -> bool:
        return not (self.checkins or self.pauses or self.wishes or self.reasons)


def own_wellbeing(rater: Rater) -> OwnWellbeing:
    """Newest first. Four queries."""
    return OwnWellbeing(
        checkins=list(CheckIn.objects.filter(rater=rater).order_by("-answered_at")),
        pauses=list(Pause.objects.filter(rater=rater).order_by("-began_at")),
        wishes=list(ContactWish.objects.filter(rater=rater).order_by("-wished_at")),
        reasons=list(Pass.objects.filter(rater=rater).exclude(reason="").order_by("-passed_at")),
    )


def open_wish(rater: Rater) -> ContactWish | None:
    return ContactWish.objects.filter(rater=rater, answered_at=None).first()


def waiting_wishes(study: Study) -> QuerySet[ContactWish]:
    """Wishes for contact that nobody has answered, oldest first: with the login, without the pseudonym,
    so that nobody reads off who gave which rating."""
    wishes = ContactWish.objects.filter(rater__study=study, answered_at=None)
    return wishes.select_related("rater__member__user").order_by("wished_at", "pk")


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def care_weeks(study: Study, *, today: date) -> list[CareWeek]:
    """The newest past weeks since the study was made. A week without a row and one with too few raters
    look the same. One query."""
    first, last = monday_of(study.created_at.date()), monday_of(today) - timedelta(weeks=1)
    mondays = [last - timedelta(weeks=number) for number in range(WEEKS_SHOWN)]
    stored = {week.monday: week for week in CareWeek.objects.filter(study=study, monday__in=mondays)}
    return [
        stored.get(monday) or CareWeek(study=study, monday=monday) for monday in mondays if monday >= first
    ]
