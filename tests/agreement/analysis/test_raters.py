from typing import Any

import pytest

from rating.agreement import Scale, alpha, analyse_question
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


def raters(scale: Any, **groups: Any) -> Any:
    return {
        row["rater"]: row for row in analyse_question(ratings_of(scale, **groups), n_permutations=0).raters
    }


def test_rater_is_described_by_counts_mean_spread_and_commonest_answer() -> None:
    row = raters(FIVE, peer=[[1, 1, 4], [2, 2, 2]])["peer-000"]
    assert (row["group"], row["kind"], row["n_ratings"], row["mean"]) == ("peer", "human", 3, 2.0)
    assert row["sd"] == pytest.approx(3**0.5)
    assert (row["top_value"], row["top_share"]) == (1, pytest.approx(2 / 3))


def test_difference_is_from_the_mean_of_the_others_of_the_group_on_shared_items() -> None:
    found = raters(FIVE, peer=[[5, 3, 1], [1, 3, None], [3, 3, None]], patient=[[1, 1, 1]])
    # (5 - 2) and (3 - 3); the third item has nobody to compare with.
    assert (found["peer-000"]["n_compared"], found["peer-000"]["difference"]) == (2, 1.5)
    assert found["peer-001"]["difference"] == pytest.approx(((1 - 4) + 0) / 2)
    assert (found["patient-000"]["n_compared"], found["patient-000"]["difference"]) == (0, None)


def test_rater_is_left_out_of_the_own_group_alone() -> None:
    found = raters(FIVE, peer=[[5, 3, 1], [1, 3, 2], [3, 3, 2]], patient=[[1, 1, 1], [1, 2, 1], [1, 4, 5]])
    ratings = ratings_of(FIVE, peer=[[5, 3, 1], [1, 3, 2]])
    left_out = found["peer-002"]["leave_one_out"]
    assert left_out["alpha_without"]["estimate"] == pytest.approx(alpha(ratings).estimate)
    # Two ways to the same difference.
    for row in found.values():
        assert row["leave_one_out"]["offset"]["estimate"] == pytest.approx(row["difference"])


def test_rater_on_a_nominal_scale_has_no_mean_and_no_difference() -> None:
    row = raters(Scale(("x", "y", "z"), "nominal"), peer=[["x", "y"], ["x", "z"]])["peer-000"]
    assert (row["mean"], row["sd"], row["difference"], row["n_compared"]) == (None, None, None, 0)


def test_rater_without_a_rating_is_not_listed() -> None:
    assert list(raters(FIVE, peer=[[1, 2], [None, None]])) == ["peer-000"]
