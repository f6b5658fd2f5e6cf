"""From a variance or a set of resamples to an interval."""

import math

import numpy as np
from scipy.special import ndtri, stdtrit

from rating.agreement.arrays import Floats
from rating.agreement.reasons import Reason
from rating.agreement.results import Interval, IntervalScope

Bounds = tuple[float, float]
UNBOUNDED: Bounds = (-math.inf, math.inf)

# More undefined resamples than this, and the rest no longer stand for the whole. One in nine draws
# of three raters holds one rater only, so the limit lies above that; every count is reported.
MAX_DEGENERATE_SHARE = 0.2

# Below this many raters, resampling items alone says nothing about other raters.
FEW_RATERS = 6


def t_interval(
    estimate: float, variance: float, df: float, confidence: float, *, method: str, bounds: Bounds = UNBOUNDED
) -> Interval:
    """estimate +- t sqrt(variance), cut at the bounds of what the coefficient can be.

    A variance of zero means that nothing in the data varied: no interval rather than one of no width.
    """
    if variance <= 1e-24 * max(1.0, estimate**2):
        return Interval(method=method, reason=Reason.NO_VARIATION)
    std_error = math.sqrt(variance)
    reach = float(stdtrit(df, 0.5 + confidence / 2)) * std_error
    return Interval(
        low=max(estimate - reach, bounds[0]),
        high=min(estimate + reach, bounds[1]),
        std_error=std_error,
        df=df,
        method=method,
        scope="raters_and_items",
    )


def sum_interval(
    one: tuple[float, Interval],
    other: tuple[float, Interval],
    *,
    correlation: float,
    std_error: float,
    method: str,
) -> Interval:
    """Limits of a sum of two parts (value, interval) from the limits of the parts (Zou 2008, MOVER).

    low = sum - sqrt(a^2 + b^2 + 2 r a b), a and b how far the parts' limits reach below them, r their
    correlation; high alike. Unlike value +- t SE it keeps each part's own asymmetry. A part that nothing
    varies around adds no width; any other part without an interval leaves the sum without one.
    """
    below, above = [], []
    for value, interval in (one, other):
        if interval.low is None or interval.high is None:
            if interval.reason is not Reason.NO_VARIATION:
                return Interval(method=method, reason=interval.reason)
            below.append(0.0)
            above.append(0.0)
        else:
            below.append(value - interval.low)
            above.append(interval.high - value)
    if max(above) == 0:
        return Interval(method=method, reason=Reason.NO_VARIATION)
    low, high = (math.sqrt(max(0.0, a**2 + b**2 + 2 * correlation * a * b)) for a, b in (below, above))
    total = one[0] + other[0]
    return Interval(
        low=total - low,
        high=total + high,
        std_error=std_error,
        df=one[1].df or other[1].df,
        method=method,
        scope="raters_and_items",
    )


def normal_interval(
    estimate: float,
    std_error: float,
    confidence: float,
    *,
    method: str,
    bounds: Bounds = UNBOUNDED,
    scope: IntervalScope = "these_raters_only",
) -> Interval:
    """estimate +- z std_error from a large-sample formula that holds the raters fixed."""
    if std_error <= 1e-12:
        return Interval(method=method, reason=Reason.NO_VARIATION)
    reach = float(ndtri(0.5 + confidence / 2)) * std_error
    low, high = max(estimate - reach, bounds[0]), min(estimate + reach, bounds[1])
    return Interval(low=low, high=high, std_error=std_error, method=method, scope=scope)


def percentile_interval(
    resamples: Floats, confidence: float, *, method: str, scope: IntervalScope
) -> Interval:
    """Percentiles of the defined resamples, with how many were undefined; resamples (B,)."""
    defined = resamples[np.isfinite(resamples)]
    n_degenerate = len(resamples) - len(defined)
    if n_degenerate > MAX_DEGENERATE_SHARE * len(resamples):
        return Interval(
            method=method,
            n_resamples=len(resamples),
            n_degenerate=n_degenerate,
            reason=Reason.UNDEFINED_RESAMPLES,
        )
    low, high = np.quantile(defined, [0.5 - confidence / 2, 0.5 + confidence / 2])
    if high - low <= 1e-12:
        return Interval(method=method, n_resamples=len(resamples), reason=Reason.NO_VARIATION)
    return Interval(
        low=float(low),
        high=float(high),
        std_error=float(defined.std(ddof=1)),
        method=method,
        scope=scope,
        n_resamples=len(resamples),
        n_degenerate=n_degenerate,
    )
