# mypy: disable-error-code="operator,arg-type,list-item"
import math
from typing import Any

import pytest

from rating.agreement import (
    IntervalOptions,
    Reason,
    Scale,
    alpha,
    cross_replication_reliability,
    normalised_cross_replication_reliability,
)
from rating.agreement.statistics.xrr import CrossReplicationKernel
from tests.agreement.conftest import ratings_of

PLAIN = IntervalOptions(method="none")


@pytest.fixture
def unit_test(oracle: Any) -> Any:
    example = oracle("xrr_google_unit_test")
    (a, b), (c, d) = example["params"]["group1_rows"], example["params"]["group2_rows"]
    rows = example["data"]
    return example, rows[a : b + 1], rows[c : d + 1]


@pytest.mark.shared
def test_xrr_of_the_published_unit_test_is_its_value(unit_test: Any) -> None:
    example, x, y = unit_test
    result = cross_replication_reliability(ratings_of(Scale((0, 1), "nominal"), x=x, y=y), "x", "y")
    assert result.estimate == pytest.approx(example["expected"]["kappa_x"], abs=example["tolerance"])


@pytest.mark.shared
def test_xrr_disagreements_of_the_published_unit_test_are_its_values(unit_test: Any) -> None:
    example, x, y = unit_test
    scale = Scale((0, 1), "nominal")
    tally = ratings_of(scale, x=x, y=y).tally(["x"], ["y"])
    kernel = CrossReplicationKernel("nominal", scale.scores)
    observed, expected = kernel.disagreements(kernel.totals(tally.counts, tally.counts).sum(axis=0))
    assert observed == pytest.approx(example["expected"]["observed_disagreement"], abs=example["tolerance"])
    assert expected == pytest.approx(example["expected"]["expected_disagreement"], abs=example["tolerance"])


@pytest.mark.shared
def test_xrr_ignores_items_that_one_side_alone_rated(unit_test: Any) -> None:
    _, x, y = unit_test
    scale = Scale((0, 1), "nominal")
    plain = cross_replication_reliability(ratings_of(scale, x=x, y=y), "x", "y")
    wider = ratings_of(scale, x=[[*row, 1, None] for row in x], y=[[*row, None, 0] for row in y])
    result = cross_replication_reliability(wider, "x", "y")
    assert result.estimate == plain.estimate
    assert {(part.group, part.n) for part in result.basis.left_out} == {("x", 3), ("y", 2)}


def test_xrr_at_the_interval_level_follows_from_the_definition() -> None:
    # Item 0: x 1, 2, y 3: weight 3/2, distances 4 + 1; item 1: x 2, y 2: weight 2, distance 0.
    # d_o = (1.5 * 5 + 0) / (3 + 2) = 1.5; d_e over x {1, 2, 2} and y {3, 2}: (4 + 1 + 1 + 1) / 6 = 7/6.
    ratings = ratings_of(Scale((1, 2, 3), "interval"), x=[[1, 2], [2, None]], y=[[3, 2]])
    result = cross_replication_reliability(ratings, "x", "y", options=PLAIN)
    assert result.estimate == pytest.approx(1 - 1.5 / (7 / 6))


def test_xrr_at_the_ordinal_level_uses_marginals_of_both_groups() -> None:
    # Pooled marginals of 1, 2, 3: 1, 3, 1; mid-ranks .5, 2.5, 4.5: distances 4 and 16 instead of 1 and 4.
    ratings = ratings_of(Scale((1, 2, 3), "ordinal"), x=[[1, 2], [2, None]], y=[[3, 2]])
    result = cross_replication_reliability(ratings, "x", "y", options=PLAIN)
    assert result.estimate == pytest.approx(1 - (1.5 * 20 / 5) / (28 / 6))


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_xrr_does_not_depend_on_which_group_comes_first(level: Any) -> None:
    ratings = ratings_of(
        Scale((1, 2, 3), "ordinal"), x=[[1, 2, 3, 1], [1, 2, 2, 3]], y=[[2, 2, 3, 1], [1, 3, 2, None]]
    )
    one = cross_replication_reliability(ratings, "x", "y", level=level, options=PLAIN)
    other = cross_replication_reliability(ratings, "y", "x", level=level, options=PLAIN)
    assert one.estimate == pytest.approx(other.estimate, abs=1e-14)


