"""An interval from what a number becomes without each cluster of items and without each rater."""

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import UNBOUNDED, Bounds, t_interval
from rating.agreement.resampling.jackknife import METHOD, MIN_RATERS, jackknife_variance
from rating.agreement.results import Interval


def replicates_interval(
    value: float,
    without_items: Floats,
    without_raters: Floats,
    stratum: Ints,
    confidence: float,
    bounds: Bounds = UNBOUNDED,
) -> Interval:
    """Two-way jackknife of a number that is recomputed rather than summed.

    `without_items` (clusters,) and `without_raters` (R,) hold the number with one of them left out, NaN where
    that leaves it undefined; `stratum` (R,) the group of each rater. The rules are those of
    `two_way_jackknife`.
    """
    obstacle = obstacle_to_replicates(len(without_items), stratum)
    if obstacle is not None:
        return Interval(method=METHOD, reason=obstacle)
    n_degenerate = int(np.isnan(without_items).sum() + np.isnan(without_raters).sum())
    if n_degenerate:
        return Interval(
            method=METHOD,
            n_resamples=len(without_items) + len(without_raters),
            n_degenerate=n_degenerate,
            reason=Reason.UNDEFINED_RESAMPLES,
        )
    variance = jackknife_variance(without_items, np.zeros(len(without_items), dtype=np.int64))
    variance += jackknife_variance(without_raters, stratum)
    df = len(stratum) - len(np.unique(stratum))
    return t_interval(value, variance, df, confidence, method=METHOD, bounds=bounds)


def obstacle_to_replicates(n_clusters: int, stratum: Ints) -> Reason | None:
    """Why leaving out one at a time would say nothing, known before anything is recomputed."""
    n_raters = np.bincount(stratum)
    n_raters = n_raters[n_raters > 0]
    if not n_raters.size or n_raters.min() < MIN_RATERS:
        return Reason.TOO_FEW_RATERS
    return Reason.ONE_ITEM if n_clusters < 2 else None
