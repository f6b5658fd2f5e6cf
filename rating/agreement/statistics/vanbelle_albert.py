"""Vanbelle and Albert's agreement between two groups of raters."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.results import Estimate
from rating.agreement.statistics.xrr import UNSHARED
from rating.agreement.table import Ratings
from rating.agreement.weights import WeightBasis, WeightName, Weights, default_weights


@dataclass(frozen=True)
class VanbelleAlbertKernel:
    """(T - E) / (M - E) of two sides' shares of levels, with weights (K, K)."""

    weights: Floats

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """Per shared item: T, M, whether it is shared (3), the shares of either side (2K)."""
        sizes = counts.sum(axis=-1, keepdims=True)
        is_shared = (sizes > 0).all(axis=(-2, -1))
        shares = divide(counts, sizes, 0.0) * is_shared[..., None, None]
        reach = shares @ self.weights
        together = (reach[..., 0, :] * shares[..., 1, :]).sum(axis=-1)
        alone = (reach * shares).sum(axis=-1).max(axis=-1)
        flat = shares.reshape(*shares.shape[:-2], -1)
        head = np.stack([together, alone, is_shared.astype(np.float64)], axis=-1)
        return np.concatenate([head, flat], axis=-1)

    def value(self, totals: Floats) -> Floats:
        """NaN where the best agreement is what chance gives."""
        n_levels = len(self.weights)
        n = totals[..., 2]
        first, second = totals[..., 3 : 3 + n_levels], totals[..., 3 + n_levels :]
        chance = divide(((first @ self.weights) * second).sum(axis=-1), n**2)
        best = divide(totals[..., 1], n) - chance
        best = np.where(np.abs(best) < 1e-12, 0.0, best)
        return divide(divide(totals[..., 0], n) - chance, best)


def vanbelle_albert(
    ratings: Ratings,
    first: str,
    second: str,
    *,
    weights: WeightName | None = None,
    basis: WeightBasis = "values",
    options: IntervalOptions | None = None,
) -> Estimate:
    """Agreement between two groups as groups: 1 when both spread their answers alike on every item.

    On items with a rating of each, p_ik and q_ik their shares of level k: T = mean_i sum w_kl p_ik q_il,
    E = sum w_kl p_k q_l of the mean shares, M = mean_i max(sum w_kl p_ik p_il, sum w_kl q_ik q_il);
    (T - E) / (M - E) (Vanbelle and Albert 2009). `weights` as for AC2: by default quadratic, on nominal
    scales none. Shares of few ratings are noisy and nothing corrects M for that: with small groups read
    xRR. Undefined: `no_shared_items`, `no_ratings`, `one_category`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> answers = [(0, 0, "x"), (0, 1, "x"), (1, 0, "x"), (1, 1, "y")]
    >>> rows = [(item, f"{g}{rater}", g, value) for g in "gh" for item, rater, value in answers]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> vanbelle_albert(Ratings.from_frame(frame, Scale(("x", "y"), "nominal")), "g", "h").estimate
    1.0
    """
    chosen = Weights(weights or default_weights(ratings.scale), basis)
    sample = Sample.of(ratings, (first,), (second,))
    label = Label(
        "vanbelle_albert",
        chosen.label,
        "nominal" if chosen.name == "unweighted" else ratings.scale.measurement,
        Reason.ONE_CATEGORY,
        (-np.inf, 1.0),
    )
    kernel = VanbelleAlbertKernel(chosen.of_scale(ratings.scale))
    is_shared = np.asarray((sample.tally.sizes > 0).all(axis=1))
    return estimate(kernel, sample, is_shared, label, options or IntervalOptions(), unused=UNSHARED)
