"""Size of the difference between two groups' ratings: Hedges' g and Cliff's delta."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.estimation import IntervalOptions, Label
from rating.agreement.kernel import divide
from rating.agreement.results import Estimate
from rating.agreement.statistics.distributions import compare_distributions
from rating.agreement.table import Ratings

VARIANT = "shared items, every rating counted once"


def shared_counts(counts: Floats) -> Floats:
    """Both sides' ratings by level on the items that both rated, (..., n, 2K)."""
    is_shared = (counts.sum(axis=-1) > 0).all(axis=-1)
    kept = counts * is_shared[..., None, None]
    return np.asarray(kept.reshape(*kept.shape[:-2], -1))


@dataclass(frozen=True)
class HedgesKernel:
    """Difference of means over the pooled standard deviation, corrected for small samples."""

    scores: Floats

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """See `shared_counts`."""
        return shared_counts(counts)

    def value(self, totals: Floats) -> Floats:
        """NaN where neither side varies."""
        n_levels = len(self.scores)
        first, second = totals[..., :n_levels], totals[..., n_levels:]
        sizes = [side.sum(axis=-1) for side in (first, second)]
        means = [divide(side @ self.scores, n) for side, n in zip((first, second), sizes, strict=True)]
        squares = [
            (side * (self.scores - mean[..., None]) ** 2).sum(axis=-1)
            for side, mean in zip((first, second), means, strict=True)
        ]
        total = sizes[0] + sizes[1]
        spread = np.sqrt(divide(squares[0] + squares[1], np.maximum(total - 2, 0.0)))
        return np.asarray(divide(means[0] - means[1], spread) * (1 - 3 / (4 * total - 9)))


class CliffKernel:
    """P(first above second) - P(first below second)."""

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """See `shared_counts`."""
        return shared_counts(counts)

    def value(self, totals: Floats) -> Floats:
        """Between -1 and 1."""
        n_levels = totals.shape[-1] // 2
        first, second = totals[..., :n_levels], totals[..., n_levels:]
        places = np.arange(n_levels)
        above = np.sign(places[:, None] - places[None, :]).astype(np.float64)
        won = ((first @ above) * second).sum(axis=-1)
        return divide(won, first.sum(axis=-1) * second.sum(axis=-1))


def hedges_g(
    ratings: Ratings, first: str, second: str, *, options: IntervalOptions | None = None
) -> Estimate:
    """Hedges' g: difference of two groups' means in standard deviations of a single rating.

    (mean of the first - mean of the second) / pooled standard deviation, times 1 - 3 / (4 N - 9)
    (Hedges 1981), over the ratings of items that both groups rated. The interval resamples items and
    raters: the textbook one takes ratings as independent. Undefined: `no_shared_items`, `no_ratings`,
    `one_category`, `not_for_this_scale`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i", f"{g}{r}", g, r + (g == "h")) for g in "gh" for r in (1, 2, 3)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> ratings = Ratings.from_frame(frame, Scale((1, 2, 3, 4), "interval"))
    >>> hedges_g(ratings, "g", "h").estimate  # -1 x (1 - 3/15)
    -0.8
    """
    label = Label("hedges_g", VARIANT, ratings.scale.measurement)
    kernel = HedgesKernel(ratings.scale.scores)
    return compare_distributions(ratings, first, second, kernel, label, options, needs_scores=True)


def cliff_delta(
    ratings: Ratings, first: str, second: str, *, options: IntervalOptions | None = None
) -> Estimate:
    """Cliff's delta: how much more often the first group's rating lies above the second's than below.

    P(x > y) - P(x < y) over all pairs of one rating of each group, on the items that both rated (Cliff
    1993); reads the order of levels only. Interval and undefined cases as for `hedges_g`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i", "a", "g", 1), ("i", "b", "g", 2), ("i", "c", "h", 2), ("i", "d", "h", 5)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> cliff_delta(Ratings.from_frame(frame, Scale((1, 2, 3, 4, 5), "ordinal")), "g", "h").estimate
    -0.75
    """
    label = Label("cliff_delta", VARIANT, ratings.scale.measurement, bounds=(-1.0, 1.0))
    return compare_distributions(ratings, first, second, CliffKernel(), label, options, needs_scores=True)
