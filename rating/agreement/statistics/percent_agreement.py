"""Percent agreement."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import Kernel, divide
from rating.agreement.results import Estimate
from rating.agreement.statistics.alpha import pairable
from rating.agreement.statistics.chance_corrected import weighted_agreement
from rating.agreement.table import Ratings
from rating.agreement.weights import WeightBasis, WeightName, Weights


class PercentAgreementKernel:
    """Share of agreeing pairs per item, items weighted equally."""

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """Per item: share of pairs of different raters that agree, and whether there is a pair."""
        n, q = counts[..., 0, :], squares[..., 0, :]
        m = n.sum(axis=-1)
        pairs = m**2 - q.sum(axis=-1)
        agreeing = (n**2 - q).sum(axis=-1)
        return np.stack([divide(agreeing, pairs, 0.0), (pairs > 0).astype(np.float64)], axis=-1)

    def value(self, totals: Floats) -> Floats:
        """Mean over items that have a pair."""
        return divide(totals[..., 0], totals[..., 1])


@dataclass(frozen=True)
class WeightedAgreementKernel:
    """Mean weight (K, K) of the pairs of an item, items weighted equally."""

    weights: Floats

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """Per item: mean weight of its pairs of different raters, and whether there is a pair."""
        return weighted_agreement(counts[..., 0, :], squares[..., 0, :], self.weights)

    def value(self, totals: Floats) -> Floats:
        """Mean over items that have a pair."""
        return divide(totals[..., 0], totals[..., 1])


def percent_agreement(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    weights: WeightName = "unweighted",
    basis: WeightBasis = "values",
    options: IntervalOptions | None = None,
) -> Estimate:
    """Share of pairs of raters who gave exactly the same value, averaged over items.

    Per item with at least two ratings: sum_k n_k (n_k - 1) / (m (m - 1)); then the mean over items
    (Gwet 2014, eq. 5.1). With `weights`, pairs that lie close together count in part: the p_a of Fleiss'
    kappa and AC2. Not corrected for chance. Undefined: `no_pairable_items`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i1", "a", 1), ("i1", "b", 1), ("i2", "a", 1), ("i2", "b", 2)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> percent_agreement(Ratings.from_frame(frame, Scale((1, 2), "nominal"))).estimate
    0.5
    """
    sample = Sample.within(ratings, group)
    label, kernel = _named(ratings, Weights(weights, basis))
    return estimate(kernel, sample, pairable(sample.tally), label, options or IntervalOptions())


def _named(ratings: Ratings, weights: Weights) -> tuple[Label, Kernel]:
    name, equal = "percent_agreement", "items weighted equally"
    if weights.name == "unweighted":
        return Label(name, f"pairs, {equal}", "nominal", bounds=(0.0, 1.0)), PercentAgreementKernel()
    label = Label(name, f"{weights.label}, {equal}", ratings.scale.measurement, bounds=(0.0, 1.0))
    return label, WeightedAgreementKernel(weights.of_scale(ratings.scale))
