# mypy: disable-error-code="operator,arg-type,list-item"
import math
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import Ratings, Reason, Scale, TestOptions, misalignment
from rating.agreement.resampling.relabelling import p_value, relabellings
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


def plan(side: Any, block: Any = None, **options: Any) -> Any:
    side = np.array(side)
    block = np.zeros(len(side), dtype=int) if block is None else np.array(block)
    return relabellings(side, block, **{"n_draws": 100, "rng": np.random.default_rng(0)} | options)


@pytest.mark.parametrize(("size", "smallest"), [(3, 0.1), (4, 2 / 70), (6, 2 / 924)])
def test_smallest_p_of_equal_groups_is_that_of_two_mirror_images(size: Any, smallest: Any) -> None:
    assert plan([0] * size + [1] * size).smallest_p == pytest.approx(smallest)


def test_two_against_two_raters_can_never_reach_a_third() -> None:
    assert plan([0, 0, 1, 1]).smallest_p == pytest.approx(1 / 3)


def test_unequal_groups_have_no_mirror_image() -> None:
    found = plan([0, 0, 1, 1, 1])
    assert (found.n_possible, found.n_alike, len(found.labels)) == (10, 1, 10)


def test_enumeration_holds_every_split_once() -> None:
    labels = plan([0, 0, 1, 1, 1]).labels
    chosen = {tuple(np.flatnonzero(row == 0).tolist()) for row in labels}
    assert chosen == set(combinations(range(5), 2))


def test_enumeration_of_equal_groups_keeps_one_of_each_mirror_image() -> None:
    labels = plan([0, 0, 0, 1, 1, 1]).labels
    assert len(labels) == 10
    assert len({tuple(sorted((tuple(row), tuple(1 - row)))) for row in labels}) == 10


def test_enumeration_of_three_groups_holds_every_arrangement() -> None:
    found = plan([0, 0, 1, 1, 2, 2])
    assert found.n_possible == len(np.unique(found.labels, axis=0)) == 90
    assert found.n_alike == math.factorial(3)


def test_enumeration_stays_within_blocks() -> None:
    found = plan([0, 1, 0, 0, 1], block=[0, 0, 1, 1, 1])
    assert found.n_possible == len(found.labels) == 2 * 3
    assert (np.sort(found.labels[:, :2], axis=1) == [0, 1]).all()
    assert (np.sort(found.labels[:, 2:], axis=1) == [0, 0, 1]).all()


def test_draws_stay_within_blocks() -> None:
    found = plan([0, 1] * 10, block=[0] * 10 + [1] * 10, exact_limit=0, n_draws=500)
    assert found.method == "monte_carlo"
    assert (found.labels[:, :10].sum(axis=1) == 5).all()
    assert (found.labels[:, 10:].sum(axis=1) == 5).all()
    assert len(np.unique(found.labels, axis=0)) > 400


def test_draws_cannot_reach_below_one_in_draws_plus_one() -> None:
    assert plan([0] * 8 + [1] * 8, exact_limit=0, n_draws=99).smallest_p == pytest.approx(0.01)


def test_p_counts_ties_and_undefined_relabellings_as_large() -> None:
    permuted = np.array([0.1, 0.3, 0.3 - 1e-14, np.nan, 0.2])
    assert p_value(0.3, permuted, "exact") == pytest.approx(3 / 5)
    assert p_value(0.3, permuted, "monte_carlo") == pytest.approx(4 / 6)


def test_p_of_a_clear_gap_is_the_smallest_the_design_can_reach() -> None:
    g, h = [[1, 2, 1], [1, 1, 2], [2, 1, 1]], [[5, 4, 5], [4, 5, 5], [5, 5, 4]]
    test = misalignment(ratings_of(FIVE, g=g, h=h), "g", "h").test
    assert (test.p, test.smallest_p, test.method, test.n_relabellings) == (0.1, 0.1, "exact", 20)
    assert test.share_kept == 1


def test_p_equals_that_of_a_loop_over_all_splits() -> None:
    rng = np.random.default_rng(2)
    rows = rng.integers(1, 6, size=(7, 4)).tolist()
    quiet = TestOptions(n_permutations=0)

    def m_of(chosen: Any) -> Any:
        g, h = [rows[r] for r in chosen], [rows[r] for r in range(7) if r not in chosen]
        found = misalignment(ratings_of(FIVE, g=g, h=h), "g", "h", options=quiet)
        return found.m.estimate, abs(found.direction.estimate)

    splits = [m_of(chosen) for chosen in combinations(range(7), 3)]
    observed = m_of((0, 1, 2))
    result = misalignment(ratings_of(FIVE, g=rows[:3], h=rows[3:]), "g", "h")
    for place, test in enumerate((result.test, result.direction_test)):
        expected = np.mean([split[place] >= observed[place] - 1e-12 for split in splits])
        assert test.p == pytest.approx(expected)


def test_random_draws_come_near_the_exact_p() -> None:
    rng = np.random.default_rng(4)
    g, h = (rng.integers(low, low + 4, size=(5, 6)).tolist() for low in (1, 2))
    ratings = ratings_of(FIVE, g=g, h=h)
    exact = misalignment(ratings, "g", "h").test
    drawn = misalignment(ratings, "g", "h", options=TestOptions(exact_limit=0, n_permutations=4000)).test
    # Four standard errors of a share of 4,000 draws.
    assert drawn.p == pytest.approx(exact.p, abs=4 * math.sqrt(exact.p * (1 - exact.p) / 4000) + 1 / 4001)


def test_share_of_items_kept_is_that_of_the_hypergeometric_law() -> None:
    # Two of six and two of six raters an item, without blocks: 4 raters split 2 and 2 with chance
    # C(6,2)^2 / C(12,4) = 225 / 495.
    rng = np.random.default_rng(1)
    matrices = []
    for _ in range(2):
        rows = np.full((6, 200), None, dtype=object)
        for item in range(200):
            rows[rng.choice(6, 2, replace=False), item] = rng.integers(1, 6, 2)
        matrices.append(rows.tolist())
    test = misalignment(ratings_of(FIVE, g=matrices[0], h=matrices[1]), "g", "h").test
    assert test.share_kept == pytest.approx(225 / 495, abs=1e-9)


def test_studentised_p_stands_beside_when_sizes_differ() -> None:
    rng = np.random.default_rng(6)
    g, h = rng.integers(1, 6, size=(3, 8)).tolist(), rng.integers(1, 6, size=(6, 8)).tolist()
    assert misalignment(ratings_of(FIVE, g=g, h=h), "g", "h").test.studentised_p is not None
    assert misalignment(ratings_of(FIVE, g=g, h=h[:4]), "g", "h").test.studentised_p is None


def test_blocks_of_one_group_each_leave_nothing_to_exchange() -> None:
    rows = [(i, f"{g}{r}", g, r + 1, g) for g in "gh" for r in range(3) for i in range(4)]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value", "block"])
    test = misalignment(Ratings.from_frame(frame, FIVE), "g", "h").test
    assert (test.p, test.reason, test.n_blocks) == (None, Reason.ONE_RELABELLING, 2)
