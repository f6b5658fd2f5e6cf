"""Published large-sample standard errors of agreement coefficients, for these raters only."""

import math
from typing import Literal, get_args

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import Sample
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.resampling.influence import items_variance
from rating.agreement.resampling.interval import normal_interval
from rating.agreement.results import Estimate, Interval
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally
from rating.agreement.weights import WeightBasis, WeightName, Weights

METHOD = "large_sample"
AlphaError = Literal["ratings", "distribution"]
LargeSampleCoefficient = Literal[
    "percent_agreement", "ac2", "fleiss_kappa", "conger_kappa", "brennan_prediger", "alpha"
]


def large_sample_agreement(
    ratings: Ratings,
    coefficient: LargeSampleCoefficient,
    *,
    group: str | tuple[str, ...] | None = None,
    weights: WeightName = "unweighted",
    basis: WeightBasis = "values",
    alpha_error: AlphaError = "ratings",
    confidence: float = 0.95,
) -> Estimate:
    """An agreement coefficient with Gwet's (2014, ch. 5 and 6) standard error and a normal quantile.

    The coefficient is a mean over items of linearised values; its variance is theirs over the number of
    items (of conversations, where items share them). The raters are held fixed: the interval speaks about
    other items rated by these raters only, and is too narrow for anything else. Without weights `ac2` is
    AC1; `alpha` with weights w is 1 - D_o / D_e at the distance 1 - w, so nominal alpha without weights and
    interval alpha with quadratic ones. `alpha_error`: irrCAC has two standard errors of alpha. That "from
    ratings" is the delta method's; that "from a distribution" of raters by item and category counts the
    change of chance once instead of twice, and is here to reproduce what was published with it. Undefined:
    `no_ratings`, `no_pairable_items`, `one_category`, `one_item` (interval). Raises AgreementInputError
    `bad_option`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(1, "a", "x"), (1, "b", "x"), (2, "a", "x"), (2, "b", "y")]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> found = large_sample_agreement(
    ...     Ratings.from_frame(frame, Scale(("x", "y"), "nominal")), "percent_agreement"
    ... )
    >>> found.estimate, found.interval.std_error  # root of 1/2 over two items
    (0.5, 0.5)
    """
    if coefficient not in get_args(LargeSampleCoefficient) or not 0 < confidence < 1:
        raise AgreementInputError("bad_option", f"No {coefficient!r} with a large-sample standard error.")
    if alpha_error not in get_args(AlphaError):
        raise AgreementInputError(
            "bad_option", f"No {alpha_error!r} error of alpha: ratings or distribution."
        )
    chosen = Weights(weights, basis)
    matrix = chosen.of_scale(ratings.scale)
    sample = Sample.within(ratings, group)
    tally = sample.tally
    if coefficient == "alpha":
        tally = tally.keep_items(tally.sizes[:, 0] >= 2)
    reason = None if sample.tally.n_ratings else Reason.NO_RATINGS
    if reason is None and not (sample.tally.sizes[:, 0] >= 2).any():
        reason = Reason.NO_PAIRABLE_ITEMS
    value, items = (math.nan, np.zeros(0)) if reason else _linearised(coefficient, tally, matrix, alpha_error)
    if reason is None and math.isnan(value):
        reason = Reason.ONE_CATEGORY
    interval = Interval(reason=reason)
    if reason is None:
        interval = _interval(value, items, tally, confidence, is_share=coefficient == "percent_agreement")
    return Estimate(
        statistic=coefficient,
        variant=chosen.label,
        level="nominal" if weights == "unweighted" else ratings.scale.measurement,
        estimate=None if reason else value,
        confidence=confidence,
        basis=sample.basis(tally, "unpaired"),
        interval=interval,
        reason=reason,
    )


def _interval(value: float, items: Floats, tally: Tally, confidence: float, *, is_share: bool) -> Interval:
    if len(np.unique(tally.cluster)) < 2:
        return Interval(method=METHOD, reason=Reason.ONE_ITEM)
    std_error = math.sqrt(items_variance(items, tally.cluster))
    bounds = (0.0 if is_share else -math.inf, 1.0)
    return normal_interval(value, std_error, confidence, method=METHOD, bounds=bounds)


