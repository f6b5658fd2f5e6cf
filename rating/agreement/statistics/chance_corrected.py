"""Pairwise agreement corrected for a chance that depends on the shares of the levels only."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.results import Estimate
from rating.agreement.table import Ratings
from rating.agreement.weights import Weights

Chance = Literal["shares", "uniform", "gwet"]


def weighted_agreement(counts: Floats, squares: Floats, weights: Floats) -> Floats:
    """Per item (..., n, K): mean weight of its pairs of raters, and whether it has a pair, (..., n, 2).

    Pairs of copies of one rater (see `Kernel`) are left out: they would agree perfectly.
    """
    sizes = counts.sum(axis=-1)
    pairs = sizes**2 - squares.sum(axis=-1)
    agreeing = ((counts @ weights) * counts).sum(axis=-1) - squares.sum(axis=-1)
    return np.stack([divide(agreeing, pairs, 0.0), (pairs > 0).astype(np.float64)], axis=-1)


@dataclass(frozen=True)
class ChanceCorrectedKernel:
    """(p_a - p_e) / (1 - p_e) with weights (K, K).

    p_a: mean over items with a pair of the mean weight of its pairs. pi_k: mean over rated items of the
    share of level k. p_e: `shares` sum w_kl pi_k pi_l (Fleiss); `uniform` sum w_kl / K^2 (Brennan and
    Prediger); `gwet` sum w_kl sum pi_k (1 - pi_k) / (K (K - 1)).
    """

    weights: Floats
    chance: Chance

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """Per item: agreement and whether it has a pair; share of each level (K); whether it was rated."""
        n = counts[..., 0, :]
        m = n.sum(axis=-1, keepdims=True)
        agreement = weighted_agreement(n, squares[..., 0, :], self.weights)
        return np.concatenate([agreement, divide(n, m, 0.0), (m > 0).astype(np.float64)], axis=-1)

    def value(self, totals: Floats) -> Floats:
        """NaN where chance alone agrees perfectly."""
        observed = divide(totals[..., 0], totals[..., 1])
        chance = self._expected(divide(totals[..., 2:-1], totals[..., -1:]))
        # Sums less one item are not exact: what is left of nothing must not pass for something.
        beyond = np.where(np.abs(1 - chance) < 1e-12, 0.0, 1 - chance)
        return divide(observed - chance, beyond)

    def _expected(self, shares: Floats) -> Floats:
        n_levels = len(self.weights)
        if self.chance == "shares":
            return np.asarray(((shares @ self.weights) * shares).sum(axis=-1))
        mean_weight = self.weights.sum() / n_levels**2
        if self.chance == "uniform":
            return np.full(shares.shape[:-1], mean_weight)
        evenness = (shares * (1 - shares)).sum(axis=-1) * n_levels / (n_levels - 1)
        return np.asarray(mean_weight * evenness)


def chance_corrected(
    ratings: Ratings,
    group: str | tuple[str, ...] | None,
    statistic: str,
    weights: Weights,
    chance: Chance,
    *,
    variant: str = "",
    options: IntervalOptions | None = None,
) -> Estimate:
    """One coefficient of the family; items with one rating count in the shares only."""
    sample = Sample.within(ratings, group)
    has_pair = bool((sample.tally.sizes[:, 0] >= 2).any())
    label = Label(
        statistic,
        variant or weights.label,
        ratings.scale.measurement if weights.name != "unweighted" else "nominal",
        Reason.ONE_CATEGORY,
        (-np.inf, 1.0),
    )
    kernel = ChanceCorrectedKernel(weights.of_scale(ratings.scale), chance)
    is_usable = np.full(sample.tally.n_items, has_pair)
    return estimate(kernel, sample, is_usable, label, options or IntervalOptions())
