"""Conditional likelihood of the Rasch rating scale model, given every item's sum over raters."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rating.agreement.arrays import Bools, Floats

# No severity that data can speak of lies beyond this many logits.
LARGEST_LOGIT = 30.0
N_STEPS = 50


@dataclass(frozen=True)
class ConditionalModel:
    """A complete table of levels 0..K-1, summed up.

    `answers` (R, K) counts how often each rater gave each level, `totals` (T,) how many items have each sum
    over raters; `is_used` (K,) says which levels occur. Log odds of level k against 0 for rater r:
    k (theta - severity_r) - category_k. Parameters psi = (severities R, categories K) are `contrasts` times
    the free ones: severities sum to zero, the categories of the first two used levels are zero (given the
    sums, neither a common severity nor a common step can be told).
    """

    answers: Floats
    totals: Floats
    is_used: Bools

    @classmethod
    def of(
        cls, levels: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]", n_levels: int
    ) -> "ConditionalModel":
        """From a table (items, raters) without empty cells."""
        n_raters = levels.shape[1]
        answers = np.stack([np.bincount(column, minlength=n_levels) for column in levels.T]).astype(
            np.float64
        )
        totals = np.bincount(levels.sum(axis=1), minlength=n_raters * (n_levels - 1) + 1).astype(np.float64)
        return cls(answers, totals, answers.sum(axis=0) > 0)

    @property
    def n_raters(self) -> int:
        return len(self.answers)

    @cached_property
    def contrasts(self) -> Floats:
        n_raters, free = self.n_raters, np.flatnonzero(self.is_used)[2:]
        matrix = np.zeros((n_raters + len(self.is_used), n_raters - 1 + len(free)))
        matrix[: n_raters - 1, : n_raters - 1] = np.eye(n_raters - 1)
        matrix[n_raters - 1, : n_raters - 1] = -1
        matrix[n_raters + free, n_raters - 1 + np.arange(len(free))] = 1
        return matrix

    def derivatives(self, values: Floats) -> tuple[float, Floats]:
        """Log likelihood given the sums, and its gradient by the free parameters (p,)."""
        psi = self.contrasts @ values
        severities, categories = psi[: self.n_raters], psi[self.n_raters :]
        levels = np.arange(len(categories))
        fixed = np.where(self.is_used, -categories, -np.inf)
        logs = fixed - severities[:, None] * levels
        seen = self.answers > 0
        expected, norm = self._expected(logs)
        off = self.answers - expected
        gradient = np.concatenate([-(off @ levels), -off.sum(axis=0)])
        return float((self.answers[seen] * logs[seen]).sum()) - norm, gradient @ self.contrasts

    def _expected(self, logs: Floats) -> tuple[Floats, float]:
        """Expected `answers` given the sums, and the log normaliser; logs (R, K) of the unnormed weights.

        The sums over all answers with one total grow by one rater at a time (elementary symmetric functions),
        in logarithms; walking back through the same steps gives the expectations without any subtraction.
        """
        n_raters, n_levels = logs.shape
        length = len(self.totals)
        sums = np.full((n_raters + 1, length), -np.inf)
        sums[0, 0] = 0.0
        for rater in range(n_raters):
            shifted = _shifted(sums[rater], logs[rater])
            highest = np.maximum(shifted.max(axis=0), -1e300)
            with np.errstate(divide="ignore"):
                sums[rater + 1] = highest + np.log(np.exp(shifted - highest).sum(axis=0))
        expected = np.zeros((n_raters, n_levels))
        met = self.totals > 0
        weight = self.totals
        for rater in range(n_raters - 1, -1, -1):
            after = np.where(np.isfinite(sums[rater + 1]), sums[rater + 1], 0.0)
            shares = np.exp(_shifted(sums[rater], logs[rater]) - after) * weight
            expected[rater] = shares.sum(axis=1)
            weight = sum(
                (np.append(shares[k, k:], np.zeros(k)) for k in range(n_levels)), start=np.zeros(length)
            )
        return expected, float(self.totals[met] @ sums[n_raters, met])


@dataclass(frozen=True)
class ConditionalFit:
    """The maximum: psi (P,), its covariance (P, P) and the log likelihood."""

    model: ConditionalModel
    psi: Floats
    covariance: Floats
    log_likelihood: float


def fit_conditional(model: ConditionalModel) -> ConditionalFit | None:
    """Quasi-Newton, then Newton's method on the concave likelihood; None when it has no finite maximum."""
    from scipy.optimize import minimize

    def downhill(values: Floats) -> tuple[float, Floats]:
        value, gradient = model.derivatives(values)
        return -value, -gradient

    n_free = model.contrasts.shape[1]
    bounds = [(-LARGEST_LOGIT * 4, LARGEST_LOGIT * 4)] * n_free
    found = minimize(downhill, np.zeros(n_free), jac=True, method="L-BFGS-B", bounds=bounds)
    values = np.asarray(found.x, dtype=np.float64)
    for _ in range(N_STEPS):
        information = _information(model, values)
        steepness = np.linalg.eigvalsh(information)
        if steepness[0] <= 1e-6 or np.abs(values[: model.n_raters - 1]).max(initial=0) > LARGEST_LOGIT:
            return None
        step = np.linalg.solve(information, model.derivatives(values)[1])
        values = values + step * min(1.0, 1 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-7:
            break
    else:
        return None
    turn, inverse = model.contrasts, np.linalg.inv(_information(model, values))
    return ConditionalFit(model, turn @ values, turn @ inverse @ turn.T, model.derivatives(values)[0])


def _information(model: ConditionalModel, values: Floats) -> Floats:
    """Observed information by central differences of the gradient."""
    step = 1e-5 * np.eye(len(values))
    rows = [(model.derivatives(values - one)[1] - model.derivatives(values + one)[1]) / 2e-5 for one in step]
    found = np.array(rows)
    return np.asarray((found + found.T) / 2)


def _shifted(sums: Floats, logs: Floats) -> Floats:
    """Row k: the sums moved up by k places and weighted by level k, shape (K, T)."""
    rows = np.full((len(logs), len(sums)), -np.inf)
    for level, log in enumerate(logs):
        rows[level, level:] = sums[: len(sums) - level] + log
    return rows
