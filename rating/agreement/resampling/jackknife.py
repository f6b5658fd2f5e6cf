"""Two-way jackknife: leave out each conversation, then each rater, and add the two variances."""

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.kernel import Kernel
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import UNBOUNDED, Bounds, t_interval
from rating.agreement.results import Interval
from rating.agreement.tally import Tally

METHOD = "two_way_jackknife"
MIN_RATERS = 3


def two_way_jackknife(
    kernel: Kernel, tally: Tally, confidence: float, bounds: Bounds = UNBOUNDED
) -> Interval:
    """Interval of a coefficient that is a function of item totals.

    The variance is that of leaving out clusters of items plus, per group, that of leaving out
    raters; the part that both contain counts twice, so the interval errs on the wide side. Quantile
    of t with (raters - groups) degrees of freedom. No interval below three raters in a group or two
    clusters, or when leaving one out makes the coefficient undefined.
    """
    n_raters = np.bincount(tally.stratum)
    n_raters = n_raters[n_raters > 0]
    if not n_raters.size or n_raters.min() < MIN_RATERS:
        return Interval(method=METHOD, reason=Reason.TOO_FEW_RATERS)
    if len(np.unique(tally.cluster)) < 2:
        return Interval(method=METHOD, reason=Reason.ONE_ITEM)
    parts = kernel.totals(tally.counts, tally.counts)
    totals = parts.sum(axis=0)
    without_items = kernel.value(totals - sums_by(tally.cluster, parts))
    without_raters = kernel.value(totals + _rater_changes(kernel, tally, parts))
    n_degenerate = int(np.isnan(without_items).sum() + np.isnan(without_raters).sum())
    if n_degenerate:
        return Interval(
            method=METHOD,
            n_resamples=len(without_items) + len(without_raters),
            n_degenerate=n_degenerate,
            reason=Reason.UNDEFINED_RESAMPLES,
        )
    variance = jackknife_variance(without_items, np.zeros(len(without_items), dtype=np.int64))
    variance += jackknife_variance(without_raters, tally.stratum)
    df = int(n_raters.sum()) - len(n_raters)
    return t_interval(float(kernel.value(totals)), variance, df, confidence, method=METHOD, bounds=bounds)


def jackknife_variance(replicates: Floats, stratum: Ints) -> float:
    """Sum over strata of (n - 1)/n times the squared deviations from the stratum's mean."""
    variance = 0.0
    for name in np.unique(stratum):
        inside = replicates[stratum == name]
        variance += (len(inside) - 1) / len(inside) * float(((inside - inside.mean()) ** 2).sum())
    return variance


def sums_by(owner: Ints, rows: Floats) -> Floats:
    """Sums of the rows (n, p) that share an owner 0..m-1, shape (m, p)."""
    result = np.zeros((int(owner.max()) + 1, rows.shape[1]))
    np.add.at(result, owner, rows)
    return result


def _rater_changes(kernel: Kernel, tally: Tally, parts: Floats) -> Floats:
    """What the totals lose or gain when one rater is left out, shape (R, p).

    Only a rating's item, side and level matter, so each occupied cell is recounted once.
    """
    slots, cell = np.unique(tally.slot, return_inverse=True)
    item, place = np.divmod(slots, tally.n_sides * tally.n_levels)
    reduced = tally.counts.reshape(tally.n_items, -1)[item]
    reduced[np.arange(len(slots)), place] -= 1
    reduced = reduced.reshape(len(slots), tally.n_sides, tally.n_levels)
    changes = kernel.totals(reduced, reduced) - parts[item]
    result = np.zeros((tally.n_raters, parts.shape[1]))
    np.add.at(result, tally.rater, changes[cell])
    return result
