"""How often nominal 95 % intervals hold the truth, and how often the test rejects true nulls.

    python -m benchmarks.coverage_of_intervals [--runs 2000] [--seed 1] [--only coverage|size]

prints the tables of docs/methods.md with their Monte-Carlo error; half an hour on
one core. Ratings come from the planner's normal model, rounded to five levels (or two); the true M and
alpha are those among infinitely many raters and items, by quadrature (`true_misalignment`, `true_alpha`).
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from rating.agreement import Estimate, TestOptions, alpha, misalignment
from rating.agreement.arrays import Ints
from rating.agreement.planning import Design, Expected, GroupPlan, true_alpha, true_misalignment
from rating.agreement.planning.expected import draw_levels
from rating.agreement.planning.relabelled import p_values
from rating.agreement.planning.widths import simulated_ratings

BY_PARTS = TestOptions(n_permutations=0)
PLAIN = TestOptions(n_permutations=0, interval="two_way_jackknife")
CHUNK = 50

POPULATIONS = {
    "groups differ": Expected(item=0.8, rater=0.3, residual=0.8, shift=0.6, item_gap=0.3),
    "groups alike": Expected(item=0.8, rater=0.3, residual=0.8),
    "severe raters": Expected(item=0.8, rater=0.7, residual=0.8, shift=0.8, item_gap=0.3),
    "severe raters, yes/no": Expected(item=0.8, rater=0.7, residual=0.8, shift=0.8, item_gap=0.3),
}
PATTERNS = ("complete", "30 % missing", "2 of each group")
NULL = Expected(item=0.8, rater=0.5, residual=0.8)


@dataclass(frozen=True)
class Covered:
    """Share of intervals that held the truth with its Monte-Carlo error, mean width, runs without one."""

    share: float
    error: float
    width: float
    without: float

    def __str__(self) -> str:
        absent = f", none in {self.without:.3f}" if self.without else ""
        return f"{self.share:.3f} ({self.width:.2f}{absent})"


def two_groups(
    n_raters: int, n_items: int, *, per_item: int | None = None, missing: float = 0.0, n_blocks: int = 1
) -> Design:
    """Two groups of as many raters."""
    groups = tuple(GroupPlan(name, n_raters, per_item) for name in "gh")
    return Design(groups, n_items, n_blocks=n_blocks, share_missing=missing)


def n_levels_of(population: str) -> int:
    return 2 if population.endswith("yes/no") else 5


def designs() -> Iterator[tuple[str, Design]]:
    """Every pattern of who rates what, by number of raters and items."""
    for pattern in PATTERNS:
        for n_raters in (3, 6, 12):
            for n_items in (40, 150):
                per_item = 2 if pattern == "2 of each group" else None
                missing = 0.3 if pattern == "30 % missing" else 0.0
                name = f"{pattern}, {n_raters} + {n_raters} raters, {n_items} items"
                yield name, two_groups(n_raters, n_items, per_item=per_item, missing=missing)


def coverage(design: Design, expected: Expected, *, n_runs: int, seed: int) -> dict[str, Covered]:
    """Coverage of the intervals of M (both), and of the first group's alpha at two levels."""
    m = true_misalignment(design, expected)
    truths = {"M by parts": m, "M plain": m}
    truths |= {f"alpha {level}": true_alpha(design, expected, 0, level) for level in ("interval", "ordinal")}
    limits: dict[str, list[tuple[float, float]]] = {name: [] for name in truths}
    for start in range(0, n_runs, CHUNK):
        rng = np.random.default_rng([seed, start])
        for table in draw_levels(design, expected, rng, min(CHUNK, n_runs - start)):
            for name, estimate in _estimates(design, table).items():
                if estimate.low is not None and estimate.high is not None:
                    limits[name].append((estimate.low, estimate.high))
    return {name: _covered(np.array(limits[name]), truths[name], n_runs) for name in truths}


def _estimates(design: Design, table: Ints) -> dict[str, Estimate]:
    ratings = simulated_ratings(design, table)
    return {
        "M by parts": misalignment(ratings, "g", "h", options=BY_PARTS).m,
        "M plain": misalignment(ratings, "g", "h", options=PLAIN).m,
        "alpha interval": alpha(ratings, group="g", level="interval"),
        "alpha ordinal": alpha(ratings, group="g", level="ordinal"),
    }


