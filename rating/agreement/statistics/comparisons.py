"""Mean distances across and inside sides, item by item: the pieces that misalignment is made of."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Bools, Floats
from rating.agreement.kernel import divide

MIN_RATINGS = 2


def comparable(counts: Floats) -> Bools:
    """Items with at least two ratings on every side; counts (..., n, sides, K) give (..., n)."""
    is_comparable: Bools = (np.einsum("...k->...", counts) >= MIN_RATINGS).all(axis=-1)
    return is_comparable


@dataclass(frozen=True)
class Comparisons:
    """Distances of one set of counts (..., n, sides, K).

    `reach` (..., n, sides, K): summed distance from a level to a side's ratings. `sizes`
    (..., n, sides): its number of ratings.
    """

    counts: Floats
    reach: Floats
    sizes: Floats

    @classmethod
    def of(cls, counts: Floats, distance: Floats) -> "Comparisons":
        """Compare under a (K, K) distance whose diagonal is zero."""
        # One flat product: a stack of (sides x K) ones would call BLAS once for every item.
        reach = (counts.reshape(-1, counts.shape[-1]) @ distance).reshape(counts.shape)
        return cls(counts, reach, np.einsum("...k->...", counts))

    def across(self, one: int, other: int) -> Floats:
        """Mean distance over cross pairs, per item (..., n)."""
        total = np.einsum("...k,...k->...", self.counts[..., one, :], self.reach[..., other, :])
        return divide(total, self.sizes[..., one] * self.sizes[..., other], 0.0)

    def inside(self, side: int) -> Floats:
        """Mean distance over pairs of different raters of a side, per item (..., n)."""
        total = np.einsum("...k,...k->...", self.counts[..., side, :], self.reach[..., side, :])
        sizes = self.sizes[..., side]
        return divide(total, sizes * (sizes - 1), 0.0)

    def gap(self, one: int, other: int) -> Floats:
        """Misalignment per item: across minus the mean of both insides, (..., n)."""
        return self.across(one, other) - (self.inside(one) + self.inside(other)) / 2

    def mean_gap(self) -> Floats:
        """Mean of the gap over all pairs of sides, per item (..., n)."""
        pairs = side_pairs(self.counts.shape[-2])
        return np.asarray(np.stack([self.gap(*pair) for pair in pairs]).mean(axis=0))

    def across_influence(self, side: int, other: int) -> Floats:
        """What a rating of each level changes in its item's cross distance, (..., n, K)."""
        from_level = divide(self.reach[..., other, :], self.sizes[..., other, None], 0.0)
        return self._per_rating(from_level - self.across(side, other)[..., None], side)

    def inside_influence(self, side: int) -> Floats:
        """What a rating changes in half of its own side's inside distance, (..., n, K)."""
        from_level = divide(self.reach[..., side, :], self.sizes[..., side, None] - 1, 0.0)
        return self._per_rating(from_level - self.inside(side)[..., None], side)

    def gap_influence(self) -> Floats:
        """What a rating changes in its item's mean gap, (..., n, sides, K)."""
        n_sides = self.counts.shape[-2]
        parts = np.zeros_like(self.counts)
        pairs = side_pairs(n_sides)
        for one, other in pairs:
            for side, opposite in ((one, other), (other, one)):
                parts[..., side, :] += self.across_influence(side, opposite) - self.inside_influence(side)
        return parts / len(pairs)

    def _per_rating(self, difference: Floats, side: int) -> Floats:
        return divide(difference, self.sizes[..., side, None] - 1, 0.0)


def side_pairs(n_sides: int) -> list[tuple[int, int]]:
    """All pairs of sides, first before second."""
    return [(one, other) for one in range(n_sides) for other in range(one + 1, n_sides)]
