"""How many slots a stage has and how many are done: counted now, or of a large stage a few minutes ago.

Counting a million slots takes a second. A stage of that size is counted by the scheduler every few minutes
(`annotation.services.stage_summaries`), and pages show those numbers with their time. A stage of ordinary
size is counted whenever somebody looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from annotation.models import Item, Plan, Seat, Slot, StageSummary, Study

# From so many slots on a stage is counted by the scheduler.
LARGE = 20_000
# Older numbers are not shown: the scheduler stands still, and the page counts by itself. One that is
# over changes only where somebody leaves.
FRESH, FRESH_WHEN_OVER = timedelta(minutes=20), timedelta(hours=3)

# What has not moved for so long stands still.
STILL = timedelta(days=7)

# Planned, done, in somebody's hands.
Three = tuple[int, int, int]


@dataclass(frozen=True)
class ItemCounts:
    """Items of a study: all, and those without a text."""

    n: int
    n_without_text: int


@dataclass(frozen=True)
class Stuck:
    """What has stood still for a week: filled seats in which nobody rates, seats without a rater (both hold
    ratings that nobody else can take), and ratings begun and not finished."""

    n_seats: int = 0
    n_empty: int = 0
    n_begun: int = 0


@dataclass(frozen=True)
class StageCounts:
    """The stored numbers of a large stage. `done`: finished slots by purpose; `days`: of the quota."""

    taken_at: datetime
    groups: dict[int, Three]
    done: dict[str, int]
    n_items: int
    days: dict[tuple[int, date], int]
    # By key of the factor: (level, group) with planned and done.
    factors: dict[str, dict[tuple[str, int], tuple[int, int]]]
    exhausted: set[tuple[int, int]]
    items: ItemCounts
    n_behind: int
    n_unplanned: int
    # By group: items that it is asked about.
    group_items: dict[int, int]
    stuck: Stuck


def stored_counts(plan: Plan | None, *, now: datetime) -> StageCounts | None:
    """The stored numbers if they are fresh and the plan came with its summary (`current_plan`). No query."""
    if plan is None or not Plan.summary.is_cached(plan):
        return None
    summary: StageSummary | None = getattr(plan, "summary", None)
    if summary is None:
        return None
    fresh = FRESH if plan.state == Plan.State.OPEN else FRESH_WHEN_OVER
    # One that a release before has taken lacks what was added since: it is counted anew within minutes.
    is_whole = "group_items" in summary.numbers
    return _read(summary) if is_whole and summary.taken_at > now - fresh else None


def counted_at(plan: Plan | None, *, now: datetime) -> datetime | None:
    """When the numbers that pages show of the stage were counted; None: just now."""
    stored = stored_counts(plan, now=now)
    return stored.taken_at if stored else None


def _read(summary: StageSummary) -> StageCounts:
    told = summary.numbers
    factors = {
        key: {(level, group): (n, n_done) for level, group, n, n_done in rows}
        for key, rows in told["factors"].items()
    }
    return StageCounts(
        taken_at=summary.taken_at,
        groups={group: (n, done, held) for group, n, done, held in told["groups"]},
        done=told["done"],
        n_items=told["n_items"],
        days={(group, date.fromisoformat(day)): n for group, day, n in told["days"]},
        factors=factors,
        exhausted={(item, group) for item, group in told["exhausted"]},
        items=ItemCounts(*told["items"]),
        n_behind=told["n_behind"],
        n_unplanned=told["n_unplanned"],
        group_items=dict(told["group_items"]),
        # Not there in what a release before has counted.
        stuck=Stuck(*told.get("stuck", ())),
    )


def group_items_of(studies: Iterable[int], *, now: datetime) -> dict[int, dict[int, int]]:
    """How many items each group is asked about, by study whose open stage is large, as last counted.
    One query."""
    open_stages = StageSummary.objects.filter(plan__study__in=studies, plan__state=Plan.State.OPEN)
    fresh = open_stages.filter(taken_at__gt=now - FRESH)
    rows = fresh.values_list("plan__study", "numbers__group_items")
    return {study: dict(groups) for study, groups in rows if groups is not None}


def is_large(plan: Plan) -> bool:
    """Whether the stage has more slots than a page may count. Reads an index up to that many."""
    return Slot.objects.filter(plan=plan).order_by().values("pk")[LARGE : LARGE + 1].exists()


def count_groups(plan: Plan, *, now: datetime) -> dict[int, Three]:
    """The quota by group. One query."""
    claimed = Q(state=Slot.State.CLAIMED, claim_expires_at__gt=now)
    rows = Slot.objects.filter(plan=plan).counting().values_list("group_id")
    counted = rows.annotate(
        n=Count("id"), done=Count("id", filter=Q(state="done")), held=Count("id", filter=claimed)
    )
    return {group: (n, done, held) for group, n, done, held in counted}


def count_stuck(plan: Plan, *, now: datetime) -> Stuck:
    """What has not moved for a week. Two queries, each by seats or by what is not done."""
    since = now - STILL
    waiting = Slot.objects.filter(seat=OuterRef("pk"), is_shared=False).exclude(state=Slot.State.DONE)
    rated = Slot.objects.filter(rater=OuterRef("rater"), plan=plan, state=Slot.State.DONE)
    old = Seat.objects.filter(Exists(waiting), plan=plan)
    empty = Q(rater__isnull=True, plan__created_at__lte=since)
    still = Q(~Exists(rated.filter(completed_at__gt=since)), filled_at__lte=since)
    seats = old.aggregate(still=Count("pk", filter=still), empty=Count("pk", filter=empty))
    begun = Slot.objects.filter(plan=plan, state=Slot.State.CLAIMED, claimed_at__lte=since).counting()
    return Stuck(seats["still"], seats["empty"], begun.count())


def count_done(plan: Plan) -> dict[str, int]:
    """Finished slots by purpose. One query."""
    return dict(Slot.objects.filter(plan=plan).done().values_list("purpose").annotate(n=Count("id")))


def count_items(plans: Iterable[Plan]) -> dict[int, int]:
    """Different items of the quota by stage. One query."""
    slots = Slot.objects.filter(plan__in=plans).counting()
    return dict(slots.values_list("plan_id").annotate(n=Count("item", distinct=True)))


def count_days(plan: Plan) -> dict[tuple[int, date], int]:
    """Finished slots of the quota by group and day. One query."""
    done = Slot.objects.filter(plan=plan, state=Slot.State.DONE, completed_at__isnull=False).counting()
    by_day = done.annotate(day=TruncDate("completed_at")).values_list("group_id", "day")
    return {(group, day): n for group, day, n in by_day.annotate(n=Count("id")) if day is not None}


def count_factor(plan: Plan, key: str) -> dict[tuple[str, int], tuple[int, int]]:
    """The quota by level of a factor and group. One query."""
    # Filtered before it is read, so that both use one join: a level is one of this factor.
    of_factor = Slot.objects.filter(plan=plan).counting()
    of_factor = of_factor.filter(item__factors__factor__study=plan.study_id, item__factors__factor__key=key)
    counted = of_factor.values_list("item__factors__value", "group_id").annotate(
        n=Count("id"), n_done=Count("id", filter=Q(state=Slot.State.DONE))
    )
    return {(level, group): (n, n_done) for level, group, n, n_done in counted}


def count_group_items(plan: Plan) -> dict[int, int]:
    """Items that each group is asked about: each has a first slot of it. One query."""
    first = Slot.objects.filter(plan=plan, number=1).counting()
    return dict(first.values_list("group_id").annotate(n=Count("id")))


def count_study_items(study: Study) -> ItemCounts:
    """One query."""
    items = Item.objects.visible().filter(study=study)
    counted = items.aggregate(n=Count("id"), empty=Count("id", filter=Q(has_text=False)))
    return ItemCounts(counted["n"], counted["empty"])


def unplanned_items(plan: Plan) -> QuerySet[Item]:
    """Items with a text that came after the stage was planned, or were not drawn for it."""
    planned = Slot.objects.filter(plan=plan, item=OuterRef("pk"))
    return Item.objects.plannable().filter(~Exists(planned), study=plan.study_id)


def n_unplanned(plan: Plan, *, now: datetime) -> int:
    """How many; of a large stage as last counted. At most two queries."""
    stored = stored_counts(Plan.objects.select_related("summary").get(pk=plan.pk), now=now)
    return unplanned_items(plan).count() if stored is None else stored.n_unplanned


def by_level(counts: dict[tuple[str, int], tuple[int, int]]) -> dict[str, dict[int, tuple[int, int]]]:
    found: dict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
    for (level, group), numbers in counts.items():
        found[level][group] = numbers
    return found
