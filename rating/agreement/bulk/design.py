"""What all coefficients of one scale have in common: pairs of levels, weights, and places of the columns."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.scale import Scale
from rating.agreement.statistics.alpha import checked_level
from rating.agreement.weights import WeightName, Weights

LEVELS = ("nominal", "ordinal", "interval", "ratio")
GRADED: tuple[WeightName, ...] = ("linear", "quadratic", "ordinal")


@dataclass(frozen=True)
class Design:
    """The columns of one scale of K levels, C = K (K - 1) / 2 pairs of them and W weights.

    Columns of a side: pairable ratings by level (K), coincidences of two different levels (C), agreement
    under each weight (W), whether there is a pair (1), shares of the levels (K). Columns of two sides, on
    shared items: ratings of either by level (2K), weighted cross coincidences of two different levels (C),
    agreement across under each weight (W), the better of the two sides' own (W), shares of either (2K).
    """

    scale: Scale

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """Levels of measurement that the scale carries."""
        return tuple(level for level in LEVELS if _has_level(self.scale, level))

    @cached_property
    def weights(self) -> tuple[Weights, ...]:
        """Weights that suit the scale, on the values of its levels; the unweighted come first."""
        graded = GRADED if self.scale.has_scores else ()
        return tuple(Weights(name) for name in ("unweighted", *graded))

    @cached_property
    def pairs(self) -> tuple[Ints, Ints]:
        """Lower and upper level of every pair of different levels, each shape (C,)."""
        low, high = np.triu_indices(self.scale.n_levels, 1)
        return low, high

    @cached_property
    def losses(self) -> Floats:
        """1 less the weight of every pair of levels, shape (W, C)."""
        return np.array([1 - weights.of_scale(self.scale)[self.pairs] for weights in self.weights])

    @cached_property
    def inside(self) -> tuple[slice, ...]:
        """Where the five kinds of columns of a side lie."""
        n_levels, n_pairs, n_weights = self._sizes
        return _slices(n_levels, n_pairs, n_weights, 1, n_levels)

    @cached_property
    def across(self) -> tuple[slice, ...]:
        """Where the seven kinds of columns of two sides lie."""
        n_levels, n_pairs, n_weights = self._sizes
        return _slices(n_levels, n_levels, n_pairs, n_weights, n_weights, n_levels, n_levels)

    @property
    def n_inside(self) -> int:
        return int(self.inside[-1].stop)

    @property
    def n_across(self) -> int:
        return int(self.across[-1].stop)

    @property
    def _sizes(self) -> tuple[int, int, int]:
        return self.scale.n_levels, len(self.pairs[0]), len(self.weights)

    def metric_of_pairs(self, metric: Floats) -> Floats:
        """The distances (K, K) of the pairs of different levels, shape (C,)."""
        return np.asarray(metric[self.pairs])

    def spread(self, values: Floats) -> Floats:
        """Numbers per pair of levels (..., C) laid into the upper triangle of a flat matrix (..., K * K)."""
        n_levels = self.scale.n_levels
        matrix = np.zeros((*values.shape[:-1], n_levels * n_levels))
        matrix[..., self.pairs[0] * n_levels + self.pairs[1]] = values
        return matrix


def _slices(*lengths: int) -> tuple[slice, ...]:
    ends = np.cumsum(lengths).tolist()
    return tuple(slice(end - length, end) for length, end in zip(lengths, ends, strict=True))


def _has_level(scale: Scale, level: str) -> bool:
    try:
        checked_level(scale, level)
    except AgreementInputError:
        return False
    return True
