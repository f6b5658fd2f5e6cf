"""Maximises the likelihood of the cumulative logit model."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Bools, Floats
from rating.agreement.statistics.cumulative_link_likelihood import (
    LinkModel,
    Mode,
    Nodes,
    integrated,
    laplace,
    no_effects,
)

Objective = Callable[[Floats], tuple[float, Floats]]
# A spread below this many logits is as good as none; no effect that data can speak of lies beyond the other.
SMALLEST_SD = 1e-3
LARGEST_LOGIT = 30.0
N_ADAPTATIONS = 20


@dataclass(frozen=True)
class LinkFit:
    """The maximum: parameters (p,), their covariance (zero where a spread is zero), the random effects."""

    model: LinkModel
    estimates: Floats
    covariance: Floats
    log_likelihood: float
    has_spread: Bools
    mode: Mode


def fit_link(model: LinkModel, *, n_nodes: int = 0) -> LinkFit | None:
    """By Laplace's approximation, or with `n_nodes` adaptive quadrature; None without a finite maximum."""
    found = _fit(model, n_nodes, np.zeros(len(model.owners), dtype=np.bool_))
    if found is None:
        return None
    # A spread of zero lies at the edge, where its logarithm has no limit: it is fixed there.
    is_zero = ~found.has_spread
    return _fit(model, n_nodes, is_zero) if is_zero.any() else found


def _fit(model: LinkModel, n_nodes: int, is_zero: Bools) -> LinkFit | None:
    n_sds = len(model.owners)
    is_free = np.ones(model.n_parameters, dtype=np.bool_)
    is_free[model.n_parameters - n_sds :] = ~is_zero
    values = _start(model)
    values[~is_free] = math.log(SMALLEST_SD / 10)
    values = _climbed(model, _Laplace(model), values, is_free)
    objective: Objective = _Laplace(model)
    for _ in range(N_ADAPTATIONS if n_nodes else 0):
        nodes = Nodes.around(model, values, n_nodes)
        objective = _Integrated(model, nodes)
        before, values = values, _climbed(model, objective, values, is_free)
        if np.abs(values - before).max() < 1e-6:
            break
    sds = np.exp(values[model.n_parameters - n_sds :])
    has_spread = ~is_zero & (sds > SMALLEST_SD)
    mode = model.mode(model.unpacked(values), no_effects(model))
    if not has_spread[~is_zero].all():
        empty = np.zeros((len(values), len(values)))
        return LinkFit(model, values, empty, objective(values)[0], has_spread, mode)
    polished = _polished(objective, values, is_free)
    if polished is None:
        return None
    values, covariance = polished
    mode = model.mode(model.unpacked(values), no_effects(model))
    return LinkFit(model, values, covariance, objective(values)[0], has_spread, mode)


@dataclass
class _Laplace:
    """Keeps the last mode, from which the next search starts."""

    model: LinkModel
    last: tuple[Floats, Floats] | None = None

    def __call__(self, values: Floats) -> tuple[float, Floats]:
        value, gradient, self.last = laplace(self.model, values, self.last or no_effects(self.model))
        return value, gradient


@dataclass(frozen=True)
class _Integrated:
    model: LinkModel
    nodes: Nodes

    def __call__(self, values: Floats) -> tuple[float, Floats]:
        return integrated(self.model, values, self.nodes)


def _start(model: LinkModel) -> Floats:
    shares = np.cumsum(np.bincount(model.level))[:-1] / len(model.level)
    rest = np.zeros(model.n_parameters - len(shares))
    rest[len(rest) - len(model.owners) :] = math.log(0.7)
    return np.concatenate([np.log(shares / (1 - shares)), rest])


def _climbed(model: LinkModel, objective: Objective, values: Floats, is_free: Bools) -> Floats:
    """Quasi-Newton over the first threshold, the logs of the gaps between thresholds, and the rest."""
    from scipy.optimize import minimize

    n = model.n_levels - 1

    def natural(packed: Floats) -> Floats:
        whole = values.copy()
        whole[is_free] = packed
        whole[:n] = packed[0] + np.concatenate([[0.0], np.cumsum(np.exp(packed[1:n]))])
        return whole

    def downhill(packed: Floats) -> tuple[float, Floats]:
        value, gradient = objective(natural(packed))
        later = np.cumsum(gradient[:n][::-1])[::-1]
        turned = gradient[is_free].copy()
        turned[:n] = np.concatenate([later[:1], later[1:] * np.exp(packed[1:n])])
        return -value, -turned

    packed = values[is_free].copy()
    packed[1:n] = np.log(np.diff(values[:n]))
    bounds = [(-LARGEST_LOGIT, LARGEST_LOGIT)] * len(packed)
    bounds[1:n] = [(-12.0, math.log(LARGEST_LOGIT))] * (n - 1)
    n_sds = int(is_free[len(values) - len(model.owners) :].sum())
    bounds[len(packed) - n_sds :] = [(math.log(SMALLEST_SD / 10), math.log(LARGEST_LOGIT))] * n_sds
    found = minimize(
        downhill, packed, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-13, "gtol": 1e-6}
    )
    return natural(np.asarray(found.x, dtype=np.float64))


def _polished(objective: Objective, values: Floats, is_free: Bools) -> tuple[Floats, Floats] | None:
    """A few steps of Newton's method, and the inverse of the observed information; None where it has none."""
    free = np.flatnonzero(is_free)
    for _ in range(5):
        information = _information(objective, values, free)
        if float(np.linalg.eigvalsh(information)[0]) <= 1e-8:
            return None
        step = np.linalg.solve(information, objective(values)[1][free])
        if np.abs(step).max() > 0.5:
            return None
        values = values.copy()
        values[free] += step
        if np.abs(step).max() < 1e-6:
            covariance = np.zeros((len(values), len(values)))
            covariance[np.ix_(free, free)] = np.linalg.inv(information)
            return values, covariance
    return None


def _information(
    objective: Objective, values: Floats, free: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]"
) -> Floats:
    """Central differences of the gradient."""
    reach = 1e-4
    rows = []
    for place in free:
        step = np.zeros(len(values))
        step[place] = reach
        rows.append((objective(values - step)[1] - objective(values + step)[1])[free] / (2 * reach))
    found = np.array(rows)
    return np.asarray((found + found.T) / 2)
