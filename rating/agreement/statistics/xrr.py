"""Cross-replication reliability (xRR), plain and normalised."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rating.agreement.arrays import Bools, Floats
from rating.agreement.distances import fixed_metric, mid_ranks, squared_distance
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.results import Estimate, Interval
from rating.agreement.scale import Scale
from rating.agreement.statistics.alpha import AlphaKernel, alpha, checked_level
from rating.agreement.statistics.coincidence_sums import cross_sums, inside_sums
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally

UNSHARED = "item_of_one_side_only"


@dataclass(frozen=True)
class CrossReplicationKernel:
    """xRR from per-item counts of two sides; `scores` (K,) belong to the levels counted."""

    level: str
    scores: Floats

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """Per shared item: values of either side (2K), its weight R + S (1), then the weighted cross
        disagreement (1) or, at the ordinal level, the weighted cross coincidences (K x K)."""
        x, y = counts[..., 0, :], counts[..., 1, :]
        n_x, n_y = x.sum(axis=-1, keepdims=True), y.sum(axis=-1, keepdims=True)
        is_shared = (n_x > 0) & (n_y > 0)
        x, y, weight = x * is_shared, y * is_shared, (n_x + n_y) * is_shared
        per_pair = divide(weight, n_x * n_y, 0.0)
        if self.level == "ordinal":
            products = per_pair[..., None] * x[..., :, None] * y[..., None, :]
            observed = products.reshape(*weight.shape[:-1], -1)
        else:
            observed = per_pair * ((x @ fixed_metric(self.level, self.scores)) * y).sum(
                axis=-1, keepdims=True
            )
        return np.concatenate([x, y, weight, observed], axis=-1)

    @property
    def needs_squares(self) -> bool:
        """Only ratings of different sides are compared."""
        return False

    def sums(self, counts: Sequence[Floats], squares: Sequence[Floats], weights: Floats | None) -> Floats:
        """The totals of a block of items, added up; see `BlockKernel`."""
        return cross_sums(self.level, self.scores, counts[0], counts[1], weights)

    def value(self, totals: Floats) -> Floats:
        """1 - observed / expected cross disagreement; NaN when both sides used one and the same value."""
        observed, expected = self.disagreements(totals)
        return 1 - divide(observed, expected)

    def disagreements(self, totals: Floats) -> tuple[Floats, Floats]:
        """Observed and expected cross disagreement, in the units of the distance."""
        n_levels = len(self.scores)
        x, y, weight = totals[..., :n_levels], totals[..., n_levels : 2 * n_levels], totals[..., 2 * n_levels]
        rest = totals[..., 2 * n_levels + 1 :]
        if self.level == "ordinal":
            metric = squared_distance(mid_ranks(x + y))
            unequal = (rest * metric.reshape(rest.shape)).sum(axis=-1)
            chance = (metric * x[..., :, None] * y[..., None, :]).sum(axis=(-2, -1))
        else:
            unequal = rest[..., 0]
            chance = ((x @ fixed_metric(self.level, self.scores)) * y).sum(axis=-1)
        return divide(unequal, weight), divide(chance, x.sum(axis=-1) * y.sum(axis=-1))


@dataclass(frozen=True)
class NormalisedKernel:
    """xRR over the geometric mean of the two sides' alphas, all on one set of counts."""

    cross: CrossReplicationKernel

    def _sides(self) -> tuple[AlphaKernel, AlphaKernel]:
        level, scores = self.cross.level, self.cross.scores
        return AlphaKernel(level, scores, 0), AlphaKernel(level, scores, 1)

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """The sufficient statistics of xRR and of both alphas, one after the other."""
        kernels = (self.cross, *self._sides())
        return np.concatenate([kernel.totals(counts, squares) for kernel in kernels], axis=-1)

    @property
    def needs_squares(self) -> bool:
        """Both alphas do."""
        return True

    def sums(self, counts: Sequence[Floats], squares: Sequence[Floats], weights: Floats | None) -> Floats:
        """The totals of a block of items, added up; see `BlockKernel`."""
        level, scores = self.cross.level, self.cross.scores
        inside = [
            inside_sums(level, scores, own, own_squares, weights)
            for own, own_squares in zip(counts, squares, strict=True)
        ]
        return np.concatenate([self.cross.sums(counts, squares, weights), *inside])

    def value(self, totals: Floats) -> Floats:
        """NaN where an alpha is undefined or not positive."""
        n_levels = len(self.cross.scores)
        tail = n_levels**2 if self.cross.level == "ordinal" else 1
        cuts = [2 * n_levels + 1 + tail, 3 * n_levels + 1 + 2 * tail]
        cross, first, second = np.split(totals, cuts, axis=-1)
        x, y = (kernel.value(part) for kernel, part in zip(self._sides(), (first, second), strict=True))
        product = np.where((x > 0) & (y > 0), x * y, 0.0)
        return divide(self.cross.value(cross), np.sqrt(product))


