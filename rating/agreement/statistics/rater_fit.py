"""How well the model of the many facets describes single raters: infit and outfit."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Bools, Floats
from rating.agreement.kernel import divide
from rating.agreement.resampling.left_out_items import items_jackknife
from rating.agreement.results import Interval
from rating.agreement.statistics.facet_likelihood import N_NODES, FacetFit


@dataclass(frozen=True)
class Residuals:
    """Per rating (N,), averaged over its item's posterior: squared residual, its expectation, their ratio."""

    square: Floats
    expected: Floats
    ratio: Floats

    @classmethod
    def of(cls, fit: FacetFit) -> "Residuals":
        """Averaged over the posterior, a mean square is expected to be 1 (Adams and Wu 2007)."""
        data, levels = fit.model.data, np.arange(fit.model.is_used.shape[1])
        square, expected, ratio = (np.zeros(data.n_ratings) for _ in range(3))
        for node in range(N_NODES):
            chances = fit.model.chances(fit.psi, fit.items.theta[data.item, node])
            weight = fit.items.weights[data.item, node]
            mean = chances @ levels
            spread = np.maximum(chances @ levels**2 - mean**2, 1e-12)
            off = (data.level - mean) ** 2
            square += weight * off
            expected += weight * spread
            ratio += weight * off / spread
        return cls(square, expected, ratio)

    def infit(self, fit: FacetFit, is_mine: Bools, confidence: float) -> tuple[float, Interval]:
        """Sum of squared residuals / sum of their variances (Wright and Masters 1982, ch. 5)."""
        return self._mean_square(fit, is_mine, confidence, (self.square, self.expected))

    def outfit(self, fit: FacetFit, is_mine: Bools, confidence: float) -> tuple[float, Interval]:
        """Mean of squared residuals, each over its variance."""
        return self._mean_square(fit, is_mine, confidence, (self.ratio, np.ones_like(self.ratio)))

    def _mean_square(
        self, fit: FacetFit, is_mine: Bools, confidence: float, parts: tuple[Floats, Floats]
    ) -> tuple[float, Interval]:
        _, item = np.unique(fit.model.data.item[is_mine], return_inverse=True)
        top, bottom = (np.bincount(item, part[is_mine]) for part in parts)
        value = float(top.sum() / bottom.sum())
        without = divide(top.sum() - top, bottom.sum() - bottom)
        return value, items_jackknife(value, without, confidence, (0.0, np.inf))
