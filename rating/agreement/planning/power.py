"""How often the whole-rater permutation test would find a gap of a given size."""

import math
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from rating.agreement.planning.design import Design
from rating.agreement.planning.expected import Expected, draw_levels, true_misalignment
from rating.agreement.planning.options import PlanOptions, Progress, chunks, part_of, silent
from rating.agreement.planning.relabelled import p_values

# Halvings of the step between two gaps; beyond, the Monte-Carlo error is larger.
N_HALVINGS = 5


@dataclass(frozen=True)
class PowerPoint:
    """Power at one gap. `rms_gap` is what this gap amounts to on the rounded scale: the root of true M."""

    gap: float
    rms_gap: float
    power: float
    std_error: float

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {part.name: getattr(self, part.name) for part in fields(self)}


@dataclass(frozen=True)
class DetectableGap:
    """The gap found with the target power; None where even the largest gap tried is not.

    `std_error` is the Monte-Carlo error of the power at that gap over the slope of the curve there.
    """

    target_power: float
    gap: float | None
    rms_gap: float | None = None
    std_error: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {part.name: getattr(self, part.name) for part in fields(self)}


def power_at(
    design: Design, expected: Expected, gap: float, options: PlanOptions, progress: Progress = silent
) -> PowerPoint:
    """Share of simulated studies in which the test of M gives p <= level.

    M under the squared distance, labels permuted over whole raters within blocks (`misalignment`). A
    study whose test cannot be made counts as one that finds nothing.
    """
    given = with_gap(expected, options.vary, gap)
    n_found = 0
    n_done = 0
    for rng, size in chunks(design, options):
        progress(n_done / options.n_simulations, f"Power at a gap of {gap:.2f}")
        levels = draw_levels(design, given, rng, size)
        p = p_values(
            design, levels, rng=rng, n_permutations=options.n_permutations, exact_limit=options.exact_limit
        )
        n_found += int((p <= options.level).sum())
        n_done += size
    share = n_found / options.n_simulations
    return PowerPoint(
        gap=gap,
        rms_gap=math.sqrt(true_misalignment(design, given)),
        power=share,
        std_error=share_error(share, options.n_simulations),
    )


def power_curve(
    design: Design, expected: Expected, options: PlanOptions, progress: Progress = silent
) -> tuple[PowerPoint, ...]:
    """Power at every gap of the options, on the same simulated raters, items and noise."""
    n = len(options.gaps)
    return tuple(
        power_at(design, expected, gap, options, part_of(progress, number / n, (number + 1) / n))
        for number, gap in enumerate(options.gaps)
    )


def detectable_gap(
    design: Design,
    expected: Expected,
    curve: tuple[PowerPoint, ...],
    options: PlanOptions,
    progress: Progress = silent,
) -> DetectableGap:
    """The smallest gap with the target power, by halving between two points of the curve."""
    place = next((i for i, point in enumerate(curve) if point.power >= options.target_power), None)
    if place is None:
        return DetectableGap(options.target_power, None)
    high = curve[place]
    if place == 0:
        return DetectableGap(options.target_power, high.gap, high.rms_gap)
    low = curve[place - 1]
    slope = (high.power - low.power) / (high.gap - low.gap)
    for number in range(N_HALVINGS):
        told = part_of(progress, number / N_HALVINGS, (number + 1) / N_HALVINGS)
        middle = power_at(design, expected, (low.gap + high.gap) / 2, options, told)
        low, high = (low, middle) if middle.power >= options.target_power else (middle, high)
    return DetectableGap(options.target_power, high.gap, high.rms_gap, high.std_error / slope)


def with_gap(expected: Expected, vary: str, gap: float) -> Expected:
    """What is expected, with another gap."""
    return replace(expected, shift=gap) if vary == "shift" else replace(expected, item_gap=gap)


def share_error(share: float, n: int) -> float:
    """Monte-Carlo standard error of a share of `n` simulations; of half a run where it is 0 or 1."""
    inside = float(np.clip(share, 0.5 / n, 1 - 0.5 / n))
    return math.sqrt(inside * (1 - inside) / n)
