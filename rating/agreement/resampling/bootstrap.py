"""Bootstraps: items and raters together without pairs of copies, or items alone under that name."""

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from rating.agreement.arrays import Floats, Ints
from rating.agreement.kernel import Kernel
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import FEW_RATERS, percentile_interval
from rating.agreement.results import Interval, IntervalScope
from rating.agreement.tally import Tally

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
    if len(np.unique(tally.cluster)) < 2:
        return Interval(method=method, reason=Reason.ONE_ITEM)
    values = [
        kernel.value(np.einsum("bn,bnp->bp", items, kernel.totals(counts, squares)))
        for items, counts, squares in two_way_resamples(tally, n_resamples, rng)
    ]
    return percentile_interval(np.concatenate(values), confidence, method=method, scope="raters_and_items")


def items_bootstrap(
    kernel: Kernel, tally: Tally, confidence: float, *, n_resamples: int, rng: np.random.Generator
) -> Interval:
    """Percentile interval from resampling clusters of items only, the raters held fixed.

    Speaks about other items rated by the same raters; below six raters it is labelled
    "these raters only".
    """
    method = "items_bootstrap"
    if len(np.unique(tally.cluster)) < 2:
        return Interval(method=method, reason=Reason.ONE_ITEM)
    parts = kernel.totals(tally.counts, tally.counts)
    weights = draw_multiplicities(np.zeros(int(tally.cluster.max()) + 1, dtype=np.int64), n_resamples, rng)
    values = kernel.value(weights[:, tally.cluster] @ parts)
    scope: IntervalScope = "these_raters_only" if tally.n_raters < FEW_RATERS else "items_only"
    return percentile_interval(values, confidence, method=method, scope=scope)


def two_way_resamples(
    tally: Tally, n_resamples: int, rng: np.random.Generator
) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Batches of (item weights (B, n), counts (B, n, sides, K), squared counts (B, n, sides, K))."""
    incidence = rating_incidence(tally.rater, tally.slot, (tally.n_raters, tally.counts.size))
    clusters = np.zeros(int(tally.cluster.max()) + 1, dtype=np.int64)
    for size in batch_sizes(n_resamples, tally.counts.size):
        raters = draw_multiplicities(tally.stratum, size, rng)
        items = draw_multiplicities(clusters, size, rng)[:, tally.cluster]
        shape = (size, *tally.counts.shape)
        counts, squares = np.asarray(raters @ incidence), np.asarray(raters**2 @ incidence)
        yield items, counts.reshape(shape), squares.reshape(shape)


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


def batch_sizes(total: int, numbers_each: int) -> Iterator[int]:
    """Sizes of batches that keep the numbers held at once within bounds."""
    size = max(1, min(total, _BATCH_NUMBERS // max(1, numbers_each)))
    for start in range(0, total, size):
        yield min(size, total - start)
