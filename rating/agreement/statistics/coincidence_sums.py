"""Sums over items that alpha and xRR are made of, level by level and for many draws at once.

The rows are those of `AlphaKernel.totals` and `CrossReplicationKernel.totals`, save that coincidences of a
level with itself, which lie at distance zero, are left at zero.
"""

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.distances import fixed_metric
from rating.agreement.statistics.forms import bilinear, quadratic


def inside_sums(
    level: str, scores: Floats, counts: Floats, squares: Floats, weights: Floats | None
) -> Floats:
    """Of one side, (K, n, draws): pairable values by level, then disagreement or coincidences, (p, draws)."""
    size = counts.sum(axis=0)
    pairs = size**2 - (size if squares is counts else squares.sum(axis=0))
    is_paired = (pairs > 0).astype(counts.dtype)
    if weights is not None:
        is_paired *= weights
    factor = size / np.maximum(1.0, pairs)
    factor *= is_paired
    if squares is counts:
        marginals = _summed(counts, is_paired)
    else:
        marginals = np.stack(
            [np.einsum("nd,nd->d", n * size - q, factor) for n, q in zip(counts, squares, strict=True)]
        )
    if level != "ordinal":
        unequal = quadratic(fixed_metric(level, scores), counts)
        return np.concatenate([marginals, _summed(unequal[None], factor)])
    return np.concatenate([marginals, _coincidences(counts, counts, factor)])


def cross_sums(level: str, scores: Floats, x: Floats, y: Floats, weights: Floats | None) -> Floats:
    """Of two sides, (K, n, draws): values of either on shared items, weight R + S, then disagreement or
    coincidences, (p, draws)."""
    n_x, n_y = x.sum(axis=0), y.sum(axis=0)
    size, pairs = n_x + n_y, n_x * n_y
    is_shared = (pairs > 0).astype(x.dtype)
    if weights is not None:
        is_shared *= weights
    factor = size / np.maximum(1.0, pairs)
    factor *= is_shared
    if level == "ordinal":
        observed = _coincidences(x, y, factor)
    else:
        observed = _summed(bilinear(fixed_metric(level, scores), x, y)[None], factor)
    return np.concatenate(
        [_summed(x, is_shared), _summed(y, is_shared), _summed(size[None], is_shared), observed]
    )


def _summed(rows: Floats, weights: Floats) -> Floats:
    """Weighted sums over items of rows (q, n, draws), shape (q, draws)."""
    return np.asarray(np.einsum("qnd,nd->qd", rows, weights))


def _coincidences(x: Floats, y: Floats, factor: Floats) -> Floats:
    """Weighted sums of products of different levels' counts, (K x K, draws)."""
    n_levels, n_draws = len(x), factor.shape[1]
    found = np.zeros((n_levels, n_levels, n_draws), dtype=factor.dtype)
    for k in range(n_levels):
        if x is y:
            found[k, k + 1 :] = _summed(y[k + 1 :], x[k] * factor)
        else:
            found[k] = _summed(y, x[k] * factor)
            found[k, k] = 0
    if x is y:
        found += found.swapaxes(0, 1).copy()
    return found.reshape(n_levels**2, n_draws)
