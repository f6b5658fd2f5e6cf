"""How many raters each group needs for a given power, or for intervals of a given width."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from rating.agreement.errors import AgreementInputError
from rating.agreement.planning.design import Design
from rating.agreement.planning.expected import Expected
from rating.agreement.planning.limits import MAX_RATERS
from rating.agreement.planning.options import PlanOptions, Progress, part_of, silent
from rating.agreement.planning.outlook import can_compare
from rating.agreement.planning.power import power_at
from rating.agreement.planning.widths import expected_intervals

Goal = Literal["power", "m", "rms_gap", "alpha"]


@dataclass(frozen=True)
class RatersNeeded:
    """The smallest number of raters per group found to reach the target, None if none up to `most` did.

    `tried`: (raters a group, power or width reached, its Monte-Carlo error) in the order tried; the value
    is None where such a plan has no interval.
    """

    goal: Goal
    target: float
    n_raters: int | None
    most: int
    tried: tuple[tuple[int, float | None, float | None], ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        names = ("n_raters", "value", "std_error")
        return {
            "goal": self.goal,
            "target": self.target,
            "n_raters": self.n_raters,
            "most": self.most,
            "tried": [dict(zip(names, row, strict=True)) for row in self.tried],
        }


def raters_needed(
    design: Design,
    expected: Expected,
    *,
    goal: Goal = "power",
    target: float = 0.8,
    most: int = 40,
    options: PlanOptions | None = None,
    progress: Progress = silent,
) -> RatersNeeded:
    """Search by halving for the number of raters in each group, up to `most`.

    `goal` power: the test of M finds the gap of `expected` with power `target` or more. `m`, `rms_gap`,
    `alpha`: the mean width of that interval (alpha: of the wider group) is `target` or less. Ratings per
    item stay as planned; where everybody rates everything they grow with the raters. All sizes are
    simulated from the same seed, so the search does not wander; the values in `tried` carry their error.

    Raises AgreementInputError `bad_option`: unknown goal, one group where two are needed, a fixed
    allocation, `most` out of range.
    """
    options = options or PlanOptions()
    least = _least(design)
    _check(design, goal, least, most)
    tried: dict[int, tuple[float | None, float | None]] = {}
    n_steps = (most - least).bit_length() + 1

    def reaches(n_raters: int) -> bool:
        told = part_of(progress, len(tried) / n_steps, min(1.0, (len(tried) + 1) / n_steps))
        tried[n_raters] = _reached(design.with_raters(n_raters), expected, goal, options, told)
        value = tried[n_raters][0]
        return value is not None and (value >= target if goal == "power" else value <= target)

    found = most if reaches(most) else None
    low, high = least, most
    while found is not None and low < high:
        middle = (low + high) // 2
        if reaches(middle):
            found = high = middle
        else:
            low = middle + 1
    rows = tuple((n_raters, *values) for n_raters, values in tried.items())
    return RatersNeeded(goal, target, found, most, rows)


def _least(design: Design) -> int:
    """The fewest raters that fill the blocks and give every item its ratings."""
    wanted = max(group.per_item or 2 for group in design.groups)
    return max(2, wanted * design.n_blocks)


def _check(design: Design, goal: Goal, least: int, most: int) -> None:
    if goal not in get_args(Goal):
        raise AgreementInputError("bad_option", f"No goal is called {goal!r}.")
    if goal != "alpha" and len(design.groups) < 2:
        raise AgreementInputError("bad_option", "A gap needs two groups.")
    if not least <= most <= MAX_RATERS:
        raise AgreementInputError("bad_option", f"The search ends between {least} and {MAX_RATERS} raters.")


def _reached(
    design: Design, expected: Expected, goal: Goal, options: PlanOptions, progress: Progress
) -> tuple[float | None, float | None]:
    """Power or mean width of a design, with its Monte-Carlo error."""
    if goal == "power":
        if not can_compare(design):
            return 0.0, 0.0
        point = power_at(design, expected, getattr(expected, options.vary), options, progress)
        return point.power, point.std_error
    intervals = expected_intervals(design, expected, options, progress)
    widths = [(part.width, part.width_error) for part in intervals if part.statistic == goal]
    if any(width is None for width, _ in widths):
        return None, None
    return max(widths, key=lambda pair: pair[0] or 0.0)
