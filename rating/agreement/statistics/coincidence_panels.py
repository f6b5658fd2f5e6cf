"""The sums of `coincidence_sums` over a panel of items that the same raters rated, for many draws of them."""

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.distances import fixed_metric
from rating.agreement.resampling.panels import Panel


def inside_panel(level: str, scores: Floats, panel: Panel, mine: Floats) -> Floats:
    """`inside_sums` of the raters marked in (B, m), without weights: (p, B)."""
    size = mine.sum(axis=1)
    is_paired = (size > 1).astype(np.float64)
    factor = is_paired / np.maximum(1.0, size - 1)
    marginals = (mine @ panel.habits).T * is_paired
    return np.concatenate([marginals, _crossed(level, scores, panel, mine, mine) * factor])


def cross_panel(level: str, scores: Floats, panel: Panel, one: Floats, other: Floats) -> Floats:
    """`cross_sums` of the raters marked in (B, m) for either side, without weights: (p, B)."""
    n_one, n_other = one.sum(axis=1), other.sum(axis=1)
    size, pairs = n_one + n_other, n_one * n_other
    is_shared = (pairs > 0).astype(np.float64)
    factor = is_shared * size / np.maximum(1.0, pairs)
    given = [(mine @ panel.habits).T * is_shared for mine in (one, other)]
    weight = (is_shared * size * panel.n_items)[None]
    return np.concatenate([*given, weight, _crossed(level, scores, panel, one, other) * factor])


def _crossed(level: str, scores: Floats, panel: Panel, one: Floats, other: Floats) -> Floats:
    """Disagreement between raters of one side and of the other, or coincidences of levels, (p, B)."""
    n_raters, n_levels = panel.habits.shape
    if level != "ordinal":
        summed = panel.summed(fixed_metric(level, scores))
        return np.asarray(np.einsum("br,br->b", one @ summed, other))[None]
    together = panel.together.reshape(n_raters, -1)
    reached = (one @ together).reshape(len(one), n_raters, n_levels**2)
    found = np.asarray(np.einsum("brk,br->kb", reached, other))
    # A level lies at no distance from itself.
    found[:: n_levels + 1] = 0
    return found
