"""Krippendorff's alpha."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rating.agreement.arrays import Bools, Floats
from rating.agreement.distances import fixed_metric, mid_ranks, squared_distance
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.resampling.panels import Panel
from rating.agreement.results import Estimate
from rating.agreement.scale import Scale
from rating.agreement.statistics.coincidence_panels import inside_panel
from rating.agreement.statistics.coincidence_sums import inside_sums
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally


@dataclass(frozen=True)
class AlphaKernel:
    """Alpha from per-item value counts of the first side; `scores` (K,) belong to the levels counted."""

    level: str
    scores: Floats
    side: int = 0

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """Per item: pairable values by level (K), then the observed disagreement (1) or, at the
        ordinal level, whose metric depends on the data, the coincidences (K x K)."""
        n, q = counts[..., self.side, :], squares[..., self.side, :]
        m = n.sum(axis=-1)
        pairs = m**2 - q.sum(axis=-1)
        marginals = divide(m[..., None] * (n * m[..., None] - q), pairs[..., None], 0.0)
        if self.level != "ordinal":
            unequal = ((n @ fixed_metric(self.level, self.scores)) * n).sum(axis=-1)
            return np.concatenate([marginals, divide(m * unequal, pairs, 0.0)[..., None]], axis=-1)
        products = n[..., :, None] * n[..., None, :] - q[..., :, None] * np.eye(n.shape[-1])
        coincidences = divide(m[..., None, None] * products, pairs[..., None, None], 0.0)
        return np.concatenate([marginals, coincidences.reshape(*m.shape, -1)], axis=-1)

    @property
    def needs_squares(self) -> bool:
        """Copies of one rater are no pair of the side."""
        return True

    def sums(self, counts: Sequence[Floats], squares: Sequence[Floats], weights: Floats | None) -> Floats:
        """The totals of a block of items, added up; see `BlockKernel`."""
        return inside_sums(self.level, self.scores, counts[self.side], squares[self.side], weights)

    def panel_sums(self, panel: Panel, sides: list[Floats]) -> Floats:
        """The totals of a panel of items, added up; see `PanelKernel`."""
        return inside_panel(self.level, self.scores, panel, sides[self.side])

    def value(self, totals: Floats) -> Floats:
        """1 - observed / expected disagreement; NaN when all pairable values are the same."""
        n_levels = len(self.scores)
        marginals, observed = totals[..., :n_levels], totals[..., n_levels:]
        n = marginals.sum(axis=-1)
        if self.level == "ordinal":
            metric = squared_distance(mid_ranks(marginals))
            unequal = (observed * metric.reshape(observed.shape)).sum(axis=-1)
            chance = (metric * marginals[..., :, None] * marginals[..., None, :]).sum(axis=(-2, -1))
        else:
            unequal = observed[..., 0]
            chance = ((marginals @ fixed_metric(self.level, self.scores)) * marginals).sum(axis=-1)
        return 1 - divide(unequal * (n - 1), chance)


def pairable(tally: Tally) -> Bools:
    """Items with at least two ratings on the first side, shape (n,)."""
    return tally.sizes[:, 0] >= 2


def alpha(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    level: str | None = None,
    options: IntervalOptions | None = None,
) -> Estimate:
    """Krippendorff's alpha of one group, or of all groups pooled.

    alpha = 1 - D_o / D_e over the values of items with at least two ratings; D_o is the mean distance
    between two ratings of one item, each item weighted by its number of ratings, D_e the mean
    distance between any two of these values (Krippendorff 2018, ch. 12; 2011). The distance is that
    of `level`: nominal, ordinal, interval or ratio; by default the scale's own. Missing values need
    no filling.

    Undefined: no item with two ratings (`no_pairable_items`); one value only (`one_category`).
    Interval: two-way jackknife unless `options` say otherwise; in simulations it was the only one
    that never covered less than its nominal 95 % (1.00, 1.00, .98, .95 at 3, 5, 12, 40 raters; the
    two-way bootstrap .94, .98, .95, .91; items alone .68, .71, .84, .86).

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(1, "a", 1), (1, "b", 1), (2, "a", 2), (2, "b", 2), (3, "a", 3), (3, "b", 1)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ratings = Ratings.from_frame(frame, Scale((1, 2, 3), "interval"))
    >>> round(alpha(ratings, group="peer").estimate, 4)  # 1 - (8/6) / (40/30)
    0.0
    """
    level = checked_level(ratings.scale, level)
    sample = Sample.within(ratings, group)
    kernel, tally = alpha_kernel(ratings.scale, level, sample.tally)
    label = Label("alpha", level, level, Reason.ONE_CATEGORY, (-np.inf, 1.0))
    return estimate(
        kernel, replace(sample, tally=tally), pairable(tally), label, options or IntervalOptions()
    )


def alpha_kernel(scale: Scale, level: str, tally: Tally) -> tuple[AlphaKernel, Tally]:
    """The kernel and the tally on the used levels only: unused ones never change alpha."""
    used = tally.used_levels()
    if not used.any():
        used[:] = True
    return AlphaKernel(level, scale.scores[used]), tally.with_levels(used)


def checked_level(scale: Scale, level: str | None) -> str:
    """The level of measurement to use; AgreementInputError when the scale does not carry it."""
    level = level or scale.measurement
    is_fit = {
        "nominal": True,
        "ordinal": scale.has_scores,
        "interval": scale.has_scores,
        "ratio": scale.has_scores and scale.scores.min() >= 0,
    }
    if not is_fit.get(level, False):
        raise AgreementInputError("bad_option", f"This scale ({scale.measurement}) has no level {level!r}.")
    return level
