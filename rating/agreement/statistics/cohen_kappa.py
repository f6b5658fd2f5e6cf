"""Cohen's kappa of two raters, plain and weighted."""

import math
from typing import Literal, get_args

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import normal_interval
from rating.agreement.results import Estimate, Interval
from rating.agreement.statistics.crosstable import crosstable, weighted_kappa
from rating.agreement.table import Ratings
from rating.agreement.weights import WeightName, Weights

METHOD = "large_sample"
CohenBasis = Literal["values", "ranks", "observed_ranks"]


def cohen_kappa(
    ratings: Ratings,
    first: str,
    second: str,
    *,
    weights: WeightName = "unweighted",
    basis: CohenBasis = "values",
    confidence: float = 0.95,
) -> Estimate:
    """Cohen's kappa of two raters, on the items that both rated.

    kappa = (p_o - p_e) / (1 - p_e), p_o = sum w_kl p_kl, p_e = sum w_kl p_k. p_.l (Cohen 1960, 1968).
    With graded weights, `basis` says what is compared: the `values` of the levels, their `ranks` over all
    levels of the scale, or `observed_ranks`, their places among the values that this pair used. The last
    is what software gives that takes the levels from the data; it changes when a level drops out of use.

    Interval: large-sample standard error (Fleiss, Cohen and Everitt 1969) and normal quantile, for these
    raters only. Undefined: `no_ratings`, `no_shared_items`, `one_category`. Raises AgreementInputError
    `bad_option` for an unknown rater.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(1, "a", "x"), (1, "b", "x"), (2, "a", "y"), (2, "b", "y"), (3, "a", "x"), (3, "b", "y")]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ratings = Ratings.from_frame(frame, Scale(("x", "y"), "nominal"))
    >>> round(cohen_kappa(ratings, "a", "b").estimate, 4)  # (2/3 - 4/9) / (5/9)
    0.4
    """
    if basis not in get_args(CohenBasis) or not 0 < confidence < 1:
        raise AgreementInputError("bad_option", f"No kappa on {basis!r} at confidence {confidence}.")
    counts, entered, absent = crosstable(ratings, first, second)
    matrix, variant = _weights(ratings, counts, weights, basis)
    value, std_error = (math.nan, math.nan) if absent else weighted_kappa(counts, matrix)
    reason = absent or (Reason.ONE_CATEGORY if math.isnan(value) else None)
    interval = Interval(reason=reason)
    if reason is None:
        interval = normal_interval(value, std_error, confidence, method=METHOD, bounds=(-1.0, 1.0))
    return Estimate(
        statistic="cohen_kappa",
        variant=variant,
        level="nominal" if weights == "unweighted" else ratings.scale.measurement,
        estimate=None if reason else value,
        confidence=confidence,
        basis=entered,
        interval=interval,
        reason=reason,
    )


def _weights(ratings: Ratings, counts: Floats, name: WeightName, basis: CohenBasis) -> tuple[Floats, str]:
    """Weights (K, K) between the declared levels, and what the variant is called."""
    if basis != "observed_ranks":
        chosen = Weights(name, basis)
        return chosen.of_scale(ratings.scale), chosen.label
    chosen = Weights(name, "ranks")
    chosen.check(ratings.scale)
    is_used = (counts.sum(axis=0) + counts.sum(axis=1)) > 0
    matrix = np.zeros_like(counts)
    matrix[np.ix_(is_used, is_used)] = chosen.between(np.arange(is_used.sum(), dtype=np.float64))
    label = chosen.label if name == "unweighted" else f"{name} weights on ranks of the observed values"
    return matrix, label
