"""Which items each kind of coefficient can use, and what it rests on there."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rating.agreement.arrays import Bools, Ints
from rating.agreement.bulk.layout import Comparison, Layout
from rating.agreement.results import Basis, LeftOut
from rating.agreement.statistics.xrr import UNSHARED


@dataclass(frozen=True)
class Use:
    """One set of usable items and whom they concern.

    `has_all_sides`: every side has a rating; `raters` (R,) who rated a usable item; `units` (U,) which units
    hold one.
    """

    has_all_sides: bool
    raters: Bools
    units: Bools
    basis: Basis

    @cached_property
    def n_units(self) -> int:
        return int(self.units.sum())


@dataclass(frozen=True)
class Uses:
    """The sets of usable items of one question.

    `paired` and `rated` per side in scope: items with two ratings; items with any, if one has two. `shared`
    and `joint` per comparison: items that both sides rated; those and the ones on which an alpha of the
    comparison's ratio rests.
    """

    paired: tuple[Use, ...]
    rated: tuple[Use, ...]
    shared: tuple[Use, ...]
    joint: tuple[Use, ...]

    @classmethod
    def of(cls, layout: Layout) -> "Uses":
        """Mark the items of every set, then see in one go over the ratings who rated them."""
        by_group = layout.counts.sum(axis=1)
        sizes = np.array([by_group[member].sum(axis=0) for member in layout.is_member])
        marks = np.array(list(_marks(layout, sizes)), dtype=np.bool_)
        raters = _raters_of(layout, by_group, marks)
        units = marks
        if layout.n_units < layout.n_items:
            units = np.logical_or.reduceat(marks, layout.starts[:-1], axis=1)
        sides: list[tuple[int, ...]] = [(place,) for place in range(layout.n_scopes)]
        sides += [(pair.first, pair.second) for pair in layout.comparisons]
        # Ratings of every group on the items of every set; whole numbers, exact in double precision.
        n_used = np.rint(marks.astype(np.float64) @ by_group.T.astype(np.float64)).astype(np.int64)
        n_before, has_ratings = by_group.sum(axis=1), sizes.sum(axis=1) > 0
        found = []
        for number, (mark, rated_by, unit) in enumerate(zip(marks, raters, units, strict=True)):
            members = list(sides[number // 2])
            basis, seen = _basis(layout, members, mark, rated_by, n_before, n_used[number])
            found.append(Use(bool(has_ratings[members].all()), seen, unit, basis))
        inside, across = found[: 2 * layout.n_scopes], found[2 * layout.n_scopes :]
        return cls(tuple(inside[::2]), tuple(inside[1::2]), tuple(across[::2]), tuple(across[1::2]))


def _marks(layout: Layout, sizes: Ints) -> Iterator[Bools]:
    """Two sets per side in scope, two per comparison, each shape (n,)."""
    for size in sizes[: layout.n_scopes]:
        is_paired = size >= 2
        yield is_paired
        yield (size > 0) & is_paired.any()
    for pair in layout.comparisons:
        first, second = sizes[pair.first], sizes[pair.second]
        is_shared = (first > 0) & (second > 0)
        yield is_shared
        yield is_shared | (first >= 2) | _rests_on_second(pair, second)


def _rests_on_second(pair: Comparison, size: Ints) -> Bools:
    return np.zeros(len(size), dtype=np.bool_) if pair.is_contrast else size >= 2


def _raters_of(layout: Layout, by_group: Ints, marks: Bools) -> Bools:
    """Who rated an item of each set, shape (sets, R).

    Whether a group gave an item no rating, one or several decides all sets: items alike in that are counted
    as one kind.
    """
    n_raters = len(layout.ratings.raters)
    likeness = 3 ** np.arange(len(by_group)) @ np.minimum(by_group, 2)
    _, first, kind = np.unique(likeness, return_index=True, return_inverse=True)
    slot = kind[layout.place] * n_raters + layout.rater
    has_rated = np.bincount(slot, minlength=len(first) * n_raters).reshape(len(first), n_raters) > 0
    return np.asarray(marks[:, first].astype(np.int64) @ has_rated.astype(np.int64) > 0)


def _basis(
    layout: Layout, members: list[int], mark: Bools, raters: Bools, n_before: Ints, n_used: Ints
) -> tuple[Basis, Bools]:
    """What a set rests on, and which of `raters` (R,) are on its sides; ratings counted by group (G,)."""
    is_member = np.asarray(layout.is_member[members].any(axis=0))
    is_on_side = np.zeros(len(layout.ratings.groups), dtype=np.bool_)
    names = [name for name, is_in in zip(layout.groups, is_member, strict=True) if is_in]
    is_on_side[[layout.ratings.index_of(name) for name in names]] = True
    seen = raters & is_on_side[layout.ratings.rater_group]
    unused = dict(zip(names, (n_before - n_used)[is_member].tolist(), strict=True))
    reason = "unpaired" if len(members) == 1 else UNSHARED
    left_out = tuple(
        LeftOut(reason, name, unused[name]) for name in layout.ratings.groups if unused.get(name)
    )
    n_items, n_ratings = int(mark.sum()), int(n_used[is_member].sum())
    missing = layout.ratings.left_out_of(names)
    return Basis(n_items, int(seen.sum()), n_ratings, n_items, missing + left_out), seen
