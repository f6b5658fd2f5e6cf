"""Two groups' ratings as two independent samples, as textbooks treat them: Cohen's d, Cliff's interval."""

import math

import numpy as np
from scipy.special import stdtrit

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions, Label, Sample
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.results import Estimate, Interval
from rating.agreement.statistics.distributions import compare_distributions
from rating.agreement.statistics.effect_sizes import (
    VARIANT,
    HedgesKernel,
    cliff_delta,
)
from rating.agreement.table import Ratings

METHOD = "large_sample"


class CohenKernel(HedgesKernel):
    """Difference of means over the pooled standard deviation."""

    def value(self, totals: Floats) -> Floats:
        """Hedges' g without its correction for small samples."""
        n = totals.sum(axis=-1)
        return divide(super().value(totals), 1 - 3 / (4 * n - 9))


def cohen_d(ratings: Ratings, first: str, second: str, *, options: IntervalOptions | None = None) -> Estimate:
    """Cohen's d: Hedges' g without the correction for small samples (Cohen 1988, eq. 2.5.1).

    Interval and undefined cases as for `hedges_g`, which is less biased.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i", f"{g}{r}", g, r + (g == "h")) for g in "gh" for r in (1, 2, 3)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> cohen_d(Ratings.from_frame(frame, Scale((1, 2, 3, 4), "interval")), "g", "h").estimate
    -1.0
    """
    label = Label("cohen_d", VARIANT, ratings.scale.measurement)
    kernel = CohenKernel(ratings.scale.scores)
    return compare_distributions(ratings, first, second, kernel, label, options, needs_scores=True)


def independent_cliff_delta(
    ratings: Ratings, first: str, second: str, *, confidence: float = 0.95
) -> Estimate:
    """Cliff's delta with Cliff's (1996) interval, which takes every rating as independent of all others.

    Unbiased variance of delta, asymmetric limits, quantile of t with n + m - 2 degrees of freedom. Ratings
    that share items or raters are not independent: where there is more than one item, or raters gave more
    than one rating, read the interval of `cliff_delta`. Undefined as `cliff_delta`; `too_little_data`
    (interval, below two ratings a group), `no_variation`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i", f"{g}{r}", g, r + (g == "h")) for g in "gh" for r in (1, 2, 3)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> found = independent_cliff_delta(Ratings.from_frame(frame, Scale((1, 2, 3, 4), "interval")), "g", "h")
    >>> round(found.estimate, 4), found.low < found.estimate < found.high
    (-0.5556, True)
    """
    if not 0 < confidence < 1:
        raise AgreementInputError("bad_option", "The confidence of an interval lies between 0 and 1.")
    plain = IntervalOptions(method="none", confidence=confidence)
    found = cliff_delta(ratings, first, second, options=plain)
    interval = Interval(reason=found.reason)
    if found.estimate is not None:
        counts = Sample.of(ratings, (first,), (second,)).tally.counts
        shared = counts[(counts.sum(axis=2) > 0).all(axis=1)].sum(axis=0)
        interval = _interval(found.estimate, shared[0], shared[1], confidence)
    return Estimate(
        statistic="cliff_delta",
        variant=f"{VARIANT}, taken as independent",
        level=found.level,
        estimate=found.estimate,
        confidence=confidence,
        basis=found.basis,
        interval=interval,
        reason=found.reason,
    )


def _interval(delta: float, first: Floats, second: Floats, confidence: float) -> Interval:
    n, m = float(first.sum()), float(second.sum())
    if min(n, m) < 2:
        return Interval(method=METHOD, reason=Reason.TOO_LITTLE_DATA)
    places = np.arange(len(first))
    above = np.sign(places[:, None] - places[None, :]).astype(np.float64)
    rows, columns = (
        (first * (above @ second / m - delta) ** 2).sum(),
        (second * (first @ above / n - delta) ** 2).sum(),
    )
    cells = (first[:, None] * second[None, :] * (above - delta) ** 2).sum()
    variance = float(m**2 * rows + n**2 * columns - cells) / (n * m * (n - 1) * (m - 1))
    # The unbiased form can fall to zero or below; Cliff's floor is what no dominance at all would give.
    variance = max(variance, (1 - delta**2) / (n * m - 1))
    if variance <= 1e-15:
        return Interval(method=METHOD, reason=Reason.NO_VARIATION)
    t = float(stdtrit(n + m - 2, 0.5 + confidence / 2))
    reach = t * math.sqrt(variance) * math.sqrt((1 - delta**2) ** 2 + t**2 * variance)
    low, high = ((delta - delta**3 + side * reach) / (1 - delta**2 + t**2 * variance) for side in (-1, 1))
    return Interval(
        low=max(low, -1.0),
        high=min(high, 1.0),
        std_error=math.sqrt(variance),
        df=n + m - 2,
        method=METHOD,
        scope="these_raters_only",
    )
