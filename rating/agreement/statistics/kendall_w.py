"""Kendall's W: do raters put the items in the same order?"""

import numpy as np
from scipy.special import chdtrc

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import t_interval
from rating.agreement.resampling.jackknife import METHOD, MIN_RATERS, jackknife_variance
from rating.agreement.results import Estimate, Interval
from rating.agreement.statistics.complete_table import CompleteTable
from rating.agreement.table import Ratings


def kendall_w(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    is_tie_corrected: bool = True,
    confidence: float = 0.95,
) -> Estimate:
    """Kendall's coefficient of concordance of raters who rated every item.

    With mid-ranks of the n items inside each of m raters, S the sum of squared deviations of the items'
    rank sums: W = 12 S / (m^2 (n^3 - n) - m T), T = sum over raters and their ties of (t^3 - t); T = 0
    without the correction (Kendall and Gibbons 1990, ch. 6). 1: one order; 0: none in common.

    Interval: leave out each conversation and each rater, as `two_way_jackknife`, but recomputed on the table.
    Undefined: `incomplete_data`, `too_little_data`, `one_category` (no rater tells any items apart).

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(1, "a", 1), (2, "a", 2), (3, "a", 3), (1, "b", 1), (2, "b", 3), (3, "b", 2)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> kendall_w(Ratings.from_frame(frame, Scale((1, 2, 3), "ordinal"))).estimate  # rank sums 2, 5, 5
    0.75
    """
    if not 0 < confidence < 1:
        raise AgreementInputError("bad_option", "The confidence of an interval lies between 0 and 1.")
    table = CompleteTable.of(ratings, group)
    variant = "corrected for ties" if is_tie_corrected else "not corrected for ties"
    value = None if table.reason else concordance(table.scores, is_tie_corrected=is_tie_corrected)
    if value is None:
        interval = Interval(reason=table.reason or Reason.ONE_CATEGORY)
    else:
        interval = _interval(table, value, confidence, is_tie_corrected=is_tie_corrected)
    return table.estimate("kendall_w", variant, value, interval, confidence)


def concordance(scores: Floats, *, is_tie_corrected: bool = True) -> float | None:
    """W of scores (items, raters); None when the raters tell no items apart."""
    n, m = scores.shape
    ranks, ties = _ranks(scores)
    squares = float(((ranks.sum(axis=1) - m * (n + 1) / 2) ** 2).sum())
    bottom = m**2 * (n**3 - n) - (m * ties if is_tie_corrected else 0.0)
    return 12 * squares / bottom if bottom > 0 else None


def concordance_test(scores: Floats) -> tuple[float, float]:
    """Friedman's chi-square m (n - 1) W on n - 1 degrees of freedom, and its p; scores (items, raters)."""
    n, m = scores.shape
    chi_square = m * (n - 1) * (concordance(scores) or 0.0)
    return chi_square, float(chdtrc(n - 1, chi_square))


def _ranks(scores: Floats) -> tuple[Floats, float]:
    """Mid-ranks inside every column, and the sum of t^3 - t over all ties."""
    below = (scores[:, None, :] > scores[None, :, :]).sum(axis=1)
    same = (scores[:, None, :] == scores[None, :, :]).sum(axis=1)
    # Each of t tied items adds t^2 - 1: together t^3 - t.
    return below + (same + 1) / 2, float((same**2 - 1).sum())


def _interval(table: CompleteTable, value: float, confidence: float, *, is_tie_corrected: bool) -> Interval:
    cluster, stratum = table.tally.cluster, table.tally.stratum
    sizes = np.bincount(stratum)
    if sizes[sizes > 0].min() < MIN_RATERS:
        return Interval(method=METHOD, reason=Reason.TOO_FEW_RATERS)
    if len(np.unique(cluster)) < 3:
        return Interval(method=METHOD, reason=Reason.ONE_ITEM)
    scores = table.scores
    kept = [scores[cluster != name] for name in np.unique(cluster)]
    kept_raters = [np.delete(scores, rater, axis=1) for rater in range(scores.shape[1])]
    by_item = [concordance(part, is_tie_corrected=is_tie_corrected) for part in kept]
    by_rater = [concordance(part, is_tie_corrected=is_tie_corrected) for part in kept_raters]
    if None in by_item or None in by_rater:
        return Interval(method=METHOD, reason=Reason.UNDEFINED_RESAMPLES)
    items, raters = (np.array(values, dtype=np.float64) for values in (by_item, by_rater))
    variance = jackknife_variance(items, np.zeros(len(items), dtype=np.int64))
    variance += jackknife_variance(raters, stratum)
    df = len(stratum) - len(np.unique(stratum))
    return t_interval(value, variance, df, confidence, method=METHOD, bounds=(0.0, 1.0))
