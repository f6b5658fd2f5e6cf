"""A stage as it would be, before anything is written: who rates which items in which order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from annotation.design.eligibility import Eligibility, groups_for, needs_for
from annotation.design.layout import ANCHORED, BATCHED, CROSSED, POOL, GroupWish, Layout, Wish, layout
from annotation.errors import Code, DomainError
from annotation.models import Group, ItemFactor, Study

Values = Mapping[int, Mapping[str, str]]


@dataclass(frozen=True)
class Design:
    """How items meet raters. `n_seats`: by group key. `conditions`: the factor whose order is balanced."""

    kind: str = POOL
    n_seats: Mapping[str, int] = field(default_factory=dict)
    n_anchors: int = 0
    batch_size: int = 1
    conditions: str = ""
    rules: tuple[Eligibility, ...] = ()

    @property
    def is_seated(self) -> bool:
        return self.kind != POOL


@dataclass(frozen=True)
class Drafted:
    """`items`: keys in the study's order; everything else speaks of their places in it.

    `quotas`: ratings of an ordinary item. `eligible`: places that a group rates. `layout`: None for a pool.
    """

    items: Sequence[int]
    groups: Mapping[str, Group]
    quotas: Mapping[str, int]
    design: Design
    seed: int
    eligible: Mapping[str, Sequence[int]]
    needs: Sequence[str]
    layout: Layout | None

    def wanted(self, key: str, place: int) -> int:
        """Ratings that an item is to have from a group."""
        if self.layout is None:
            return self.quotas[key]
        return int(self.layout.grids[key][place].sum())


def factor_values(study: Study, factors: set[str], items: Sequence[int] | None = None) -> Values:
    """Values by item and factor key, of all items or of some. One query, none without factors."""
    if not factors:
        return {}
    rows = ItemFactor.objects.filter(factor__study=study, factor__key__in=factors)
    wanted = None if items is None else set(items)
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for item, key, value in rows.values_list("item_id", "factor__key", "value"):
        if wanted is None or item in wanted:
            found[item][key] = value
    return found


def drafted(
    study: Study, items: Sequence[int], quotas: Mapping[Group, int], *, design: Design, seed: int
) -> Drafted:
    """Lay a stage out. One query where rules or conditions ask for factors.

    Raises:
        DomainError: what the design asks for cannot be: fewer seats than ratings, too many anchors.
    """
    factors = {rule.factor for rule in design.rules} | ({design.conditions} - {""})
    values = factor_values(study, factors)
    groups = {group.key: group for group in quotas}
    eligible, needs = _ruled([values.get(item, {}) for item in items], groups, design.rules)
    per_item = {group.key: _per_item(design, group, n) for group, n in quotas.items()}
    made = None
    if design.is_seated:
        _refuse(design, groups, per_item, eligible, len(items))
        wish = Wish(
            design=design.kind,
            n_items=len(items),
            groups=[GroupWish(key, design.n_seats[key], per_item[key], eligible[key]) for key in groups],
            seed=seed,
            n_anchors=design.n_anchors,
            batch_size=design.batch_size,
            conditions=_conditions(design, items, values),
        )
        made = layout(wish)
    return Drafted(items, groups, per_item, design, seed, eligible, needs, made)


def _ruled(
    values: Sequence[Mapping[str, str]], groups: Collection[str], rules: Sequence[Eligibility]
) -> tuple[Mapping[str, Sequence[int]], Sequence[str]]:
    """Places that each group rates, and what each place needs of a rater."""
    if not rules:
        return {key: range(len(values)) for key in groups}, [""] * len(values)
    allowed = [groups_for(one, groups, rules) for one in values]
    eligible = {key: [place for place, keys in enumerate(allowed) if key in keys] for key in groups}
    return eligible, [needs_for(one, rules) for one in values]


def _conditions(design: Design, items: Sequence[int], values: Values) -> Sequence[str]:
    if not design.conditions:
        return ()
    return [values.get(item, {}).get(design.conditions, "") for item in items]


def _per_item(design: Design, group: Group, n: int) -> int:
    return design.n_seats.get(group.key, 0) if design.kind == CROSSED else n


def _refuse(
    design: Design,
    groups: Mapping[str, Group],
    per_item: Mapping[str, int],
    eligible: Mapping[str, Sequence[int]],
    n_items: int,
) -> None:
    for key, group in groups.items():
        seats = design.n_seats.get(key, 0)
        if seats < 1:
            raise DomainError(Code.INVALID, _("%(group)s need at least one seat.") % {"group": group.name})
        if seats < per_item[key]:
            raise DomainError(
                Code.INVALID,
                _("%(group)s have %(seats)s seats, too few for %(n)s ratings per item.")
                % {"group": group.name, "seats": seats, "n": per_item[key]},
            )
    if design.kind == ANCHORED:
        _refuse_anchors(design.n_anchors, eligible, n_items)
    if design.kind == BATCHED and not 1 <= design.batch_size <= n_items:
        words = _("A batch has between 1 and %(n)s items.") % {"n": n_items}
        raise DomainError(Code.INVALID, words, about="batch_size")


def _refuse_anchors(n_anchors: int, eligible: Mapping[str, Sequence[int]], n_items: int) -> None:
    n_shared = len(set(range(n_items)).intersection(*eligible.values()))
    if not 1 <= n_anchors <= n_shared:
        raise DomainError(
            Code.INVALID,
            _("Choose between 1 and %(n)s anchor items: all groups rate them.") % {"n": n_shared},
            about="n_anchors",
        )
