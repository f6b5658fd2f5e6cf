"""The coefficients of the table: from summed columns to values, by the kernels of the single functions."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.bulk.design import Design
from rating.agreement.distances import fixed_metric
from rating.agreement.estimation import Label
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import Bounds
from rating.agreement.statistics.ac1 import AC1Kernel
from rating.agreement.statistics.alpha import AlphaKernel
from rating.agreement.statistics.chance_corrected import Chance, ChanceCorrectedKernel
from rating.agreement.statistics.vanbelle_albert import VanbelleAlbertKernel
from rating.agreement.statistics.xrr import CrossReplicationKernel

BELOW_ONE: Bounds = (-np.inf, 1.0)


@dataclass(frozen=True)
class Coefficient:
    """A coefficient of one part: its label, whether it needs paired (shared) items only, its value.

    `value` turns sums of the part's columns (..., columns) into the coefficient (...), NaN where undefined.
    """

    label: Label
    value: Callable[[Floats], Floats]
    is_paired: bool = True


def within_coefficients(design: Design) -> tuple[Coefficient, ...]:
    """Twenty on an ordered scale from zero up: alpha, percent agreement, AC1 and AC2, Fleiss, Brennan."""
    n_weights = len(design.weights)
    found = [_alpha(design, level) for level in design.levels]
    found += [_percent(design, place) for place in range(n_weights)]
    found += [_gwet(design, place) for place in range(n_weights)]
    found += [_chance_corrected(design, place, "fleiss_kappa", "shares") for place in range(n_weights)]
    found += [_chance_corrected(design, place, "brennan_prediger", "uniform") for place in range(n_weights)]
    return tuple(found)


def across_coefficients(design: Design) -> tuple[Coefficient, ...]:
    """xRR at every level of the scale, Vanbelle–Albert under every weight."""
    crosses = [_cross(design, level) for level in design.levels]
    return (*crosses, *(_vanbelle_albert(design, place) for place in range(len(design.weights))))


def ratio_label(level: str, *, is_contrast: bool) -> Label:
    """GAI of a group against the others, normalised xRR of a pair."""
    name = "gai" if is_contrast else "normalised_xrr"
    return Label(name, level, level, Reason.DENOMINATOR_UNDEFINED)


def ratio_value(cross: Floats, first: Floats, second: Floats | None) -> Floats:
    """xRR over the geometric mean of both alphas or, without a second alpha, the first alpha over xRR."""
    if second is None:
        return divide(first, np.where(cross > 0, cross, 0.0))
    with np.errstate(invalid="ignore"):
        product = np.where((first > 0) & (second > 0), first * second, 0.0)
    return divide(cross, np.sqrt(product))


def _alpha(design: Design, level: str) -> Coefficient:
    kernel = AlphaKernel(level, design.scale.scores)
    marginals, unequal = design.inside[:2]

    def value(sums: Floats) -> Floats:
        observed = _observed(design, level, 2 * sums[..., unequal])
        return kernel.value(np.concatenate([sums[..., marginals], observed], axis=-1))

    return Coefficient(Label("alpha", level, level, Reason.ONE_CATEGORY, BELOW_ONE), value)


def _observed(design: Design, level: str, unequal: Floats) -> Floats:
    """What a kernel of this level expects after the marginals; both orders of a pair are one distance."""
    if level == "ordinal":
        return design.spread(unequal)
    metric = design.metric_of_pairs(fixed_metric(level, design.scale.scores))
    return np.asarray(unequal @ metric)[..., None]


def _agreement(design: Design, sums: Floats, place: int) -> Floats:
    """Totals as the kernels of this family expect them: agreement, pairs, shares, rated items."""
    _, _, agreement, pairs, shares = design.inside
    column = agreement.start + place
    of_levels = sums[..., shares]
    rated = np.rint(of_levels.sum(axis=-1, keepdims=True))
    return np.concatenate([sums[..., column : column + 1], sums[..., pairs], of_levels, rated], axis=-1)


def _percent(design: Design, place: int) -> Coefficient:
    weights = design.weights[place]
    _, _, agreement, pairs, _ = design.inside

    def value(sums: Floats) -> Floats:
        return divide(sums[..., agreement.start + place], sums[..., pairs.start])

    is_plain = weights.name == "unweighted"
    variant = "items weighted equally"
    label = Label(
        "percent_agreement",
        f"pairs, {variant}" if is_plain else f"{weights.label}, {variant}",
        "nominal" if is_plain else design.scale.measurement,
        bounds=(0.0, 1.0),
    )
    return Coefficient(label, value)


def _gwet(design: Design, place: int) -> Coefficient:
    if design.weights[place].name != "unweighted":
        return _chance_corrected(design, place, "ac2", "gwet")
    kernel = AC1Kernel(design.scale.n_levels)

    def value(sums: Floats) -> Floats:
        return kernel.value(_agreement(design, sums, place))

    return Coefficient(
        Label("ac1", "all declared levels", "nominal", bounds=BELOW_ONE), value, is_paired=False
    )


def _chance_corrected(design: Design, place: int, statistic: str, chance: Chance) -> Coefficient:
    weights = design.weights[place]
    kernel = ChanceCorrectedKernel(weights.of_scale(design.scale), chance)

    def value(sums: Floats) -> Floats:
        return kernel.value(_agreement(design, sums, place))

    is_plain = weights.name == "unweighted"
    variant = f"{weights.label}, items weighted equally" if statistic == "fleiss_kappa" else weights.label
    level = "nominal" if is_plain else design.scale.measurement
    return Coefficient(
        Label(statistic, variant, level, Reason.ONE_CATEGORY, BELOW_ONE), value, is_paired=False
    )


def _cross(design: Design, level: str) -> Coefficient:
    kernel = CrossReplicationKernel(level, design.scale.scores)
    x, y, unequal = design.across[:3]

    def value(sums: Floats) -> Floats:
        both = sums[..., x.start : y.stop]
        weight = both.sum(axis=-1, keepdims=True)
        observed = _observed(design, level, sums[..., unequal])
        return kernel.value(np.concatenate([both, weight, observed], axis=-1))

    return Coefficient(Label("xrr", level, level, Reason.ONE_CATEGORY, BELOW_ONE), value)


def _vanbelle_albert(design: Design, place: int) -> Coefficient:
    weights = design.weights[place]
    kernel = VanbelleAlbertKernel(weights.of_scale(design.scale))
    _, _, _, together, alone, first, second = design.across

    def value(sums: Floats) -> Floats:
        head = [sums[..., part.start + place][..., None] for part in (together, alone)]
        n_shared = np.rint(sums[..., first].sum(axis=-1, keepdims=True))
        shares = sums[..., first.start : second.stop]
        return kernel.value(np.concatenate([*head, n_shared, shares], axis=-1))

    level = "nominal" if weights.name == "unweighted" else design.scale.measurement
    label = Label("vanbelle_albert", weights.label, level, Reason.ONE_CATEGORY, BELOW_ONE)
    return Coefficient(label, value)
