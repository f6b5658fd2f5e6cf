"""Brennan and Prediger's coefficient."""

from rating.agreement.estimation import IntervalOptions
from rating.agreement.results import Estimate
from rating.agreement.statistics.chance_corrected import chance_corrected
from rating.agreement.table import Ratings
from rating.agreement.weights import WeightBasis, WeightName, Weights


def brennan_prediger(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    weights: WeightName = "unweighted",
    basis: WeightBasis = "values",
    options: IntervalOptions | None = None,
) -> Estimate:
    """Agreement beyond what raters who pick every declared level equally often would reach.

    (p_a - p_e) / (1 - p_e), p_a as in Fleiss' kappa, p_e = sum_kl w_kl / K^2 over the K declared levels, used
    or not (Brennan and Prediger 1981; weighted: Gwet 2014, ch. 3). Also known as free-marginal kappa
    (Randolph 2005) and, unweighted, as S. Undefined: `no_pairable_items`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(1, "a", "x"), (1, "b", "x"), (2, "a", "x"), (2, "b", "x"), (3, "a", "x"), (3, "b", "y")]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ratings = Ratings.from_frame(frame, Scale(("x", "y"), "nominal"))
    >>> round(brennan_prediger(ratings).estimate, 4)  # (2/3 - 1/2) / (1/2)
    0.3333
    """
    return chance_corrected(
        ratings, group, "brennan_prediger", Weights(weights, basis), "uniform", options=options
    )
