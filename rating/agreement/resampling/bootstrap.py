"""Bootstraps: items and raters together without pairs of copies, or items alone under that name."""

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from rating.agreement.arrays import Floats, Ints
from rating.agreement.kernel import Kernel
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import FEW_RATERS, percentile_interval
from rating.agreement.resampling.jackknife import sums_by
from rating.agreement.resampling.panel_draws import panel_draws
from rating.agreement.resampling.two_way import TwoWayDraws
from rating.agreement.results import Interval, IntervalScope
from rating.agreement.tally import Tally

# From so many items on patterns may be drawn in their place, where each stands for so many of them.
MANY_ITEMS = 4096
ITEMS_PER_PATTERN = 16

# Numbers held at once by one batch of resamples (64 MB of float64).
_BATCH_NUMBERS = 8_000_000


def two_way_bootstrap(
    kernel: Kernel, tally: Tally, confidence: float, *, n_resamples: int, rng: np.random.Generator
) -> Interval:
    """Percentile interval from resampling clusters of items and, within each group, raters.

    A rater drawn twice counts twice, but their two copies never form a pair: such pairs would agree
    perfectly and raise agreement.
    """
    method = "two_way_bootstrap"
    if np.bincount(tally.stratum)[np.unique(tally.stratum)].min() < 2:
        return Interval(method=method, reason=Reason.TOO_FEW_RATERS)
    if tally.n_clusters < 2:
        return Interval(method=method, reason=Reason.ONE_ITEM)
    raters = draw_multiplicities(tally.stratum, n_resamples, rng)
    values = panel_draws(kernel, tally, raters, rng)
    if values is None:
        values = TwoWayDraws.of(tally, raters, rng).kernel_values(kernel)
    return percentile_interval(values, confidence, method=method, scope="raters_and_items")


def items_bootstrap(
    kernel: Kernel, tally: Tally, confidence: float, *, n_resamples: int, rng: np.random.Generator
) -> Interval:
    """Percentile interval from resampling clusters of items only, the raters held fixed.

    Speaks about other items rated by the same raters; below six raters it is labelled
    "these raters only".
    """
    method = "items_bootstrap"
    if tally.n_clusters < 2:
        return Interval(method=method, reason=Reason.ONE_ITEM)
    if has_few_patterns(tally):
        patterns = tally.patterns
        weights = rng.multinomial(tally.n_items, patterns.times / tally.n_items, size=n_resamples)
        values = kernel.value(weights @ kernel.totals(patterns.counts, patterns.counts))
    else:
        parts = sums_by(tally.cluster, kernel.totals(tally.counts, tally.counts))
        draws = cluster_draws(tally, n_resamples, rng)
        values = np.concatenate([kernel.value(weights @ parts) for weights in draws])
    scope: IntervalScope = "these_raters_only" if tally.n_raters < FEW_RATERS else "items_only"
    return percentile_interval(values, confidence, method=method, scope=scope)


def has_few_patterns(tally: Tally) -> bool:
    """Whether items are so many and so often alike that patterns are drawn instead of them.

    How often each pattern comes in a resample of items is multinomial: the same resamples, sooner drawn.
    """
    is_large = tally.has_lone_items and tally.n_items > MANY_ITEMS
    return is_large and ITEMS_PER_PATTERN * len(tally.patterns.times) <= tally.n_items


def cluster_draws(tally: Tally, n_resamples: int, rng: np.random.Generator) -> Iterator[Floats]:
    """How often each cluster of items is drawn, (batch, C), in batches that stay within bounds."""
    n = int(tally.cluster.max()) + 1
    batch = max(1, _BATCH_NUMBERS // n)
    for first in range(0, n_resamples, batch):
        yield drawn_counts(n, min(batch, n_resamples - first), rng)


def drawn_counts(n: int, n_resamples: int, rng: np.random.Generator) -> Floats:
    """How often each of n is drawn in n draws with replacement, shape (B, n).

    Drawn one by one and counted: a multinomial would draw a binomial for each of them in each resample.
    """
    drawn = rng.integers(n, size=(n_resamples, n)) + n * np.arange(n_resamples)[:, None]
    counted = np.bincount(drawn.ravel(), minlength=n_resamples * n).reshape(n_resamples, n)
    return np.asarray(counted.astype(np.float64))


def draw_multiplicities(stratum: Ints, n_resamples: int, rng: np.random.Generator) -> Floats:
    """How often each member of each stratum is drawn, with replacement, shape (B, members)."""
    weights = np.zeros((n_resamples, len(stratum)))
    for name in np.unique(stratum):
        members = np.flatnonzero(stratum == name)
        share = np.full(len(members), 1 / len(members))
        weights[:, members] = rng.multinomial(len(members), share, size=n_resamples)
    return weights


def rating_incidence(rater: Ints, slot: Ints, shape: tuple[int, int]) -> "sparse.csr_array[np.float64]":
    """Sparse 0/1 matrix (raters x slots) of who put a rating where."""
    return sparse.csr_array((np.ones(len(rater)), (rater, slot)), shape=shape)
