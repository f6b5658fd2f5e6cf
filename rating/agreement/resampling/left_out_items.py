"""Items (or conversations) left out one at a time, the raters held fixed."""

from dataclasses import replace

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import UNBOUNDED, Bounds, t_interval
from rating.agreement.resampling.jackknife import jackknife_variance
from rating.agreement.results import Interval

METHOD = "items_jackknife"


def items_jackknife(
    value: float, replicates: Floats, confidence: float, bounds: Bounds = UNBOUNDED, *, n_lost: int = 1
) -> Interval:
    """value +- t sqrt(V), V from the value without each item (C,), t with C - `n_lost` degrees of freedom.

    No interval with too few items for that, or when leaving one out makes the value undefined (NaN).
    """
    n = len(replicates)
    if n <= n_lost:
        return Interval(method=METHOD, reason=Reason.ONE_ITEM)
    n_degenerate = int(np.isnan(replicates).sum())
    if n_degenerate:
        return Interval(
            method=METHOD, n_resamples=n, n_degenerate=n_degenerate, reason=Reason.UNDEFINED_RESAMPLES
        )
    variance = jackknife_variance(replicates, np.zeros(n, dtype=np.int64))
    found = t_interval(value, variance, n - n_lost, confidence, method=METHOD, bounds=bounds)
    return found if found.reason else replace(found, scope="items_only")
