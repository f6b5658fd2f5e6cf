"""Two-way jackknife: leave out each conversation, then each rater, and add the two variances."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from rating.agreement.arrays import Floats, Ints
from rating.agreement.kernel import Kernel
from rating.agreement.reasons import Reason
from rating.agreement.resampling.blocks import sum_over
from rating.agreement.resampling.interval import UNBOUNDED, Bounds, t_interval
from rating.agreement.results import Interval
from rating.agreement.tally import Patterns, Tally, renumbered

METHOD = "two_way_jackknife"
MIN_RATERS = 3

# Patterns of counts, or clusters of items, that are gone over at once.
_AT_ONCE = 2048


def two_way_jackknife(
    kernel: Kernel, tally: Tally, confidence: float, bounds: Bounds = UNBOUNDED
) -> Interval:
    """Interval of a coefficient that is a function of item totals.

    The variance is that of leaving out clusters of items plus, per group, that of leaving out
    raters; the part that both contain counts twice, so the interval errs on the wide side. Quantile
    of t with (raters - groups) degrees of freedom. No interval below three raters in a group or two
    clusters, or when leaving one out makes the coefficient undefined.
    """
    reason = why_no_jackknife(tally)
    if reason:
        return Interval(method=METHOD, reason=reason)
    totals, without_items, without_raters = _left_out(kernel, tally)
    value = float(kernel.value(totals))
    return jackknife_interval(value, without_items, without_raters, tally, confidence, bounds=bounds)


def why_no_jackknife(tally: Tally) -> Reason | None:
    """Below three raters in a group, or one cluster of items only."""
    n_raters = np.bincount(tally.stratum)
    n_raters = n_raters[n_raters > 0]
    if not n_raters.size or n_raters.min() < MIN_RATERS:
        return Reason.TOO_FEW_RATERS
    return Reason.ONE_ITEM if tally.n_clusters < 2 else None


def jackknife_interval(
    value: float,
    without_items: Floats,
    without_raters: Floats,
    tally: Tally,
    confidence: float,
    *,
    bounds: Bounds = UNBOUNDED,
) -> Interval:
    """From the coefficient without each cluster (C,) and without each rater (R,), NaN where undefined."""
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
    df = tally.n_raters - len(np.unique(tally.stratum))
    return t_interval(value, variance, df, confidence, method=METHOD, bounds=bounds)


def jackknife_variance(replicates: Floats, stratum: Ints) -> float:
    """Sum over strata of (n - 1)/n times the squared deviations from the stratum's mean."""
    variance = 0.0
    for name in np.unique(stratum):
        inside = replicates[stratum == name]
        variance += (len(inside) - 1) / len(inside) * float(((inside - inside.mean()) ** 2).sum())
    return variance


def sums_by(owner: Ints, rows: Floats) -> Floats:
    """Sums of the rows (n, p) that share an owner 0..m-1, shape (m, p)."""
    shape = (int(owner.max()) + 1, len(rows))
    return np.asarray(
        sparse.csr_array((np.ones(len(rows)), (owner, np.arange(len(rows)))), shape=shape) @ rows
    )


@dataclass(frozen=True)
class Cells:
    """Occupied cells (pattern of counts, side, level) of a tally.

    What leaving out a rating does to its item hangs on its cell alone: each is recounted once. `pattern`,
    `column` (cells,), sorted by pattern; `owners`, sparse (R, cells): how many ratings each rater has there.
    """

    pattern: Ints
    column: Ints
    owners: "sparse.csc_array[np.float64]"

    @classmethod
    def of(cls, tally: Tally) -> "Cells":
        """Of all ratings of a tally, counted once."""
        return tally.once("cells", lambda: cls._counted(tally))

    @classmethod
    def _counted(cls, tally: Tally) -> "Cells":
        n_columns = tally.n_sides * tally.n_levels
        slot = tally.patterns.of_item[tally.item] * n_columns
        slot += tally.side[tally.rater] * tally.n_levels + tally.level
        slots, cell = renumbered(slot, len(tally.patterns.times) * n_columns)
        ones = np.ones(len(cell))
        owners = sparse.csc_array((ones, (tally.rater, cell)), shape=(tally.n_raters, len(slots)))
        return cls(*np.divmod(slots, n_columns), owners)

    def reduced(self, patterns: Patterns, mine: slice) -> Floats:
        """Their patterns' counts without one rating in each of these cells, (cells, sides, K)."""
        counts = patterns.counts[self.pattern[mine]]
        flat = counts.reshape(len(counts), -1)
        flat[np.arange(len(flat)), self.column[mine]] -= 1
        return counts


def _left_out(kernel: Kernel, tally: Tally) -> tuple[Floats, Floats, Floats]:
    """Totals (p,), and the coefficient without each cluster (C,) and without each rater (R,).

    Patterns of counts are gone over a bounded number at a time: their totals take more memory
    than the ratings.
    """
    patterns, cells = tally.patterns, Cells.of(tally)
    parts = [slice(low, low + _AT_ONCE) for low in range(0, len(patterns.times), _AT_ONCE)]

    def whole(_number: int, part: slice) -> Floats:
        of_patterns = kernel.totals(patterns.counts[part], patterns.counts[part])
        return np.asarray(patterns.times[part] @ of_patterns)

    totals = sum_over(parts, whole)
    without_pattern = np.empty(len(patterns.times))

    def changes(_number: int, part: slice) -> Floats:
        of_patterns = kernel.totals(patterns.counts[part], patterns.counts[part])
        without_pattern[part] = kernel.value(totals - of_patterns)
        mine = slice(*np.searchsorted(cells.pattern, [part.start, part.stop]))
        reduced = cells.reduced(patterns, mine)
        change = kernel.totals(reduced, reduced) - of_patterns[cells.pattern[mine] - part.start]
        return np.asarray(cells.owners[:, mine] @ change)

    without_raters = kernel.value(totals + sum_over(parts, changes))
    if tally.has_lone_items:
        without_items = np.empty(tally.n_items)
        without_items[tally.cluster] = without_pattern[patterns.of_item]
    else:
        without_items = _without_clusters(kernel, tally, totals)
    return totals, without_items, without_raters


def _without_clusters(kernel: Kernel, tally: Tally, totals: Floats) -> Floats:
    """The coefficient without each cluster (C,) where clusters hold several items."""
    order = np.argsort(tally.cluster, kind="stable")
    starts = np.searchsorted(tally.cluster[order], np.arange(int(tally.cluster.max()) + 1))
    found = np.empty(len(starts))
    for low in range(0, len(starts), _AT_ONCE):
        first = starts[low]
        last = (*starts, tally.n_items)[min(low + _AT_ONCE, len(starts))]
        counts = tally.counts[order[first:last]]
        of_clusters = np.add.reduceat(kernel.totals(counts, counts), starts[low : low + _AT_ONCE] - first)
        found[low : low + _AT_ONCE] = kernel.value(totals - of_clusters)
    return found
