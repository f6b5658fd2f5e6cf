"""Maximum and profile limits of a restricted likelihood, by Newton's method within bounds."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.statistics.reml import LARGEST_RATIO, Point, SizeClasses, Slopes, evaluate

MAX_STEPS = 100
# A deviance that is profiled needs to be no closer than this: limits lie where it has risen by 4.
NEAR = 1e-9

# -2 log L at ratios of variances (k,), its gradient (k,) and its Hessian (k, k).
Surface = Callable[[Floats], tuple[float, Floats, Floats]]


@dataclass(frozen=True)
class Fit:
    """The restricted maximum: variances of items and raters as multiples of the residual's."""

    item: float
    rater: float
    best: Point


@dataclass(frozen=True)
class Profiled:
    """The least -2 log L at a fixed value of a parameter: where it lies, and its slope in that value."""

    deviance: float
    slope: float
    ratios: Floats


class Profile(Protocol):
    """A parameter whose value can be held while ratios of variances are free."""

    def at(self, value: float, start: Floats) -> Profiled: ...


@dataclass(frozen=True)
class _ItemShare:
    """item / (item + `counted` rater + 1); free: the rater ratio, unless the design has no raters."""

    sums: SizeClasses
    scale: Floats
    counted: float
    has_raters: bool

    def at(self, value: float, start: Floats) -> Profiled:
        weight = value / (1 - value)
        if not self.has_raters:
            found = Slopes.at(self.sums, weight, None).deviance()
            return Profiled(float(found[0, 0]), float(found[0, 1]) / (1 - value) ** 2, start)
        # How item and rater ratio move with the rater ratio.
        along = np.array([self.counted * weight, 1.0])

        def surface(ratios: Floats) -> tuple[float, Floats, Floats]:
            item = weight * (1 + self.counted * float(ratios[0]))
            found = Slopes.at(self.sums, item, float(ratios[0])).deviance()
            return float(found[0, 0]), found[0, 1:] @ along[:, None], along @ found[1:, 1:] @ along[:, None]

        ratios = minimise(surface, start[1:], self.scale[1:], near=NEAR)
        rater = float(ratios[0])
        item = weight * (1 + self.counted * rater)
        found = Slopes.at(self.sums, item, rater).deviance()
        slope = float(found[0, 1]) * (1 + self.counted * rater) / (1 - value) ** 2
        return Profiled(float(found[0, 0]), slope, np.array([item, rater]))


@dataclass(frozen=True)
class _Error:
    """Root of residual variance x (1 + `counted` rater); free: the ratios of items and raters."""

    sums: SizeClasses
    scale: Floats
    counted: float

    def at(self, value: float, start: Floats) -> Profiled:
        def surface(ratios: Floats) -> tuple[float, Floats, Floats]:
            found = self._deviance(value, Slopes.at(self.sums, *ratios.tolist()), ratios)
            return float(found[0, 0]), found[0, 1:], found[1:, 1:]

        ratios = minimise(surface, start, self.scale, near=NEAR)
        parts = Slopes.at(self.sums, *ratios.tolist())
        stretch = 1 + self.counted * float(ratios[1])
        slope = 2 * parts.n_free / value - 2 * float(parts.rest[0, 0]) * stretch / value**3
        return Profiled(float(self._deviance(value, parts, ratios)[0, 0]), slope, ratios)

    def _deviance(self, value: float, parts: Slopes, ratios: Floats) -> Floats:
        """-2 log L with derivatives (3, 3) where the residual variance follows from the value."""
        rater, c = float(ratios[1]), self.counted
        stretch = 1 + c * rater
        found = parts.logs + parts.rest * (stretch / value**2)
        found[0, 0] += parts.n_free * math.log(2 * math.pi * value**2 / stretch)
        by_rater = c / value**2
        found[0, 2] += parts.rest[0, 0] * by_rater - parts.n_free * c / stretch
        found[1, 2] += parts.rest[0, 1] * by_rater
        found[2, 1] = found[1, 2]
        found[2, 2] += 2 * parts.rest[0, 2] * by_rater + parts.n_free * (c / stretch) ** 2
        return np.asarray(found)


def fit(sums: SizeClasses, *, has_raters: bool) -> Fit:
    """Maximise the restricted likelihood; without raters their variance is zero (one-way design)."""
    n_free = 2 if has_raters else 1

    def surface(ratios: Floats) -> tuple[float, Floats, Floats]:
        item, *rest = ratios.tolist()
        found = Slopes.at(sums, item, rest[0] if rest else None).deviance()
        return float(found[0, 0]), found[0, 1 : n_free + 1], found[1 : n_free + 1, 1 : n_free + 1]

    item, *rest = minimise(surface, np.array([0.5, 0.25])[:n_free], _scale(sums)[:n_free]).tolist()
    rater = rest[0] if rest else 0.0
    return Fit(item, rater, evaluate(sums, item, rater))


