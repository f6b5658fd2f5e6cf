"""Kendall's tau-b: do two raters, or two groups, put things in the same order?"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.orders import Orders
from rating.agreement.preferences import Preferences
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import t_interval
from rating.agreement.resampling.jackknife import MIN_RATERS, jackknife_variance
from rating.agreement.results import Estimate, Interval
from rating.agreement.table import Ratings

METHOD = "raters_jackknife"
_BOUNDS = (-1.0, 1.0)


@dataclass(frozen=True)
class OrderAgreement:
    """Agreement of two groups' orders: mean tau of one rater from each, and tau of the groups' own orders."""

    between_raters: Estimate
    between_groups: Estimate

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "between_raters": self.between_raters.to_dict(),
            "between_groups": self.between_groups.to_dict(),
        }


def kendall_tau(
    source: Ratings | Preferences,
    *,
    group: str | tuple[str, ...] | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Mean of Kendall's tau-b over all pairs of a group's raters.

    With s = 1, -1 or 0 for how a rater orders two things, tau-b = sum of s s' / sqrt(sum of s^2 x sum of
    s'^2) over the pairs that both raters compared (Kendall and Gibbons 1990, ch. 2 and 3; Daniels 1944). Of
    Ratings, the things are items (or, where values are ranks, what was ranked); of Preferences, the
    candidates, two of them ordered as the rater's choices between them mostly went: tau-b wherever the
    choices make an order, and defined where they run in a circle. Ties in values and even choices are ties.
    Pairs of raters without a tau (one of them ties everything, or they share no pair) are left out; ratings
    of raters with none at all are counted. Interval: jackknife over raters, things held fixed.

    Undefined: `no_ratings`, `not_for_this_scale`, `too_little_data` (no two raters compared the same pair),
    `one_category` (all ties), `too_large`. Raises AgreementInputError `bad_option`, `unknown_group`.

    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, r, v) for r, row in (("a", (1, 2, 3)), ("b", (1, 3, 2))) for i, v in enumerate(row)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> round(kendall_tau(Ratings.from_frame(frame, Scale((1, 2, 3), "ordinal"))).estimate, 4)  # (2 - 1) / 3
    0.3333
    """
    _check(confidence)
    orders = Orders.of(source, _groups(source, group))
    is_pair = ~np.eye(len(orders.stratum), dtype=bool)
    variant = "tau-b, mean of pairs of raters"
    return _mean_tau("kendall_tau", variant, orders, np.asarray(is_pair), confidence, is_across=False)


def cross_kendall_tau(
    source: Ratings | Preferences, first: str, second: str, *, confidence: float = 0.95
) -> OrderAgreement:
    """Kendall's tau-b between the raters of two groups, and between the groups' orders.

    `between_raters`: mean over pairs of one rater from each group, as `kendall_tau`. `between_groups`: every
    group orders two things as most of its raters do who compared them (each rater one vote, ties none), and
    tau-b compares the two groups' orders; it lies above the mean of raters because majorities cancel
    noise, and a group's majorities may run in a circle. Interval: jackknife over raters within their group.

    Undefined: `no_ratings` (in a group), `not_for_this_scale`, `no_shared_items` (no pair of things compared
    by both groups), `one_category` (all ties), `too_large`. Raises AgreementInputError `bad_option`,
    `unknown_group`.

    >>> from rating.agreement import Ratings, Scale
    >>> orders = {"a": (1, 2, 3), "b": (1, 2, 3), "c": (2, 1, 3), "x": (1, 3, 2)}
    >>> rows = [(i, r, "abc".find(r) < 0, v) for r, row in orders.items() for i, v in enumerate(row)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> found = cross_kendall_tau(Ratings.from_frame(frame, Scale((1, 2, 3), "ordinal")), "False", "True")
    >>> round(found.between_raters.estimate, 4), round(found.between_groups.estimate, 4)
    (0.1111, 0.3333)
    """
    _check(confidence)
    if first == second:
        raise AgreementInputError("bad_option", "Agreement across groups needs two different groups.")
    orders = Orders.of(source, (first, second))
    is_first = orders.stratum == _ratings(source).index_of(first)
    if orders.reason is None and len(np.unique(orders.stratum)) < 2:
        orders = replace(orders, reason=Reason.NO_RATINGS)
    is_pair = np.asarray(is_first[:, None] != is_first[None, :])
    variant = "tau-b, mean of pairs of raters across groups"
    return OrderAgreement(
        _mean_tau("kendall_tau_across", variant, orders, is_pair, confidence, is_across=True),
        _tau_of_groups(orders, is_first, confidence),
    )


