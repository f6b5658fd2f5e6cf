"""Gwet's AC2."""

from rating.agreement.estimation import IntervalOptions
from rating.agreement.results import Estimate
from rating.agreement.statistics.chance_corrected import chance_corrected
from rating.agreement.table import Ratings
from rating.agreement.weights import WeightBasis, WeightName, Weights, default_weights


def ac2(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    weights: WeightName | None = None,
    basis: WeightBasis = "values",
    options: IntervalOptions | None = None,
) -> Estimate:
    """Gwet's AC2: AC1 with partial credit for answers that lie close together.

    (p_a - p_e) / (1 - p_e), p_a the weighted agreement of Fleiss' kappa,
    p_e = sum_kl w_kl sum_k pi_k (1 - pi_k) / (K (K - 1)) over the K declared levels, used or not (Gwet 2014,
    ch. 3 and 5). `weights`: quadratic by default, and on nominal scales none (then it is AC1).
    Undefined: `no_pairable_items`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(1, "a", 1), (1, "b", 1), (2, "a", 1), (2, "b", 2)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ratings = Ratings.from_frame(frame, Scale((1, 2, 3), "ordinal"))
    >>> round(ac2(ratings, weights="linear").estimate, 4)  # p_a 3/4, p_e 5 (2 x 3/16) / 6 = 5/16
    0.6364
    """
    chosen = Weights(weights or default_weights(ratings.scale), basis)
    return chance_corrected(ratings, group, "ac2", chosen, "gwet", options=options)