def _linearised(
    coefficient: str, tally: Tally, weights: Floats, alpha_error: AlphaError
) -> tuple[float, Floats]:
    """The coefficient and what each item (n,) adds to it up to a constant; NaN when chance agrees always."""
    counts = tally.counts[:, 0, :]
    m = counts.sum(axis=1)
    has_pair = m >= 2
    agreement = divide(((counts @ weights) * counts).sum(axis=1) - m, m * (m - 1), 0.0)
    if coefficient == "alpha":
        return _alpha(counts, agreement, weights, alpha_error)
    blown_up = len(m) / has_pair.sum()
    observed = float(agreement[has_pair].mean())
    if coefficient == "percent_agreement":
        return observed, blown_up * agreement
    chance, by_item = _chance(coefficient, tally, counts / m[:, None], weights)
    if 1 - chance < 1e-12:
        return math.nan, agreement
    value = (observed - chance) / (1 - chance)
    own = blown_up * (agreement - chance * has_pair) / (1 - chance)
    return value, own - 2 * (1 - value) * (by_item - chance) / (1 - chance)


def _chance(coefficient: str, tally: Tally, shares: Floats, weights: Floats) -> tuple[float, Floats]:
    """Expected agreement, and its half-derivative at every item, centred on it."""
    n_levels, mean = len(weights), shares.mean(axis=0)
    if coefficient == "conger_kappa":
        return _conger_chance(tally, weights)
    if coefficient == "fleiss_kappa":
        return float(mean @ weights @ mean), shares @ weights @ mean
    if coefficient == "brennan_prediger":
        chance = float(weights.mean())
        return chance, np.full(len(shares), chance)
    scale = weights.sum() / (n_levels * (n_levels - 1))
    return float(scale * (mean * (1 - mean)).sum()), scale * (shares @ (1 - mean))


def _conger_chance(tally: Tally, weights: Floats) -> tuple[float, Floats]:
    """Every rater answers by own habit; each rating moves the habit of its rater."""
    n_raters, n_levels = tally.n_raters, len(weights)
    size = tally.ratings_per_rater().astype(np.float64)
    counted = np.bincount(tally.rater * n_levels + tally.level, minlength=n_raters * n_levels)
    habits = counted.reshape(n_raters, n_levels) / size[:, None]
    pooled = habits.sum(axis=0)
    n_pairs = n_raters * (n_raters - 1)
    own = ((habits @ weights) * habits).sum(axis=1)
    chance = float(pooled @ weights @ pooled - own.sum()) / n_pairs
    others = (pooled - habits) @ weights
    mean = (habits * others).sum(axis=1)
    moved = (others[tally.rater, tally.level] - mean[tally.rater]) * tally.n_items / size[tally.rater]
    by_item = np.bincount(tally.item, weights=moved, minlength=tally.n_items) / n_pairs
    return chance, chance + by_item


def _alpha(counts: Floats, agreement: Floats, weights: Floats, error: AlphaError) -> tuple[float, Floats]:
    m = counts.sum(axis=1)
    total, mean = counts.sum(), m.mean()
    shares = counts.sum(axis=0) / total
    chance = float(shares @ weights @ shares)
    if 1 - chance < 1e-12:
        return math.nan, agreement
    plain = agreement * m / mean
    unlike = (m - mean) / mean
    # Krippendorff's correction for small samples: a rating may meet itself.
    observed = (1 - 1 / total) * plain.mean() + 1 / total
    by_item = counts @ weights @ shares / mean - chance * unlike
    value = float((observed - chance) / (1 - chance))
    if error == "distribution":
        corrected = (1 - 1 / total) * (plain - plain.mean() * unlike) + 1 / total
        return value, (corrected - chance - (1 - value) * (by_item - chance)) / (1 - chance)
    own = (plain - observed * unlike - chance) / (1 - chance)
    uncorrected = (plain.mean() - chance) / (1 - chance)
    return value, own - 2 * (1 - uncorrected) * (by_item - chance) / (1 - chance)
