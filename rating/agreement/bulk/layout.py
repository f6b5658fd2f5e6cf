"""One question laid out for counting: how often each group gave each level to each item."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.bulk.columns import Side, across_columns, inside_columns
from rating.agreement.bulk.design import Design
from rating.agreement.bulk.sums import across_sums, inside_sums
from rating.agreement.table import Ratings

Groups = tuple[str, ...]

# Most items whose columns are computed at once.
MAX_ITEMS = 2048
# Numbers that the columns of one piece of work may hold (32 MB).
_PIECE_NUMBERS = 4_000_000


@dataclass(frozen=True)
class Comparison:
    """Two sides, by their places in the list of sides; a contrast sets a group against all the others."""

    first: int
    second: int
    is_contrast: bool


@dataclass(frozen=True)
class Layout:
    """Counts of one question, its sides and comparisons, and its units of resampling.

    `counts` (G, K, n) by group, level and rated item; items are ordered by unit, and unit u holds the items
    `starts[u]` to `starts[u + 1]`. `sides[0]` is all groups pooled, then each group, then (three groups and
    more) all but each group. `is_member` (sides, G) says which groups a side pools. `place` (N,) is the item
    of every rating.
    """

    ratings: Ratings
    design: Design
    groups: Groups
    counts: Ints
    place: Ints
    group: Ints
    is_used: Bools
    starts: Ints
    units: tuple[bytes, bytes]
    sides: tuple[Groups, ...]
    comparisons: tuple[Comparison, ...]

    @classmethod
    def of(cls, ratings: Ratings, groups: Groups) -> "Layout":
        """Lay out the ratings of these groups."""
        group_of = np.full(len(ratings.groups), -1, dtype=np.int64)
        group_of[[ratings.index_of(name) for name in groups]] = np.arange(len(groups))
        group = group_of[ratings.rater_group][ratings.rater]
        is_used = group >= 0
        item = ratings.item
        if not is_used.all():
            item, group = item[is_used], group[is_used]
        place, rated, starts = _units(item, ratings.item_cluster)
        n_levels, n_items = ratings.scale.n_levels, len(rated)
        level = ratings.level if is_used.all() else ratings.level[is_used]
        slot = (group * n_levels + level) * n_items + place
        counts = np.bincount(slot, minlength=len(groups) * n_levels * n_items)
        sides, comparisons = _sides(groups)
        return cls(
            ratings=ratings,
            design=Design(ratings.scale),
            groups=groups,
            counts=counts.reshape(len(groups), n_levels, n_items).astype(np.int32),
            place=place,
            group=group,
            is_used=is_used,
            starts=starts,
            units=_signature(ratings, rated, starts),
            sides=sides,
            comparisons=comparisons,
        )

    @property
    def n_items(self) -> int:
        return int(self.counts.shape[2])

    @property
    def n_units(self) -> int:
        return len(self.starts) - 1

    @property
    def n_scopes(self) -> int:
        """Sides that coefficients within are computed for: all groups pooled, and each."""
        return 1 + len(self.groups)

    @cached_property
    def is_member(self) -> Bools:
        return np.array([[group in side for group in self.groups] for side in self.sides])

    @cached_property
    def parts(self) -> tuple[slice, ...]:
        """Rows of the columns of every side in scope, then of every comparison."""
        lengths = [self.design.n_inside] * self.n_scopes + [self.design.n_across] * len(self.comparisons)
        ends = np.cumsum(lengths).tolist()
        return tuple(slice(end - length, end) for length, end in zip(lengths, ends, strict=True))

    @property
    def n_columns(self) -> int:
        return int(self.parts[-1].stop)

    @property
    def items_at_once(self) -> int:
        """How many items' columns stay within bounds."""
        return max(16, min(MAX_ITEMS, _PIECE_NUMBERS // self.n_columns))

    def sides_of(self, begin: int, end: int) -> list[Side]:
        """Every side's answers to the items begin..end."""
        counts = self.counts[:, :, begin:end].astype(np.float64)
        return [Side.of(counts[member].sum(axis=0), self.design) for member in self.is_member]

    def columns_of(self, sides: list[Side]) -> Floats:
        """All columns of the items of these sides, shape (columns, items)."""
        out = np.empty((self.n_columns, len(sides[0].sizes)))
        for place, side in zip(self.parts, sides[: self.n_scopes], strict=False):
            out[place] = inside_columns(side, self.design)
        for place, pair in zip(self.parts[self.n_scopes :], self.comparisons, strict=True):
            out[place] = across_columns(sides[pair.first], sides[pair.second], self.design)
        return out

    def sums_of(self, sides: list[Side]) -> Floats:
        """The same summed over the items, shape (columns,)."""
        found = [inside_sums(side, self.design) for side in sides[: self.n_scopes]]
        found += [
            across_sums(sides[pair.first], sides[pair.second], self.design) for pair in self.comparisons
        ]
        return np.concatenate(found)

    def unit_columns(self, first: int, last: int) -> Floats:
        """All columns of the units first..last, summed over the items of each, shape (columns, units)."""
        begin, end = int(self.starts[first]), int(self.starts[last])
        if end - begin == last - first:
            return self.columns_of(self.sides_of(begin, end))
        out = np.zeros((self.n_columns, last - first))
        for low in range(begin, end, self.items_at_once):
            high = min(end, low + self.items_at_once)
            columns = self.columns_of(self.sides_of(low, high))
            here = slice(*self.units_among(low, high))
            cuts = np.maximum(self.starts[here] - low, 0)
            out[:, here.start - first : here.stop - first] += np.add.reduceat(columns, cuts, axis=1)
        return out

    def units_among(self, begin: int, end: int) -> tuple[int, int]:
        """First unit, and the one after the last, with an item in begin..end."""
        first = int(np.searchsorted(self.starts, begin, side="right")) - 1
        return first, int(np.searchsorted(self.starts, end, side="left"))

    @cached_property
    def by_item(self) -> tuple[Ints, Ints]:
        """Places of every item's ratings one after the other (N,), and where each item's begin (n + 1,)."""
        starts = np.concatenate([[0], np.cumsum(np.bincount(self.place, minlength=self.n_items))])
        return np.argsort(self.place, kind="stable"), starts

    @cached_property
    def rater(self) -> Ints:
        """Rater of every rating of these groups, shape (N,)."""
        return self.ratings.rater if self.is_used.all() else self.ratings.rater[self.is_used]

    @cached_property
    def level(self) -> Ints:
        """Level of every rating of these groups, shape (N,)."""
        return self.ratings.level if self.is_used.all() else self.ratings.level[self.is_used]


def _units(item: Ints, cluster_of: Ints) -> tuple[Ints, Ints, Ints]:
    """Place of every rating's item, the rated items in order of their clusters, where each cluster begins."""
    rated = np.flatnonzero(np.bincount(item, minlength=len(cluster_of)))
    cluster = cluster_of[rated]
    if (np.diff(cluster) < 0).any():
        order = np.argsort(cluster, kind="stable")
        rated, cluster = rated[order], cluster[order]
    place_of = np.zeros(len(cluster_of), dtype=np.int64)
    place_of[rated] = np.arange(len(rated))
    starts = np.concatenate([np.flatnonzero(np.diff(cluster, prepend=-1)), [len(rated)]])
    return place_of[item], rated, starts


def _sides(groups: Groups) -> tuple[tuple[Groups, ...], tuple[Comparison, ...]]:
    n = len(groups)
    sides = [groups, *((name,) for name in groups)]
    pairs = [Comparison(1 + i, 1 + j, is_contrast=False) for i in range(n) for j in range(i + 1, n)]
    if n == 2:
        pairs += [Comparison(1, 2, is_contrast=True), Comparison(2, 1, is_contrast=True)]
    elif n > 2:
        pairs += [Comparison(1 + i, 1 + n + i, is_contrast=True) for i in range(n)]
        sides += [groups[:i] + groups[i + 1 :] for i in range(n)]
    return tuple(sides), tuple(pairs)


def _signature(ratings: Ratings, rated: Ints, starts: Ints) -> tuple[bytes, bytes]:
    """Equal for questions whose rated items, and conversations among them, are the same."""
    names = ratings.items if len(rated) == len(ratings.items) else [ratings.items[place] for place in rated]
    return "\0".join(names).encode(), starts.tobytes()
