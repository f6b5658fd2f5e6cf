"""Conger's kappa: Cohen's idea of chance for any number of raters."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from rating.agreement.arrays import Floats
from rating.agreement.estimation import IntervalOptions, Sample, interval_of
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.resampling.bootstrap import cluster_draws
from rating.agreement.resampling.interval import FEW_RATERS, Bounds, percentile_interval
from rating.agreement.resampling.jackknife import METHOD, jackknife_interval, sums_by, why_no_jackknife
from rating.agreement.results import Estimate, Interval, IntervalScope
from rating.agreement.statistics.chance_corrected import weighted_agreement
from rating.agreement.statistics.conger_sums import CongerSums
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally
from rating.agreement.weights import WeightBasis, WeightName, Weights

BOUNDS: Bounds = (-np.inf, 1.0)


@dataclass(frozen=True)
class CongerKernel:
    """Conger's kappa from counts on which every rater is a side of his own; `weights` (K, K)."""

    weights: Floats

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """Per item: agreement and whether it has a pair (2), ratings by rater and level (R x K), and the
        summed squared weights by rater (R)."""
        by_rater = squares.sum(axis=-1)
        agreement = weighted_agreement(counts.sum(axis=-2), squares.sum(axis=-2), self.weights)
        flat = counts.reshape(*counts.shape[:-2], -1)
        return np.concatenate([agreement, flat, by_rater], axis=-1)

    def value(self, totals: Floats) -> Floats:
        """Chance: mean weight over ordered pairs of different raters, each answering by own habit."""
        n_levels = len(self.weights)
        n_raters = (totals.shape[-1] - 2) // (n_levels + 1)
        observed = divide(totals[..., 0], totals[..., 1])
        counts = totals[..., 2:-n_raters].reshape(*totals.shape[:-1], n_raters, n_levels)
        size = counts.sum(axis=-1)
        habits = divide(counts, size[..., None], 0.0)
        # A rater drawn twice counts twice, and his copies are no pair: squares / size is his weight.
        drawn = divide(totals[..., -n_raters:], size, 0.0)
        pooled = (drawn[..., None] * habits).sum(axis=-2)
        every = ((pooled @ self.weights) * pooled).sum(axis=-1)
        own = (drawn**2 * ((habits @ self.weights) * habits).sum(axis=-1)).sum(axis=-1)
        n_pairs = drawn.sum(axis=-1) ** 2 - (drawn**2).sum(axis=-1)
        chance = divide(every - own, n_pairs)
        beyond = 1 - chance
        beyond = np.where(np.abs(beyond) < 1e-12, 0.0, beyond)
        return divide(observed - chance, beyond)


def conger_kappa(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    weights: WeightName = "unweighted",
    basis: WeightBasis = "values",
    options: IntervalOptions | None = None,
) -> Estimate:
    """Conger's kappa: agreement beyond what raters with their own habits would reach by chance.

    (p_a - p_e) / (1 - p_e), p_a as in Fleiss' kappa (items weighted equally), p_e the mean over pairs of
    different raters g, h of sum_kl w_kl p_gk p_hl, p_gk the share of level k among all ratings of rater g
    (Conger 1980; incomplete data: Gwet 2014, ch. 2). With two raters who rated the same items it is
    Cohen's kappa. Undefined: `no_pairable_items`, `one_category`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(1, "a", "x"), (1, "b", "x"), (2, "a", "y"), (2, "b", "y"), (3, "a", "x"), (3, "b", "y")]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ratings = Ratings.from_frame(frame, Scale(("x", "y"), "nominal"))
    >>> round(conger_kappa(ratings).estimate, 4)  # p_e = 2/3 x 1/3 + 1/3 x 2/3 = 4/9
    0.4
    """
    chosen = Weights(weights, basis)
    options = options or IntervalOptions()
    sample = Sample.within(ratings, group)
    has_pair = bool((sample.tally.sizes[:, 0] >= 2).any())
    used = sample.tally.keep_items(np.full(sample.tally.n_items, has_pair))
    kernel = CongerKernel(chosen.of_scale(ratings.scale))
    reason, value = _why_absent(sample.tally, used), np.nan
    if reason is None:
        value = CongerSums.of(used, kernel.weights).value
        reason = Reason.ONE_CATEGORY if np.isnan(value) else None
    return Estimate(
        statistic="conger_kappa",
        variant=chosen.label,
        level="nominal" if weights == "unweighted" else ratings.scale.measurement,
        estimate=None if reason else value,
        confidence=options.confidence,
        basis=sample.basis(used, "unpaired"),
        interval=Interval(reason=reason) if reason else _interval(kernel, used, options),
        reason=reason,
    )


def _why_absent(whole: Tally, used: Tally) -> Reason | None:
    if not whole.n_ratings:
        return Reason.NO_RATINGS
    return None if used.n_items else Reason.NO_PAIRABLE_ITEMS


def _interval(kernel: CongerKernel, used: Tally, options: IntervalOptions) -> Interval:
    """The interval that the options ask for; a table of items by raters is never laid out in full."""
    if options.method == "two_way_jackknife":
        reason = why_no_jackknife(used)
        if reason:
            return Interval(method=METHOD, reason=reason)
        sums = CongerSums.of(used, kernel.weights)
        left = sums.without_clusters(), sums.without_raters()
        return jackknife_interval(sums.value, *left, used, options.confidence, bounds=BOUNDS)
    if options.method == "items_bootstrap":
        return _items_bootstrap(kernel, used, options)
    return interval_of(kernel, by_rater(used), options, BOUNDS)


def _items_bootstrap(kernel: CongerKernel, used: Tally, options: IntervalOptions) -> Interval:
    method = "items_bootstrap"
    if used.n_clusters < 2:
        return Interval(method=method, reason=Reason.ONE_ITEM)
    by_cluster = sums_by(
        used.cluster, weighted_agreement(used.counts[:, 0], used.counts[:, 0], kernel.weights)
    )
    shape = (int(used.cluster.max()) + 1, used.n_raters * used.n_levels)
    cell = used.rater * used.n_levels + used.level
    habits = sparse.csr_array((np.ones(used.n_ratings), (used.cluster[used.item], cell)), shape=shape)
    values = []
    for weights in cluster_draws(used, options.n_resamples, options.rng):
        counts = np.asarray(weights @ habits)
        sizes = counts.reshape(len(weights), used.n_raters, -1).sum(axis=-1)
        values.append(kernel.value(np.concatenate([weights @ by_cluster, counts, sizes], axis=-1)))
    scope: IntervalScope = "these_raters_only" if used.n_raters < FEW_RATERS else "items_only"
    return percentile_interval(np.concatenate(values), options.confidence, method=method, scope=scope)


def by_rater(tally: Tally) -> Tally:
    """The same ratings with every rater on a side of his own."""
    return replace(tally, side=np.arange(tally.n_raters), n_sides=tally.n_raters)
