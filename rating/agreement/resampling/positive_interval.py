"""Intervals of numbers that cannot fall below zero."""

import math

from scipy.special import ndtri

from rating.agreement.reasons import Reason
from rating.agreement.results import Interval, IntervalScope

# Limits that differ by more than this factor from the number say nothing about it.
LARGEST_FACTOR = 1e6


def positive_interval(
    value: float, log_error: float, confidence: float, *, method: str, scope: IntervalScope
) -> Interval:
    """exp(log value +- z `log_error`): on the logarithm likelihoods are closer to a parabola."""
    reach = float(ndtri(0.5 + confidence / 2)) * log_error
    if not reach < math.log(LARGEST_FACTOR):
        return Interval(method=method, reason=Reason.UNDEFINED_LIMITS)
    factor = math.exp(reach)
    return Interval(value / factor, value * factor, value * log_error, method=method, scope=scope)
