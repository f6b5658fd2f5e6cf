"""Severity, spread and ordering: what a squared misalignment is made of."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.distances import Coordinate
from rating.agreement.resampling.influence import (
    Influence,
    influence_interval,
    propagate,
    raters_variance,
    variance_of,
    why_no_interval,
)
from rating.agreement.resampling.interval import sum_interval
from rating.agreement.results import Interval
from rating.agreement.statistics.comparisons import side_pairs
from rating.agreement.statistics.pair import Pair

BY_PARTS = "two_way_jackknife_by_parts"


@dataclass(frozen=True)
class Parts:
    """The parts of one squared misalignment, with intervals.

    `spread` and `ordering` are None when the variance of a group's item means, corrected for noise,
    is negative: then only their sum is known. The parts sum to M. `correlation` is that of severity and
    the rest.
    """

    direction: Influence
    severity: float
    spread: float | None
    ordering: float | None
    spread_and_ordering: float
    intervals: dict[str, Interval]
    correlation: float


@dataclass(frozen=True)
class _SideMoments:
    """Item means of one side and the noise in them.

    `means` (n,); `product` (n,): mean product of two different raters' scores (unbiased for the squared
    item mean); `mean` and `variance` carry influences over the pair's items and raters.
    """

    means: Floats
    mean: Influence
    rater_noise: Influence
    variance: Influence


def decompose(pair: Pair, gap: Influence, confidence: float) -> Parts:
    """Split a squared misalignment M into severity, spread and ordering.

    Severity L = b^2 - V_r(g) - V_r(h) with b the difference of overall means and V_r the variance that
    the draw of raters adds to it; spread = (sqrt v_g - sqrt v_h)^2 with v the variance of item means,
    corrected for noise; ordering = 2 (sqrt v_g sqrt v_h - C), C the covariance of the item means.
    L is exactly noise-corrected on complete data, approximately otherwise; spread and ordering are
    not separately unbiased.
    """
    one, other = _side_moments(pair, 0), _side_moments(pair, 1)
    direction = propagate(one.mean.value - other.mean.value, (1.0, one.mean), (-1.0, other.mean))
    b = direction.value
    severity = propagate(
        b**2 - one.rater_noise.value - other.rater_noise.value,
        (2 * b, direction),
        (-1.0, one.rater_noise),
        (-1.0, other.rater_noise),
    )
    rest = propagate(gap.value - severity.value, (1.0, gap), (-1.0, severity))
    intervals = {
        "severity": _squared_interval(pair, direction, confidence, keeps_sign=True),
        "spread_and_ordering": influence_interval(rest, pair.used, confidence),
    }
    spread = ordering = None
    # A variance of zero but for rounding is zero: its root would be a thousand times larger.
    floor = 1e-12 * float(np.ptp(pair.scores)) ** 2
    if min(one.variance.value, other.variance.value) > floor:
        difference = _difference_of_spreads(one.variance, other.variance)
        spread = difference.value**2
        ordering = rest.value - spread
        intervals["spread"] = _squared_interval(pair, difference, confidence, keeps_sign=False)
        change = propagate(ordering, (1.0, rest), (-2 * difference.value, difference))
        intervals["ordering"] = influence_interval(change, pair.used, confidence)
    correlation = _correlation(pair, gap, severity, rest)
    return Parts(direction, severity.value, spread, ordering, rest.value, intervals, correlation)


def interval_by_parts(pair: Pair, gap: Influence, parts: Parts) -> Interval:
    """Interval of a squared misalignment from those of its severity and of the rest.

    Where raters differ strongly in severity M is close to the square of one number, whose estimate is
    skewed: M +- t SE covered .81 to .92 there, this interval .94 and more (docs/methods.md).
    """
    std_error = math.sqrt(variance_of(gap, pair.used)) if why_no_interval(pair.used) is None else 0.0
    return sum_interval(
        (parts.severity, parts.intervals["severity"]),
        (parts.spread_and_ordering, parts.intervals["spread_and_ordering"]),
        correlation=parts.correlation,
        std_error=std_error,
        method=BY_PARTS,
    )


def interval_by_coordinates(
    pair: Pair, gap: Influence, coordinates: Sequence[Coordinate], confidence: float
) -> Interval:
    """The same for any distance that is a weighted sum of squared differences of scores (`coordinates_of`).

    Severity is then the squared length of the vector of mean differences, less its noise, and its limits are
    the squares of the ends of the length's interval. Noise across its direction makes a length too large, so
    the lower end is taken from the length without that noise. One coordinate gives `interval_by_parts`. Of
    several sides the pairs are averaged, as the overall score averages them.
    """
    reason = why_no_interval(pair.used)
    if reason:
        return Interval(method=BY_PARTS, reason=reason)
    moved = [part for coordinate in coordinates for part in _moved(pair, coordinate)]
    root = _length(pair, [(weight, difference) for weight, difference, _ in moved])
    noise = propagate(
        sum(weight * noise.value for weight, _, noise in moved),
        *((weight, noise) for weight, _, noise in moved),
    )
    severity = propagate(root.value**2 - noise.value, (2 * root.value, root), (-1.0, noise))
    rest = propagate(gap.value - severity.value, (1.0, gap), (-1.0, severity))
    return sum_interval(
        (severity.value, _length_squared_interval(pair, root, noise.value, confidence)),
        (rest.value, influence_interval(rest, pair.used, confidence)),
        correlation=_correlation(pair, gap, severity, rest),
        std_error=math.sqrt(variance_of(gap, pair.used)),
        method=BY_PARTS,
    )


def _length(pair: Pair, differences: Sequence[tuple[float, Influence]]) -> Influence:
    """Length of a vector of differences, each with its weight."""
    length = math.sqrt(sum(weight * difference.value**2 for weight, difference in differences))
    if length:
        slopes = ((weight * part.value / length, part) for weight, part in differences)
        return propagate(length, *slopes)
    # No direction to go by: the one that varies most.
    weight, widest = max(differences, key=lambda part: part[0] * variance_of(part[1], pair.used))
    return propagate(0.0, (math.sqrt(weight), widest))


def _length_squared_interval(pair: Pair, root: Influence, noise: float, confidence: float) -> Interval:
    """Interval of the squared length of a vector whose square holds so much noise of raters."""
    across = max(0.0, noise - raters_variance(root.raters, pair.used.side))
    lowered = replace(root, value=math.sqrt(max(0.0, root.value**2 - across)))
    upper, lower = (_squared_interval(pair, part, confidence, keeps_sign=True) for part in (root, lowered))
    return replace(upper, low=lower.low)


def _moved(pair: Pair, coordinate: Coordinate) -> Iterator[tuple[float, Influence, Influence]]:
    """Per pair of sides the weight, the difference of overall means, and the noise in its square."""
    weight, scores = coordinate
    moments = [_side_moments(replace(pair, scores=scores), side) for side in range(pair.used.n_sides)]
    pairs = side_pairs(pair.used.n_sides)
    for a, b in pairs:
        one, other = moments[a], moments[b]
        difference = propagate(one.mean.value - other.mean.value, (1.0, one.mean), (-1.0, other.mean))
        both = one.rater_noise.value + other.rater_noise.value
        noise = propagate(both, (1.0, one.rater_noise), (1.0, other.rater_noise))
        yield weight / len(pairs), difference, noise


def _correlation(pair: Pair, gap: Influence, severity: Influence, rest: Influence) -> float:
    """Correlation of severity and the rest, at least 0: a negative one would narrow M's interval."""
    if why_no_interval(pair.used):
        return 0.0
    both, one, other = (variance_of(part, pair.used) for part in (gap, severity, rest))
    if min(one, other) <= 1e-24:
        return 0.0
    return min(1.0, max(0.0, (both - one - other) / (2 * math.sqrt(one * other))))


