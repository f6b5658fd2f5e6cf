"""Positive and negative agreement."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.results import Estimate
from rating.agreement.statistics.alpha import pairable
from rating.agreement.table import Ratings


@dataclass(frozen=True)
class SpecificAgreementKernel:
    """Agreement on one level: pairs that agree on it over pairs in which it occurs."""

    level: int

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """Per item: ordered pairs that agree on the level, ordered pairs that begin with it."""
        n, q = counts[..., 0, self.level], squares[..., 0, self.level]
        m = counts[..., 0, :].sum(axis=-1)
        return np.stack([n**2 - q, n * m - q], axis=-1)

    def value(self, totals: Floats) -> Floats:
        """Pooled over items; NaN when nobody used the level."""
        return divide(totals[..., 0], totals[..., 1])


def positive_agreement(
    ratings: Ratings, *, group: str | tuple[str, ...] | None = None, options: IntervalOptions | None = None
) -> Estimate:
    """Given that one rater said yes, the chance that another rater of the item said yes too.

    sum_i n_i1 (n_i1 - 1) / sum_i n_i1 (m_i - 1) over items with at least two ratings, for the second value of
    a two-valued scale; 2a / (2a + b + c) for two raters (Cicchetti and Feinstein 1990; Uebersax's
    form for several raters). Undefined: `level_never_used`, `no_pairable_items`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(1, "a", 1), (1, "b", 1), (2, "a", 0), (2, "b", 1), (3, "a", 0), (3, "b", 0)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> round(positive_agreement(Ratings.from_frame(frame, Scale((0, 1), "nominal"))).estimate, 4)
    0.6667
    """
    return _specific(ratings, group, options, level=1, statistic="positive_agreement")


def negative_agreement(
    ratings: Ratings, *, group: str | tuple[str, ...] | None = None, options: IntervalOptions | None = None
) -> Estimate:
    """Given that one rater said no, the chance that another rater of the item said no too.

    As positive agreement, for the first value of a two-valued scale.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i1", "a", 1), ("i1", "b", 0), ("i2", "a", 0), ("i2", "b", 0)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> round(negative_agreement(Ratings.from_frame(frame, Scale((0, 1), "nominal"))).estimate, 4)
    0.6667
    """
    return _specific(ratings, group, options, level=0, statistic="negative_agreement")


def _specific(
    ratings: Ratings,
    group: str | tuple[str, ...] | None,
    options: IntervalOptions | None,
    *,
    level: int,
    statistic: str,
) -> Estimate:
    if ratings.scale.n_levels != 2:
        raise AgreementInputError("bad_option", "Positive and negative agreement need a scale of two values.")
    sample = Sample.within(ratings, group)
    label = Label(statistic, "pooled pairs", "nominal", Reason.LEVEL_NEVER_USED, (0.0, 1.0))
    kernel = SpecificAgreementKernel(level)
    return estimate(kernel, sample, pairable(sample.tally), label, options or IntervalOptions())
