"""Two raters on the items that both rated: a table of counts, and kappa with its standard error."""

import math

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.reasons import Reason
from rating.agreement.results import Basis, LeftOut
from rating.agreement.table import Ratings

UNSHARED = "item_of_one_rater_only"


def crosstable(ratings: Ratings, first: str, second: str) -> tuple[Floats, Basis, Reason | None]:
    """Counts (K, K) of the first rater's level by the second's, what entered, and why nothing did."""
    if first == second:
        raise AgreementInputError("bad_option", "Two different raters are compared.")
    one, other = (_levels_of(ratings, rater) for rater in (first, second))
    is_shared = (one >= 0) & (other >= 0)
    counts = np.zeros((ratings.scale.n_levels, ratings.scale.n_levels))
    np.add.at(counts, (one[is_shared], other[is_shared]), 1.0)
    n_items = int(is_shared.sum())
    groups = [ratings.groups[ratings.rater_group[ratings.raters.index(rater)]] for rater in (first, second)]
    unshared = [int((levels >= 0).sum()) - n_items for levels in (one, other)]
    left_out = tuple(LeftOut(UNSHARED, group, n) for group, n in zip(groups, unshared, strict=True) if n)
    basis = Basis(n_items, 2 if n_items else 0, 2 * n_items, n_items, left_out)
    if n_items:
        return counts, basis, None
    has_both = (one >= 0).any() and (other >= 0).any()
    return counts, basis, Reason.NO_SHARED_ITEMS if has_both else Reason.NO_RATINGS


def weighted_kappa(counts: Floats, weights: Floats) -> tuple[float, float]:
    """Kappa and its large-sample standard error (Fleiss, Cohen and Everitt 1969, eq. 8).

    `counts` and `weights` have shape (K, K); counts hold at least one item. NaN and NaN when chance alone
    agrees perfectly.
    """
    n = counts.sum()
    shares = counts / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, chance = float((weights * shares).sum()), float(rows @ weights @ columns)
    if 1 - chance < 1e-12:
        return math.nan, math.nan
    mean_weight = (weights @ columns)[:, None] + (rows @ weights)[None, :]
    spread = (shares * (weights * (1 - chance) - mean_weight * (1 - observed)) ** 2).sum()
    centre = observed * chance - 2 * chance + observed
    variance = max(0.0, float(spread) - centre**2) / (n * (1 - chance) ** 4)
    return (observed - chance) / (1 - chance), math.sqrt(variance)


def _levels_of(ratings: Ratings, rater: str) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Level per item (items,), -1 where the rater gave none."""
    if rater not in ratings.raters:
        raise AgreementInputError("bad_option", f"No rater {rater!r}.")
    is_mine = ratings.rater == ratings.raters.index(rater)
    levels = np.full(len(ratings.items), -1, dtype=np.int64)
    levels[ratings.item[is_mine]] = ratings.level[is_mine]
    return levels