def _side_moments(pair: Pair, side: int) -> _SideMoments:
    key = ("moments", side, pair.scores.tobytes())
    return pair.used.once(key, lambda: _moments_of(pair, side))


def _moments_of(pair: Pair, side: int) -> _SideMoments:
    counts, scores = pair.used.counts[:, side, :], pair.scores
    size = counts.sum(axis=1)
    total = counts @ scores
    means = total / size
    # Mean product over pairs of different raters: equals mean^2 - s^2/m without its rounding.
    product = (total**2 - counts @ scores**2) / (size * (size - 1))
    others = (total[:, None] - scores) / (size[:, None] - 1)
    by_mean = (scores - means[:, None]) / (size[:, None] - 1)
    by_product = 2 * (scores * others - product[:, None]) / (size[:, None] - 1)
    mean = pair.influence(means, _on_side(pair, side, by_mean))
    squared = pair.influence(product, _on_side(pair, side, by_product))
    noise = _rater_noise(pair, side, by_mean)
    variance = propagate(
        squared.value - mean.value**2 + noise.value, (1.0, squared), (-2 * mean.value, mean), (1.0, noise)
    )
    return _SideMoments(means, mean, noise, variance)


def _rater_noise(pair: Pair, side: int, by_mean: Floats) -> Influence:
    """V_r: variance that the draw of raters adds to a group's overall mean.

    (R - 1)/R sum_r a_r^2, a_r the influence sum of a rater on that mean.
    """
    tally = pair.used
    is_mine = tally.side == side
    n_raters = int(is_mine.sum())
    per_rating = np.where(is_mine[tally.rater], by_mean[tally.item, tally.level], 0.0) / tally.n_items
    per_rater = np.bincount(tally.rater, weights=per_rating, minlength=tally.n_raters)
    if n_raters < 2:
        return Influence(0.0, np.zeros(tally.n_items), np.zeros(tally.n_raters))
    factor = (n_raters - 1) / n_raters
    value = factor * float((per_rater**2).sum())
    products = per_rater[tally.rater] * per_rating
    items = 2 * factor * tally.n_items * np.bincount(tally.item, weights=products, minlength=tally.n_items)
    # A mean over raters of (R - 1) a_r^2: leaving one out changes it by its distance from the mean.
    raters = np.where(is_mine, (n_raters - 1) * per_rater**2 - value, 0.0) / (n_raters - 1)
    return Influence(value, items.astype(np.float64), raters.astype(np.float64))