def kendall_tau_pairs(
    source: Ratings | Preferences, *, group: str | tuple[str, ...] | None = None
) -> pd.DataFrame:
    """Kendall's tau-b of every two raters, with the number of pairs of things that both compared.

    Columns: first, second, tau (empty where undefined), n_compared. One row per pair of raters of the groups.
    No interval. Empty where there are no orders (another scale, no ratings).

    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, r, v) for r, row in (("a", (1, 2, 2)), ("b", (1, 3, 2))) for i, v in enumerate(row)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> found = kendall_tau_pairs(Ratings.from_frame(frame, Scale((1, 2, 3), "ordinal")))
    >>> found.round(4).values.tolist()  # 2 / sqrt(2 x 3)
    [['a', 'b', 0.8165, 3]]
    """
    groups = _groups(source, group)
    orders = Orders.of(source, groups)
    if orders.reason is not None:
        return pd.DataFrame(columns=["first", "second", "tau", "n_compared"])
    ratings = _ratings(source)
    is_mine = np.isin(ratings.rater_group[ratings.rater], np.unique(orders.stratum))
    names = np.array([ratings.raters[place] for place in np.unique(ratings.rater[is_mine])], dtype=object)
    tau, n_compared = _taus(orders)
    one, other = np.triu_indices(len(names), 1)
    return pd.DataFrame(
        {
            "first": names[one],
            "second": names[other],
            "tau": pd.array(tau[one, other], dtype="Float64"),
            "n_compared": n_compared[one, other].astype(np.int64),
        }
    )


