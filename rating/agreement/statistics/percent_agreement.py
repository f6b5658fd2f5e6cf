"""Percent agreement."""

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import divide
from rating.agreement.results import Estimate
from rating.agreement.statistics.alpha import pairable
from rating.agreement.table import Ratings


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


def percent_agreement(
    ratings: Ratings, *, group: str | tuple[str, ...] | None = None, options: IntervalOptions | None = None
) -> Estimate:
    """Share of pairs of raters who gave exactly the same value, averaged over items.

    Per item with at least two ratings: sum_k n_k (n_k - 1) / (m (m - 1)); then the mean over items
    (Gwet 2014, eq. 5.1). Not corrected for chance. Undefined: `no_pairable_items`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i1", "a", 1), ("i1", "b", 1), ("i2", "a", 1), ("i2", "b", 2)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> percent_agreement(Ratings.from_frame(frame, Scale((1, 2), "nominal"))).estimate
    0.5
    """
    sample = Sample.within(ratings, group)
    label = Label("percent_agreement", "pairs, items weighted equally", "nominal", bounds=(0.0, 1.0))
    return estimate(
        PercentAgreementKernel(), sample, pairable(sample.tally), label, options or IntervalOptions()
    )
