"""What misalignment is made of, added up over a panel of items that the same raters rated."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.resampling.panels import Panel
from rating.agreement.statistics.comparisons import side_pairs

# Up to so many different answers to a panel are gone over one by one under every draw, beyond that the
# products of their distances are: quicker, but a variance of nothing would drown in rounding.
MAX_ANSWERS = 512


@dataclass(frozen=True)
class PanelGaps:
    """A panel under many draws: the rows of `GapSums.sums` for its items.

    `sides`: who is on each side, (B, m) ones and zeros, or how often each was drawn: copies of one rater are
    no pair. Who is on no side counts for nobody.
    """

    panel: Panel
    sides: list[Floats]

    @property
    def n_sides(self) -> int:
        return len(self.sides)

    @cached_property
    def sizes(self) -> list[Floats]:
        """How many are, (B,)."""
        return [side.sum(axis=1) for side in self.sides]

    @cached_property
    def pairs(self) -> Floats:
        """How many ordered pairs of different raters two sides have, (sides, sides, B)."""
        sizes = np.stack(self.sizes)
        found = sizes[:, None] * sizes[None]
        every = np.arange(self.n_sides)
        found[every, every] -= [np.einsum("br,br->b", side, side) for side in self.sides]
        return np.asarray(found)

    @cached_property
    def is_valid(self) -> Floats:
        """Whether the items have two ratings on every side, (B,)."""
        has_pair = np.einsum("ssb->sb", self.pairs) > 0
        return np.asarray(has_pair.all(axis=0)).astype(np.float64)

    @cached_property
    def shares(self) -> Floats:
        """1 over that number, 0 without a usable item, (sides, sides, B)."""
        return np.asarray(self.is_valid / np.maximum(1.0, self.pairs))

    def reached(self, distance: Floats) -> list[Floats]:
        """Summed distance of each rater to those of each side, (B, m)."""
        summed = self.panel.summed(distance)
        return [side @ summed for side in self.sides]

    def means(self, reached: list[Floats]) -> Floats:
        """Mean distances across sides and inside, summed over the items, (sides, sides, B)."""
        totals = [[np.einsum("br,br->b", one, other) for other in reached] for one in self.sides]
        return np.asarray(np.stack([np.stack(row) for row in totals]) * self.shares)

    def gap(self, means: Floats) -> Floats:
        """Mean gap over pairs of sides, summed over the items, (B,)."""
        pairs = side_pairs(self.n_sides)
        across = np.stack([means[pair] for pair in pairs]).sum(axis=0) / len(pairs)
        return np.asarray(across - np.einsum("ssb->b", means) / self.n_sides)

    def direction(self, scores: Floats) -> Floats:
        """Mean of the first side less mean of the second, summed over the items, (B,)."""
        given = self.panel.habits @ scores
        first, second = (
            side @ given / np.maximum(1.0, size)
            for side, size in zip(self.sides[:2], self.sizes[:2], strict=True)
        )
        return np.asarray((first - second) * self.is_valid)

    def change_per_rater(self, reached: list[Floats], means: Floats) -> Floats:
        """Summed changes that each rater's ratings make to their items' gaps, (B, m)."""
        changes = np.zeros_like(self.sides[0])
        for side, size in enumerate(self.sizes):
            others = [other for other in range(self.n_sides) if other != side]
            spare = np.maximum(1.0, size - 1)
            share = self.is_valid / (spare * len(side_pairs(self.n_sides)))
            change = reached[side] * (-len(others) * share / spare)[:, None]
            for other in others:
                change += reached[other] * (share / np.maximum(1.0, self.sizes[other]))[:, None]
            level = len(others) * means[side, side] - means[side, others].sum(axis=0)
            change += (share * level)[:, None]
            changes += change * self.sides[side]
        return changes

    def spread(self, distance: Floats, pivot: float) -> Floats:
        """Sums over clusters of squared gaps less the pivot, these times the number of items, and of the
        squared number, (3, B)."""
        answers = self.panel.answers
        one, other = np.triu_indices(len(self.panel.raters), 1)
        weights = np.column_stack([self.weights(one, other), -pivot * self.is_valid])
        squared = (answers.times * answers.n_items**2).sum() * self.is_valid
        if len(answers.times) <= MAX_ANSWERS:
            gaps = weights @ answers.far(distance, slice(None)).T
            crossed = gaps @ (answers.times * answers.n_items)
            return np.stack([gaps**2 @ answers.times, crossed * self.is_valid, squared])
        products = np.zeros((len(one) + 1, len(one) + 1))
        for part in answers.parts():
            far = answers.far(distance, part)
            products += (far * answers.times[part, None]).T @ far
        squares = np.einsum("bp,bp->b", weights @ products, weights)
        return np.stack([squares, weights @ products[:, -1] * self.is_valid, squared])

    def weights(self, one: Ints, other: Ints) -> Floats:
        """What the distance of each pair of raters (P,) counts for in a gap, (B, P)."""
        n_pairs = len(side_pairs(self.n_sides))
        weights = self.shares / n_pairs
        every = np.arange(self.n_sides)
        # Both orders of a pair inside a side, of which `shares` counts one.
        weights[every, every] = -2 * self.shares[every, every] / self.n_sides
        found = np.zeros((len(self.is_valid), len(one)))
        for a in range(self.n_sides):
            for b in range(self.n_sides):
                found += self.sides[a][:, one] * self.sides[b][:, other] * weights[a, b][:, None]
        return found
