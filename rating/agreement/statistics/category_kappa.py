"""Fleiss' kappa of each value against the rest, and the test of no agreement beyond chance."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import ndtr

from rating.agreement.arrays import Floats
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.reasons import Reason
from rating.agreement.results import Estimate
from rating.agreement.statistics.fleiss_kappa import PooledFleissKernel
from rating.agreement.table import Ratings


@dataclass(frozen=True)
class CategoryKappas:
    """Kappa by value (as text), and z with its two-sided p for "these raters agree by chance only".

    z and p are None unless every item has equally many ratings.
    """

    by_value: dict[str, Estimate]
    z: float | None
    p: float | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        parts = {name: part.to_dict() for name, part in self.by_value.items()}
        return {"by_value": parts, "z": self.z, "p": self.p}


def category_kappa(
    ratings: Ratings, *, group: str | tuple[str, ...] | None = None, options: IntervalOptions | None = None
) -> CategoryKappas:
    """On which values do raters agree? Fleiss' kappa of every declared value against all others.

    1 - sum_i n_ij (m_i - n_ij) / m_i / (sum_i (m_i - 1) p_j (1 - p_j)), p_j the share of value j among all
    ratings: on equal numbers of ratings m, 1 - sum_i n_ij (m - n_ij) / (N m (m - 1) p_j (1 - p_j))
    (Fleiss 1971, eq. 23; unequal: Fleiss and Cuzick 1979). z of the kappa over all values: kappa over its
    standard error when agreement is by chance (Fleiss, Nee and Landis 1979, eq. 12).
    Undefined: `no_ratings`, `no_pairable_items`, `level_never_used` (nobody, or everybody always).

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(1, "a", "x"), (1, "b", "x"), (2, "a", "y"), (2, "b", "z"), (3, "a", "x"), (3, "b", "y")]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> found = category_kappa(Ratings.from_frame(frame, Scale(("x", "y", "z"), "nominal")))
    >>> round(found.by_value["x"].estimate, 4)  # 1 - 1 / (3 x 2 x 1/2 x 1/2)
    0.3333
    """
    options = options or IntervalOptions()
    sample = Sample.within(ratings, group)
    kernel = PooledFleissKernel(2)
    has_pair = np.full(sample.tally.n_items, bool((sample.tally.sizes[:, 0] >= 2).any()))
    found = {}
    for place, value in enumerate(tuple(ratings.scale.values)):
        level = (sample.tally.level == place).astype(np.int64)
        against = replace(sample, tally=replace(sample.tally, level=level, n_levels=2))
        variant = f"{value} against the rest, ratings pooled"
        label = Label("category_kappa", variant, "nominal", Reason.LEVEL_NEVER_USED, (-np.inf, 1.0))
        found[str(value)] = estimate(kernel, against, has_pair, label, options)
    z = _z(sample.tally.counts[:, 0, :]) if has_pair.any() else None
    return CategoryKappas(found, z, None if z is None else float(2 * ndtr(-abs(z))))


def _z(counts: Floats) -> float | None:
    """Kappa over its standard error under chance; counts (n, K)."""
    sizes = counts.sum(axis=1)
    m = float(sizes[0])
    if (sizes != m).any() or m < 2:
        return None
    shares = counts.mean(axis=0) / m
    spread = float((shares * (1 - shares)).sum())
    if spread <= 1e-12:
        return None
    observed = float((counts * (m - counts)).sum()) / (len(counts) * m * (m - 1))
    skew = float((shares * (1 - shares) * (1 - 2 * shares)).sum())
    variance = 2 * (spread**2 - skew) / (spread**2 * len(counts) * m * (m - 1))
    return (1 - observed / spread) / math.sqrt(variance) if variance > 1e-15 else None
