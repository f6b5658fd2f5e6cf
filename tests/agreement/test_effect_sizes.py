from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import IntervalOptions, Reason, Scale, cliff_delta, hedges_g
from tests.agreement.conftest import ratings_of

PLAIN = IntervalOptions(method="none")
FIFTY = Scale(tuple(range(10, 60, 10)), "interval")


def on_one_item(first: Any, second: Any) -> Any:
    return ratings_of(FIFTY, g=[[value] for value in first], h=[[value] for value in second])


@pytest.mark.shared
def test_effect_sizes_are_those_of_the_effsize_package(oracle: Any) -> None:
    example = oracle("effsize_cliff_hedges")
    ratings = on_one_item(example["data"]["treatment"], example["data"]["control"])
    expected, tolerance = example["expected"], example["tolerance"]
    hedges, cliff = hedges_g(ratings, "g", "h", options=PLAIN), cliff_delta(ratings, "g", "h", options=PLAIN)
    assert hedges.estimate == pytest.approx(expected["hedges_g"], abs=tolerance)
    assert cliff.estimate == pytest.approx(expected["cliffs_delta"], abs=tolerance)


LEVELS = st.lists(st.sampled_from([10, 20, 30, 40, 50]), min_size=2, max_size=8)


@settings(max_examples=60, deadline=None)
@given(LEVELS, LEVELS)
def test_cliffs_delta_counts_pairs(first: Any, second: Any) -> None:
    signs = [(x > y) - (x < y) for x in first for y in second]
    result = cliff_delta(on_one_item(first, second), "g", "h", options=PLAIN)
    assert result.estimate == pytest.approx(sum(signs) / len(signs), abs=1e-12)


def test_ratings_of_items_that_one_group_did_not_rate_are_left_out() -> None:
    ratings = ratings_of(FIFTY, g=[[10, 50], [20, 50]], h=[[20, None], [30, None]])
    result = hedges_g(ratings, "g", "h", options=PLAIN)
    # Means 15 and 25, pooled variance 50, N = 4: -10 / root 50 x (1 - 3/7).
    assert result.estimate == pytest.approx(-10 / 50**0.5 * 4 / 7)
    assert [(part.group, part.n) for part in result.basis.left_out] == [("g", 2)]


def test_groups_that_do_not_vary_have_no_standardised_difference() -> None:
    ratings = on_one_item([10, 10], [20, 20])
    assert hedges_g(ratings, "g", "h").reason is Reason.ONE_CATEGORY
    assert cliff_delta(ratings, "g", "h").estimate == -1.0