def test_xrr_without_shared_items_says_so() -> None:
    ratings = ratings_of(Scale((1, 2), "nominal"), x=[[1, None]], y=[[None, 2]])
    assert cross_replication_reliability(ratings, "x", "y").reason is Reason.NO_SHARED_ITEMS


def test_xrr_with_a_silent_group_says_so() -> None:
    ratings = ratings_of(Scale((1, 2), "nominal"), x=[[1, 2]], y=[[None, None]])
    assert cross_replication_reliability(ratings, "x", "y").reason is Reason.NO_RATINGS


def test_xrr_of_constant_ratings_is_undefined() -> None:
    ratings = ratings_of(Scale((1, 2), "nominal"), x=[[1, 1]], y=[[1, 1]])
    assert cross_replication_reliability(ratings, "x", "y").reason is Reason.ONE_CATEGORY


def agreeing(shift: Any) -> Any:
    rows = [[1, 2, 3, 4, 5, 1, 2, 3, 4, 5]] * 3
    rows[0] = [1, 2, 3, 4, 4, 1, 2, 3, 4, 5]
    return [[min(5, value + shift) for value in row] for row in rows]


def test_normalised_xrr_divides_by_both_alphas() -> None:
    ratings = ratings_of(Scale((1, 2, 3, 4, 5), "interval"), x=agreeing(0), y=agreeing(1))
    parts = [alpha(ratings, group=group).estimate for group in "xy"]
    cross = cross_replication_reliability(ratings, "x", "y").estimate
    result = normalised_cross_replication_reliability(ratings, "x", "y")
    assert result.estimate == pytest.approx(cross / math.sqrt(parts[0] * parts[1]), abs=1e-12)
    assert result.low < result.estimate < result.high


def test_normalised_xrr_rests_on_alphas_of_items_outside_the_shared_ones() -> None:
    more = [[1, 5], [1, 5], [2, 5]]
    x = [row + extra for row, extra in zip(agreeing(0), more, strict=True)]
    y = [[*row, None, None] for row in agreeing(1)]
    ratings = ratings_of(Scale((1, 2, 3, 4, 5), "interval"), x=x, y=y)
    parts = [alpha(ratings, group=group).estimate for group in "xy"]
    assert parts[0] != alpha(ratings_of(ratings.scale, x=agreeing(0)), group="x").estimate
    cross = cross_replication_reliability(ratings, "x", "y").estimate
    result = normalised_cross_replication_reliability(ratings, "x", "y")
    assert result.estimate == pytest.approx(cross / math.sqrt(parts[0] * parts[1]), abs=1e-12)


def test_normalised_xrr_is_withheld_when_an_alpha_may_be_zero() -> None:
    noise = [[1, 5, 2, 4, 3, 1], [5, 1, 3, 2, 4, 2], [2, 3, 5, 1, 1, 4]]
    ratings = ratings_of(Scale((1, 2, 3, 4, 5), "interval"), x=noise, y=[row[::-1] for row in noise])
    assert (
        normalised_cross_replication_reliability(ratings, "x", "y").reason is Reason.DENOMINATOR_TOUCHES_ZERO
    )


def test_normalised_xrr_is_withheld_when_an_alpha_has_no_interval() -> None:
    ratings = ratings_of(Scale((1, 2, 3), "interval"), x=[[1, 2, 3], [1, 2, 2]], y=[[1, 2, 3], [1, 3, 3]])
    assert (
        normalised_cross_replication_reliability(ratings, "x", "y").reason
        is Reason.DENOMINATOR_WITHOUT_INTERVAL
    )


def test_normalised_xrr_without_an_alpha_is_undefined() -> None:
    ratings = ratings_of(Scale((1, 2), "nominal"), x=[[1, 2]], y=[[1, 2], [1, 2], [1, 2]])
    assert normalised_cross_replication_reliability(ratings, "x", "y").reason is Reason.DENOMINATOR_UNDEFINED
