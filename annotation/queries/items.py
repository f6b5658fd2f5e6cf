"""Items with their coverage: what each group has done of what was planned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotation.models import (
    Factor,
    Group,
    Item,
    ItemFactor,
    Pass,
    Plan,
    ProblemReport,
    Rater,
    Response,
    Slot,
    Study,
    Turn,
)
from annotation.queries.care import MIN_RATERS
from annotation.queries.item_looks import Look, look_through
from annotation.queries.stage_counts import stored_counts

EXCERPT = 90
# Slots that the page of an item lists: of those planned, and of those made for single raters.
MAX_SLOTS, MAX_OWN_SLOTS = 100, 20


@dataclass(frozen=True)
class ItemFilter:
    """What the items page was asked for; empty fields ask for nothing. `factors`: value by factor key."""

    search: str = ""
    coverage: str = ""
    notes: str = ""
    factors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Coverage:
    """Slots of one group on one item. `is_exhausted`: free slots, but nobody left who would take them."""

    group: Group
    n_planned: int
    n_done: int
    n_claimed: int
    is_exhausted: bool

    @property
    def is_complete(self) -> bool:
        return self.n_done >= self.n_planned


@dataclass(frozen=True)
class ItemRow:
    item: Item
    excerpt: str
    factors: list[str]
    coverage: list[Coverage]
    n_open_problems: int


@dataclass(frozen=True)
class StageView:
    """The stage whose coverage is shown: its groups in order, and what is exhausted in it."""

    plan: Plan | None
    groups: list[Group]
    exhausted: set[tuple[int, int]]


def stage_view(plan: Plan | None, *, now: datetime) -> StageView:
    """Groups the stage asks for ratings, and (item, group) pairs nobody is left for. Two to five queries."""
    if plan is None:
        return StageView(None, [], set())
    stored = stored_counts(plan, now=now)
    if stored:
        asked = Group.objects.filter(study=plan.study_id, pk__in=stored.groups)
        return StageView(plan, list(asked), stored.exhausted)
    planned = Slot.objects.filter(plan=plan, group=OuterRef("pk"))
    groups = Group.objects.filter(Exists(planned), study=plan.study_id)
    return StageView(plan, list(groups), exhausted_pairs(plan, now=now))


def exhausted_pairs(plan: Plan, *, now: datetime) -> set[tuple[int, int]]:
    """(item id, group id) with free slots that all raters still in the group passed or hold. Four queries.

    Only where five of them or more passed: fewer would be told by name that they could not bear an item.
    """
    present = Rater.objects.filter(study=plan.study_id, member__isnull=False, member__left_at__isnull=True)
    passes = Pass.objects.filter(plan=plan, withdrawn_at__isnull=True, rater__in=present)
    counted = passes.values_list("item_id", "rater__group_id").annotate(n=Count("id"))
    passed = {(item, group): n for item, group, n in counted.filter(n__gte=MIN_RATERS)}
    if not passed:
        return set()
    slots = Slot.objects.filter(plan=plan, item__in={item for item, _group in passed}).counting()
    free = set(slots.open_at(now).values_list("item_id", "group_id"))
    # Whoever has rated the item or holds it now cannot take another slot of it.
    taken = slots.exclude(pk__in=slots.open_at(now)).filter(rater__in=present)
    busy = dict(_pair_counts(taken.values_list("item_id", "group_id")))
    raters = dict(present.values_list("group_id").annotate(n=Count("id")))
    return {
        pair for pair, n in passed.items() if pair in free and n + busy.get(pair, 0) >= raters.get(pair[1], 0)
    }


def _pair_counts(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for pair in pairs:
        counts[pair] += 1
    return counts


def _slots_of(plan: Plan) -> QuerySet[Slot]:
    return Slot.objects.filter(plan=plan, item=OuterRef("pk"), purpose=Slot.Purpose.QUOTA)


def _covered(items: QuerySet[Item], wanted: str, stage: StageView) -> QuerySet[Item]:
    if stage.plan is None or not wanted:
        return items
    slots = _slots_of(stage.plan)
    unfinished = Exists(slots.exclude(state=Slot.State.DONE))
    conditions = {
        "complete": Exists(slots) & ~unfinished,
        "missing": Q(unfinished),
        "untouched": Exists(slots) & ~Exists(slots.filter(state=Slot.State.DONE)),
        "exhausted": Q(pk__in={item for item, _ in stage.exhausted}),
        "unplanned": ~Exists(slots),
    }
    return items.filter(conditions[wanted])


@dataclass(frozen=True)
class FoundItems:
    """Items that meet a filter, in the study's order. `look`: where, if no index tells."""

    items: QuerySet[Item]
    look: Look | None


