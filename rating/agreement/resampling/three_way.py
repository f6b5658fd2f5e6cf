"""Intervals for numbers that items, raters and a panel move: leave out each, or draw each anew.

A person who both rates and sits on the panel is one unit: leaving them out takes both roles away.
"""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import stdtrit

from rating.agreement.arrays import Floats, Ints
from rating.agreement.estimation import IntervalOptions
from rating.agreement.reasons import Reason
from rating.agreement.resampling.bootstrap import draw_multiplicities
from rating.agreement.resampling.interval import (
    MAX_DEGENERATE_SHARE,
    Bounds,
    percentile_interval,
)
from rating.agreement.resampling.jackknife import MIN_RATERS, jackknife_variance
from rating.agreement.results import Interval, IntervalScope

JACKKNIFE = "three_way_jackknife"
BOOTSTRAP = "three_way_bootstrap"
ITEMS = "items_bootstrap"

# From weights of clusters (C,) and of persons (P,) to the numbers (q,), NaN where undefined.
Evaluate = Callable[[Floats, Floats], Floats]


def three_way_intervals(
    evaluate: Evaluate, n_clusters: int, stratum: Ints, bounds: list[Bounds], options: IntervalOptions
) -> list[Interval]:
    """One interval per number, by the method that the options name.

    `stratum` (P,) says which persons are exchangeable: one role in one group.
    """
    whole = evaluate(np.ones(n_clusters), np.ones(len(stratum)))
    if options.method == "none":
        return [Interval(reason=Reason.NOT_ASKED_FOR)] * len(whole)
    method = {"two_way_jackknife": JACKKNIFE, "two_way_bootstrap": BOOTSTRAP}.get(options.method, ITEMS)
    if n_clusters < 2:
        return [Interval(method=method, reason=Reason.ONE_ITEM)] * len(whole)
    if method != ITEMS and np.bincount(stratum)[np.unique(stratum)].min() < MIN_RATERS:
        return [Interval(method=method, reason=Reason.TOO_FEW_RATERS)] * len(whole)
    if method == JACKKNIFE:
        return _jackknife(evaluate, whole, n_clusters, stratum, bounds, options.confidence)
    draws = np.stack(list(_draws(evaluate, n_clusters, stratum, method, options)))
    scope: IntervalScope = "items_only" if method == ITEMS else "raters_and_items"
    return [
        percentile_interval(draws[:, place], options.confidence, method=method, scope=scope)
        for place in range(len(whole))
    ]


def _draws(
    evaluate: Evaluate, n_clusters: int, stratum: Ints, method: str, options: IntervalOptions
) -> Iterator[Floats]:
    clusters = draw_multiplicities(np.zeros(n_clusters, dtype=np.int64), options.n_resamples, options.rng)
    persons = np.ones((options.n_resamples, len(stratum)))
    if method == BOOTSTRAP:
        persons = draw_multiplicities(stratum, options.n_resamples, options.rng)
    for cluster, person in zip(clusters, persons, strict=True):
        yield evaluate(cluster, person)


def _jackknife(
    evaluate: Evaluate,
    whole: Floats,
    n_clusters: int,
    stratum: Ints,
    bounds: list[Bounds],
    confidence: float,
) -> list[Interval]:
    """Sum of the variances of leaving out clusters and persons, quantile of t.

    Degrees of freedom after Satterthwaite (1946): a panel of five weighs as five, however many raters.
    """
    every = np.ones(n_clusters), np.ones(len(stratum))
    without_clusters = np.stack(
        [evaluate(_without(every[0], place), every[1]) for place in range(n_clusters)]
    )
    without_persons = np.stack(
        [evaluate(every[0], _without(every[1], place)) for place in range(len(stratum))]
    )
    found = []
    for place, value in enumerate(whole):
        parts = [(without_clusters[:, place], n_clusters)]
        parts += [
            (without_persons[stratum == name, place], int((stratum == name).sum()))
            for name in np.unique(stratum)
        ]
        found.append(_sum_of(float(value), parts, confidence, bounds[place]))
    return found


def _sum_of(value: float, parts: list[tuple[Floats, int]], confidence: float, bounds: Bounds) -> Interval:
    n_all = sum(len(replicates) for replicates, _ in parts)
    n_degenerate = sum(int(np.isnan(replicates).sum()) for replicates, _ in parts)
    if n_degenerate > MAX_DEGENERATE_SHARE * n_all or np.isnan(value):
        return Interval(
            method=JACKKNIFE, n_resamples=n_all, n_degenerate=n_degenerate, reason=Reason.UNDEFINED_RESAMPLES
        )
    variances = []
    for replicates, n in parts:
        defined = replicates[~np.isnan(replicates)]
        one = np.zeros(len(defined), dtype=np.int64)
        variances.append((jackknife_variance(defined, one) if len(defined) else 0.0, n - 1))
    total = sum(variance for variance, _ in variances)
    if total <= 1e-24 * max(1.0, value**2):
        return Interval(method=JACKKNIFE, reason=Reason.NO_VARIATION)
    df = total**2 / sum(variance**2 / n for variance, n in variances)
    reach = float(stdtrit(df, 0.5 + confidence / 2)) * total**0.5
    return Interval(
        low=max(value - reach, bounds[0]),
        high=min(value + reach, bounds[1]),
        std_error=total**0.5,
        df=df,
        method=JACKKNIFE,
        scope="raters_and_items",
        n_degenerate=n_degenerate,
    )


def _without(weights: Floats, place: int) -> Floats:
    reduced = weights.copy()
    reduced[place] = 0.0
    return reduced
