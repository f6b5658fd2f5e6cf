"""What the summed columns lose or gain when one rater is left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from rating.agreement.arrays import Floats, Ints
from rating.agreement.bulk.columns import Side, across_columns, inside_columns
from rating.agreement.bulk.layout import Layout
from rating.agreement.bulk.passes import in_lanes


def rater_changes(layout: Layout, n_threads: int) -> Floats:
    """Change of every column's sum without each rater, shape (R, columns).

    Only a rating's item, group and level matter, so each occupied cell is recounted once.
    """
    step = max(16, layout.items_at_once // 2)
    begins = range(0, layout.n_items, step)
    shape = (len(layout.ratings.raters), layout.n_columns)

    def work(blocks: Sequence[int]) -> Floats:
        changes = np.zeros(shape)
        for block in blocks:
            begin = begins[block]
            _add_changes(layout, begin, min(begin + step, layout.n_items), changes)
        return changes

    # Built here once, rather than by every thread.
    _ = layout.by_item
    return sum(in_lanes(work, len(begins), n_threads), start=np.zeros(shape))


@dataclass(frozen=True)
class _Cells:
    """Occupied cells of one group: `item` within the block, `level`, and the number of each (K, s)."""

    item: Ints
    level: Ints
    number: Ints

    @classmethod
    def of(cls, counts: Ints) -> "_Cells":
        level, item = np.nonzero(counts)
        number = np.zeros(counts.shape, dtype=np.int64)
        number[level, item] = np.arange(len(item))
        return cls(item, level, number)

    def without_one(self, side: Side, layout: Layout) -> Side:
        """The side as it is in each cell's item without one rating of the cell."""
        counts = side.counts.take(self.item, axis=1)
        counts[self.level, np.arange(len(self.item))] -= 1
        return Side.of(counts, layout.design)


def _add_changes(layout: Layout, begin: int, end: int, changes: Floats) -> None:
    sides = layout.sides_of(begin, end)
    whole = layout.columns_of(sides)
    ratings, starts = layout.by_item
    here = ratings[starts[begin] : starts[end]]
    for group in range(len(layout.groups)):
        cells = _Cells.of(layout.counts[group, :, begin:end])
        mine = here[layout.group[here] == group]
        cell = cells.number[layout.level[mine], layout.place[mine] - begin]
        shape = (changes.shape[0], len(cells.item))
        incidence = sparse.csr_array((np.ones(len(mine)), (layout.rater[mine], cell)), shape=shape)
        for part, columns in _reduced(layout, sides, cells, group):
            change = columns - whole[part].take(cells.item, axis=1)
            changes[:, part] += incidence @ change.T


def _reduced(layout: Layout, sides: list[Side], cells: _Cells, group: int) -> Iterator[tuple[slice, Floats]]:
    """Parts that a group's ratings touch, and their columns in every cell without one rating of it."""
    is_touched = layout.is_member[:, group]
    reduced = [
        cells.without_one(side, layout) if is_in else side.at(cells.item)
        for side, is_in in zip(sides, is_touched, strict=True)
    ]
    for place in np.flatnonzero(is_touched[: layout.n_scopes]):
        yield layout.parts[place], inside_columns(reduced[place], layout.design)
    for part, pair in zip(layout.parts[layout.n_scopes :], layout.comparisons, strict=True):
        if is_touched[pair.first] or is_touched[pair.second]:
            yield part, across_columns(reduced[pair.first], reduced[pair.second], layout.design)