def _covered(
    limits: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", truth: float, n_runs: int
) -> Covered:
    n = len(limits)
    if not n:
        return Covered(float("nan"), float("nan"), float("nan"), 1.0)
    held = (limits[:, 0] <= truth + 1e-9) & (truth - 1e-9 <= limits[:, 1])
    share = float(held.mean())
    error = (max(share * (1 - share), 0.25 / n) / n) ** 0.5
    return Covered(share, error, float((limits[:, 1] - limits[:, 0]).mean()), 1 - n / n_runs)


def null_designs() -> Iterator[tuple[str, Design]]:
    """Plans under which the groups do not differ, for the size of the test."""
    for n_raters in (4, 6, 8, 12):
        yield f"complete, {n_raters} + {n_raters}, 40 items", two_groups(n_raters, 40)
    yield "4 blocks of 3 + 3, 60 items", two_groups(12, 60, n_blocks=4)
    yield "2 blocks of 6 + 6, 60 items", two_groups(12, 60, n_blocks=2)
    yield "30 % missing, 6 + 6, 40 items", two_groups(6, 40, missing=0.3)
    yield "30 % missing, 12 + 12, 40 items", two_groups(12, 40, missing=0.3)
    yield "2 of each group an item, 6 + 6, 60 items", two_groups(6, 60, per_item=2)
    yield "2 of each group an item, 12 + 12, 60 items", two_groups(12, 60, per_item=2)
    yield "complete, 4 + 12, 40 items", Design((GroupPlan("g", 4), GroupPlan("h", 12)), 40)


def rejected(design: Design, *, n_runs: int, seed: int) -> tuple[float, float]:
    """Share of true nulls with p <= .05, and its Monte-Carlo error."""
    n_found = 0
    for start in range(0, n_runs, CHUNK):
        rng = np.random.default_rng([seed, start])
        levels = draw_levels(design, NULL, rng, min(CHUNK, n_runs - start))
        n_found += int(
            (p_values(design, levels, rng=rng, n_permutations=399, exact_limit=1000) <= 0.05).sum()
        )
    share = n_found / n_runs
    return share, (max(share * (1 - share), 0.25 / n_runs) / n_runs) ** 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("coverage", "size"))
    given = parser.parse_args()
    if given.only != "coverage":
        print("| true null, plan | rejected at .05 |\n|---|---|")
        for name, design in null_designs():
            share, error = rejected(design, n_runs=given.runs, seed=given.seed)
            print(f"| {name} | {share:.3f} ± {error:.3f} |", flush=True)
    if given.only != "size":
        print_coverage(given.runs, given.seed)


def print_coverage(n_runs: int, seed: int) -> None:
    """A table for M and one for alpha, populations side by side: coverage (mean width)."""
    start = time.perf_counter()
    found: dict[str, dict[str, dict[str, Covered]]] = {}
    for name, design in designs():
        found[name] = {}
        for population, expected in POPULATIONS.items():
            levels = replace(design, n_levels=n_levels_of(population))
            found[name][population] = coverage(levels, expected, n_runs=n_runs, seed=seed)
        print(f"{time.perf_counter() - start:.0f} s: {name}", file=sys.stderr, flush=True)
    print_table("M: plain → by parts", "M plain", "M by parts", " → ", found)
    print_table("alpha: interval / ordinal", "alpha interval", "alpha ordinal", " / ", found)
    errors = [cell.error for row in found.values() for cells in row.values() for cell in cells.values()]
    print(f"\nMonte-Carlo error at most {max(errors):.3f}")


def print_table(
    title: str, first: str, second: str, joint: str, found: dict[str, dict[str, dict[str, Covered]]]
) -> None:
    print(f"\n| {title} | {' | '.join(POPULATIONS)} |\n|---|{'---|' * len(POPULATIONS)}")
    for name, row in found.items():
        cells = [f"{cell[first]}{joint}{cell[second]}" for cell in row.values()]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
