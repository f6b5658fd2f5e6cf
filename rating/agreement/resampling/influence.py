"""Two-way jackknife by influence values, for means over items of within-item comparisons.

Leaving raters out one by one would lose their items on thin plans. Instead every rating gets the
change it makes to its item's comparison, summed per rater; items contribute the
spread of their own values.
"""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import UNBOUNDED, Bounds, t_interval
from rating.agreement.resampling.jackknife import METHOD, MIN_RATERS
from rating.agreement.results import Interval
from rating.agreement.tally import Tally


@dataclass(frozen=True)
class Influence:
    """A number with what each item and each rater contributes to it.

    `items` (n,): contributions whose mean over items is the number up to a constant. `raters` (R,):
    change of the number per rater, summed over that rater's ratings.
    """

    value: float
    items: Floats
    raters: Floats


def propagate(value: float, *parts: tuple[float, Influence]) -> Influence:
    """Influence of a number that depends on others: derivatives times their influences."""
    items = sum((slope * part.items for slope, part in parts), start=np.zeros(1))
    raters = sum((slope * part.raters for slope, part in parts), start=np.zeros(1))
    return Influence(value, np.asarray(items), np.asarray(raters))


def ratio(numerator: Influence, denominator: Influence) -> Influence:
    """Influence of a quotient; the denominator's value must not be zero."""
    value = numerator.value / denominator.value
    return propagate(value, (1 / denominator.value, numerator), (-value / denominator.value, denominator))


def items_variance(items: Floats, cluster: Ints) -> float:
    """Variance of the mean over items (n,), clusters of items taken as the units."""
    sums = np.bincount(cluster, weights=items - items.mean())
    n_clusters = len(sums)
    return float((sums**2).sum()) * n_clusters / (n_clusters - 1) / len(items) ** 2


def raters_variance(raters: Floats, side: Ints) -> float:
    """Sum over sides of (R - 1)/R times the squared influence sums of its raters."""
    sizes = np.bincount(side)[side]
    return float(((sizes - 1) / sizes * raters**2).sum())


def variance_of(influence: Influence, tally: Tally) -> float:
    """Items and raters together; the part that both contain counts twice, which is conservative."""
    return items_variance(influence.items, tally.cluster) + raters_variance(influence.raters, tally.side)


def why_no_interval(tally: Tally) -> Reason | None:
    """Too few raters on a side, or one cluster of items only."""
    if np.bincount(tally.side, minlength=tally.n_sides).min() < MIN_RATERS:
        return Reason.TOO_FEW_RATERS
    return Reason.ONE_ITEM if tally.n_clusters < 2 else None


def influence_interval(
    influence: Influence, tally: Tally, confidence: float, *, bounds: Bounds = UNBOUNDED
) -> Interval:
    """value +- t sqrt(V) with (raters - sides) degrees of freedom."""
    reason = why_no_interval(tally)
    if reason:
        return Interval(method=METHOD, reason=reason)
    variance = variance_of(influence, tally)
    df = tally.n_raters - tally.n_sides
    return t_interval(influence.value, variance, df, confidence, method=METHOD, bounds=bounds)