def filtered_items(study: Study, wanted: ItemFilter, *, stage: StageView, after: str = "") -> FoundItems:
    """The study's visible items that meet the filter.

    Words, and how far items are rated, are looked for in a stretch of them, behind the item of the code
    `after`; where there are more, an item's own id, given in full, finds that one.
    """
    everything = Item.objects.visible().filter(study=study)
    items, look = _sorted_out(everything, wanted), None
    if wanted.search or (wanted.coverage and wanted.coverage != "exhausted" and stage.plan is not None):
        look = look_through(study, items, after=after)
        named = everything.filter(external_id=wanted.search)
        if look.is_part and wanted.search and not after and named.exists():
            return FoundItems(named, None)
        items = look.within(items)
    return FoundItems(_covered(_worded(items, wanted), wanted.coverage, stage), look)


def _worded(items: QuerySet[Item], wanted: ItemFilter) -> QuerySet[Item]:
    if wanted.search:
        in_turn = Turn.objects.filter(conversation=OuterRef("conversation"), text__icontains=wanted.search)
        in_reply = Response.objects.filter(item=OuterRef("pk"), text__icontains=wanted.search)
        items = items.filter(
            Q(external_id__icontains=wanted.search) | Q(Exists(in_turn)) | Q(Exists(in_reply))
        )
    return items


def _sorted_out(items: QuerySet[Item], wanted: ItemFilter) -> QuerySet[Item]:
    """By notes and factors."""
    if wanted.notes:
        items = items.filter(is_heavy=wanted.notes == "with")
    for key, value in wanted.factors.items():
        having = ItemFactor.objects.filter(item=OuterRef("pk"), factor__key=key, value=value)
        items = items.filter(Exists(having))
    return items


def n_items(study: Study, plan: Plan | None, *, now: datetime) -> int:
    """How many visible items the study has; beside a large stage as of its last count. At most one query."""
    stored = stored_counts(plan, now=now)
    return stored.items.n if stored else Item.objects.visible().filter(study=study).count()


# From level to level in the index: DISTINCT reads the rows of every item.
NEXT_LEVEL = """
WITH RECURSIVE found(factor_id, value) AS (
    SELECT f.id, (SELECT min(v.value) FROM annotation_itemfactor v WHERE v.factor_id = f.id)
    FROM annotation_factor f WHERE f.id IN ({places})
    UNION ALL
    SELECT found.factor_id, (
        SELECT min(v.value) FROM annotation_itemfactor v
        WHERE v.factor_id = found.factor_id AND v.value > found.value
    )
    FROM found WHERE found.value IS NOT NULL
)
SELECT factor_id, value FROM found WHERE value IS NOT NULL ORDER BY factor_id, value
"""


def _levels(factors: Sequence[int]) -> dict[int, list[str]]:
    """The values of factors, by key. One query."""
    levels: dict[int, list[str]] = defaultdict(list)
    if factors:
        with connection.cursor() as cursor:
            cursor.execute(NEXT_LEVEL.format(places=", ".join(["%s"] * len(factors))), list(factors))
            for factor, value in cursor.fetchall():
                levels[factor].append(value)
    return levels


def factor_choices(study: Study, *, sees_hidden: bool) -> list[tuple[Factor, list[str]]]:
    """The study's factors with their values. Two queries."""
    factors = Factor.objects.filter(study=study).order_by("name")
    if not sees_hidden:
        factors = factors.filter(is_hidden=False)
    values = _levels([factor.pk for factor in factors])
    return [(factor, values[factor.pk]) for factor in factors]


def _excerpts(items: Sequence[Item]) -> dict[int, str]:
    """The beginning of what is judged: the first reply, else the conversation's first turn."""
    found: dict[int, str] = {}
    turns = Turn.objects.filter(conversation__in=[item.conversation_id for item in items], position=1)
    opening = dict(turns.values_list("conversation_id", "text"))
    replies = Response.objects.filter(item__in=items, position=1)
    reply = dict(replies.values_list("item_id", "text"))
    for item in items:
        text = " ".join((reply.get(item.pk) or opening.get(item.conversation_id, "")).split())
        found[item.pk] = text if len(text) <= EXCERPT else text[:EXCERPT].rstrip() + "…"
    return found


