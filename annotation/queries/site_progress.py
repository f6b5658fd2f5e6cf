"""How a stage goes at some of a study's sites: what the raters there have given, and what is planned for
them alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from annotation.models import Factor, Group, Plan, Rater, Slot
from annotation.queries.course import Cell, FactorRow, StageCourse, course_of
from annotation.queries.stage_counts import by_level
from annotation.queries.studies import GroupProgress, study_progress
from annotation.study_access import StudyAccess

# A number of the whole study beside the own one tells of the rest: it is shown where so many people stand
# behind the rest, or the group has nobody elsewhere.
FEWEST_ELSEWHERE = 5


@dataclass(frozen=True)
class SiteGroup:
    """What raters of some sites have given in a group. `whole`: of the whole study; None where it would tell
    of few people elsewhere. `n_planned`: in the sequences of those who have begun; None without
    planned sequences, where ratings go to whoever is free."""

    group: Group
    per_item: int
    n_raters: int
    n_done: int
    n_claimed: int
    n_planned: int | None
    whole: Cell | None

    @property
    def n_left(self) -> int | None:
        return None if self.n_planned is None else self.n_planned - self.n_done


def _quota(plan: Plan, raters: QuerySet[Rater]) -> QuerySet[Slot]:
    return Slot.objects.filter(plan=plan, rater__in=raters).counting()


def site_progress(access: StudyAccess, plan: Plan, *, now: datetime) -> list[SiteGroup]:
    """One row for each group that the stage asks for ratings or that has raters there. Seven queries."""
    raters = access.raters()
    held = Q(state=Slot.State.CLAIMED, claim_expires_at__gt=now)
    rows = _quota(plan, raters).values_list("group_id")
    counted = rows.annotate(n=Count("id", filter=Q(state=Slot.State.DONE)), held=Count("id", filter=held))
    given = {group: (n, n_held) for group, n, n_held in counted}
    own, here = _left_in_seats(plan, raters), _by_group(_taking_part(raters))
    # Members of the whole study see everybody anyhow.
    elsewhere = _elsewhere(access, plan) if access.is_bound else {}
    found = []
    for row in study_progress(access.study, plan, now=now):
        n_done, n_claimed = given.get(row.group.pk, (0, 0))
        n_planned = n_done + own.get(row.group.pk, 0) if plan.is_seated else None
        is_told = elsewhere.get(row.group.pk, FEWEST_ELSEWHERE) >= FEWEST_ELSEWHERE
        whole = Cell(row.n_planned, row.n_done) if is_told else None
        n_raters = here.get(row.group.pk, 0)
        if n_raters or n_done:
            found.append(SiteGroup(row.group, row.per_item, n_raters, n_done, n_claimed, n_planned, whole))
    return found


def _taking_part(raters: QuerySet[Rater]) -> QuerySet[Rater]:
    return raters.filter(member__isnull=False, member__left_at__isnull=True)


def _by_group(raters: QuerySet[Rater]) -> dict[int, int]:
    return dict(raters.order_by().values_list("group_id").annotate(n=Count("id")))


def _left_in_seats(plan: Plan, raters: QuerySet[Rater]) -> dict[int, int]:
    """Slots of their own sequences that nobody has rated, by group."""
    if not plan.is_seated:
        return {}
    left = Slot.objects.filter(plan=plan, seat__rater__in=_taking_part(raters), is_shared=False)
    left = left.counting().exclude(state=Slot.State.DONE)
    return dict(left.order_by().values_list("group_id").annotate(n=Count("id")))


def _elsewhere(access: StudyAccess, plan: Plan) -> dict[int, int]:
    """How many of the people of other sites have rated in the stage, by group; groups without any are left
    out."""
    others = Rater.objects.filter(study=access.study).exclude(pk__in=access.raters())
    rated = Slot.objects.filter(plan=plan, state=Slot.State.DONE, rater__in=others).counting()
    n_rated = dict(rated.order_by().values_list("group_id").annotate(n=Count("rater", distinct=True)))
    return {group: n_rated.get(group, 0) for group in _by_group(others)}


def site_factor(access: StudyAccess, plan: Plan, factor: Factor, groups: Sequence[Group]) -> list[FactorRow]:
    """Ratings given there by levels of the factor; `n_planned` is left at 0. One query."""
    of_factor = _quota(plan, access.raters()).filter(
        state=Slot.State.DONE,
        item__factors__factor__study=plan.study_id,
        item__factors__factor__key=factor.key,
    )
    rows = of_factor.order_by().values_list("item__factors__value", "group_id").annotate(n=Count("id"))
    cells = by_level({(level, group): (0, n) for level, group, n in rows})
    return [
        FactorRow(level, [Cell(*cells[level].get(group.pk, (0, 0))) for group in groups])
        for level in sorted(cells)
    ]


def site_course(
    access: StudyAccess, plan: Plan, progress: Sequence[SiteGroup], *, now: datetime
) -> StageCourse | None:
    """Day by day since the first rating given there; None before it. With a forecast where ratings are
    planned for these raters alone. Two queries."""
    done = _quota(plan, access.raters()).filter(state=Slot.State.DONE, completed_at__isnull=False)
    by_day = done.order_by().annotate(day=TruncDate("completed_at")).values_list("group_id", "day")
    daily = {(group, day): n for group, day, n in by_day.annotate(n=Count("id")) if day is not None}
    asked = [one for one in map(_as_asked, progress) if one.n_planned]
    course = course_of(plan, asked, daily, now=now)
    if course is None or plan.is_seated:
        return course
    return replace(course, forecast=None)


def _as_asked(row: SiteGroup) -> GroupProgress:
    n_planned = row.n_done if row.n_planned is None else row.n_planned
    return GroupProgress(row.group, row.per_item, row.n_raters, n_planned, row.n_done, row.n_claimed)
