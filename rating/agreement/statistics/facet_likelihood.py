"""Marginal likelihood of the many-facet Rasch model, with its gradient and information.

Given the place theta of an item, level k of a question has log odds k (theta - severity - difficulty) - T_k
against level 0; theta is normal with mean 0. The integral over theta is taken per item by adaptive
Gauss-Hermite quadrature, so that it stays exact for items with hundreds of ratings.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.statistics.stacked_ratings import StackedRatings

N_NODES = 21
N_STEPS = 100
# An item spread below this many logits is as good as none.
SMALLEST_SD = 0.01
# No severity that data can speak of lies beyond this many logits.
LARGEST_LOGIT = 30.0


@dataclass(frozen=True)
class FacetModel:
    """Which parameter speaks in which rating.

    All parameters psi = (severities R, difficulties Q, thresholds S x K) are `contrasts` (P, p) times the
    free ones; `step_set` (Q,) says which thresholds a question uses, `is_used` (S, K) which levels occur.
    """

    data: StackedRatings
    step_set: Ints
    is_used: Bools

    @classmethod
    def of(cls, data: StackedRatings, *, has_own_steps: bool) -> "FacetModel":
        n_questions = len(data.questions)
        step_set = np.arange(n_questions) if has_own_steps else np.zeros(n_questions, dtype=np.int64)
        n_levels = max(scale.n_levels for scale in data.scales)
        is_used = np.zeros((int(step_set.max()) + 1, n_levels), dtype=np.bool_)
        is_used[step_set[data.question], data.level] = True
        return cls(data, step_set, is_used)

    @property
    def n_raters(self) -> int:
        return len(self.data.raters)

    @property
    def n_questions(self) -> int:
        return len(self.data.questions)

    @property
    def n_all(self) -> int:
        return self.n_raters + self.n_questions + self.is_used.size

    def threshold_place(self, step_set: int, level: int) -> int:
        """Where the threshold of a level stands in psi."""
        return int(self.n_raters + self.n_questions + step_set * self.is_used.shape[1] + level)

    @cached_property
    def contrasts(self) -> Floats:
        """Severities sum to zero; so do the steps of a set: its first and last threshold are zero."""
        n_raters, n_questions = self.n_raters, self.n_questions
        inner = [
            self.threshold_place(place, int(level))
            for place, used in enumerate(self.is_used)
            for level in np.flatnonzero(used)[1:-1]
        ]
        matrix = np.zeros((self.n_all, n_raters - 1 + n_questions + len(inner)))
        matrix[: n_raters - 1, : n_raters - 1] = np.eye(n_raters - 1)
        matrix[n_raters - 1, : n_raters - 1] = -1
        asked = np.arange(n_questions)
        matrix[n_raters + asked, n_raters - 1 + asked] = 1
        matrix[inner, n_raters - 1 + n_questions + np.arange(len(inner))] = 1
        return matrix

    def chances(self, psi: Floats, theta: Floats) -> Floats:
        """Probability of every level for every rating, given its item's place; theta (N,), result (N, K)."""
        data, n_levels = self.data, self.is_used.shape[1]
        place = psi[data.rater] + psi[self.n_raters + data.question]
        thresholds = psi[self.n_raters + self.n_questions :].reshape(self.is_used.shape)
        fixed = np.where(self.is_used, -thresholds, -np.inf)[self.step_set[data.question]]
        logits = fixed + np.arange(n_levels) * (theta - place)[:, None]
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Quadrature:
    """Places (n, G) per item and their posterior weights (n, G), which sum to one; log likelihood (n,)."""

    theta: Floats
    weights: Floats
    log_likelihood: Floats

    @property
    def mean(self) -> Floats:
        return np.asarray((self.theta * self.weights).sum(axis=1))

    @property
    def sd(self) -> Floats:
        spread = (self.weights * (self.theta - self.mean[:, None]) ** 2).sum(axis=1)
        return np.asarray(np.sqrt(spread))


@dataclass(frozen=True)
class FacetFit:
    """The maximum: all parameters psi (P,), the item spread, their covariance and the items' places.

    `covariance` (p, p) belongs to the free parameters, the logarithm of the spread last when it is free.
    """

    model: FacetModel
    psi: Floats
    sd: float
    covariance: Floats
    is_sd_free: bool
    items: Quadrature

    @property
    def deviance(self) -> float:
        return -2 * float(self.items.log_likelihood.sum())

    def variance(self, row: Floats) -> float:
        """Of a linear function of psi with these weights (P,)."""
        free = row @ self.model.contrasts
        n_free = len(free)
        return float(free @ self.covariance[:n_free, :n_free] @ free)


