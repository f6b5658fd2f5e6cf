"""Conger's kappa: Cohen's idea of chance for any number of raters."""

from dataclasses import dataclass, replace

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.results import Estimate
from rating.agreement.statistics.chance_corrected import weighted_agreement
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally
from rating.agreement.weights import WeightBasis, WeightName, Weights


@dataclass(frozen=True)
class CongerKernel:
    """Conger's kappa from counts on which every rater is a side of his own; `weights` (K, K)."""

    weights: Floats

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """Per item: agreement and whether it has a pair (2), ratings by rater and level (R x K), and the
        summed squared weights by rater (R)."""
        by_rater = squares.sum(axis=-1)
        agreement = weighted_agreement(counts.sum(axis=-2), squares.sum(axis=-2), self.weights)
        flat = counts.reshape(*counts.shape[:-2], -1)
        return np.concatenate([agreement, flat, by_rater], axis=-1)

    def value(self, totals: Floats) -> Floats:
        """Chance: mean weight over ordered pairs of different raters, each answering by own habit."""
        n_levels = len(self.weights)
        n_raters = (totals.shape[-1] - 2) // (n_levels + 1)
        observed = divide(totals[..., 0], totals[..., 1])
        counts = totals[..., 2:-n_raters].reshape(*totals.shape[:-1], n_raters, n_levels)
        size = counts.sum(axis=-1)
        habits = divide(counts, size[..., None], 0.0)
        # A rater drawn twice counts twice, and his copies are no pair: squares / size is his weight.
        drawn = divide(totals[..., -n_raters:], size, 0.0)
        pooled = (drawn[..., None] * habits).sum(axis=-2)
        every = ((pooled @ self.weights) * pooled).sum(axis=-1)
        own = (drawn**2 * ((habits @ self.weights) * habits).sum(axis=-1)).sum(axis=-1)
        n_pairs = drawn.sum(axis=-1) ** 2 - (drawn**2).sum(axis=-1)
        chance = divide(every - own, n_pairs)
        beyond = 1 - chance
        beyond = np.where(np.abs(beyond) < 1e-12, 0.0, beyond)
        return divide(observed - chance, beyond)


def conger_kappa(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    weights: WeightName = "unweighted",
    basis: WeightBasis = "values",
    options: IntervalOptions | None = None,
) -> Estimate:
    """Conger's kappa: agreement beyond what raters with their own habits would reach by chance.

    (p_a - p_e) / (1 - p_e), p_a as in Fleiss' kappa (items weighted equally), p_e the mean over pairs of
    different raters g, h of sum_kl w_kl p_gk p_hl, p_gk the share of level k among all ratings of rater g
    (Conger 1980; incomplete data: Gwet 2014, ch. 2). With two raters who rated the same items it is
    Cohen's kappa. Undefined: `no_pairable_items`, `one_category`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(1, "a", "x"), (1, "b", "x"), (2, "a", "y"), (2, "b", "y"), (3, "a", "x"), (3, "b", "y")]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ratings = Ratings.from_frame(frame, Scale(("x", "y"), "nominal"))
    >>> round(conger_kappa(ratings).estimate, 4)  # p_e = 2/3 x 1/3 + 1/3 x 2/3 = 4/9
    0.4
    """
    chosen = Weights(weights, basis)
    sample = Sample.within(ratings, group)
    has_pair = bool((sample.tally.sizes[:, 0] >= 2).any())
    label = Label(
        "conger_kappa",
        chosen.label,
        "nominal" if weights == "unweighted" else ratings.scale.measurement,
        Reason.ONE_CATEGORY,
        (-np.inf, 1.0),
        without_items=Reason.NO_PAIRABLE_ITEMS if sample.tally.n_ratings else Reason.NO_RATINGS,
    )
    return estimate(
        CongerKernel(chosen.of_scale(ratings.scale)),
        replace(sample, tally=by_rater(sample.tally)),
        np.full(sample.tally.n_items, has_pair),
        label,
        options or IntervalOptions(),
    )


def by_rater(tally: Tally) -> Tally:
    """The same ratings with every rater on a side of his own."""
    return replace(tally, side=np.arange(tally.n_raters), n_sides=tally.n_raters)
