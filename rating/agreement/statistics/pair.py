"""Two groups on the items that both of them rated at least twice, ready to be compared."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.distances import Distance, distance_matrix
from rating.agreement.estimation import Sample
from rating.agreement.reasons import Reason
from rating.agreement.resampling.influence import Influence
from rating.agreement.results import Basis
from rating.agreement.statistics.comparisons import Comparisons, comparable
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally

UNUSED = "item_without_two_ratings_per_group"


@dataclass(frozen=True)
class Pair:
    """Two or more groups side by side; `whole` holds all their ratings, `used` those that enter.

    Both count on the levels that somebody used, whose declared scores are `scores` (K,).
    """

    groups: tuple[str, ...]
    sample: Sample
    used: Tally
    scores: Floats

    @classmethod
    def of(cls, ratings: Ratings, *groups: str) -> "Pair":
        """Lay the named groups side by side."""
        return ratings.once(("pair", groups), lambda: cls._laid_out(ratings, groups))

    @classmethod
    def _laid_out(cls, ratings: Ratings, groups: tuple[str, ...]) -> "Pair":
        sample = Sample.of(ratings, *((group,) for group in groups))
        levels = sample.tally.used_levels()
        if not levels.any():
            levels[:] = True
        whole = sample.tally.with_levels(levels)
        sample = Sample(whole, sample.group_names, sample.left_out)
        return cls(groups, sample, whole.keep_items(comparable(whole.counts)), ratings.scale.scores[levels])

    @property
    def whole(self) -> Tally:
        return self.sample.tally

    @cached_property
    def reason(self) -> Reason | None:
        """Why these groups cannot be compared, if so."""
        if len(np.unique(self.whole.side)) < self.whole.n_sides:
            return Reason.NO_RATINGS
        if not (self.whole.sizes >= 2).any(axis=0).all():
            return Reason.NOT_IDENTIFIABLE
        return None if self.used.n_items else Reason.NO_SHARED_ITEMS

    @cached_property
    def basis(self) -> Basis:
        """Counts of what entered and what did not."""
        return self.sample.basis(self.used, UNUSED)

    def distance(self, name: Distance) -> Floats:
        """A distance by name, (K, K); ranks are those of the used items."""
        return distance_matrix(name, self.scores, self.used.counts.sum(axis=(0, 1)))

    def per_side(self, values: Floats) -> dict[str, int]:
        """Sums of a per-rater number (R,) by group name."""
        totals = np.bincount(self.used.side, weights=values, minlength=self.used.n_sides)
        return {group: int(total) for group, total in zip(self.groups, totals, strict=True)}

    def influence(self, value_by_item: Floats, by_rating: Floats) -> Influence:
        """Influence of a mean over items (n,) from what each rating changes in its item (n, sides, K)."""
        weights = by_rating.ravel()[self.used.slot] / self.used.n_items
        raters = np.bincount(self.used.rater, weights=weights, minlength=self.used.n_raters)
        return Influence(float(value_by_item.mean()), value_by_item, raters.astype(np.float64))


@dataclass(frozen=True)
class Distances:
    """Across, inside, gap and pooled distance of a pair under one distance matrix, as influences."""

    across: Influence
    gap: Influence
    pooled: Influence
    inside: tuple[float, float]

    @classmethod
    def of(cls, pair: Pair, distance: Floats) -> "Distances":
        """Everything that one distance says about a pair."""
        return pair.used.once(("distances", distance.tobytes()), lambda: cls._compared(pair, distance))

    @classmethod
    def _compared(cls, pair: Pair, distance: Floats) -> "Distances":
        pieces = Comparisons.of(pair.used.counts, distance)
        crossing = np.stack([pieces.across_influence(0, 1), pieces.across_influence(1, 0)], axis=1)
        return cls(
            across=pair.influence(pieces.across(0, 1), crossing),
            gap=pair.influence(pieces.mean_gap(), pieces.gap_influence()),
            pooled=_pooled(pair.used, distance),
            inside=(float(pieces.inside(0).mean()), float(pieces.inside(1).mean())),
        )


def _pooled(tally: Tally, distance: Floats) -> Influence:
    """Mean distance over all unordered pairs of distinct ratings, groups and items pooled (D_e)."""
    marginals = np.bincount(tally.level, minlength=tally.n_levels).astype(np.float64)
    n = tally.n_ratings
    from_level = distance @ marginals / (n - 1)
    value = float(marginals @ from_level) / n
    change = 2 * (from_level - value)[tally.level]
    items = np.bincount(tally.item, weights=change, minlength=tally.n_items) * tally.n_items / n
    others = np.maximum(1, n - tally.ratings_per_rater())
    return Influence(
        value, items, np.bincount(tally.rater, weights=change, minlength=tally.n_raters) / others
    )
