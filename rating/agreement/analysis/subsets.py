"""Parts of the ratings of a question: some items, some raters, everything but what is excluded."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from rating.agreement.arrays import Bools
from rating.agreement.table import Ratings


@dataclass(frozen=True)
class Exclusion:
    """Ratings that a version of the analysis leaves out: by raters, of items, or single (item, rater)."""

    key: str
    label: str
    raters: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    ratings: frozenset[tuple[str, str]] = frozenset()

    def keeps(self, ratings: Ratings) -> Bools:
        """Which ratings stay, shape (N,)."""
        is_kept = ~(by_raters(ratings, self.raters) | of_items(ratings, self.items))
        if not self.ratings:
            return np.asarray(is_kept)
        pairs = zip(ratings.item.tolist(), ratings.rater.tolist(), strict=True)
        single = [(ratings.items[item], ratings.raters[rater]) in self.ratings for item, rater in pairs]
        return np.asarray(is_kept & ~np.array(single, dtype=bool))


def of_items(ratings: Ratings, items: Collection[str]) -> Bools:
    """Which ratings are of these items, shape (N,)."""
    return np.array([name in items for name in ratings.items], dtype=bool)[ratings.item]


def by_raters(ratings: Ratings, raters: Collection[str]) -> Bools:
    """Which ratings are by these raters, shape (N,)."""
    return np.array([name in raters for name in ratings.raters], dtype=bool)[ratings.rater]


def keep(ratings: Ratings, is_kept: Bools) -> Ratings:
    """The marked ratings (N,). What was missing is told of the whole only: it is not known by item."""
    return replace(
        ratings,
        item=ratings.item[is_kept],
        rater=ratings.rater[is_kept],
        level=ratings.level[is_kept],
        left_out=(),
    )