def cross_replication_reliability(
    ratings: Ratings,
    first: str,
    second: str,
    *,
    level: str | None = None,
    options: IntervalOptions | None = None,
) -> Estimate:
    """xRR: how well two groups agree with each other, corrected for chance.

    On items with at least one rating of either group, R_i and S_i of them: xRR = 1 - d_o / d_e with
    d_o = sum_i [(R_i + S_i) / (R_i S_i) sum d] / sum_i (R_i + S_i) and d_e the mean distance over all
    cross pairs of the shared items' ratings (Wong, Paritosh and Aroyo 2021). At the ordinal level the
    marginals are pooled over both groups. 1 is perfect agreement, 0 what chance would give.

    Undefined: `no_shared_items`, `no_ratings`, `one_category`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> x = pd.DataFrame({"item": ["a", "b"], "rater": "x1", "group": "peer", "value": [1, 2]})
    >>> y = pd.DataFrame({"item": ["a", "b"], "rater": "y1", "group": "clinician", "value": [1, 1]})
    >>> ratings = Ratings.from_frame(pd.concat([x, y]), Scale((1, 2), "nominal"))
    >>> cross_replication_reliability(ratings, "peer", "clinician").estimate  # 1 - .5 / .5
    0.0
    """
    level = checked_level(ratings.scale, level)
    sample = Sample.of(ratings, (first,), (second,))
    kernel, tally = _cross_kernel(ratings.scale, level, sample.tally)
    label = Label("xrr", level, level, Reason.ONE_CATEGORY, (-np.inf, 1.0))
    shared = _shared(tally)
    return estimate(
        kernel, replace(sample, tally=tally), shared, label, options or IntervalOptions(), unused=UNSHARED
    )


def normalised_cross_replication_reliability(
    ratings: Ratings,
    first: str,
    second: str,
    *,
    level: str | None = None,
    options: IntervalOptions | None = None,
) -> Estimate:
    """xRR / sqrt(alpha of the first x alpha of the second): agreement across, given agreement within.

    Alphas rest on every item with at least two ratings in that group, xRR on the shared items
    (Wong, Paritosh and Aroyo 2021). May exceed 1. Withheld when the interval of an alpha touches zero
    (`denominator_touches_zero`) or cannot be computed (`denominator_without_interval`); undefined
    when an alpha or xRR is (`denominator_undefined`, `no_shared_items`, ...).

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(item, f"{g}{r}", g, item) for g in "xy" for r in range(3) for item in (0, 1, 2)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> ratings = Ratings.from_frame(frame, Scale((0, 1, 2), "interval"))
    >>> normalised_cross_replication_reliability(ratings, "x", "y").estimate  # all agree
    1.0
    """
    level = checked_level(ratings.scale, level)
    options = options or IntervalOptions()
    sample = Sample.of(ratings, (first,), (second,))
    cross, tally = _cross_kernel(ratings.scale, level, sample.tally)
    is_usable = _shared(tally) | (tally.sizes >= 2).any(axis=1)
    label = Label("normalised_xrr", level, level, Reason.DENOMINATOR_UNDEFINED)
    sample = replace(sample, tally=tally)
    reason = None if _shared(tally).any() else Reason.NO_SHARED_ITEMS
    for group in (first, second):
        reason = reason or why_withheld(alpha(ratings, group=group, level=level, options=options))
    result = estimate(NormalisedKernel(cross), sample, is_usable, label, options, unused=UNSHARED)
    if reason is None:
        return result
    return replace(result, estimate=None, reason=reason, interval=Interval(reason=reason))


def why_withheld(denominator: Estimate) -> Reason | None:
    """Why nothing is divided by this alpha, if so."""
    if denominator.estimate is None:
        return Reason.DENOMINATOR_UNDEFINED
    if denominator.low is None:
        # No spread at all in a perfect agreement: its interval cannot touch zero.
        is_certain = denominator.interval.reason is Reason.NO_VARIATION and denominator.estimate > 0
        return None if is_certain else Reason.DENOMINATOR_WITHOUT_INTERVAL
    return Reason.DENOMINATOR_TOUCHES_ZERO if denominator.low <= 0 else None


def _cross_kernel(scale: Scale, level: str, tally: Tally) -> tuple[CrossReplicationKernel, Tally]:
    used = tally.used_levels()
    if not used.any():
        used[:] = True
    return CrossReplicationKernel(level, scale.scores[used]), tally.with_levels(used)


def _shared(tally: Tally) -> Bools:
    return np.asarray((tally.sizes > 0).all(axis=1))
