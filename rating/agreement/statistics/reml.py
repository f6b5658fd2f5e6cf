"""Restricted likelihood of ratings = mean + item + rater + residual, with any cells missing.

Items with equally many ratings share one covariance, so that sums over these size classes are
sufficient: once they are formed, an evaluation costs the same however many items there are.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from rating.agreement.arrays import Floats
from rating.agreement.tally import Tally

# A variance this many times the residual's is as good as no residual at all.
LARGEST_RATIO = 1e6


@dataclass(frozen=True)
class SizeClasses:
    """Sums over items by their number of ratings m, S classes and R raters.

    `size` (S,); `n` (S,) items; `total` (S,) and `square` (S,) sums of item sums and of their squares;
    `raters` (S, R) how often each rater occurs; `joint` (S, R, R) how often two do; `shares` (S, R) the
    sums of item sums over a rater's items. `rater_sum` (R,) and `square_sum` are of scores less their
    mean, `centre`.
    """

    size: Floats
    n: Floats
    total: Floats
    square: Floats
    raters: Floats
    joint: Floats
    shares: Floats
    rater_sum: Floats
    square_sum: float
    centre: float

    @classmethod
    def of(cls, tally: Tally, scores: Floats) -> "SizeClasses":
        """Sums of the scores (N,) of a tally's ratings."""
        centre = float(scores.mean())
        y = scores - centre
        item_sum = np.bincount(tally.item, weights=y, minlength=tally.n_items)
        m = np.bincount(tally.item, minlength=tally.n_items)
        size, place = np.unique(m, return_inverse=True)
        ones = np.ones(tally.n_ratings)
        cells = sparse.csr_array((ones, (tally.item, tally.rater)), shape=(tally.n_items, tally.n_raters))
        joint: list[Floats] = []
        raters: list[Floats] = []
        shares: list[Floats] = []
        for number in range(len(size)):
            rows = cells[np.flatnonzero(place == number)]
            joint.append((rows.T @ rows).toarray())
            raters.append(np.asarray(rows.sum(axis=0)).ravel())
            shares.append(rows.T @ item_sum[place == number])
        return cls(
            size=size.astype(np.float64),
            n=np.bincount(place).astype(np.float64),
            total=np.bincount(place, weights=item_sum).astype(np.float64),
            square=np.bincount(place, weights=item_sum**2).astype(np.float64),
            raters=np.array(raters),
            joint=np.array(joint),
            shares=np.array(shares),
            rater_sum=np.bincount(tally.rater, weights=y, minlength=tally.n_raters).astype(np.float64),
            square_sum=float((y**2).sum()),
            centre=centre,
        )

    @cached_property
    def n_ratings(self) -> float:
        return float((self.size * self.n).sum())


@dataclass(frozen=True)
class Point:
    """The likelihood at one ratio of variances: `deviance` -2 log L with the best residual `variance`."""

    deviance: float
    variance: float
    mean: float


def evaluate(sums: SizeClasses, item: float, rater: float, variance: float | None = None) -> Point:
    """-2 log restricted likelihood at item and rater variances given as multiples of the residual's.

    Covariance of all ratings: variance (I + item Z Z' + rater W W'). The item part is inverted in closed
    form per item, the rater part by a Cholesky factor of size R (Searle, Casella and McCulloch 1992, ch. 6).
    Without `variance`, the best one is taken.
    """
    shrink = item / (1 + item * sums.size)
    by_size = 1 / (1 + item * sums.size)
    between = np.diag(sums.raters.sum(axis=0)) - np.tensordot(shrink, sums.joint, axes=1)
    ones = sums.raters.sum(axis=0) - (shrink * sums.size) @ sums.raters
    values = sums.rater_sum - shrink @ sums.shares
    factor = np.linalg.cholesky(np.eye(len(ones)) + rater * between)
    left, right = math.sqrt(rater) * np.linalg.solve(factor, np.stack([ones, values], axis=1)).T
    unit = float(by_size @ (sums.size * sums.n)) - float(left @ left)
    cross = float(by_size @ sums.total) - float(left @ right)
    square = sums.square_sum - float(shrink @ sums.square) - float(right @ right)
    n_free = sums.n_ratings - 1
    rest = max(square - cross**2 / unit, 1e-300)
    logs = float(sums.n @ np.log1p(item * sums.size)) + 2 * float(np.log(np.diag(factor)).sum())
    best = rest / n_free if variance is None else variance
    deviance = logs + math.log(unit) + n_free * math.log(2 * math.pi * best) + rest / best
    return Point(deviance, best, sums.centre + cross / unit)


@dataclass(frozen=True)
class Fit:
    """The restricted maximum: variances of items and raters as multiples of the residual's."""

    item: float
    rater: float
    best: Point


def fit(sums: SizeClasses, *, has_raters: bool) -> Fit:
    """Maximise the restricted likelihood; without raters their variance is zero (one-way design)."""
    from scipy.optimize import minimize

    def ratios(roots: Floats) -> tuple[float, float]:
        # Standard deviations of either sign: a bound at zero would hold the search there.
        item, *rest = np.minimum(roots**2, LARGEST_RATIO).tolist()
        return item, rest[0] if rest else 0.0

    def deviance(roots: Floats) -> float:
        return evaluate(sums, *ratios(roots)).deviance

    start = np.array([0.7, 0.5]) if has_raters else np.array([0.7])
    found = minimize(
        deviance, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 2000}
    )
    item, rater = ratios(found.x)
    return Fit(item, rater, evaluate(sums, item, rater))


def profile_limits(
    deviance: Callable[[float], float], value: float, *, least: float, largest: float, confidence: float
) -> tuple[float, float]:
    """Where the smallest deviance at a fixed value of a parameter is a quantile of chi-square above the best.

    `deviance` minimises over everything else; a limit that is not reached is the end of the range.
    """
    from scipy.optimize import brentq
    from scipy.special import chdtri

    rise = float(chdtri(1, 1 - confidence))
    best = deviance(value)

    def beyond(point: float) -> float:
        return deviance(point) - best - rise

    low = least if beyond(least) <= 0 else brentq(beyond, least, value, xtol=1e-7)
    high = largest if beyond(largest) <= 0 else brentq(beyond, value, largest, xtol=1e-7)
    return float(low), float(high)


def smallest(deviance: Callable[[float], float]) -> float:
    """Least deviance over one standard deviation from zero to infinity."""
    from scipy.optimize import minimize_scalar

    def on_unit(share: float) -> float:
        return deviance(share / (1 - share))

    found = minimize_scalar(on_unit, bounds=(0.0, 0.99), method="bounded", options={"xatol": 1e-5})
    return min(float(found.fun), on_unit(0.0))
