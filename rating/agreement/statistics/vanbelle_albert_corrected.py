"""Vanbelle and Albert's agreement of two groups, its bias removed by the jackknife over items."""

import numpy as np

from rating.agreement.estimation import Sample
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import t_interval
from rating.agreement.resampling.jackknife import jackknife_variance, sums_by
from rating.agreement.results import Estimate, Interval
from rating.agreement.statistics.vanbelle_albert import VanbelleAlbertKernel
from rating.agreement.statistics.xrr import UNSHARED
from rating.agreement.table import Ratings
from rating.agreement.weights import WeightBasis, WeightName, Weights, default_weights

METHOD = "items_jackknife"


def corrected_vanbelle_albert(
    ratings: Ratings,
    first: str,
    second: str,
    *,
    weights: WeightName | None = None,
    basis: WeightBasis = "values",
    confidence: float = 0.95,
) -> Estimate:
    """C kappa - (C - 1) times the mean of kappa without each of C conversations (or items).

    kappa as in `vanbelle_albert`; the correction and its standard error are the jackknife's, as Vanbelle and
    Albert (2009, sec. 5) print them, quantile of t with C - 1 degrees of freedom, both groups held fixed.
    Undefined as `vanbelle_albert`, and `one_item`, `undefined_resamples`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> answers = [(0, 0, "x"), (0, 1, "x"), (1, 0, "x"), (1, 1, "y"), (2, 0, "y"), (2, 1, "y")]
    >>> rows = [(item, f"{g}{rater}", g, value) for g in "gh" for item, rater, value in answers]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> corrected_vanbelle_albert(Ratings.from_frame(frame, Scale(("x", "y"), "nominal")), "g", "h").estimate
    1.0
    """
    chosen = Weights(weights or default_weights(ratings.scale), basis)
    sample = Sample.of(ratings, (first,), (second,))
    used = sample.tally.keep_items(np.asarray((sample.tally.sizes > 0).all(axis=1)))
    value, interval, reason = None, Interval(), _absence(sample, used.n_items)
    if reason is None:
        kernel = VanbelleAlbertKernel(chosen.of_scale(ratings.scale))
        parts = kernel.totals(used.counts, used.counts)
        totals = parts.sum(axis=0)
        whole = float(kernel.value(totals))
        without = kernel.value(totals - sums_by(used.cluster, parts))
        n = len(without)
        if np.isnan(whole):
            reason = Reason.ONE_CATEGORY
        elif n < 2:
            reason = Reason.ONE_ITEM
        elif np.isnan(without).any():
            reason = Reason.UNDEFINED_RESAMPLES
        else:
            value = n * whole - (n - 1) * float(without.mean())
            variance = jackknife_variance(without, np.zeros(n, dtype=np.int64))
            interval = _items_only(t_interval(value, variance, n - 1, confidence, method=METHOD))
    return Estimate(
        statistic="corrected_vanbelle_albert",
        variant=f"{chosen.label}, bias removed by the jackknife over items",
        level="nominal" if chosen.name == "unweighted" else ratings.scale.measurement,
        estimate=value,
        confidence=confidence,
        basis=sample.basis(used, UNSHARED),
        interval=Interval(reason=reason) if reason else interval,
        reason=reason,
    )


def _absence(sample: Sample, n_items: int) -> Reason | None:
    if len(np.unique(sample.tally.side)) < 2:
        return Reason.NO_RATINGS
    return None if n_items else Reason.NO_SHARED_ITEMS


def _items_only(found: Interval) -> Interval:
    if found.low is None:
        return found
    return Interval(found.low, found.high, found.std_error, found.df, METHOD, "items_only")
