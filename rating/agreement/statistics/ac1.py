"""Gwet's AC1."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import divide
from rating.agreement.results import Estimate
from rating.agreement.statistics.percent_agreement import PercentAgreementKernel
from rating.agreement.table import Ratings


@dataclass(frozen=True)
class AC1Kernel:
    """AC1 on `n_levels` declared levels."""

    n_levels: int

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """Per item: agreement and whether it has a pair; share of each level (K); whether it was rated."""
        n = counts[..., 0, :]
        m = n.sum(axis=-1, keepdims=True)
        agreement = PercentAgreementKernel().totals(counts, squares)
        return np.concatenate([agreement, divide(n, m, 0.0), (m > 0).astype(np.float64)], axis=-1)

    def value(self, totals: Floats) -> Floats:
        """(p_a - p_e) / (1 - p_e)."""
        observed = divide(totals[..., 0], totals[..., 1])
        shares = divide(totals[..., 2:-1], totals[..., -1:])
        chance = (shares * (1 - shares)).sum(axis=-1) / (self.n_levels - 1)
        return divide(observed - chance, 1 - chance)


def ac1(
    ratings: Ratings, *, group: str | tuple[str, ...] | None = None, options: IntervalOptions | None = None
) -> Estimate:
    """Gwet's AC1: agreement beyond chance that stays meaningful when one answer is rare.

    AC1 = (p_a - p_e) / (1 - p_e), p_a as in percent agreement, p_e = sum_k pi_k (1 - pi_k) / (K - 1),
    pi_k the mean over rated items of the share of level k; K counts the declared levels, used or not
    (Gwet 2008; 2014, ch. 5). Items with one rating count in pi only. Undefined: `no_pairable_items`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i1", "a", 0), ("i1", "b", 0), ("i2", "a", 0), ("i2", "b", 1)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ac1(Ratings.from_frame(frame, Scale((0, 1), "nominal"))).estimate  # (1/2 - 3/8) / (5/8)
    0.2
    """
    sample = Sample.within(ratings, group)
    has_pair = bool((sample.tally.sizes[:, 0] >= 2).any())
    is_usable = np.full(sample.tally.n_items, has_pair)
    label = Label("ac1", "all declared levels", "nominal", bounds=(-np.inf, 1.0))
    return estimate(AC1Kernel(ratings.scale.n_levels), sample, is_usable, label, options or IntervalOptions())
