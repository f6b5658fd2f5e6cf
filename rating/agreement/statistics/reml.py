"""Restricted likelihood of ratings = mean + item + rater + residual, with any cells missing.

Items with equally many ratings share one covariance, so that sums over these size classes are
sufficient: once they are formed, an evaluation costs the same however many items there are.
`Slopes` adds first and second derivatives, so that a search takes a handful of evaluations.
"""

import math
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

    @cached_property
    def centred_sum(self) -> float:
        """Sum of the scores less their mean: zero but for rounding."""
        return float(self.total.sum())


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
class Slopes:
    """The likelihood at one ratio of variances, taken apart, with derivatives.

    -2 log L = `logs` + (N - 1) log(2 pi variance) + `rest` / variance. Each of the two is an array
    (3, 3): at [0, 0] the value, [0, 1] and [0, 2] its derivatives by item and by rater ratio, [1:, 1:] the
    second ones.
    """

    logs: Floats
    rest: Floats
    n_free: float

    @classmethod
    def at(cls, sums: SizeClasses, item: float, rater: float | None) -> "Slopes":
        """At variances given as multiples of the residual's; without raters (None) by item only."""
        by_size = 1 / (1 + item * sums.size)
        # How the item part shrinks a sum over an item, and the two derivatives of that.
        shrinks = np.stack([item * by_size, by_size**2, -2 * sums.size * by_size**3])
        logs, unit, cross, square = np.zeros((4, 3, 3))
        _fill(logs, float(sums.n @ np.log1p(item * sums.size)), float((sums.n * sums.size) @ by_size))
        logs[1, 1] = -(sums.n * sums.size**2) @ by_size**2
        for part, whole, by_class in (
            (unit, sums.n_ratings, sums.size**2 * sums.n),
            (cross, sums.centred_sum, sums.size * sums.total),
            (square, sums.square_sum, sums.square),
        ):
            of_item = -(shrinks @ by_class)
            _fill(part, whole + of_item[0], of_item[1])
            part[1, 1] = of_item[2]
        if rater is not None:
            log_slopes, forms = _rater_part(sums, shrinks, rater)
            logs += log_slopes
            unit -= forms[..., 0, 0]
            cross -= forms[..., 0, 1]
            square -= forms[..., 1, 1]
        logs += _log_slopes(unit)
        return cls(logs, _rest_slopes(unit, cross, square), sums.n_ratings - 1)

    def deviance(self) -> Floats:
        """-2 log L under the best residual variance, with its derivatives (3, 3)."""
        value = max(float(self.rest[0, 0]), 1e-300)
        share = self.rest / value
        found = self.logs + self.n_free * (share - np.outer(share[0], share[0]) * _SECOND)
        found[0, 0] = self.logs[0, 0] + self.n_free * (1 + math.log(2 * math.pi * value / self.n_free))
        return np.asarray(found)


# Which places of an array of derivatives are second ones.
_SECOND = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 1.0, 1.0]])


def _fill(part: Floats, value: float, slope: float) -> None:
    """Set a value and its derivative by the item ratio, which stands at two places."""
    part[0, 0] = value
    part[0, 1] = slope


def _log_slopes(part: Floats) -> Floats:
    """Derivatives of the logarithm of a part."""
    share = part / part[0, 0]
    found = share - np.outer(share[0], share[0]) * _SECOND
    found[0, 0] = math.log(part[0, 0])
    return np.asarray(found)


def _rest_slopes(unit: Floats, cross: Floats, square: Floats) -> Floats:
    """Derivatives of square - cross^2 / unit."""
    u, c = unit[0, 0], cross[0, 0]
    found = square - 2 * c * cross / u + c**2 * unit / u**2
    mixed = np.outer(cross[0], unit[0])
    found -= (
        _SECOND
        * (2 / u)
        * (
            np.outer(cross[0], cross[0])
            - c / u * (mixed + mixed.T)
            + (c / u) ** 2 * np.outer(unit[0], unit[0])
        )
    )
    found[0, 0] = square[0, 0] - c**2 / u
    return np.asarray(found)


def _rater_part(sums: SizeClasses, shrinks: Floats, rater: float) -> tuple[Floats, Floats]:
    """log |I + rater B| (3, 3), and rater W' (I + rater B)^-1 W (3, 3, 2, 2), with derivatives.

    B (R, R) is what the item part leaves between raters, W (R, 2) what it leaves of ones and of scores.
    """
    between = -np.tensordot(shrinks, sums.joint, axes=1)
    between[0] += np.diag(sums.raters.sum(axis=0))
    sides = -np.stack([(shrinks * sums.size) @ sums.raters, shrinks @ sums.shares], axis=-1)
    sides[0] += np.stack([sums.raters.sum(axis=0), sums.rater_sum], axis=-1)
    (b, b_item, b_twice), (w, w_item, w_twice) = between, sides
    inverse = np.linalg.inv(np.eye(len(b)) + rater * b)
    of_b, of_slope = inverse @ b, inverse @ b_item
    logs = np.zeros((3, 3))
    logs[0, 0] = -np.linalg.slogdet(inverse)[1]
    logs[0, 1], logs[0, 2] = rater * np.trace(of_slope), np.trace(of_b)
    logs[1, 1] = rater * (inverse * b_twice).sum() - rater**2 * (of_slope * of_slope.T).sum()
    logs[2, 2] = -(of_b * of_b.T).sum()
    logs[1, 2] = logs[2, 1] = np.trace(of_slope) - rater * (of_b * of_slope.T).sum()
    once = inverse @ w
    twice = inverse @ once
    bent = b_item @ once
    forms = np.zeros((3, 3, 2, 2))
    forms[0, 0] = rater * w.T @ once
    forms[0, 1] = rater * _both(w_item.T @ once) - rater**2 * once.T @ bent
    forms[0, 2] = once.T @ once
    forms[1, 1] = (
        rater * (_both(w_twice.T @ once) + 2 * w_item.T @ inverse @ w_item)
        - rater**2 * (2 * _both(w_item.T @ inverse @ bent) + once.T @ b_twice @ once)
        + 2 * rater**3 * bent.T @ inverse @ bent
    )
    forms[2, 2] = -2 * once.T @ b @ twice
    forms[1, 2] = forms[2, 1] = _both(w_item.T @ twice) - rater * _both(bent.T @ twice)
    return logs, forms


def _both(product: Floats) -> Floats:
    return np.asarray(product + product.T)
