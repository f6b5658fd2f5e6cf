"""Fleiss' kappa, in both published forms for unequal numbers of ratings."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.results import Estimate
from rating.agreement.statistics.chance_corrected import chance_corrected
from rating.agreement.table import Ratings
from rating.agreement.weights import WeightBasis, WeightName, Weights

FleissVariant = Literal["items_equal", "ratings_pooled"]


@dataclass(frozen=True)
class PooledFleissKernel:
    """Fleiss and Cuzick's form: shares of levels over all ratings, items weighted by m - 1."""

    n_levels: int

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """Per item: disagreeing pairs / m, pairs / m, then its ratings by level (K)."""
        n, q = counts[..., 0, :], squares[..., 0, :].sum(axis=-1)
        m = n.sum(axis=-1)
        unequal = divide(m**2 - (n**2).sum(axis=-1), m, 0.0)
        pairs = divide(m**2 - q, m, 0.0)
        return np.concatenate([unequal[..., None], pairs[..., None], n], axis=-1)

    def value(self, totals: Floats) -> Floats:
        """1 - observed / expected share of disagreeing pairs."""
        marginals = totals[..., 2:]
        shares = divide(marginals, marginals.sum(axis=-1, keepdims=True))
        expected = (shares * (1 - shares)).sum(axis=-1)
        return 1 - divide(divide(totals[..., 0], totals[..., 1]), expected)


def fleiss_kappa(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    weights: WeightName = "unweighted",
    basis: WeightBasis = "values",
    variant: FleissVariant = "items_equal",
    options: IntervalOptions | None = None,
) -> Estimate:
    """Fleiss' kappa: agreement beyond what raters drawn at random would reach (Fleiss 1971).

    kappa = (p_a - p_e) / (1 - p_e), p_e = sum_kl w_kl pi_k pi_l. With unequal numbers of ratings two forms
    are published. `items_equal` (Gwet 2014, ch. 2 and 3): p_a the mean over items with two ratings of
    their share of agreeing pairs, pi_k the mean over rated items of the share of level k.
    `ratings_pooled` (Fleiss and Cuzick 1979; Fleiss, Levin and Paik 2003, ch. 18): pi_k over all ratings
    and 1 - p_a = sum_i sum_k n_ik (m_i - n_ik) / m_i / sum_i (m_i - 1); unweighted only. On complete data
    they are the same number. Undefined: `no_pairable_items`, `one_category`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(1, "a", "x"), (1, "b", "x"), (2, "a", "y"), (2, "b", "y"), (3, "a", "x"), (3, "b", "y")]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ratings = Ratings.from_frame(frame, Scale(("x", "y"), "nominal"))
    >>> round(fleiss_kappa(ratings).estimate, 4)  # (2/3 - 1/2) / (1/2)
    0.3333
    """
    chosen = Weights(weights, basis)
    if variant not in get_args(FleissVariant):
        raise AgreementInputError("bad_option", f"Fleiss' kappa has no variant {variant!r}.")
    if variant == "items_equal":
        name = f"{chosen.label}, items weighted equally"
        return chance_corrected(
            ratings, group, "fleiss_kappa", chosen, "shares", variant=name, options=options
        )
    if weights != "unweighted":
        raise AgreementInputError("bad_option", "Only the unweighted kappa has the variant ratings_pooled.")
    sample = Sample.within(ratings, group)
    label = Label(
        "fleiss_kappa", "unweighted, ratings pooled", "nominal", Reason.ONE_CATEGORY, (-np.inf, 1.0)
    )
    is_usable = np.full(sample.tally.n_items, bool((sample.tally.sizes[:, 0] >= 2).any()))
    kernel = PooledFleissKernel(ratings.scale.n_levels)
    return estimate(kernel, sample, is_usable, label, options or IntervalOptions())
