"""How much two levels agree: one (K x K) matrix of agreement weights per name, 1 on its diagonal."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.distances import squared_distance
from rating.agreement.errors import AgreementInputError
from rating.agreement.scale import Scale

WeightName = Literal["unweighted", "linear", "quadratic", "ordinal"]
WeightBasis = Literal["values", "ranks"]


@dataclass(frozen=True)
class Weights:
    """Agreement weights by name.

    `linear`: 1 - |a - b| / range; `quadratic`: 1 - (a - b)^2 / range^2; a, b the declared scores of the
    levels (basis `values`) or their places on the scale (basis `ranks`). `ordinal`: Gwet's
    1 - C(|k - l| + 1, 2) / C(K, 2) on places. `unweighted`: 1 for the same level, else 0.
    """

    name: WeightName = "unweighted"
    basis: WeightBasis = "values"

    def __post_init__(self) -> None:
        if self.name not in get_args(WeightName) or self.basis not in get_args(WeightBasis):
            raise AgreementInputError("bad_option", f"No weights {self.name!r} on {self.basis!r}.")

    @property
    def label(self) -> str:
        """What is printed as the variant of a coefficient."""
        if self.name == "unweighted":
            return "unweighted"
        basis = "ranks" if self.name == "ordinal" else self.basis
        return f"{self.name} weights on {basis}"

    def check(self, scale: Scale) -> None:
        """Refuse graded weights on a scale whose levels have no order."""
        if self.name != "unweighted" and not scale.has_scores:
            raise AgreementInputError("bad_option", f"The {self.name} weights need an ordered scale.")

    def of_scale(self, scale: Scale) -> Floats:
        """Weights between all declared levels, shape (K, K)."""
        self.check(scale)
        return self.between(
            scale.scores if self.basis == "values" else np.arange(scale.n_levels, dtype=float)
        )

    def between(self, scores: Floats) -> Floats:
        """Weights between levels with these ascending scores, shape (K, K)."""
        n_levels = len(scores)
        if self.name == "unweighted" or n_levels < 2:
            return np.eye(n_levels)
        if self.name == "ordinal":
            places = np.arange(n_levels)
            steps = np.abs(places[:, None] - places[None, :])
            graded = 1 - steps * (steps + 1) / (n_levels * (n_levels - 1))
        else:
            away = squared_distance(scores) / (scores[-1] - scores[0]) ** 2
            graded = 1 - (away if self.name == "quadratic" else np.sqrt(away))
        return np.asarray(graded, dtype=np.float64)


def default_weights(scale: Scale) -> WeightName:
    """Quadratic on scored scales, none on nominal ones."""
    return "unweighted" if scale.measurement == "nominal" else "quadratic"