def _coverage(items: Sequence[Item], stage: StageView, now: datetime) -> dict[int, list[Coverage]]:
    plan, nothing = stage.plan, {"n": 0, "done": 0, "held": 0}
    claimed = Q(state=Slot.State.CLAIMED, claim_expires_at__gt=now)
    rows = (
        Slot.objects.filter(plan=plan, item__in=items)
        .counting()
        .values("item_id", "group_id")
        .annotate(n=Count("id"), done=Count("id", filter=Q(state="done")), held=Count("id", filter=claimed))
    )
    counted = {(row["item_id"], row["group_id"]): row for row in rows}
    coverage: dict[int, list[Coverage]] = defaultdict(list)
    for item in items:
        for group in stage.groups:
            pair = (item.pk, group.pk)
            row = counted.get(pair, nothing)
            is_exhausted = pair in stage.exhausted
            coverage[item.pk].append(Coverage(group, row["n"], row["done"], row["held"], is_exhausted))
    return coverage


def item_rows(items: Sequence[Item], *, stage: StageView, now: datetime, sees_hidden: bool) -> list[ItemRow]:
    """One page of items with texts, factors and coverage. Five queries, however many items."""
    excerpts = _excerpts(items)
    coverage = _coverage(items, stage, now)
    factors: dict[int, list[str]] = defaultdict(list)
    values = ItemFactor.objects.filter(item__in=items).select_related("factor").order_by("factor__name")
    for value in values:
        if sees_hidden or not value.factor.is_hidden:
            factors[value.item_id].append(value.value)
    waiting = ProblemReport.objects.filter(item__in=items, state=ProblemReport.State.OPEN)
    problems = dict(waiting.values_list("item_id").annotate(n=Count("id")))
    return [
        ItemRow(
            item, excerpts[item.pk], factors[item.pk], coverage.get(item.pk, []), problems.get(item.pk, 0)
        )
        for item in items
    ]


@dataclass(frozen=True)
class StageSlots:
    """The slots of one item in one stage, in the order of groups and numbers."""

    plan: Plan
    slots: list[Slot]


@dataclass(frozen=True)
class ItemPage:
    item: Item
    turns: list[Turn]
    responses: list[Response]
    factors: list[ItemFactor]
    stages: list[StageSlots]
    problems: list[ProblemReport]
    # A known item that thousands were asked about has a slot for each of them.
    has_more_slots: bool = False


def _listed_slots(item: Item) -> tuple[list[Slot], bool]:
    """The item's slots in the order of stages, groups and numbers, and whether there are more. Two queries.

    Those planned and those made for single raters are limited apart: of a known item that thousands were
    asked about the planned ones would not be among the first.
    """
    slots = Slot.objects.filter(item=item).select_related("plan", "group", "rater")
    ordered = slots.order_by("plan_id", "group__position", "purpose", "number")
    planned = Q(purpose__in=[Slot.Purpose.QUOTA, Slot.Purpose.SURPLUS])
    regular = list(ordered.filter(planned)[: MAX_SLOTS + 1])
    own = list(ordered.exclude(planned).order_by("plan_id", "purpose", "number")[: MAX_OWN_SLOTS + 1])
    has_more = len(regular) > MAX_SLOTS or len(own) > MAX_OWN_SLOTS
    listed = regular[:MAX_SLOTS] + own[:MAX_OWN_SLOTS]
    listed.sort(key=lambda slot: (slot.plan_id, slot.group.position, slot.purpose, slot.number))
    return listed, has_more


def item_page(item: Item, *, sees_hidden: bool, sees_sources: bool) -> ItemPage:
    """All that staff may see of an item. Six queries. Sources are read only for whoever may see them."""
    factors = ItemFactor.objects.filter(item=item).select_related("factor").order_by("factor__name")
    if not sees_hidden:
        factors = factors.filter(factor__is_hidden=False)
    responses = Response.objects.filter(item=item)
    listed, has_more = _listed_slots(item)
    stages: dict[Plan, list[Slot]] = defaultdict(list)
    for slot in listed:
        stages[slot.plan].append(slot)
    return ItemPage(
        item=item,
        turns=list(Turn.objects.filter(conversation=item.conversation_id)),
        responses=list(responses.select_related("source") if sees_sources else responses),
        factors=list(factors),
        stages=[StageSlots(plan, held) for plan, held in stages.items()],
        problems=list(ProblemReport.objects.filter(item=item).select_related("rater")),
        has_more_slots=has_more,
    )