def _check(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise AgreementInputError("bad_option", "The confidence of an interval lies between 0 and 1.")


def _ratings(source: Ratings | Preferences) -> Ratings:
    return source.ratings if isinstance(source, Preferences) else source


def _groups(source: Ratings | Preferences, group: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return _ratings(source).groups if group is None else (group,) if isinstance(group, str) else group


def _taus(orders: Orders) -> tuple[Floats, Floats]:
    """Tau-b of every two raters, NaN where undefined, and the pairs both compared, (R, R)."""
    n = len(orders.stratum)
    top, squares, both = np.zeros((n, n)), np.zeros((n, n)), np.zeros((n, n))
    for signs in orders.blocks():
        is_compared = (~np.isnan(signs)).astype(np.float64)
        plain = np.nan_to_num(signs)
        top += plain @ plain.T
        squares += plain**2 @ is_compared.T
        both += is_compared @ is_compared.T
    return _quotient(top, squares * squares.T), both


def _quotient(top: Floats, product: Floats) -> Floats:
    bottom = np.sqrt(product)
    return np.asarray(np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0))


def _mean_tau(
    name: str, variant: str, orders: Orders, is_pair: Bools, confidence: float, *, is_across: bool
) -> Estimate:
    """Mean of tau over the pairs of raters (R, R), with the jackknife over raters."""
    reason, value = orders.reason, None
    tau, both = np.zeros(is_pair.shape), np.zeros(is_pair.shape)
    if reason is None:
        tau, both = _taus(orders)
        if not (is_pair & (both > 0)).any():
            reason = Reason.NO_SHARED_ITEMS if is_across else Reason.TOO_LITTLE_DATA
    is_defined = np.asarray(is_pair & ~np.isnan(tau)) if reason is None else np.zeros_like(is_pair)
    if reason is None and not is_defined.any():
        reason = Reason.ONE_CATEGORY
    interval = Interval(reason=reason)
    if reason is None:
        sums, counts = np.where(is_defined, tau, 0.0).sum(axis=1), is_defined.sum(axis=1)
        # Every pair stands in two rows.
        value = float(sums.sum() / counts.sum())
        left = counts.sum() - 2 * counts
        without = np.divide(sums.sum() - 2 * sums, left, out=np.full(len(sums), np.nan), where=left > 0)
        used = counts > 0
        interval = _over_raters(value, without[used], orders.stratum[used], confidence)
    basis = orders.basis(np.asarray(is_defined.any(axis=1)))
    return Estimate(name, variant, orders.level, value, confidence, basis, interval, reason)


def _tau_of_groups(orders: Orders, is_first: Bools, confidence: float) -> Estimate:
    reason, value = orders.reason, None
    interval, is_used = Interval(reason=reason), np.zeros(len(is_first), dtype=bool)
    if reason is None:
        taus, n_both = _majority_taus(orders, is_first)
        if not n_both:
            reason = Reason.NO_SHARED_ITEMS
        elif np.isnan(taus[0]):
            reason = Reason.ONE_CATEGORY
        interval = Interval(reason=reason)
    if reason is None:
        value, is_used = float(taus[0]), np.ones(len(is_first), dtype=bool)
        interval = _over_raters(value, taus[1:], orders.stratum, confidence)
    variant = "tau-b of the orders of the groups' majorities"
    return Estimate(
        "kendall_tau_of_groups",
        variant,
        orders.level,
        value,
        confidence,
        orders.basis(is_used),
        interval,
        reason,
    )


def _majority_taus(orders: Orders, is_first: Bools) -> tuple[Floats, int]:
    """Tau of the groups' orders, then without each rater (1 + R,), and the pairs both groups compared."""
    n = len(is_first)
    top, one, other, n_both = np.zeros(n + 1), np.zeros(n + 1), np.zeros(n + 1), 0
    for signs in orders.blocks():
        votes, counts = np.nan_to_num(signs), (~np.isnan(signs)).astype(np.float64)
        majorities, compared = [], []
        for is_mine in (is_first, ~is_first):
            # Row 0 with everybody, row r + 1 without rater r of this group.
            own = np.vstack([np.zeros(votes.shape[1]), np.where(is_mine[:, None], votes, 0.0)])
            there = np.vstack([np.zeros(votes.shape[1]), np.where(is_mine[:, None], counts, 0.0)])
            majorities.append(np.sign(own.sum(axis=0) - own))
            compared.append(there.sum(axis=0) - there > 0)
        is_both = compared[0] & compared[1]
        n_both += int(is_both[0].sum())
        top += (majorities[0] * majorities[1] * is_both).sum(axis=1)
        one += (majorities[0] ** 2 * is_both).sum(axis=1)
        other += (majorities[1] ** 2 * is_both).sum(axis=1)
    return _quotient(top, one * other), n_both


def _over_raters(value: float, without: Floats, stratum: Ints, confidence: float) -> Interval:
    sizes = np.bincount(stratum)
    if sizes[sizes > 0].min() < MIN_RATERS:
        return Interval(method=METHOD, reason=Reason.TOO_FEW_RATERS)
    n_degenerate = int(np.isnan(without).sum())
    if n_degenerate:
        n = len(without)
        return Interval(
            method=METHOD, n_resamples=n, n_degenerate=n_degenerate, reason=Reason.UNDEFINED_RESAMPLES
        )
    variance = jackknife_variance(without, stratum)
    df = len(stratum) - len(np.unique(stratum))
    found = t_interval(value, variance, df, confidence, method=METHOD, bounds=_BOUNDS)
    return found if found.low is None else replace(found, scope="raters_only")