def share_limits(
    sums: SizeClasses, found: Fit, *, counts_raters: bool, has_raters: bool, confidence: float
) -> tuple[float, float]:
    """Profile limits of item / (item + rater + residual), or without the rater."""
    counted = 1.0 if counts_raters else 0.0
    profile = _ItemShare(sums, _scale(sums), counted, has_raters)
    value = found.item / (found.item + counted * found.rater + 1)
    return _limits(profile, found, value, (0.0, 1 - 1e-5), confidence)


def error_limits(
    sums: SizeClasses, found: Fit, *, counts_raters: bool, confidence: float
) -> tuple[float, float]:
    """Profile limits of the root of rater + residual variance, or of the residual's alone."""
    counted = 1.0 if counts_raters else 0.0
    value = math.sqrt(found.best.variance * (1 + counted * found.rater))
    return _limits(_Error(sums, _scale(sums), counted), found, value, (0.01 * value, 100 * value), confidence)


def _scale(sums: SizeClasses) -> Floats:
    """Ratios of items and raters at which a mean of as many ratings as they have is half error."""
    return np.array([sums.n.sum(), len(sums.rater_sum)]) / sums.n_ratings


def minimise(surface: Surface, start: Floats, scale: Floats, *, near: float = 1e-13) -> Floats:
    """Ratios of variances (k,) from zero to LARGEST_RATIO where a surface is least, by Newton's method.

    Steps are taken in u = log(1 + ratio / scale), in which a likelihood is nearly a parabola; a step that
    does not lead downhill is damped. A ratio at a bound stays there while the surface falls towards it. The
    last step is one that promises no more than `near`; what it leaves is about the square of that.
    """
    top = np.log1p(LARGEST_RATIO / scale)
    u = np.minimum(np.log1p(start / scale), top)
    value, slope, bend = _in_logs(surface, u, scale)
    damping = 0.0
    for _ in range(MAX_STEPS):
        is_free = ~(((u <= 0) & (slope >= 0)) | ((u >= top) & (slope <= 0)))
        if not is_free.any():
            break
        step = np.zeros(len(u))
        step[is_free] = _downhill(bend[np.ix_(is_free, is_free)], slope[is_free], damping)
        next_u = np.clip(u + step, 0.0, top)
        # Of many ratings the value is so large that its last digits are noise: nothing is closer than that.
        if float(np.abs(slope @ (next_u - u))) <= max(near, 1e-16 * abs(value)):
            u = next_u
            break
        next_value, next_slope, next_bend = _in_logs(surface, next_u, scale)
        if next_value <= value:
            u, value, slope, bend = next_u, next_value, next_slope, next_bend
            damping = damping / 10 if damping > 1e-3 else 0.0
        else:
            damping = max(10 * damping, 0.1)
    return np.asarray(scale * np.expm1(u))


def _in_logs(surface: Surface, u: Floats, scale: Floats) -> tuple[float, Floats, Floats]:
    """A surface with its derivatives by u = log(1 + ratio / scale)."""
    value, slope, bend = surface(scale * np.expm1(u))
    stretch = scale * np.exp(u)
    return value, slope * stretch, bend * np.outer(stretch, stretch) + np.diag(slope * stretch)


def _downhill(bend: Floats, slope: Floats, damping: float) -> Floats:
    """Newton's step, every curvature taken as positive, no longer than two units a coordinate."""
    roots, turn = np.linalg.eigh(bend)
    curvature = np.maximum(np.abs(roots), 1e-8 * np.abs(roots).max() + 1e-300)
    step = -turn @ ((turn.T @ slope) / (curvature * (1 + damping)))
    return np.asarray(step / max(1.0, float(np.abs(step).max()) / 2))


def _limits(
    profile: Profile, found: Fit, value: float, ends: tuple[float, float], confidence: float
) -> tuple[float, float]:
    """Where the profile is a quantile of chi-square above the best; an end of the range if it is nowhere."""
    from scipy.special import chdtri

    rise = math.sqrt(float(chdtri(1, 1 - confidence)))
    start = np.array([found.item, found.rater])
    best = profile.at(value, start)
    low, high = (_limit(profile, best, value, end, rise) for end in ends)
    return low, high


def _limit(profile: Profile, best: Profiled, value: float, end: float, rise: float) -> float:
    """The root of the rise is nearly a straight line: Newton's steps on it, kept within what is known."""
    inside, outside = value, end
    is_bounded = False
    point = value + math.copysign(0.1 * min(abs(end - value), value or abs(end)), end - value)
    ratios = best.ratios
    for _ in range(MAX_STEPS):
        if point == value:
            break
        found = profile.at(point, ratios)
        ratios = found.ratios
        root = math.sqrt(max(found.deviance - best.deviance, 0.0))
        if abs(root - rise) <= 1e-10:
            return point
        if root > rise:
            outside, is_bounded = point, True
        elif point == end:
            return end
        else:
            inside = point
        slope = found.slope / (2 * root) if root > 0 else 0.0
        wanted = point + (rise - root) / slope if slope * (end - value) > 0 else math.nan
        step = abs(wanted - point)
        if not min(inside, outside) < wanted < max(inside, outside):
            wanted = (inside + outside) / 2 if is_bounded else end
        if step <= 1e-13 * abs(point) or abs(outside - inside) <= 1e-13 * abs(value):
            break
        point = wanted
    return point
