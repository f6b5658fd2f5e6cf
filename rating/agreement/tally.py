"""Ratings laid out for counting: integers only, one row per rating, no labels."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from rating.agreement.arrays import Bools, Floats, Ints

T = TypeVar("T")

# Codes above this would run over.
MAX_CODES = 2**62


@dataclass(frozen=True)
class Patterns:
    """Different counts (P, sides, K), which of them each item has (n,), and how many items have each (P,)."""

    counts: Floats
    of_item: Ints
    times: Floats

    @classmethod
    def of(cls, counts: Floats) -> "Patterns":
        """Of the counts (n, sides, K) of items."""
        code = np.zeros(len(counts), dtype=np.int64)
        n_codes = 1
        for column in counts.reshape(len(counts), -1).T.astype(np.int64):
            base = int(column.max(initial=0)) + 1
            if n_codes * base >= MAX_CODES:
                code = np.unique(code, return_inverse=True)[1]
                n_codes = int(code.max(initial=0)) + 1
            code = code * base + column
            n_codes *= base
        _, first, of_item, times = np.unique(code, return_index=True, return_inverse=True, return_counts=True)
        return cls(counts[first], of_item, times.astype(np.float64))


@dataclass(frozen=True)
class Tally:
    """The ratings of one or more sides on one question.

    A side is what a coefficient compares: one for agreement within a group, two or more across.
    Per rating (N): `item` in 0..n-1, `rater` in 0..R-1, `level` in 0..K-1. Per rater (R): `side`,
    `stratum` (the group, when several are pooled on one side), `block`. Per item (n): `cluster`.
    """

    item: Ints
    rater: Ints
    level: Ints
    side: Ints
    stratum: Ints
    block: Ints
    cluster: Ints
    n_sides: int
    n_levels: int
    # What `once` keeps.
    kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, worked out a single time under a key for all coefficients of this tally."""
        if key not in self.kept:
            self.kept[key] = make()
        found: T = self.kept[key]
        return found

    @property
    def n_items(self) -> int:
        return len(self.cluster)

    @property
    def n_raters(self) -> int:
        return len(self.side)

    @property
    def n_ratings(self) -> int:
        return len(self.item)

    @cached_property
    def slot(self) -> Ints:
        """Flat index of every rating into an (items x sides x levels) array, shape (N,)."""
        return (self.item * self.n_sides + self.side[self.rater]) * self.n_levels + self.level

    @cached_property
    def counts(self) -> Floats:
        """How many raters of each side gave each level to each item, shape (n, sides, K)."""
        flat = np.bincount(self.slot, minlength=self.n_items * self.n_sides * self.n_levels)
        return flat.reshape(self.n_items, self.n_sides, self.n_levels).astype(np.float64)

    @cached_property
    def patterns(self) -> "Patterns":
        """The different counts of items: on few levels many items are alike."""
        return Patterns.of(self.counts)

    @cached_property
    def n_clusters(self) -> int:
        """How many clusters of items there are."""
        return int(np.count_nonzero(np.bincount(self.cluster)))

    @cached_property
    def has_lone_items(self) -> bool:
        """Whether every item is a cluster of its own."""
        return bool(np.bincount(self.cluster).max(initial=1) == 1)

    @cached_property
    def sizes(self) -> Floats:
        """How many ratings each side gave each item, shape (n, sides)."""
        totals: Floats = self.counts.sum(axis=2)
        return totals

    def ratings_per_rater(self) -> Ints:
        """Number of ratings of every rater, shape (R,)."""
        return self.once("ratings per rater", lambda: np.bincount(self.rater, minlength=self.n_raters))

    def used_levels(self) -> Bools:
        """Which levels anybody used, shape (K,)."""
        return np.bincount(self.level, minlength=self.n_levels) > 0

    def with_levels(self, is_kept: Bools) -> "Tally":
        """The same on a shorter list of levels; every used level must be kept."""
        if is_kept.all():
            return self
        levels = np.cumsum(is_kept) - 1
        return self.once(
            ("levels", is_kept.tobytes()),
            lambda: replace(self, level=levels[self.level], n_levels=int(is_kept.sum())),
        )

    def keep_items(self, is_kept: Bools) -> "Tally":
        """The same with only the marked items, and only raters who rated one of them."""
        if is_kept.all() and self._is_all_rated:
            return self
        return self.once(("items", is_kept.tobytes()), lambda: self._keep(is_kept[self.item]))

    @cached_property
    def _is_all_rated(self) -> bool:
        """Whether every item and every rater has a rating."""
        return bool(self.sizes.sum(axis=1).all() and self.ratings_per_rater().all())

    def _keep(self, is_kept: Bools) -> "Tally":
        items, item = renumbered(self.item[is_kept], self.n_items)
        raters, rater = renumbered(self.rater[is_kept], self.n_raters)
        return replace(
            self,
            item=item,
            rater=rater,
            level=self.level[is_kept],
            side=self.side[raters],
            stratum=self.stratum[raters],
            block=self.block[raters],
            cluster=renumbered(self.cluster[items], self.n_items)[1],
        )


def renumbered(codes: Ints, n: int) -> tuple[Ints, Ints]:
    """Which of the codes 0..n-1 occur, in order, and every code's place among them; no sorting."""
    is_used = np.bincount(codes, minlength=n) > 0
    return np.flatnonzero(is_used), (np.cumsum(is_used) - 1)[codes]