def fit_facets(model: FacetModel) -> FacetFit | None:
    """Newton's method on the marginal likelihood; None when it does not settle at finite values."""
    found = _maximise(model, _start(model), is_sd_free=True)
    if found is None or found.sd <= SMALLEST_SD:
        start = _start(model)
        start[-1] = math.log(SMALLEST_SD)
        return _maximise(model, start, is_sd_free=False)
    return found


def quadrature(model: FacetModel, psi: Floats, sd: float) -> Quadrature:
    """Adaptive Gauss-Hermite nodes around each item's posterior mode (Naylor and Smith 1982)."""
    data = model.data
    n_items, own = len(data.items), np.arange(data.n_ratings)
    mode, steepness = _modes(model, psi, sd)
    nodes, node_weights = np.polynomial.hermite.hermgauss(N_NODES)
    scale = np.sqrt(2 / steepness)
    theta = mode[:, None] + scale[:, None] * nodes[None, :]
    logs = np.log(node_weights) + nodes**2 + np.log(scale)[:, None]
    logs = logs - theta**2 / (2 * sd**2) - math.log(sd * math.sqrt(2 * math.pi))
    for node in range(N_NODES):
        seen = model.chances(psi, theta[data.item, node])[own, data.level]
        logs[:, node] += np.bincount(data.item, np.log(np.maximum(seen, 1e-300)), n_items)
    highest = logs.max(axis=1, keepdims=True)
    weights = np.exp(logs - highest)
    total = weights.sum(axis=1, keepdims=True)
    return Quadrature(theta, weights / total, (highest + np.log(total))[:, 0])


def _modes(model: FacetModel, psi: Floats, sd: float) -> tuple[Floats, Floats]:
    """Posterior mode of every item's place and the curvature there; the posterior is log-concave."""
    data = model.data
    n_items, levels = len(data.items), np.arange(model.is_used.shape[1])
    theta: Floats = np.zeros(n_items)
    steepness: Floats = np.ones(n_items)
    for _ in range(N_STEPS):
        chances = model.chances(psi, theta[data.item])
        mean = chances @ levels
        spread = chances @ levels**2 - mean**2
        slope = np.bincount(data.item, data.level - mean, n_items) - theta / sd**2
        steepness = np.asarray(np.bincount(data.item, spread, n_items) + 1 / sd**2, dtype=np.float64)
        # Far from the mode the curve is nearly flat and a full step would overshoot.
        step = np.clip(slope / steepness, -1, 1)
        theta = np.asarray(theta + step, dtype=np.float64)
        if np.abs(step).max() < 1e-8:
            break
    return theta, steepness


def _start(model: FacetModel) -> Floats:
    return np.zeros(model.contrasts.shape[1] + 1)


def _maximise(model: FacetModel, values: Floats, *, is_sd_free: bool) -> FacetFit | None:
    free = np.ones(len(values), dtype=np.bool_)
    free[-1] = is_sd_free
    items = quadrature(model, model.contrasts @ values[:-1], math.exp(values[-1]))
    for _ in range(N_STEPS):
        gradient, observed, complete = _derivatives(model, values, items)
        step = np.zeros(len(values))
        step[free] = _uphill(gradient[free], observed[np.ix_(free, free)], complete[np.ix_(free, free)])
        step *= min(1.0, 2 / max(float(np.abs(step).max()), 1e-12))
        for _half in range(30):
            trial = values + step
            moved = quadrature(model, model.contrasts @ trial[:-1], math.exp(trial[-1]))
            if moved.log_likelihood.sum() >= items.log_likelihood.sum() - 1e-9:
                break
            step /= 2
        values, items = trial, moved
        is_out = np.abs(values[:-1]).max(initial=0) > LARGEST_LOGIT or values[-1] > math.log(LARGEST_LOGIT)
        if is_out:
            return None
        if is_sd_free and values[-1] < math.log(SMALLEST_SD):
            break
        if np.abs(step).max() < 1e-7:
            break
    else:
        return None
    _, observed, _ = _derivatives(model, values, items)
    information = observed[np.ix_(free, free)]
    if float(np.linalg.eigvalsh(information).min()) <= 1e-8 and values[-1] >= math.log(SMALLEST_SD):
        return None
    covariance = np.linalg.pinv(information)
    psi, sd = model.contrasts @ values[:-1], math.exp(values[-1])
    return FacetFit(model, psi, sd, covariance, is_sd_free, items)


