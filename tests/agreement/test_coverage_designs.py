"""Coverage on every kind of plan, as benchmarks/coverage_of_intervals.py prints it for docs/methods.md."""

from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.coverage_of_intervals import (
    POPULATIONS,
    coverage,
    designs,
    null_designs,
    rejected,
    two_groups,
)
from rating.agreement import Ratings, Scale, TestOptions, misalignment, overall_misalignment
from rating.agreement.distances import absolute_distance, mid_ranks, nominal_distance, squared_distance
from rating.agreement.planning import Design, Expected
from rating.agreement.planning.expected import draw_levels, level_shares
from rating.agreement.planning.widths import simulated_ratings

N_RUNS = 2000
NO_TEST = TestOptions(n_permutations=0)


@pytest.mark.slow
@pytest.mark.parametrize("population", [name for name in POPULATIONS if not name.endswith("yes/no")])
@pytest.mark.parametrize("design", [pytest.param(design, id=name) for name, design in designs()])
def test_intervals_of_m_and_alpha_hold_the_truth_at_least_93_times_of_100(
    population: str, design: Design
) -> None:
    found = coverage(design, POPULATIONS[population], n_runs=N_RUNS, seed=1)
    print(population, design, {name: f"{cell} ± {cell.error:.3f}" for name, cell in found.items()})  # noqa: T201
    assert min(found[name].share for name in ("M by parts", "alpha interval", "alpha ordinal")) >= 0.93


@pytest.mark.slow
@pytest.mark.parametrize(("name", "design"), list(null_designs()))
def test_permutation_test_rejects_true_nulls_as_rarely_as_promised(name: str, design: Design) -> None:
    share, error = rejected(design, n_runs=N_RUNS, seed=1)
    print(name, f"{share:.3f} ± {error:.3f}")  # noqa: T201
    assert share <= 0.07
    # Four against four reach .029 or .057 and nothing between; thin plans without blocks say so themselves.
    is_full = design.is_complete or design.n_blocks > 1
    if is_full and design.groups[0].n_raters == design.groups[1].n_raters > 4:
        assert share >= 0.03


OTHERS = [(6, 40), (6, 150), (12, 150)]


@pytest.mark.slow
@pytest.mark.parametrize("population", [name for name in POPULATIONS if not name.endswith("yes/no")])
@pytest.mark.parametrize(("n_raters", "n_items"), OTHERS)
@pytest.mark.parametrize("measurement", ["ordinal", "nominal"])
def test_intervals_of_m_under_other_distances_hold_the_truth_at_least_93_times_of_100(
    population: str, n_raters: int, n_items: int, measurement: str
) -> None:
    design, expected = two_groups(n_raters, n_items), POPULATIONS[population]
    scale = Scale((1, 2, 3, 4, 5), "nominal") if measurement == "nominal" else design.scale
    truths, held = true_gaps(design, expected), dict[str, list[bool]]()
    for ratings in tables(design, expected, scale):
        result = misalignment(ratings, "g", "h", options=NO_TEST)
        # Mid-ranks grow with the number of ratings: back to shares of it.
        unit = {"rank": sum(result.n_ratings.values()) ** 2}
        gaps = (
            {"nominal": result.m} if measurement == "nominal" else {k: v.m for k, v in result.others.items()}
        )
        for name, m in gaps.items():
            assert m.low is not None
            assert m.high is not None
            low, high = m.low / unit.get(name, 1), m.high / unit.get(name, 1)
            held.setdefault(name, []).append(low <= truths[name] <= high)
    shares = {name: float(np.mean(hits)) for name, hits in held.items()}
    print(population, n_raters, n_items, shares, "Monte-Carlo error 0.008")  # noqa: T201
    assert min(shares.values()) >= 0.93 - 0.008


THREE = [(0.3, 0.4), (0.3, 0.0), (0.7, 0.5), (0.7, 0.0)]


@pytest.mark.slow
@pytest.mark.parametrize(("rater", "shift"), THREE)
@pytest.mark.parametrize(("n_raters", "n_items"), [(3, 40), *OTHERS])
def test_interval_of_the_overall_score_holds_the_truth_at_least_93_times_of_100(
    rater: float, shift: float, n_raters: int, n_items: int
) -> None:
    rng = np.random.default_rng([n_raters, n_items])
    middles = 3 + np.random.default_rng(0).normal(0, 0.8, 400_000)
    spread = float(np.hypot(rater, 0.8))
    means = [level_shares(5, middles + move, spread) @ np.arange(1, 6) for move in (-shift, 0, shift)]
    pairs = ((0, 1), (0, 2), (1, 2))
    truth = float(np.mean([((means[a] - means[b]) ** 2).mean() for a, b in pairs]))
    side = np.repeat(np.arange(3), n_raters)
    held = []
    for _ in range(1000):
        latent = 3 + rng.normal(0, 0.8, (n_items, 1)) + (side - 1) * shift + rng.normal(0, rater, len(side))
        levels = np.clip(np.rint(latent + rng.normal(0, 0.8, (n_items, len(side)))), 1, 5).astype(int) - 1
        result = overall_misalignment(three_groups(levels, side), options=NO_TEST).m
        assert result.low is not None
        assert result.high is not None
        held.append(result.low <= truth <= result.high)
    print(rater, shift, n_raters, n_items, float(np.mean(held)), "Monte-Carlo error 0.008")  # noqa: T201
    assert np.mean(held) >= 0.93 - 0.008


def tables(design: Design, expected: Expected, scale: Scale) -> Iterator[Ratings]:
    """A thousand simulated tables on a scale."""
    for start in range(20):
        for table in draw_levels(design, expected, np.random.default_rng([5, start]), 50):
            drawn = simulated_ratings(design, table)
            yield Ratings(**{**vars(drawn), "scale": scale})


def true_gaps(design: Design, expected: Expected) -> dict[str, float]:
    """M under every other distance among many raters, over 400,000 items: -(p - q) D (p - q) / 2."""
    rng = np.random.default_rng(0)
    middle = 3 + rng.normal(0, expected.item, 400_000)
    half = (expected.shift + rng.normal(0, expected.item_gap, 400_000)) / 2
    spread = float(np.hypot(expected.rater, expected.residual))
    one, other = (level_shares(5, middle + sign * half, spread) for sign in (-1, 1))
    ranks = mid_ranks((one.mean(axis=0) + other.mean(axis=0)) / 2)
    distances = {
        "absolute": absolute_distance(design.scores),
        "rank": squared_distance(ranks),
        "nominal": nominal_distance(5),
    }
    apart = one - other
    return {name: float(-(((apart @ d) * apart).sum(axis=1) / 2).mean()) for name, d in distances.items()}


def three_groups(levels: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]", side: object) -> Ratings:
    item, rater = np.nonzero(levels >= 0)
    n_items, n_raters = levels.shape
    return Ratings(
        scale=Scale((1, 2, 3, 4, 5), "interval"),
        groups=("a", "b", "c"),
        items=tuple(str(number) for number in range(n_items)),
        raters=tuple(str(number) for number in range(n_raters)),
        rater_group=np.asarray(side),
        rater_block=np.zeros(n_raters, dtype=np.int64),
        item_cluster=np.arange(n_items),
        item=item,
        rater=rater,
        level=levels[item, rater],
        left_out=(),
    )