def _on_side(pair: Pair, side: int, cells: Floats) -> Floats:
    everywhere = np.zeros_like(pair.used.counts)
    everywhere[:, side, :] = cells
    return everywhere


def _difference_of_spreads(one: Influence, other: Influence) -> Influence:
    first, second = math.sqrt(one.value), math.sqrt(other.value)
    return propagate(first - second, (0.5 / first, one), (-0.5 / second, other))


def _squared_interval(pair: Pair, root: Influence, confidence: float, *, keeps_sign: bool) -> Interval:
    """Interval of a square from the ends of its root's interval.

    A square's own first derivative vanishes at a root of zero, so that estimate +- t SE covers 82 %
    there; the root's interval does not suffer from it. When the root's interval holds zero, the
    lower end is zero, or with `keeps_sign` minus the square of how far it reaches beyond: the
    noise-corrected square may itself be negative.
    """
    interval = influence_interval(root, pair.used, confidence)
    if interval.low is None or interval.high is None or interval.std_error is None:
        return interval
    size = abs(root.value)
    reach = interval.high - root.value
    inner = size - reach
    variance = interval.std_error**2
    return replace(
        interval,
        low=inner * abs(inner) if keeps_sign else max(0.0, inner) ** 2,
        high=(size + reach) ** 2,
        std_error=math.sqrt(4 * size**2 * variance + 2 * variance**2),
    )
