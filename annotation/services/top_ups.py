"""A stage grows while it runs: more ratings per item, more seats, items that came later."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.design.eligibility import groups_for, needs_for, restored
from annotation.design.incidence import extended
from annotation.design.layout import CROSSED
from annotation.design.pool import KEY_SPACE
from annotation.errors import Code, DomainError
from annotation.models import Group, Item, Plan, PlanQuota, Seat, Slot, Study, User
from annotation.queries.designs import factor_values
from annotation.queries.stage_counts import unplanned_items
from annotation.services.planned_slots import new_seats, write_slots
from annotation.services.plans import checked_quotas


@dataclass(frozen=True)
class Growth:
    """What a stage is to have afterwards. `n_seats`: by group key, where that changes."""

    quotas: Mapping[str, int]
    n_seats: Mapping[str, int] = field(default_factory=dict)
    takes_later_items: bool = False


@dataclass(frozen=True)
class _Grown:
    """The stage as it stands. `numbers`: by (item, group), how many slots there are and the last number."""

    plan: Plan
    items: Sequence[Item]
    keys: Mapping[int, int]
    allowed: Mapping[int, frozenset[str]]
    needs: Mapping[int, str]
    anchors: frozenset[str]
    n_slots: Counter[tuple[int, int]]
    last: Mapping[tuple[int, int], int]

    def slot(self, item: Item, group: Group, number: int, **place: object) -> Slot:
        return Slot(
            plan=self.plan,
            item=item,
            group=group,
            rubric_version_id=self.plan.rubric_version_id,
            number=number,
            random_key=self.keys[item.pk],
            needs=self.needs[item.pk],
            **place,
        )


def later_items(plan: Plan) -> list[Item]:
    """Items with a text that came after the stage was planned, or were not drawn for it."""
    return list(unplanned_items(plan))


def top_up(plan: Plan, *, actor: User, growth: Growth) -> int:
    """Plan further ratings; nothing that is planned or rated changes. Returns how many were added.

    In planned sequences they stand at the end, shared out as evenly as the design allows.

    Raises:
        DomainError: the stage is closed, a number would fall, seats do not suffice or would stay empty.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=plan.study_id)
        held = Plan.objects.select_for_update().of_work().filter(pk=plan.pk, batch__isnull=True).first()
        if held is None or held.state == Plan.State.CLOSED:
            raise DomainError(Code.STATE_FORBIDS, _("This stage is closed. Start it again to add to it."))
        wanted = checked_quotas(study, growth.quotas)
        _refuse_less(held, wanted)
        stage = _standing(held, wanted, takes_later=growth.takes_later_items)
        n = 0
        for group, per_item in wanted.items():
            slots = _for_seats if held.is_seated else _for_pool
            n += write_slots(slots(stage, group, per_item, growth.n_seats.get(group.key, 0)))
            quota = per_item if held.design != CROSSED else held.seats.filter(group=group).count()
            PlanQuota.objects.update_or_create(plan=held, group=group, defaults={"per_item": quota})
        told = {"quotas": dict(growth.quotas), "seats": dict(growth.n_seats), "n_slots": n}
        record("plan.topped_up", actor=actor, study=study, about=held, **told)
        return n


def _refuse_less(plan: Plan, wanted: Mapping[Group, int]) -> None:
    for quota in plan.quotas.select_related("group"):
        if wanted.get(quota.group, 0) < quota.per_item and plan.design != CROSSED:
            raise DomainError(
                Code.INVALID,
                _("%(group)s have %(n)s ratings per item planned. Ratings can be added, not taken away.")
                % {"group": quota.group.name, "n": quota.per_item},
            )


def _standing(plan: Plan, wanted: Mapping[Group, int], *, takes_later: bool) -> _Grown:
    planned = Slot.objects.filter(plan=plan).counting()
    items = list(Item.objects.filter(pk__in=planned.values("item")))
    items += later_items(plan) if takes_later else []
    rules = restored(plan.rules)
    values = factor_values(plan.study, {rule.factor for rule in rules})
    keys = [group.key for group in wanted]
    n_slots: Counter[tuple[int, int]] = Counter()
    last: dict[tuple[int, int], int] = defaultdict(int)
    for item, group, number in planned.values_list("item_id", "group_id", "number"):
        n_slots[item, group] += 1
        last[item, group] = max(last[item, group], number)
    return _Grown(
        plan=plan,
        items=items,
        keys=_random_keys(plan, items),
        allowed={item.pk: groups_for(values.get(item.pk, {}), keys, rules) for item in items},
        needs={item.pk: needs_for(values.get(item.pk, {}), rules) for item in items},
        anchors=frozenset(plan.options.get("anchors", ())),
        n_slots=n_slots,
        last=last,
    )


