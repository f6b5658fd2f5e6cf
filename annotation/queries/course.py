"""How a stage goes: by group and factor, day by day, and when it will be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from annotation.design.forecast import Forecast, forecast_end
from annotation.models import Factor, Group, Plan, StageTarget, Study
from annotation.queries.stage_counts import by_level, count_days, count_factor, stored_counts
from annotation.queries.studies import GroupProgress, study_progress


@dataclass(frozen=True)
class Cell:
    """Ratings wanted and given; `n_planned` is 0 where nothing is wanted."""

    n_planned: int = 0
    n_done: int = 0


@dataclass(frozen=True)
class FactorRow:
    """One level of a factor, with a cell for each group in the order of `StageCourse.groups`."""

    level: str
    cells: list[Cell]


@dataclass(frozen=True)
class Line:
    """A group's ratings up to each day of the course."""

    group: Group
    n_planned: int
    totals: list[int]

    @property
    def n_left(self) -> int:
        return self.n_planned - (self.totals[-1] if self.totals else 0)


@dataclass(frozen=True)
class StageCourse:
    """A stage from its first rating to today. `forecast` counts days from today."""

    days: list[date]
    lines: list[Line]
    forecast: Forecast | None
    due_on: date | None

    @property
    def today(self) -> date:
        return self.days[-1]

    @property
    def ends(self) -> tuple[date, date, date | None] | None:
        """The day by which it is likely done, and those between which four in five courses end."""
        if self.forecast is None:
            return None
        low, middle, high = self.forecast.low, self.forecast.middle, self.forecast.high
        last = None if high is None else self.today + timedelta(days=high)
        return self.today + timedelta(days=low), self.today + timedelta(days=middle), last

    @property
    def is_late(self) -> bool:
        """Whether more than half of all courses end after the day that was set."""
        return bool(self.due_on and self.ends and self.ends[1] > self.due_on)

    @property
    def may_be_late(self) -> bool:
        """Whether more than one course in ten does."""
        return bool(self.due_on and self.ends and (self.ends[2] is None or self.ends[2] > self.due_on))


def factors_of(study: Study) -> list[Factor]:
    """Factors that the progress can be seen by."""
    return list(Factor.objects.filter(study=study).order_by("name"))


def progress_by_factor(plan: Plan, factor: Factor, groups: Sequence[Group]) -> list[FactorRow]:
    """Levels of the factor by name, items without one last. One query."""
    stored = stored_counts(plan, now=timezone.now())
    counts = stored.factors.get(factor.key, {}) if stored else count_factor(plan, factor.key)
    cells = by_level(counts)
    return [
        FactorRow(level, [Cell(*cells[level].get(group.pk, (0, 0))) for group in groups])
        for level in sorted(cells)
    ]


def stage_course(plan: Plan, progress: Sequence[GroupProgress], *, now: datetime) -> StageCourse | None:
    """Day by day since the first rating; None before it. Three queries."""
    stored = stored_counts(plan, now=now)
    daily = stored.days if stored else count_days(plan)
    return course_of(plan, [row for row in progress if row.n_planned], daily, now=now)


def course_of(
    plan: Plan, asked: Sequence[GroupProgress], daily: Mapping[tuple[int, date], int], *, now: datetime
) -> StageCourse | None:
    """The course of these groups by their ratings of each day; None where there are none. One query."""
    if not daily:
        return None
    first, today = min(day for _group, day in daily), now.date()
    days = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    counts = {row.group.pk: [daily.get((row.group.pk, day), 0) for day in days] for row in asked}
    lines = [Line(row.group, row.n_planned, _running(counts[row.group.pk])) for row in asked]
    target = StageTarget.objects.filter(plan=plan).first()
    return StageCourse(days, lines, _forecast(plan, asked, counts), target.due_on if target else None)


def _forecast(
    plan: Plan, asked: Sequence[GroupProgress], counts: Mapping[int, Sequence[int]]
) -> Forecast | None:
    if plan.state != Plan.State.OPEN:
        return None
    # Today is not over: it would look like a slow day.
    daily = {row.group.key: counts[row.group.pk][:-1] for row in asked}
    return forecast_end(daily, {row.group.key: row.n_left for row in asked}, seed=plan.seed)


def _running(counts: Sequence[int]) -> list[int]:
    total, totals = 0, []
    for count in counts:
        total += count
        totals.append(total)
    return totals


def stage_progress(study: Study, plan: Plan | None, *, now: datetime) -> list[GroupProgress]:
    """Groups that the stage asks for ratings."""
    return [row for row in study_progress(study, plan, now=now) if row.n_planned]
