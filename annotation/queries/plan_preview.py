"""What a stage would be, in numbers and warnings, before anybody rates; and what a planned one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from django.db.models import Count
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from annotation.design.incidence import Incidence
from annotation.design.linkage import ItemPairs, Linkage, Pairs, linkage, smallest_p
from annotation.design.orders import williams_square
from annotation.design.pool import equal_pace, pool_keys, rater_offset
from annotation.models import Clearance, Group, Plan, Rater, Slot
from annotation.queries.designs import Drafted
from annotation.queries.open_slots import HAS_CLEARANCE, HAS_PRACTISED
from annotation.queries.plans import GroupLoad, stage_load, stage_warnings

ALPHA = 0.05
CHUNK = 20_000


@dataclass(frozen=True)
class PairRow:
    """Pairs of raters within a group or between two, and what they share."""

    names: str
    pairs: Pairs
    smallest_p: float | None = None


@dataclass(frozen=True)
class PlanPreview:
    """`is_expected`: a pool, as if all raters kept the same pace; else what is planned."""

    loads: list[GroupLoad]
    linkage: Linkage
    pair_rows: list[PairRow]
    warnings: list[str]
    is_expected: bool
    n_anchors: int = 0
    notes: list[str] = field(default_factory=list)


def present_raters(groups: Mapping[str, Group]) -> dict[str, list[str]]:
    """Pseudonyms of raters with a login who have not left, by group key. One query."""
    raters = Rater.objects.filter(
        group__in=list(groups.values()), member__isnull=False, member__left_at__isnull=True
    )
    found: dict[str, list[str]] = {key: [] for key in groups}
    for key, pseudonym in raters.order_by("pk").values_list("group__key", "pseudonym"):
        found[key].append(pseudonym)
    return found


def plan_preview(made: Drafted, groups: Sequence[Group]) -> PlanPreview:
    """Of a stage laid out; `groups` as `human_groups` gives them. Up to four queries."""
    raters = present_raters(made.groups)
    grids = _pool_grids(made, raters) if made.layout is None else made.layout.grids
    linked = linkage(grids)
    loads = [_load(load, made) for load in stage_load(groups, made.quotas, n_items=len(made.items))]
    rows = pair_rows(linked, {key: group.name for key, group in made.groups.items()})
    warnings = stage_warnings(loads) if made.layout is None else _seat_warnings(loads)
    return PlanPreview(
        loads=loads,
        linkage=linked,
        pair_rows=rows,
        warnings=[*warnings, *linkage_warnings(linked, rows), *_rule_warnings(made)],
        is_expected=made.layout is None,
        n_anchors=len(made.layout.anchors) if made.layout else 0,
        notes=_notes(made),
    )


def _load(load: GroupLoad, made: Drafted) -> GroupLoad:
    key = load.group.key
    if key not in made.groups:
        return load
    if made.layout is None:
        n_ratings = load.per_item * len(made.eligible[key])
        even = -(-n_ratings // load.n_raters) if load.n_raters else None
        per_rater = None if even is None else min(even, len(made.eligible[key]))
        return replace(load, n_ratings=n_ratings, per_rater=per_rater)
    loads = made.layout.grids[key].sum(axis=0)
    return replace(
        load,
        n_ratings=int(loads.sum()),
        per_rater=int(loads.max()),
        least=int(loads.min()),
        n_seats=len(loads),
        has_too_few=load.n_raters < len(loads),
    )


def _pool_grids(made: Drafted, raters: Mapping[str, Sequence[str]]) -> dict[str, Incidence]:
    keys = np.array(pool_keys(made.seed, len(made.items)))
    grids = {}
    for key, pseudonyms in raters.items():
        places = np.array(made.eligible[key], dtype=np.int64)
        grid = np.zeros((len(made.items), len(pseudonyms)), dtype=np.bool_)
        offsets = [rater_offset(made.seed, pseudonym) for pseudonym in pseudonyms]
        paced = equal_pace(made.quotas[key], offsets, keys[places].tolist())
        for column, taken in enumerate(paced):
            grid[places[taken], column] = True
        grids[key] = grid
    return grids


def pair_rows(linked: Linkage, names: Mapping[str, str]) -> list[PairRow]:
    """Within each group, then between each two, with the smallest p a permutation test can reach."""
    within = [PairRow(names[key], pairs) for key, pairs in linked.within.items()]
    between = [
        PairRow(f"{names[one]} – {names[other]}", pairs, smallest_p(linked.members, one, other))
        for (one, other), pairs in linked.between.items()
        if pairs.n_pairs
    ]
    return [*within, *between]


def _seat_warnings(loads: Sequence[GroupLoad]) -> list[str]:
    """Of planned sequences: ratings per item, and seats against raters."""
    seated = [replace(load, has_too_few=False) for load in loads]
    warnings = stage_warnings(seated)
    for load in loads:
        values = {"group": load.group.name, "raters": load.n_raters, "seats": load.n_seats}
        if load.n_seats > load.n_raters == 0:
            said = _("%(group)s: nobody has joined yet. Seats that wait for raters: %(seats)s.")
            warnings.append(said % values)
        elif load.n_seats > load.n_raters:
            warnings.append(
                _("%(group)s have %(raters)s raters with a login for %(seats)s seats: the rest "
                  "of the plan waits until more join.") % values
            )  # fmt: skip
        if 0 < load.n_seats < load.n_raters:
            warnings.append(
                _("%(group)s have %(raters)s raters with a login for %(seats)s seats: who comes last has no "
                  "seat, until one is freed.") % values
            )  # fmt: skip
    return warnings


def linkage_warnings(linked: Linkage, rows: Sequence[PairRow]) -> list[str]:
    """What cannot be compared, and which tests can show nothing."""
    warnings = []
    if linked.n_components > 1:
        warnings.append(
            _("The plan falls into %(n)s parts that have no item in common. Raters of different "
              "parts cannot be compared.") % {"n": linked.n_components}
        )  # fmt: skip
    warnings += [
        _("%(groups)s: a permutation test of the difference has no power. With so few raters its smallest "
          "possible p value is %(p)s, above 0.05.") % {"groups": row.names, "p": f"{row.smallest_p:.2g}"}
        for row in rows
        if row.smallest_p is not None and row.smallest_p > ALPHA
    ]  # fmt: skip
    return warnings


def n_with_needs(group: Group, needs: str) -> int:
    """Raters of a group with a login who have what is needed behind them."""
    condition = HAS_CLEARANCE if needs == Slot.Needs.CLEARED else HAS_PRACTISED
    present = Clearance.objects.filter(
        condition, rater__group=group, rater__member__isnull=False, rater__member__left_at__isnull=True
    )
    return present.count()


def _rule_warnings(made: Drafted) -> list[str]:
    found = []
    for key, group in made.groups.items():
        for needs in sorted(set(made.needs) - {""}):
            places = [place for place in made.eligible[key] if made.needs[place] == needs]
            if places:
                most = max(made.wanted(key, place) for place in places)
                found += needs_warning(group, needs, n_items=len(places), per_item=most)
    return found


def needs_warning(group: Group, needs: str, *, n_items: int, per_item: int) -> list[str]:
    """Where too few of a group may rate the items of a rule. One query."""
    n = n_with_needs(group, needs)
    if n >= per_item:
        return []
    words = {
        Slot.Needs.CLEARED: _("%(items)s items are for raters who have qualified. %(group)s have %(n)s of "
                              "them, fewer than the %(wanted)s ratings each of these items needs."),
        Slot.Needs.PRACTISED: _("%(items)s items are for raters who have practised. %(group)s have %(n)s of "
                                "them, fewer than the %(wanted)s ratings each of these items needs."),
    }  # fmt: skip
    return [words[Slot.Needs(needs)] % {"items": n_items, "group": group.name, "n": n, "wanted": per_item}]


def _notes(made: Drafted) -> list[str]:
    if made.layout is None or not made.design.conditions:
        return []
    n_conditions = len(set(made.layout.wish.conditions))
    n_rows = len(williams_square(n_conditions))
    notes = [
        _("The order of %(n)s conditions is balanced over every %(rows)s seats.")
        % {"n": n_conditions, "rows": n_rows}
    ]
    notes += [
        _("%(group)s have %(seats)s: some orders come once more than others.")
        % {"group": group.name, "seats": made.layout.grids[key].shape[1]}
        for key, group in made.groups.items()
        if made.layout.grids[key].shape[1] % n_rows
    ]
    return notes


def plan_grids(plan: Plan) -> dict[str, Incidence]:
    """Of a stage that exists: items by planned seats, or in a pool by who has rated them. Two queries."""
    found = plan_pairs(plan)
    items = np.unique(np.concatenate([pairs[:, 0] for pairs in found.values()])) if found else np.array([])
    return {key: _matrix(pairs, items) for key, pairs in found.items()}


def plan_pairs(plan: Plan) -> dict[str, ItemPairs]:
    """The same as pairs of item and seat, or item and rater. Two queries."""
    slots = Slot.objects.filter(plan=plan).counting().order_by()
    column = "seat_id" if plan.is_seated else "rater_id"
    if not plan.is_seated:
        slots = slots.done()
    quotas = plan.quotas.order_by("group__position").values_list("group_id", "group__key")
    rows = slots.exclude(**{column: None}).values_list("group_id", "item_id", column).iterator(CHUNK)
    read = np.fromiter(rows, dtype=np.dtype((np.int64, 3))).astype(np.int64, copy=False)
    keys = dict(quotas)
    strange = Group.objects.filter(pk__in=set(read[:, 0].tolist()) - keys.keys())
    keys |= dict(strange.values_list("pk", "key"))
    return {key: read[read[:, 0] == group, 1:] for group, key in keys.items()}


def _matrix(pairs: ItemPairs, items: NDArray[np.int64]) -> Incidence:
    columns, places = np.unique(pairs[:, 1], return_inverse=True)
    grid = np.zeros((len(items), len(columns)), dtype=np.bool_)
    grid[np.searchsorted(items, pairs[:, 0]), places] = True
    return grid


def n_seats_filled(plan: Plan) -> dict[str, tuple[int, int]]:
    """Seats and how many are filled, by group key. One query."""
    rows = plan.seats.values_list("group__key").annotate(n=Count("pk"), filled=Count("rater"))
    return {key: (n, filled) for key, n, filled in rows}