def _random_keys(plan: Plan, items: Sequence[Item]) -> dict[int, int]:
    """The keys items have, and new ones for those that have none yet."""
    found = dict(Slot.objects.filter(plan=plan).counting().values_list("item_id", "random_key").distinct())
    rng, taken = random.Random(f"{plan.seed}:{len(found)}"), set(found.values())  # noqa: S311 (an order)
    for item in items:
        while item.pk not in found:
            key = rng.randrange(KEY_SPACE)
            if key not in taken:
                found[item.pk] = key
                taken.add(key)
    return found


def _for_pool(stage: _Grown, group: Group, per_item: int, _n_seats: int) -> Iterator[Slot]:
    for item in stage.items:
        pair = (item.pk, group.pk)
        n = per_item - stage.n_slots[pair] if group.key in stage.allowed[item.pk] else 0
        for number in range(stage.last[pair] + 1, stage.last[pair] + 1 + max(0, n)):
            yield stage.slot(item, group, number)


def _for_seats(stage: _Grown, group: Group, per_item: int, n_seats: int) -> Iterator[Slot]:
    """Further places at the ends of sequences, those of new seats from their beginning."""
    plan = stage.plan
    seats = list(plan.seats.filter(group=group).order_by("number"))
    n_before = len(seats)
    seats += new_seats(plan, group, range(n_before + 1, n_seats + 1))
    grid = _grid(stage, group, seats)
    everyone = plan.design == CROSSED
    wanted = [len(seats) if everyone or item.code in stage.anchors else per_item for item in stage.items]
    more = np.array(
        [
            max(0, n - stage.n_slots[item.pk, group.pk]) if group.key in stage.allowed[item.pk] else 0
            for item, n in zip(stage.items, wanted, strict=True)
        ],
        dtype=np.int64,
    )
    seed = f"{plan.seed}:{group.key}:{int(grid.sum())}"
    try:
        grown = extended(grid, more, np.ones(len(stage.items), dtype=np.int64), seed=seed)
    except ValueError:
        words = _("%(group)s have %(n)s seats, too few for that many ratings per item. Add seats.")
        raise DomainError(Code.INVALID, words % {"group": group.name, "n": len(seats)}) from None
    _refuse_empty_seats(group, grown[:, n_before:])
    yield from _appended(stage, group, seats, grown & ~grid)


def _refuse_empty_seats(group: Group, new: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> None:
    """Whoever joins late and sits down at an empty seat would wait for items that never come."""
    n_empty = int((~new.any(axis=0)).sum())
    if n_empty:
        raise DomainError(
            Code.INVALID,
            _(
                "%(group)s: new seats that would have nothing to rate: %(n)s. Ask for more ratings per item "
                "too, take up items that came later, or free the seat of somebody who stays away."
            )
            % {"group": group.name, "n": n_empty},
        )


def _grid(
    stage: _Grown, group: Group, seats: Sequence[Seat]
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    places = {item.pk: place for place, item in enumerate(stage.items)}
    columns = {seat.pk: column for column, seat in enumerate(seats)}
    grid = np.zeros((len(places), len(columns)), dtype=np.bool_)
    slots = Slot.objects.filter(plan=stage.plan, group=group, seat__isnull=False)
    for item, seat in slots.values_list("item_id", "seat_id"):
        if seat in columns:
            grid[places[item], columns[seat]] = True
    return grid


def _appended(
    stage: _Grown,
    group: Group,
    seats: Sequence[Seat],
    added: np.ndarray[tuple[int, int], np.dtype[np.bool_]],
) -> Iterator[Slot]:
    n_new: Counter[int] = Counter()
    for column, seat in enumerate(seats):
        places = np.flatnonzero(added[:, column]).tolist()
        random.Random(f"{stage.plan.seed}:{group.key}:{seat.number}:{len(stage.items)}").shuffle(places)  # noqa: S311
        begun = seat.slots.order_by("-position").values_list("position", flat=True).first() or 0
        for position, place in enumerate(places, start=begun + 1):
            item = stage.items[place]
            n_new[place] += 1
            number = stage.last[item.pk, group.pk] + n_new[place]
            yield stage.slot(item, group, number, seat=seat, position=position, is_shared=False)
