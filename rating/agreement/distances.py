"""How far apart two levels are: one (K x K) matrix per distance."""

from typing import Literal

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.scale import Scale

Distance = Literal["nominal", "squared", "absolute", "rank"]

# A weight and one score per level, (K,).
Coordinate = tuple[float, Floats]


def nominal_distance(n_levels: int) -> Floats:
    """1 for two different levels, 0 for the same, shape (K, K)."""
    return 1.0 - np.eye(n_levels)


def squared_distance(scores: Floats) -> Floats:
    """Squared difference of scores; scores (..., K) give (..., K, K)."""
    difference: Floats = scores[..., :, None] - scores[..., None, :]
    return difference**2


def absolute_distance(scores: Floats) -> Floats:
    """Absolute difference of scores, shape (K, K)."""
    return np.abs(scores[:, None] - scores[None, :])


def ratio_distance(scores: Floats) -> Floats:
    """Krippendorff's ratio metric ((a - b) / (a + b))^2, zero where both are zero, shape (K, K)."""
    total = scores[:, None] + scores[None, :]
    safe = np.where(total == 0, 1.0, total)
    return np.where(total == 0, 0.0, ((scores[:, None] - scores[None, :]) / safe) ** 2)


def mid_ranks(marginals: Floats) -> Floats:
    """Mid-rank of every level under the given counts (..., K)."""
    ranks: Floats = np.cumsum(marginals, axis=-1) - marginals / 2
    return ranks


def fixed_metric(level: str, scores: Floats) -> Floats:
    """Krippendorff's distance at a level whose metric does not depend on the data, shape (K, K)."""
    if level == "nominal":
        return nominal_distance(len(scores))
    if level == "interval":
        return squared_distance(scores)
    if level == "ratio":
        return ratio_distance(scores)
    raise AgreementInputError("bad_option", f"No fixed metric for the level {level!r}.")


def distance_matrix(name: Distance, scores: Floats, marginals: Floats) -> Floats:
    """The distance of misalignment by name, shape (K, K).

    `scores` (K,) are the declared level scores. `marginals` (K,) are the pooled counts of the used
    items: only the rank distance reads them, once, before any resampling.
    """
    if name == "nominal":
        return nominal_distance(len(scores))
    if name == "squared":
        return squared_distance(scores)
    if name == "absolute":
        return absolute_distance(scores)
    if name == "rank":
        return squared_distance(mid_ranks(marginals))
    raise AgreementInputError("bad_option", f"Unknown distance {name!r}.")


def coordinates_of(name: Distance, scores: Floats, marginals: Floats) -> list[Coordinate]:
    """The same distance as a weighted sum of squared differences: d(a, b) = sum of weight (x_a - x_b)^2.

    Squared and rank distance have one coordinate; the absolute one has a step at each level, the nominal
    one a mark on each level (all four are of negative type, Szekely and Rizzo 2013).

    >>> steps = coordinates_of("absolute", np.array([1.0, 2.0, 5.0]), np.ones(3))
    >>> float(sum(weight * (x[2] - x[0]) ** 2 for weight, x in steps))
    4.0
    """
    levels = np.arange(len(scores))
    if name == "nominal":
        return [(0.5, (levels == level).astype(np.float64)) for level in levels]
    if name == "absolute" and len(scores) > 1:
        order = np.argsort(scores)
        steps = zip(np.diff(scores[order]), order[1:], strict=True)
        return [(float(step), (scores >= scores[level]).astype(np.float64)) for step, level in steps]
    return [(1.0, mid_ranks(marginals) if name == "rank" else scores)]


def primary_distance(scale: Scale) -> Distance:
    """The distance that claims rest on: nominal for nominal scales, else squared difference of scores."""
    return "nominal" if scale.measurement == "nominal" else "squared"


def other_distances(scale: Scale) -> tuple[Distance, ...]:
    """Distances always shown beside the primary one."""
    if scale.measurement == "nominal":
        return ()
    return ("absolute", "rank") if scale.measurement == "ordinal" else ("absolute",)
