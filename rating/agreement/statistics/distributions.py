"""How far apart the answers of two groups lie as distributions: Wasserstein and Jensen-Shannon."""

import math
from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import Kernel, divide
from rating.agreement.reasons import Reason
from rating.agreement.results import Basis, Estimate, Interval
from rating.agreement.statistics.xrr import UNSHARED
from rating.agreement.table import Ratings

VARIANT = "shared items, weighted equally"


def shared_shares(counts: Floats) -> Floats:
    """Per item (..., n): both sides' shares of levels and whether it is shared, (..., n, 2K + 1)."""
    sizes = counts.sum(axis=-1, keepdims=True)
    is_shared = (sizes > 0).all(axis=(-2, -1))
    shares = divide(counts, sizes, 0.0) * is_shared[..., None, None]
    flat = shares.reshape(*shares.shape[:-2], -1)
    return np.concatenate([flat, is_shared[..., None].astype(np.float64)], axis=-1)


@dataclass(frozen=True)
class WassersteinKernel:
    """Area between the two distribution functions; `scores` (K,) ascend."""

    scores: Floats

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """See `shared_shares`."""
        return shared_shares(counts)

    def value(self, totals: Floats) -> Floats:
        """In scale points."""
        first, second = _means(totals)
        apart = np.abs(np.cumsum(first - second, axis=-1))[..., :-1]
        return np.asarray((apart * np.diff(self.scores)).sum(axis=-1))


@dataclass(frozen=True)
class JensenShannonKernel:
    """Root of the Jensen-Shannon divergence to a base."""

    base: float

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """See `shared_shares`."""
        return shared_shares(counts)

    def value(self, totals: Floats) -> Floats:
        """Between 0 and the root of log 2 to the base."""
        first, second = _means(totals)
        middle = (first + second) / 2
        divergence = sum(
            (part * np.log(np.where(part > 0, divide(part, middle, 1.0), 1.0))).sum(axis=-1)
            for part in (first, second)
        )
        return np.asarray(np.sqrt(np.maximum(divergence, 0.0) / 2 / math.log(self.base)))


def wasserstein_distance(
    ratings: Ratings, first: str, second: str, *, options: IntervalOptions | None = None
) -> Estimate:
    """Wasserstein-1 distance between two groups' answers, in scale points.

    How far, on average, answers would have to move along the scale to turn one distribution into the
    other: the area between the distribution functions, of the mean shares of levels over the items that
    both groups rated. Blind to who disagrees on which item. Noise only ever adds to it, so that alike
    groups lie above zero too. Undefined: `no_shared_items`, `no_ratings`, `not_for_this_scale`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i", "a", "g", 1), ("i", "b", "g", 2), ("i", "c", "h", 2), ("i", "d", "h", 5)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> ratings = Ratings.from_frame(frame, Scale((1, 2, 3, 4, 5), "interval"))
    >>> wasserstein_distance(ratings, "g", "h").estimate  # half moves by 1, half by 3
    2.0
    """
    kernel = WassersteinKernel(ratings.scale.scores)
    largest = float(ratings.scale.scores[-1] - ratings.scale.scores[0])
    label = Label("wasserstein", VARIANT, ratings.scale.measurement, bounds=(0.0, largest))
    return compare_distributions(ratings, first, second, kernel, label, options, needs_scores=True)


def jensen_shannon_distance(
    ratings: Ratings,
    first: str,
    second: str,
    *,
    base: float = 2.0,
    options: IntervalOptions | None = None,
) -> Estimate:
    """Jensen-Shannon distance between two groups' answers, for any scale; order does not count.

    Root of the mean Kullback-Leibler divergence of both distributions from their middle (Lin 1991), to
    base 2 between 0 and 1 (SciPy's default is base e). Distributions and undefined cases as for
    `wasserstein_distance`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i", "a", "g", "x"), ("i", "b", "h", "y")]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> jensen_shannon_distance(Ratings.from_frame(frame, Scale(("x", "y"), "nominal")), "g", "h").estimate
    1.0
    """
    if base <= 1 or not math.isfinite(base):
        raise AgreementInputError("bad_option", "The base of a logarithm is above 1.")
    label = Label("jensen_shannon", f"base {base:g}, {VARIANT}", "nominal", bounds=(0.0, math.inf))
    return compare_distributions(ratings, first, second, JensenShannonKernel(base), label, options)


def compare_distributions(
    ratings: Ratings,
    first: str,
    second: str,
    kernel: Kernel,
    label: Label,
    options: IntervalOptions | None,
    *,
    needs_scores: bool = False,
) -> Estimate:
    """A coefficient of two groups on the items that both rated."""
    options = options or IntervalOptions()
    if needs_scores and not ratings.scale.has_scores:
        reason = Reason.NOT_FOR_THIS_SCALE
        return Estimate(
            label.statistic, label.variant, label.level, None, options.confidence,
            Basis(0, 0, 0, 0), Interval(reason=reason), reason,
        )  # fmt: skip
    sample = Sample.of(ratings, (first,), (second,))
    is_shared = np.asarray((sample.tally.sizes > 0).all(axis=1))
    return estimate(kernel, sample, is_shared, label, options, unused=UNSHARED)


def _means(totals: Floats) -> tuple[Floats, Floats]:
    shares = divide(totals[..., :-1], totals[..., -1:])
    n_levels = shares.shape[-1] // 2
    return shares[..., :n_levels], shares[..., n_levels:]
