"""Percentile intervals of many coefficients at once."""

from collections.abc import Sequence

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.bulk.usable import Use
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import FEW_RATERS, percentile_interval
from rating.agreement.results import Interval, IntervalScope

METHOD = "items_bootstrap"


def items_intervals(values: Floats, uses: Sequence[Use], confidence: float) -> list[Interval]:
    """One interval per row of resampled values (rows, B), each on its own usable items."""
    has_value = np.asarray(np.isfinite(values).all(axis=1))
    limits = np.zeros((len(values), 2))
    errors = np.zeros(len(values))
    if has_value.any():
        whole = values if has_value.all() else values[has_value]
        shares = [0.5 - confidence / 2, 0.5 + confidence / 2]
        limits[has_value] = np.quantile(whole, shares, axis=1).T
        errors[has_value] = whole.std(axis=1, ddof=1)
    return [
        _interval(use, values[row], limits[row], float(errors[row]), confidence)
        if has_value[row]
        else _of_some(use, values[row], confidence)
        for row, use in enumerate(uses)
    ]


def _scope(use: Use) -> IntervalScope:
    return "these_raters_only" if use.basis.n_raters < FEW_RATERS else "items_only"


def _of_some(use: Use, values: Floats, confidence: float) -> Interval:
    if use.n_units < 2:
        return Interval(method=METHOD, reason=Reason.ONE_ITEM)
    return percentile_interval(values, confidence, method=METHOD, scope=_scope(use))


def _interval(use: Use, values: Floats, limits: Floats, std_error: float, confidence: float) -> Interval:
    low, high = limits.tolist()
    if use.n_units < 2 or high - low <= 1e-12:
        return _of_some(use, values, confidence)
    return Interval(
        low=low,
        high=high,
        std_error=std_error,
        method=METHOD,
        scope=_scope(use),
        n_resamples=len(values),
    )
