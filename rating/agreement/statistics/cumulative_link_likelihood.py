"""Likelihood of the cumulative logit model with one or two crossed random intercepts.

P(level <= k) = F(threshold_k - eta), F logistic, eta = fixed effects + sd_1 z_1[owner] + sd_2 z_2[owner], z
standard normal. With a = threshold above, b = threshold below the observed level, each less eta,
log P = log F(a) + log(1 - F(b)) + log(1 - exp(b - a)): concave in eta, with derivatives in closed form.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit, log_expit, logsumexp

from rating.agreement.arrays import Floats, Ints

N_STEPS = 100


@dataclass(frozen=True)
class Slopes:
    """Per rating (N,): log likelihood, its slopes by a and b, densities f(a), f(b) and their slopes."""

    value: Floats
    by_a: Floats
    by_b: Floats
    f_a: Floats
    f_b: Floats
    df_a: Floats
    df_b: Floats

    @property
    def by_eta(self) -> Floats:
        return -(self.by_a + self.by_b)

    @property
    def curvature(self) -> Floats:
        """Minus the second derivative by eta: positive."""
        return self.f_a + self.f_b

    @property
    def curvature_slope(self) -> Floats:
        return -(self.df_a + self.df_b)


@dataclass(frozen=True)
class Parameters:
    """Thresholds (J - 1,), fixed effects (p,), logarithms of the standard deviations of intercepts."""

    thresholds: Floats
    effects: Floats
    log_sds: Floats

    @property
    def sds(self) -> Floats:
        return np.asarray(np.exp(self.log_sds))


@dataclass(frozen=True)
class Mode:
    """Joint posterior mode of the random effects, with the parts of the curvature H there.

    H = [[diag(d1), C], [C', D2]]; `inverse2` (n2, n2) is the inverse of D2 - C' diag(1/d1) C.
    """

    z: tuple[Floats, Floats]
    slopes: Slopes
    d1: Floats
    cross: sparse.csr_array
    inverse2: Floats
    log_det: float

    def solve(self, one: Floats, two: Floats) -> tuple[Floats, Floats]:
        """The inverse of H times a vector."""
        rest = two - self.cross.T @ (one / self.d1)
        second = self.inverse2 @ rest
        return np.asarray((one - self.cross @ second) / self.d1), np.asarray(second)

    @cached_property
    def spread(self) -> Floats:
        """C times `inverse2`, shape (n1, n2)."""
        return np.asarray(self.cross @ self.inverse2)

    @property
    def variances(self) -> tuple[Floats, Floats]:
        """Diagonal of the inverse of H: conditional variances of both sets of effects."""
        inner = np.asarray(self.cross.multiply(self.spread).sum(axis=1)).ravel()
        return 1 / self.d1 + inner / self.d1**2, np.diag(self.inverse2).copy()


@dataclass(frozen=True)
class LinkModel:
    """Levels 0..J-1 (all used), design (N, p) without an intercept, and every rating's owner per intercept.

    `owners` holds none, one or two arrays (N,); the first may have many owners, the second a few hundred.
    """

    level: Ints
    design: Floats
    owners: tuple[Ints, ...]

    @cached_property
    def n_levels(self) -> int:
        return int(self.level.max()) + 1

    @cached_property
    def sizes(self) -> tuple[int, int]:
        first, second = (*(int(owner.max()) + 1 for owner in self.owners), 0, 0)[:2]
        return first, second

    @property
    def n_parameters(self) -> int:
        return int(self.n_levels - 1 + self.design.shape[1] + len(self.owners))

    def unpacked(self, values: Floats) -> Parameters:
        """From one vector: thresholds, effects, log standard deviations."""
        n_thresholds, n_effects = self.n_levels - 1, self.design.shape[1]
        return Parameters(
            values[:n_thresholds],
            values[n_thresholds : n_thresholds + n_effects],
            values[n_thresholds + n_effects :],
        )

    def slopes(self, thresholds: Floats, eta: Floats) -> Slopes:
        """Derivatives of each rating's log likelihood."""
        ends = np.concatenate([[-np.inf], thresholds, [np.inf]])
        a, b = ends[self.level + 1] - eta, ends[self.level] - eta
        gap = (ends[1:] - ends[:-1])[self.level]
        high, low = expit(a), expit(b)
        f_a, f_b = high * expit(-a), low * expit(-b)
        with np.errstate(over="ignore"):
            pull = 1 / np.expm1(gap)
        value = log_expit(a) + log_expit(-b) + np.log(-np.expm1(-gap))
        df_a, df_b = f_a * (1 - 2 * high), f_b * (1 - 2 * low)
        return Slopes(value, expit(-a) + pull, -low - pull, f_a, f_b, df_a, df_b)

    def eta(self, parts: Parameters, z: tuple[Floats, Floats]) -> Floats:
        """Linear predictor of every rating."""
        eta = self.design @ parts.effects
        for owner, sd, effects in zip(self.owners, parts.sds, z, strict=False):
            eta = eta + sd * effects[owner]
        return np.asarray(eta)

    def sums(self, values: Floats, parts: Parameters) -> tuple[Floats, Floats]:
        """Values (N,) summed by the owners of each intercept, times its standard deviation."""
        found = [
            sd * np.bincount(owner, values, size)
            for owner, sd, size in zip(self.owners, parts.sds, self.sizes, strict=False)
        ]
        found += [np.zeros(0)] * (2 - len(found))
        return found[0], found[1]

    def threshold_gradient(self, by_a: Floats, by_b: Floats) -> Floats:
        """Slopes by a and b (N,) summed into those by the thresholds (J - 1,)."""
        above = np.bincount(self.level, by_a, self.n_levels)[:-1]
        below = np.bincount(self.level, by_b, self.n_levels)[1:]
        return np.asarray(above + below)

    @cached_property
    def _cells(self) -> tuple[Ints, sparse.csr_array]:
        """Which stored cell of the (n1, n2) table each rating falls into, and that table, empty."""
        if len(self.owners) < 2:
            return np.zeros(0, dtype=np.int64), sparse.csr_array((self.sizes[0], 0))
        codes, place = np.unique(self.owners[0] * self.sizes[1] + self.owners[1], return_inverse=True)
        row, column = np.divmod(codes, self.sizes[1])
        return place, sparse.csr_array((np.ones(len(codes)), (row, column)), shape=self.sizes)

    def curvature(self, parts: Parameters, slopes: Slopes) -> tuple[Floats, sparse.csr_array, Floats]:
        """d1, C and D2 of the curvature H."""
        weights = slopes.curvature
        one, two = (
            1 + scale * part
            for scale, part in zip((*parts.sds, 1, 1), self.sums(weights, parts), strict=False)
        )
        place, cells = self._cells
        cross = cells.copy()
        if len(self.owners) == 2:
            cross.data = parts.sds[0] * parts.sds[1] * np.bincount(place, weights, len(cells.data))
        return one, cross, two

    def mode(self, parts: Parameters, start: tuple[Floats, Floats]) -> Mode:
        """Newton's method for the random effects; the joint log density is concave."""
        z, value = start, -np.inf
        for _ in range(N_STEPS):
            slopes = self.slopes(parts.thresholds, self.eta(parts, z))
            here = self._at(parts, z, slopes)
            value = float(slopes.value.sum()) - sum(float(part @ part) for part in z) / 2
            pull = self.sums(slopes.by_eta, parts)
            steps = here.solve(pull[0] - z[0], pull[1] - z[1])
            size = max(float(np.abs(step).max(initial=0)) for step in steps)
            if size < 1e-9:
                break
            for _half in range(20):
                trial = (z[0] + steps[0], z[1] + steps[1])
                tried = self.slopes(parts.thresholds, self.eta(parts, trial)).value.sum()
                if tried - sum(float(part @ part) for part in trial) / 2 >= value - 1e-10:
                    break
                steps = (steps[0] / 2, steps[1] / 2)
            z = trial
        return here

    def _at(self, parts: Parameters, z: tuple[Floats, Floats], slopes: Slopes) -> Mode:
        d1, cross, d2 = self.curvature(parts, slopes)
        log_det, inverse2 = float(np.log(d1).sum()), np.zeros((0, 0))
        if len(d2):
            rows = cross.copy()
            rows.data = rows.data / np.repeat(d1, np.diff(rows.indptr))
            factor = cho_factor(np.diag(d2) - (cross.T @ rows).toarray(), lower=True)
            log_det += 2 * float(np.log(np.diag(factor[0])).sum())
            inverse2 = cho_solve(factor, np.eye(len(d2)))
        return Mode(z, slopes, d1, cross, inverse2, log_det)


def no_effects(model: LinkModel) -> tuple[Floats, Floats]:
    """Where the search for the mode starts."""
    return np.zeros(model.sizes[0]), np.zeros(model.sizes[1])


def laplace(
    model: LinkModel, values: Floats, start: tuple[Floats, Floats]
) -> tuple[float, Floats, tuple[Floats, Floats]]:
    """Laplace's approximation of the log likelihood, its exact gradient, and the mode (for the next start).

    The mode moves with the parameters: its share of the gradient is taken by one solve with H (the adjoint).
    """
    parts = model.unpacked(values)
    mode = model.mode(parts, start)
    slopes, sds = mode.slopes, (*parts.sds, 0.0, 0.0)
    value = float(slopes.value.sum()) - sum(float(z @ z) for z in mode.z) / 2 - mode.log_det / 2
    own = _own_variances(model, mode, sds)
    leverage = own[0] + own[1]
    moved = mode.solve(*model.sums(leverage * slopes.curvature_slope, parts))
    shift = np.zeros(len(model.level))
    for owner, sd, part in zip(model.owners, parts.sds, moved, strict=False):
        shift += sd * part[owner]
    by_a = slopes.by_a - (leverage * slopes.df_a + shift * slopes.f_a) / 2
    by_b = slopes.by_b - (leverage * slopes.df_b + shift * slopes.f_b) / 2
    by_eta = -(by_a + by_b)
    by_sd = [
        float(by_eta @ (sd * z[owner])) - float(slopes.curvature @ part) - float(change @ z) / 2
        for owner, sd, z, part, change in zip(model.owners, parts.sds, mode.z, own, moved, strict=False)
    ]
    gradient = np.concatenate([model.threshold_gradient(by_a, by_b), by_eta @ model.design, by_sd])
    return value, gradient, mode.z


def _own_variances(model: LinkModel, mode: Mode, sds: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Per rating, the conditional covariance of each of its two random parts with their sum."""
    if not model.owners:
        return np.zeros(len(model.level)), np.zeros(len(model.level))
    first, second = mode.variances
    one = sds[0] ** 2 * first[model.owners[0]]
    if len(model.owners) < 2:
        return one, np.zeros(len(one))
    rows, columns = model.owners
    both = -sds[0] * sds[1] * mode.spread[rows, columns] / mode.d1[rows]
    return one + both, sds[1] ** 2 * second[columns] + both


@dataclass(frozen=True)
class Nodes:
    """Gauss-Hermite nodes (n1, G) around the modes of one random intercept, and the logs of their weights."""

    z: Floats
    log_weights: Floats

    @classmethod
    def around(cls, model: LinkModel, values: Floats, n_nodes: int) -> "Nodes":
        """Adapted to the parameters (Pinheiro and Bates 1995)."""
        mode = model.mode(model.unpacked(values), no_effects(model))
        places, weights = np.polynomial.hermite.hermgauss(n_nodes)
        scale = np.sqrt(2 / mode.d1)[:, None]
        z = mode.z[0][:, None] + scale * places
        log_weights = np.log(weights) + places**2 + np.log(scale) - z**2 / 2 - math.log(2 * math.pi) / 2
        return cls(z, log_weights)


def integrated(model: LinkModel, values: Floats, nodes: Nodes) -> tuple[float, Floats]:
    """Log likelihood of one random intercept by quadrature on given nodes, and its gradient."""
    parts, owner = model.unpacked(values), model.owners[0]
    n_owners, n_nodes = nodes.z.shape
    logs = nodes.log_weights.copy()
    found = []
    for node in range(n_nodes):
        slopes = model.slopes(parts.thresholds, model.eta(parts, (nodes.z[:, node], np.zeros(0))))
        logs[:, node] += np.bincount(owner, slopes.value, n_owners)
        found.append(slopes)
    whole = logsumexp(logs, axis=1)
    shares = np.exp(logs - whole[:, None])[owner]
    by_a, by_b, by_sd = np.zeros(len(owner)), np.zeros(len(owner)), 0.0
    for node, slopes in enumerate(found):
        by_a += shares[:, node] * slopes.by_a
        by_b += shares[:, node] * slopes.by_b
        by_sd += float(parts.sds[0] * (shares[:, node] * slopes.by_eta) @ nodes.z[owner, node])
    by_effects = -(by_a + by_b) @ model.design
    gradient = np.concatenate([model.threshold_gradient(by_a, by_b), by_effects, [by_sd]])
    return float(whole.sum()), gradient
