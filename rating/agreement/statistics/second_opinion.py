"""The two-way bootstrap of misalignment: a second opinion on the jackknife interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.distances import Distance, primary_distance
from rating.agreement.estimation import IntervalOptions
from rating.agreement.kernel import divide
from rating.agreement.resampling.bootstrap import two_way_bootstrap
from rating.agreement.resampling.panels import Panel
from rating.agreement.results import Estimate, Interval
from rating.agreement.statistics.forms import bilinear, quadratic
from rating.agreement.statistics.gap_panels import PanelGaps
from rating.agreement.statistics.misalignment import check_distance
from rating.agreement.statistics.pair import Pair
from rating.agreement.table import Ratings


@dataclass(frozen=True)
class GapKernel:
    """M of two sides under a (K, K) distance, copies of one rater never paired."""

    distance: Floats

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """Per item: its gap and whether both sides have a pair of different raters, (..., n, 2)."""
        sizes = counts.sum(axis=-1)
        pairs = sizes**2 - squares.sum(axis=-1)
        reach = counts @ self.distance
        # Copies of one rater lie at distance zero: they add nothing above and are not counted below.
        inside = divide((counts * reach).sum(axis=-1), pairs, 0.0)
        crossing = (counts[..., 0, :] * reach[..., 1, :]).sum(axis=-1)
        across = divide(crossing, sizes[..., 0] * sizes[..., 1], 0.0)
        is_usable = (pairs > 0).all(axis=-1)
        gap = np.where(is_usable, across - inside.mean(axis=-1), 0.0)
        return np.stack([gap, is_usable.astype(np.float64)], axis=-1)

    @property
    def needs_squares(self) -> bool:
        """Copies of one rater are no pair of a side."""
        return True

    def sums(self, counts: Sequence[Floats], squares: Sequence[Floats], weights: Floats | None) -> Floats:
        """The totals of a block of items, added up; see `BlockKernel`."""
        sizes = [side.sum(axis=0) for side in counts]
        pairs = [size**2 - square.sum(axis=0) for size, square in zip(sizes, squares, strict=True)]
        is_usable = ((pairs[0] > 0) & (pairs[1] > 0)).astype(sizes[0].dtype)
        if weights is not None:
            is_usable *= weights
        gap = bilinear(self.distance, counts[0], counts[1]) / np.maximum(1.0, sizes[0] * sizes[1])
        for side in range(2):
            gap -= quadratic(self.distance, counts[side]) / np.maximum(1.0, 2 * pairs[side])
        return np.stack([np.einsum("nd,nd->d", gap, is_usable), is_usable.sum(axis=0)])

    def panel_sums(self, panel: Panel, sides: list[Floats]) -> Floats:
        """The totals of a panel of items, added up; see `PanelKernel`."""
        gaps = PanelGaps(panel, sides)
        return np.stack([gaps.gap(gaps.means(gaps.reached(self.distance))), gaps.is_valid * panel.n_items])

    def drawn_panel_sums(self, panel: Panel, sides: list[Floats], far: Floats) -> Floats:
        """The same with drawn items and copies of raters; see `DrawnKernel`."""
        gaps = PanelGaps(panel, sides)
        weights = gaps.weights(*np.triu_indices(len(panel.raters), 1))
        return np.stack([np.einsum("bp,bp->b", weights, far[:, :-1]), gaps.is_valid * far[:, -1]])

    def value(self, totals: Floats) -> Floats:
        """Mean gap over usable items; NaN when there is none."""
        return divide(totals[..., 0], totals[..., 1])


def bootstrapped_misalignment(
    ratings: Ratings,
    first: str,
    second: str,
    *,
    distance: Distance | None = None,
    options: IntervalOptions | None = None,
) -> Estimate:
    """M with a two-way bootstrap interval: items, and raters within each group, drawn with replacement.

    The estimate equals that of `misalignment`. A rater drawn twice counts twice, but the two copies
    are never compared with each other. Undefined as there.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, f"{g}{r}", g, r + i % 2 + 2 * (g == "h")) for g in "gh" for r in (1, 2) for i in range(9)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> ratings = Ratings.from_frame(frame, Scale((1, 2, 3, 4, 5), "interval"))
    >>> bootstrapped_misalignment(ratings, "g", "h").estimate  # 2^2 + (.25 + .25) - .5 - .5
    3.5
    """
    name = distance or primary_distance(ratings.scale)
    check_distance(ratings.scale, name)
    options = options or IntervalOptions(method="two_way_bootstrap")
    pair = Pair.of(ratings, first, second)
    value, interval = None, Interval(reason=pair.reason)
    if pair.reason is None:
        kernel, used = GapKernel(pair.distance(name)), pair.used
        value = float(kernel.value(kernel.totals(used.counts, used.counts).sum(axis=0)))
        interval = two_way_bootstrap(
            kernel, used, options.confidence, n_resamples=options.n_resamples, rng=options.rng
        )
    return Estimate(
        statistic="m",
        variant=name,
        level=ratings.scale.measurement,
        estimate=value,
        confidence=options.confidence,
        basis=pair.basis,
        interval=interval,
        reason=pair.reason,
    )
