"""How wide the intervals of a report on such a study would be, and how often they hold the truth."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from rating.agreement.arrays import Ints
from rating.agreement.estimation import IntervalOptions
from rating.agreement.planning.design import Design
from rating.agreement.planning.expected import Expected, draw_levels, true_alpha, true_misalignment
from rating.agreement.planning.options import PlanOptions, Progress, chunks, silent
from rating.agreement.planning.power import share_error
from rating.agreement.results import Estimate
from rating.agreement.statistics.alpha import alpha
from rating.agreement.statistics.misalignment import TestOptions, misalignment
from rating.agreement.table import Ratings


@dataclass(frozen=True)
class ExpectedInterval:
    """What to expect of one interval. `group` is None for a number about both groups.

    `width` is the mean width with its Monte-Carlo error, `coverage` the share of intervals that hold
    `truth` (the value among infinitely many raters and items). None, all three, where no simulated study
    had an interval; `share_without` says in how many there was none.
    """

    statistic: str
    group: str | None
    truth: float
    width: float | None
    width_error: float | None
    coverage: float | None
    coverage_error: float | None
    share_without: float

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {part.name: getattr(self, part.name) for part in fields(self)}


Key = tuple[str, str | None]


def expected_intervals(
    design: Design, expected: Expected, options: PlanOptions, progress: Progress = silent
) -> tuple[ExpectedInterval, ...]:
    """Intervals of M and the RMS gap (two groups) and of each group's alpha, as `misalignment` and `alpha`
    compute them for a report, over the simulated studies."""
    found: dict[Key, list[tuple[float, float]]] = {key: [] for key in _truths(design, expected)}
    n_done = 0
    for rng, size in chunks(design, options):
        progress(n_done / options.n_simulations, "Widths of intervals")
        for table in draw_levels(design, expected, rng, size):
            for key, low, high in _intervals(design, table, options.confidence):
                found[key].append((low, high))
        n_done += size
    return tuple(
        _expected(key, truth, np.array(found[key]), options.n_simulations)
        for key, truth in _truths(design, expected).items()
    )


def simulated_ratings(design: Design, levels: Ints) -> Ratings:
    """One simulated table (items, R) as the ratings that a study would have stored."""
    item, rater = np.nonzero(levels >= 0)
    return Ratings(
        scale=design.scale,
        groups=tuple(group.name for group in design.groups),
        items=tuple(f"i{number:04d}" for number in range(design.n_items)),
        raters=tuple(f"r{number:04d}" for number in range(design.n_raters)),
        rater_group=design.side,
        rater_block=design.block,
        item_cluster=np.arange(design.n_items),
        item=item,
        rater=rater,
        level=levels[item, rater],
        left_out=(),
    )


def _truths(design: Design, expected: Expected) -> dict[Key, float]:
    truths: dict[Key, float] = {}
    if len(design.groups) == 2:
        m = true_misalignment(design, expected)
        truths = {("m", None): m, ("rms_gap", None): math.sqrt(m)}
    level = design.scale.measurement
    for side, group in enumerate(design.groups):
        truths["alpha", group.name] = true_alpha(design, expected, side, level)
    return truths


def _intervals(design: Design, levels: Ints, confidence: float) -> Iterator[tuple[Key, float, float]]:
    ratings = simulated_ratings(design, levels)
    estimates: dict[Key, Estimate] = {}
    if len(design.groups) == 2:
        options = TestOptions(confidence=confidence, n_permutations=0)
        result = misalignment(ratings, *ratings.groups, options=options)
        estimates = {("m", None): result.m, ("rms_gap", None): result.rms_gap}
    for group in ratings.groups:
        estimates["alpha", group] = alpha(
            ratings, group=group, options=IntervalOptions(confidence=confidence)
        )
    for key, estimate in estimates.items():
        if estimate.low is not None and estimate.high is not None:
            yield key, estimate.low, estimate.high


def _expected(key: Key, truth: float, limits: Any, n: int) -> ExpectedInterval:
    n_given = len(limits)
    if not n_given:
        return ExpectedInterval(*key, truth, None, None, None, None, 1.0)
    widths = limits[:, 1] - limits[:, 0]
    # Quadrature leaves a true M of zero at 1e-17: an interval that begins at zero holds it.
    coverage = float(((limits[:, 0] <= truth + 1e-9) & (truth - 1e-9 <= limits[:, 1])).mean())
    return ExpectedInterval(
        statistic=key[0],
        group=key[1],
        truth=truth,
        width=float(widths.mean()),
        width_error=float(widths.std() / math.sqrt(n_given)),
        coverage=coverage,
        coverage_error=share_error(coverage, n_given),
        share_without=1 - n_given / n,
    )
