"""What is expected of ratings that nobody has given yet, and what follows from it exactly."""

from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np
from scipy.special import ndtr

from rating.agreement.arrays import Floats, Ints
from rating.agreement.distances import fixed_metric, mid_ranks, squared_distance
from rating.agreement.errors import AgreementInputError
from rating.agreement.planning.design import Design

Unit = Literal["points", "item_sds"]

# Nodes of Gauss-Hermite quadrature: the truths below move by less than 1e-6 when doubled.
N_NODES = 80


@dataclass(frozen=True)
class Expected:
    """Standard deviations of a rating's parts, and the gap between the groups.

    A rating is centre + item + (second group: + gap of the item) + severity of the rater + residual, all
    normal, rounded to the nearest level and kept on the scale. `item`: of items' means; `rater`: of
    raters' severity inside a group; `residual`: of everything else; the gap of an item has mean `shift`
    and standard deviation `item_gap`. In scale points, or with unit `item_sds` all but `item` and
    `centre` in multiples of `item`. `centre`: default the middle of the scale.

    Raises AgreementInputError `bad_option` for values that cannot be.
    """

    item: float = 0.8
    rater: float = 0.3
    residual: float = 0.8
    shift: float = 0.0
    item_gap: float = 0.0
    centre: float | None = None
    unit: Unit = "points"

    def __post_init__(self) -> None:
        numbers = [value for value in self._values() if isinstance(value, float | int)]
        if not all(np.isfinite(number) for number in numbers):
            raise AgreementInputError("bad_option", "What is expected must be finite.")
        if min(self.item, self.rater, self.item_gap) < 0 or self.residual <= 0:
            raise AgreementInputError("bad_option", "Spreads cannot be negative, nor the residual zero.")
        if self.unit not in {"points", "item_sds"}:
            raise AgreementInputError("bad_option", f"Unknown unit {self.unit!r}.")
        if self.unit == "item_sds" and not self.item:
            raise AgreementInputError("bad_option", "Items that do not differ are no unit.")

    def _values(self) -> list[Any]:
        return [getattr(self, part.name) for part in fields(self)]

    @property
    def in_points(self) -> "Expected":
        """The same in scale points."""
        if self.unit == "points":
            return self
        return replace(
            self,
            rater=self.rater * self.item,
            residual=self.residual * self.item,
            shift=self.shift * self.item,
            item_gap=self.item_gap * self.item,
            unit="points",
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {part.name: getattr(self, part.name) for part in fields(self)}


def draw_levels(design: Design, expected: Expected, rng: np.random.Generator, n: int) -> Ints:
    """`n` simulated tables of level indices (n, items, R), -1 where there is no rating.

    The same generator state gives the same raters, items and noise whatever the gap.
    """
    given = expected.in_points
    cells = design.cells(rng, n)
    base = rng.normal(0, 1, (n, design.n_items, 1)) * given.item
    own = rng.normal(0, 1, (n, design.n_items, 1)) * given.item_gap
    severity = rng.normal(0, 1, (n, 1, design.n_raters)) * given.rater
    noise = rng.normal(0, 1, cells.shape) * given.residual
    # Half of the gap on each side, so that neither group comes nearer to an end of the scale.
    sign = np.where(design.side == 0, -0.5, 0.5) if len(design.groups) == 2 else np.zeros(design.n_raters)
    latent = _centre(design, given) + base + sign * (given.shift + own) + severity + noise
    levels = np.clip(np.rint(latent), 1, design.n_levels).astype(np.int64) - 1
    return np.where(cells, levels, -1)


def true_misalignment(design: Design, expected: Expected) -> float:
    """M among infinitely many raters and items: the mean squared gap of the groups' item means.

    By Gauss-Hermite quadrature over the item and its gap, on the rounded scale, in squared points.
    """
    given = expected.in_points
    nodes, weights = _quadrature()
    half = (given.shift + given.item_gap * nodes) / 2
    middle = _centre(design, given) + given.item * nodes
    scores = design.scores
    first = _shares(design, given, middle[:, None] - half) @ scores
    second = _shares(design, given, middle[:, None] + half) @ scores
    return float(weights @ (first - second) ** 2 @ weights)


def true_alpha(design: Design, expected: Expected, side: int, level: str) -> float:
    """Krippendorff's alpha of one group among infinitely many raters and items.

    1 - D_o/D_e: D_o the mean distance of two different raters on one item, D_e of two raters on two
    items, by quadrature over items; at the ordinal level ranks are those of the population's marginals.
    """
    given = expected.in_points
    nodes, weights = _quadrature()
    is_two = len(design.groups) == 2
    sign = (-0.5, 0.5)[side] if is_two else 0.0
    spread = float(np.hypot(given.item, sign * given.item_gap))
    shares = _shares(design, given, _centre(design, given) + sign * given.shift + spread * nodes)
    marginals = weights @ shares
    if level == "ordinal":
        metric = squared_distance(mid_ranks(marginals))
    else:
        metric = fixed_metric(level, design.scores)
    observed = weights @ ((shares @ metric) * shares).sum(axis=1)
    return float(1 - observed / (marginals @ metric @ marginals))


def _centre(design: Design, given: Expected) -> float:
    return (1 + design.n_levels) / 2 if given.centre is None else given.centre


def _quadrature() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(N_NODES)
    return nodes, weights / weights.sum()


def _shares(design: Design, given: Expected, middle: Floats) -> Floats:
    return level_shares(design.n_levels, middle, float(np.hypot(given.rater, given.residual)))


def level_shares(n_levels: int, middle: Floats, spread: float) -> Floats:
    """Chance of every level 1..K for items of these means (...) rated with this deviation, (..., K)."""
    cuts = np.arange(1, n_levels) + 0.5
    below = ndtr((cuts - middle[..., None]) / spread)
    edges = np.zeros((*middle.shape, 1))
    return np.diff(np.concatenate([edges, below, edges + 1], axis=-1), axis=-1)
