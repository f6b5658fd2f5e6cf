# mypy: disable-error-code="operator,arg-type,list-item"
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from rating.agreement import (
    IntervalOptions,
    Ratings,
    Reason,
    Scale,
    ac1,
    alpha,
    cross_replication_reliability,
    percent_agreement,
)
from tests.agreement.conftest import long_table, ratings_of

THREE = Scale((1, 2, 3), "ordinal")
PLAIN = IntervalOptions(method="none")
MATRIX = [
    [1, 2, 3, 3, 1, None, 2, 1],
    [1, 2, 2, 3, 1, 3, None, 2],
    [1, 3, 3, 3, 2, 3, 2, 1],
    [None, 2, 3, 2, 1, 3, 1, 1],
]


def leave_one_out(coefficient: Any, matrix: Any) -> Any:
    """Standard error from recomputing on tables without an item, then without a rater."""
    without_items = [coefficient([row[:i] + row[i + 1 :] for row in matrix]) for i in range(len(matrix[0]))]
    without_raters = [coefficient(matrix[:r] + matrix[r + 1 :]) for r in range(len(matrix))]
    return sum((len(x) - 1) * np.var(x) for x in (without_items, without_raters)) ** 0.5


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_jackknife_of_alpha_equals_recomputing_it_on_smaller_tables(level: Any) -> None:
    result = alpha(ratings_of(THREE, peer=MATRIX), level=level)
    expected = leave_one_out(
        lambda matrix: alpha(ratings_of(THREE, peer=matrix), level=level, options=PLAIN).estimate, MATRIX
    )
    reach = student.ppf(0.975, 3) * expected
    assert result.interval.std_error == pytest.approx(expected, abs=1e-12)
    assert (result.low, result.high) == pytest.approx(
        (result.estimate - reach, min(1, result.estimate + reach))
    )


@pytest.mark.parametrize("coefficient", [percent_agreement, ac1])
def test_jackknife_of_other_coefficients_equals_recomputing_them(coefficient: Any) -> None:
    def plain(matrix: Any) -> Any:
        return coefficient(ratings_of(THREE, peer=matrix), options=PLAIN).estimate

    result = coefficient(ratings_of(THREE, peer=MATRIX))
    assert result.interval.std_error == pytest.approx(leave_one_out(plain, MATRIX), abs=1e-12)


def test_jackknife_of_xrr_leaves_raters_out_within_their_group() -> None:
    x, y = MATRIX[:3], [[1, 2, 2, 3, 1, 2, 2, 3], [2, 2, 3, 3, 1, 3, 2, 1], [1, 1, 3, 3, 2, 3, 3, 1]]

    def plain(one: Any, other: Any) -> Any:
        ratings = ratings_of(THREE, x=one, y=other)
        return cross_replication_reliability(ratings, "x", "y", options=PLAIN).estimate

    def without(rows: Any, place: Any) -> Any:
        return rows[:place] + rows[place + 1 :]

    items = [plain([without(row, i) for row in x], [without(row, i) for row in y]) for i in range(8)]
    raters = [[plain(without(x, r), y) for r in range(3)], [plain(x, without(y, r)) for r in range(3)]]
    variance = 7 * np.var(items) + sum(2 * np.var(part) for part in raters)
    interval = cross_replication_reliability(ratings_of(THREE, x=x, y=y), "x", "y").interval
    assert interval.std_error == pytest.approx(variance**0.5, abs=1e-12)
    assert interval.df == 4


def test_jackknife_leaves_out_whole_conversations() -> None:
    frame = long_table(MATRIX)
    frame["cluster"] = frame["item"].str[-1].astype(int) // 2
    result = alpha(Ratings.from_frame(frame, THREE))
    pairs = [
        alpha(Ratings.from_frame(frame[frame["cluster"] != c], THREE), options=PLAIN).estimate
        for c in range(4)
    ]
    raters = [
        alpha(Ratings.from_frame(frame[frame["rater"] != r], THREE), options=PLAIN).estimate
        for r in frame["rater"].unique()
    ]
    expected = (3 * np.var(pairs) + 3 * np.var(raters)) ** 0.5
    assert result.interval.std_error == pytest.approx(expected, abs=1e-12)


def test_jackknife_of_two_raters_has_no_interval() -> None:
    result = alpha(ratings_of(THREE, peer=MATRIX[:2]))
    assert (result.low, result.interval.reason) == (None, Reason.TOO_FEW_RATERS)


def test_jackknife_needs_three_raters_in_every_pooled_group() -> None:
    result = alpha(ratings_of(THREE, peer=MATRIX[:3], clinician=MATRIX[3:]))
    assert result.interval.reason is Reason.TOO_FEW_RATERS


def test_jackknife_of_one_item_has_no_interval() -> None:
    result = alpha(ratings_of(THREE, peer=[[1], [2], [1]]))
    assert result.interval.reason is Reason.ONE_ITEM


def test_jackknife_gives_up_when_one_item_holds_all_variation() -> None:
    result = alpha(ratings_of(THREE, peer=[[1, 1, 1, 2], [1, 1, 1, 2], [1, 1, 1, 3]]))
    assert result.interval.reason is Reason.UNDEFINED_RESAMPLES
    assert result.interval.n_degenerate == 1


def test_rater_without_a_pair_does_not_count() -> None:
    # A fourth rater alone on an item of his own is no third degree of freedom.
    matrix = [[1, 2, 3, 1, None], [1, 2, 2, 1, None], [1, 3, 3, 2, None], [None, None, None, None, 3]]
    result = alpha(ratings_of(THREE, peer=matrix))
    assert (result.basis.n_raters, result.interval.df) == (3, 2)


def test_one_sided_table_of_many_raters_with_few_ratings_each_has_an_interval() -> None:
    rng = np.random.default_rng(0)
    rows = [(i, f"r{rng.integers(40)}", "g", int(rng.integers(1, 4))) for i in range(60) for _ in range(4)]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"]).drop_duplicates(["item", "rater"])
    result = alpha(Ratings.from_frame(frame, THREE))
    assert result.low < result.estimate < result.high