def _uphill(gradient: Floats, observed: Floats, complete: Floats) -> Floats:
    """Newton's step; where the likelihood is not concave, the step of the complete-data likelihood."""
    if float(np.linalg.eigvalsh(observed).min()) > 1e-8:
        return np.asarray(np.linalg.solve(observed, gradient))
    return np.asarray(np.linalg.lstsq(complete, gradient, rcond=None)[0])


def _derivatives(model: FacetModel, values: Floats, items: Quadrature) -> tuple[Floats, Floats, Floats]:
    """Gradient (p,), observed and complete-data information (p, p) of the free parameters.

    Louis (1982): the observed information is the complete-data one less the posterior variance of the score.
    """
    psi, sd = model.contrasts @ values[:-1], math.exp(values[-1])
    n_all, n_items = model.n_all, len(model.data.items)
    whole = np.zeros((n_all + 1, n_all + 1))
    missing = np.zeros_like(whole)
    mean = np.zeros((n_items, n_all + 1))
    for node in range(N_NODES):
        theta, weight = items.theta[:, node], items.weights[:, node]
        chances = model.chances(psi, theta[model.data.item])
        score = np.concatenate([_scores(model, chances), (theta**2 / sd**2 - 1)[:, None]], axis=1)
        weighted = score * weight[:, None]
        mean += weighted
        missing += score.T @ weighted
        whole[:n_all, :n_all] += _complete(model, chances, weight[model.data.item])
        whole[n_all, n_all] += 2 * float(weight @ theta**2) / sd**2
    missing -= mean.T @ mean
    turn = np.zeros((n_all + 1, len(values)))
    turn[:n_all, :-1], turn[n_all, -1] = model.contrasts, 1
    complete = turn.T @ whole @ turn
    return mean.sum(axis=0) @ turn, complete - turn.T @ missing @ turn, complete


def _scores(model: FacetModel, chances: Floats) -> Floats:
    """Complete-data score of psi summed by item, shape (n, P)."""
    data, n_levels = model.data, model.is_used.shape[1]
    n_items, n_all = len(data.items), model.n_all
    surplus = chances @ np.arange(n_levels) - data.level
    score = np.bincount(data.item * n_all + data.rater, surplus, n_items * n_all)
    score += np.bincount(data.item * n_all + model.n_raters + data.question, surplus, n_items * n_all)
    first = model.n_raters + model.n_questions + model.step_set[data.question] * n_levels
    off = chances.copy()
    off[np.arange(data.n_ratings), data.level] -= 1
    for level in range(n_levels):
        score += np.bincount(data.item * n_all + first + level, off[:, level], n_items * n_all)
    return np.asarray(score.reshape(n_items, n_all))


def _complete(model: FacetModel, chances: Floats, weight: Floats) -> Floats:
    """Weighted complete-data information of psi, from sums over rater x question cells, shape (P, P)."""
    data, n_levels = model.data, model.is_used.shape[1]
    n_raters, n_questions = model.n_raters, model.n_questions
    levels = np.arange(n_levels)
    cell, n_cells = data.rater * n_questions + data.question, n_raters * n_questions

    def by_cell(values: Floats) -> Floats:
        return np.asarray(np.bincount(cell, values, n_cells).reshape(n_raters, n_questions))

    mean = chances @ levels
    weighted = chances * weight[:, None]
    spread = by_cell(weighted @ levels**2 - weight * mean**2)
    shared = np.stack([by_cell(weighted[:, k] * (k - mean)) for k in levels], axis=-1)
    result = np.zeros((model.n_all, model.n_all))
    rater, asked = np.arange(n_raters), n_raters + np.arange(n_questions)
    result[rater, rater] = spread.sum(axis=1)
    result[asked, asked] = spread.sum(axis=0)
    result[:n_raters, n_raters : n_raters + n_questions] = spread
    for place in range(n_questions):
        first = model.threshold_place(int(model.step_set[place]), 0)
        result[:n_raters, first : first + n_levels] += shared[:, place]
        result[n_raters + place, first : first + n_levels] += shared[:, place].sum(axis=0)
        mine = data.question == place
        block = np.diag(weighted[mine].sum(axis=0)) - chances[mine].T @ weighted[mine]
        result[first : first + n_levels, first : first + n_levels] += block
    upper = np.triu(result, 1)
    return np.asarray(np.diag(np.diag(result)) + upper + upper.T)
