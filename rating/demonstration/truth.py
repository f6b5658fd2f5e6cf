"""What is true in the demo study: the values an analysis of its ratings should find.

The population is all items and all raters that the model could draw, not the forty and twenty-four it drew.
An interval for misalignment carries the spread over items and over raters (methods, section 3), so the value
it should hold is the population's, and a regenerated study draws new items as well as new raters.

With ``f_g(i)`` the rating that group g gives item i on average over all its possible raters:
misalignment ``M = E(f_g - f_h)^2``, direction ``b = E f_g - E f_h``, severity ``b^2``, spread
``(sd f_g - sd f_h)^2``, ordering ``2 (sd f_g sd f_h - cov(f_g, f_h))``; the last three sum to M.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rating.demonstration.model import PlantedModel, QuestionModel, load_model

Floats = NDArray[np.float64]

# Gauss-Hermite nodes per normal variable. The integrands are smooth: 80 nodes instead of 60 move no value by
# 1e-6 (a test checks it).
NODES = 60


@dataclass(frozen=True)
class PlantedTruth:
    """True values for a question and two groups: ``direction`` in scale points, the rest in squared ones."""

    question: str
    pair: tuple[str, str]
    misalignment: float
    direction: float
    severity: float
    spread: float
    ordering: float

    @property
    def is_null(self) -> bool:
        """Whether the two groups hear every item alike."""
        return self.misalignment < 1e-9


def planted_truth(model: PlantedModel | None = None, *, n_nodes: int = NODES) -> tuple[PlantedTruth, ...]:
    """True values of every scale question for every pair of groups, by numerical integration.

    Integrates over the items (their common part and their style, two independent normals) and over the raters
    (leniency and noise within a rater, and how noisy a rater is). Good to at least 1e-6.
    """
    model = model or load_model()
    return tuple(
        _pair_truth(model, question, pair, n_nodes) for question in model.questions for pair in model.pairs
    )


def expected_rating(model: PlantedModel, latent: Floats, *, n_nodes: int = NODES) -> Floats:
    """Mean rating over all raters of items at a latent value (any shape): 1 + sum over k of P(rating > k)."""
    from scipy.special import ndtr

    rater = model.rater
    node, weight = _normal_nodes(n_nodes)
    deviation = np.sqrt(rater.leniency_sd**2 + (rater.noise_sd * np.exp(rater.noise_spread * node)) ** 2)
    mean = np.ones_like(latent)
    for threshold in model.thresholds:
        mean += ndtr((latent[..., None] - threshold) / deviation) @ weight
    return mean


def _pair_truth(
    model: PlantedModel, question: QuestionModel, pair: tuple[str, str], n_nodes: int
) -> PlantedTruth:
    node, weight = _normal_nodes(n_nodes)
    common, style = np.meshgrid(node, node, indexing="ij")
    cell = np.outer(weight, weight)
    first, second = (
        expected_rating(model, item_latent(question, group, common, style), n_nodes=n_nodes) for group in pair
    )
    mean_first, mean_second = float(np.sum(cell * first)), float(np.sum(cell * second))
    sd_first = float(np.sqrt(np.sum(cell * (first - mean_first) ** 2)))
    sd_second = float(np.sqrt(np.sum(cell * (second - mean_second) ** 2)))
    covariance = float(np.sum(cell * (first - mean_first) * (second - mean_second)))
    return PlantedTruth(
        question=question.key,
        pair=pair,
        misalignment=float(np.sum(cell * (first - second) ** 2)),
        direction=mean_first - mean_second,
        severity=(mean_first - mean_second) ** 2,
        spread=(sd_first - sd_second) ** 2,
        ordering=2 * (sd_first * sd_second - covariance),
    )


def item_latent(question: QuestionModel, group: str, common: Floats, style: Floats) -> Floats:
    """Where a group hears items on the latent line; ``common`` part and ``style`` are standard normal."""
    effect = question.groups[group]
    heard = np.sqrt(1 - effect.style**2) * common + effect.style * style
    latent: Floats = question.centre + effect.shift + effect.scale * heard
    return latent


def _normal_nodes(n_nodes: int) -> tuple[Floats, Floats]:
    """Nodes and weights (summing to 1) of a standard normal variable."""
    node, weight = np.polynomial.hermite_e.hermegauss(n_nodes)
    return node, weight / weight.sum()
