"""Items that the same raters rated, taken together.

Under a relabelling of whole raters an item's share of a sum hangs on two things: which of its own raters
go by which label, and what any two of them said. The first is the same for all items of a panel, so that the
second is added up once, whatever the number of relabellings. Plans that hand out items in blocks have few
panels with many items each; what is left over goes the way of single items (`relabelled_sums`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.tally import Tally, renumbered

# Fewer items than this are as soon done one by one.
MIN_ITEMS = 16

# Beyond so many raters their pairs cost more than the items.
MAX_RATERS = 32


# Clusters whose distances between all raters are held at once.
_AT_ONCE = 4096


@dataclass(frozen=True)
class Answers:
    """What the raters of a panel said to whole clusters of items: alike ones once, where each is one item.

    `level` (items, m); `starts` (u,): place of the first item of each cluster among them; `n_items` (u,):
    how many it has; `times` (u,): how many clusters are alike.
    """

    level: Ints
    starts: Ints
    n_items: Floats
    times: Floats

    def parts(self) -> Iterator[slice]:
        """All of them, a bounded number at a time."""
        return (slice(low, low + _AT_ONCE) for low in range(0, len(self.starts), _AT_ONCE))

    def far(self, distance: Floats, part: slice) -> Floats:
        """Distances between every two raters summed over each cluster, its number of items in the last
        column, (clusters, pairs + 1)."""
        one, other = np.triu_indices(self.level.shape[1], 1)
        starts = self.starts[part]
        first, last = starts[0], (*self.starts, len(self.level))[starts.size + (part.start or 0)]
        level = self.level[first:last]
        summed = distance[level[:, one], level[:, other]]
        if len(starts) < len(level):
            summed = np.add.reduceat(summed, starts - first, axis=0)
        return np.column_stack([summed, self.n_items[part]])


@dataclass(frozen=True)
class Panel:
    """Items of one set of raters, in whole clusters, clusters in order.

    `items` (n,): their places in the tally. `raters` (m,). `level` (n, m). `starts`: place of each
    cluster's first item among them.
    """

    items: Ints
    raters: Ints
    level: Ints
    starts: Ints
    n_levels: int

    @property
    def n_items(self) -> int:
        return len(self.items)

    @cached_property
    def together(self) -> Floats:
        """How often one rater gave a level while another gave another, (m, m, K, K); a rater with himself
        on the diagonal."""
        n_raters, n_cells = len(self.raters), len(self.raters) * self.n_levels
        given = np.zeros((self.n_items, n_cells), dtype=np.float32)
        cell = np.arange(n_raters) * self.n_levels + self.level.astype(np.int64)
        np.put_along_axis(given, cell, 1, axis=1)
        # Counts up to 2^24 are exact in single precision; larger panels are added up in parts.
        parts = np.array_split(given, 1 + self.n_items // 2**23)
        counts = sum((part.T @ part).astype(np.float64) for part in parts)
        shape = (n_raters, self.n_levels, n_raters, self.n_levels)
        return np.ascontiguousarray(np.asarray(counts).reshape(shape).transpose(0, 2, 1, 3))

    @cached_property
    def habits(self) -> Floats:
        """How often each rater gave each level, (m, K)."""
        every = np.arange(len(self.raters))
        return np.asarray(np.einsum("rkk->rk", self.together[every, every]))

    @property
    def clusters(self) -> Answers:
        """What was said, cluster by cluster."""
        n_items = np.diff(np.append(self.starts, self.n_items))
        return Answers(self.level, self.starts, n_items.astype(np.float64), np.ones(len(n_items)))

    @cached_property
    def answers(self) -> Answers:
        """The same, alike ones together where clusters are single items."""
        if len(self.starts) < self.n_items:
            return self.clusters
        level, times = np.unique(self.level, axis=0, return_counts=True)
        return Answers(level, np.arange(len(level)), np.ones(len(level)), times.astype(np.float64))

    def summed(self, distance: Floats) -> Floats:
        """Summed distance between every two raters over the items, (m, m)."""
        return np.asarray(np.einsum("rskl,kl->rs", self.together, distance))


@dataclass(frozen=True)
class Panels:
    """The panels of a tally worth taking together, and which items are in none of them, (n,)."""

    panels: tuple[Panel, ...]
    is_left: Bools


def panels_of(tally: Tally) -> Panels:
    """The panels of a tally, laid out once."""
    return tally.once("panels", lambda: _laid_out(tally))


def without(tally: Tally, is_kept: Bools) -> tuple[Tally, Ints]:
    """The marked items (whole clusters) with all raters where they were, and the places of the items."""
    places = np.flatnonzero(is_kept)
    rows = is_kept[tally.item]
    rest = replace(
        tally,
        item=(np.cumsum(is_kept) - 1)[tally.item[rows]],
        rater=tally.rater[rows],
        level=tally.level[rows],
        cluster=renumbered(tally.cluster[places], tally.n_items)[1],
    )
    return rest, places


def _laid_out(tally: Tally) -> Panels:
    order = np.argsort(tally.item * tally.n_raters + tally.rater)
    rater, level = tally.rater[order], tally.level[order]
    size = np.bincount(tally.item, minlength=tally.n_items)
    starts = np.cumsum(size) - size
    code = _set_codes(rater, size, starts)
    code[~_agrees(code, tally.cluster)] = -1
    by_cluster = np.lexsort((tally.cluster, code))
    sorted_code = code[by_cluster]
    edges = np.flatnonzero(np.diff(sorted_code, prepend=-2, append=-2))
    found, is_left = [], np.ones(tally.n_items, dtype=np.bool_)
    for low, high in pairwise(edges.tolist()):
        items = by_cluster[low:high]
        n_raters = int(size[items[0]])
        if sorted_code[low] < 0 or len(items) < MIN_ITEMS or n_raters > MAX_RATERS:
            continue
        rows = starts[items][:, None] + np.arange(n_raters)
        if (rater[rows] != rater[rows[0]]).any():
            # Two sets under one code: as good as impossible, and no harm then.
            continue
        firsts = np.flatnonzero(np.diff(tally.cluster[items], prepend=-1))
        found.append(Panel(items, rater[rows[0]], level[rows].astype(np.uint8), firsts, tally.n_levels))
        is_left[items] = False
    return Panels(tuple(found), is_left)


def _set_codes(rater: Ints, size: Ints, starts: Ints) -> Ints:
    """A number for each item's set of raters (n,), from ratings sorted by item; -1 without raters."""
    if not len(rater):
        return np.full(len(size), -1)
    marks = np.random.default_rng(0).integers(2**62, size=int(rater.max()) + 1)
    is_rated = size > 0
    sums = np.full(len(size), -1)
    # Sums of random marks, which may run over: equal for equal sets.
    sums[is_rated] = np.add.reduceat(marks[rater], starts[is_rated])
    return np.where(is_rated, np.unique(sums, return_inverse=True)[1], -1)


def _agrees(code: Ints, cluster: Ints) -> Bools:
    """Which items are in a cluster all of whose items have one set of raters, (n,)."""
    of_cluster = np.full(int(cluster.max()) + 1, -1)
    of_cluster[cluster] = code
    is_other = np.bincount(cluster, weights=of_cluster[cluster] != code) > 0
    return np.asarray(~is_other[cluster])
