"""What a plan can show: power, detectable gap, widths of intervals, and what to know of it beforehand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from rating.agreement.planning.design import Design
from rating.agreement.planning.expected import Expected
from rating.agreement.planning.limits import PlanSign
from rating.agreement.planning.options import PlanOptions, Progress, part_of, silent
from rating.agreement.planning.power import DetectableGap, PowerPoint, detectable_gap, power_curve
from rating.agreement.planning.widths import ExpectedInterval, expected_intervals
from rating.agreement.resampling.jackknife import MIN_RATERS
from rating.agreement.resampling.relabelling import relabellings
from rating.agreement.statistics.label_test import UNEQUAL_SIZES

# Shares of the whole work: the curve, the search for the detectable gap, the intervals.
CURVE, FOUND = 0.4, 0.7


@dataclass(frozen=True)
class PlanObservation:
    """One thing to know about a plan; `figures` hold the numbers behind it."""

    code: PlanSign
    groups: tuple[str, ...]
    figures: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {"code": self.code.value, "groups": list(self.groups), "figures": dict(self.figures)}


@dataclass(frozen=True)
class PlanOutlook:
    """What `simulate_plan` found. `curve` is empty and `detectable` None where M is not identifiable."""

    expected: Expected
    options: PlanOptions
    is_identifiable: bool
    smallest_p: float | None
    curve: tuple[PowerPoint, ...]
    detectable: DetectableGap | None
    intervals: tuple[ExpectedInterval, ...]
    observations: tuple[PlanObservation, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "expected": self.expected.to_dict(),
            "options": self.options.to_dict(),
            "is_identifiable": self.is_identifiable,
            "smallest_p": self.smallest_p,
            "curve": [point.to_dict() for point in self.curve],
            "detectable": None if self.detectable is None else self.detectable.to_dict(),
            "intervals": [interval.to_dict() for interval in self.intervals],
            "observations": [observation.to_dict() for observation in self.observations],
        }


def simulate_plan(
    design: Design,
    expected: Expected,
    *,
    options: PlanOptions | None = None,
    progress: Progress = silent,
) -> PlanOutlook:
    """Simulate a study's own design: what gap can it detect, how wide will its intervals be.

    Ratings are drawn from the normal model of `Expected`, rounded to the scale, on the cells of the
    design; each table is analysed as a report would: the test of M by permuting labels over
    whole raters within blocks, intervals of M, RMS gap and each group's alpha by `misalignment` and
    `alpha`. The intervals are those at the gap of `expected`; the curve replaces that gap by the options'.
    `progress` may raise to stop the work.

    >>> from rating.agreement.planning import GroupPlan
    >>> design = Design((GroupPlan("peer", 4), GroupPlan("clinician", 4)), n_items=10)
    >>> found = simulate_plan(design, Expected(shift=0.5), options=PlanOptions(n_simulations=20))
    >>> round(found.smallest_p, 4)  # 2 of the 70 ways to name four of eight raters
    0.0286
    """
    options = options or PlanOptions()
    is_identifiable = can_compare(design)
    curve: tuple[PowerPoint, ...] = ()
    detectable = None
    if is_identifiable:
        curve = power_curve(design, expected, options, part_of(progress, 0.0, CURVE))
        detectable = detectable_gap(design, expected, curve, options, part_of(progress, CURVE, FOUND))
    start = FOUND if is_identifiable else 0.0
    intervals = expected_intervals(design, expected, options, part_of(progress, start, 1.0))
    return PlanOutlook(
        expected=expected,
        options=options,
        is_identifiable=is_identifiable,
        smallest_p=smallest_p(design),
        curve=curve,
        detectable=detectable,
        intervals=intervals,
        observations=tuple(observe_plan(design, options.level)),
    )


def can_compare(design: Design) -> bool:
    """Whether some item can get two ratings from each of two groups: else M is not identifiable."""
    if len(design.groups) < 2:
        return False
    if design.allocation is None:
        return min(design.per_item(0), design.per_item(1)) >= 2
    counts = [design.allocation[:, design.side == side].sum(axis=1) for side in (0, 1)]
    return bool((np.minimum(*counts) >= 2).any())


def smallest_p(design: Design) -> float | None:
    """The smallest p that permuting whole raters within blocks can reach, whatever the ratings."""
    if len(design.groups) < 2:
        return None
    # No labelling is drawn: with a limit of zero only their number is worked out.
    plan = relabellings(design.side, design.block, n_draws=1, rng=np.random.default_rng(0), exact_limit=0)
    return plan.n_alike / plan.n_possible


def observe_plan(design: Design, level: float) -> Iterator[PlanObservation]:
    """What to know of a plan before anybody rates."""
    names = tuple(group.name for group in design.groups)
    for side, group in enumerate(design.groups):
        per_item = design.per_item(side)
        if per_item < 2:
            yield PlanObservation(PlanSign.TOO_FEW_PER_ITEM, (group.name,), {"per_item": per_item})
        if group.n_raters < MIN_RATERS:
            yield PlanObservation(PlanSign.NO_INTERVAL, (group.name,), {"n_raters": group.n_raters})
    if len(names) < 2:
        return
    if not can_compare(design):
        yield PlanObservation(PlanSign.NOT_IDENTIFIABLE, names, {})
    if design.n_blocks == 1 and not design.is_complete:
        yield PlanObservation(PlanSign.INCOMPLETE_UNBLOCKED_PLAN, names, {})
    sizes = [group.n_raters for group in design.groups]
    if max(sizes) > UNEQUAL_SIZES * min(sizes):
        yield PlanObservation(PlanSign.LOPSIDED_GROUPS, names, {"n_raters": sizes})
    smallest = smallest_p(design)
    if smallest is not None and smallest > level:
        yield PlanObservation(PlanSign.COARSE_TEST, names, {"smallest_p": smallest, "level": level})
