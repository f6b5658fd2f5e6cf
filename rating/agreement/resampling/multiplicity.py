"""Many tests at once: Benjamini-Hochberg, and the maximum statistic over shared relabellings."""

from collections.abc import Sequence

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.resampling.relabelling import p_value


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjusted p values that control the false discovery rate (Benjamini and Hochberg 1995).

    None stays None and does not count in the family.

    >>> benjamini_hochberg([0.125, None, 0.75, 0.5])
    [0.375, None, 0.75, 0.75]
    """
    return _stepped_up(p_values, 1.0)


def benjamini_yekutieli(p_values: Sequence[float | None]) -> list[float | None]:
    """The same under any dependence between the tests (Benjamini and Yekutieli 2001).

    >>> benjamini_yekutieli([0.125, None, 0.75])
    [0.375, None, 1.0]
    """
    n = sum(p is not None for p in p_values)
    return _stepped_up(p_values, float((1 / np.arange(1, n + 1)).sum()))


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjusted p values that control the chance of any false discovery, stepping down (Holm 1979).

    >>> holm([0.125, None, 0.75, 0.25])
    [0.375, None, 0.75, 0.5]
    """
    known = np.array([p for p in p_values if p is not None], dtype=np.float64)
    order = np.argsort(known)
    adjusted = np.empty(len(known))
    scaled = known[order] * np.arange(len(known), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(scaled))
    return _beside_none(p_values, adjusted)


def bonferroni(p_values: Sequence[float | None]) -> list[float | None]:
    """Every p value times their number, at most 1.

    >>> bonferroni([0.125, None, 0.75])
    [0.25, None, 1.0]
    """
    n = sum(p is not None for p in p_values)
    return [None if p is None else min(1.0, n * p) for p in p_values]


def _stepped_up(p_values: Sequence[float | None], factor: float) -> list[float | None]:
    known = np.array([p for p in p_values if p is not None], dtype=np.float64)
    order = np.argsort(known)
    scaled = known[order] * (factor * len(known) / np.arange(1, len(known) + 1))
    adjusted = np.empty(len(known))
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return _beside_none(p_values, adjusted)


def _beside_none(p_values: Sequence[float | None], adjusted: Floats) -> list[float | None]:
    """The adjusted values of those that are not None, in their places."""
    remaining = iter(adjusted.tolist())
    return [None if p is None else next(remaining) for p in p_values]


def max_statistic(observed: Floats, permuted: Floats, method: str) -> list[float]:
    """Family-wise adjusted p values: each observed statistic (q,) against the largest of the family.

    `permuted` (B, q) must come from the same relabellings for the whole family (Westfall and Young
    1993, single step).
    """
    undefined = np.isnan(permuted).all(axis=1)
    largest = np.where(undefined, np.nan, np.max(np.where(np.isnan(permuted), -np.inf, permuted), axis=1))
    return [p_value(float(value), largest, method) for value in observed]
