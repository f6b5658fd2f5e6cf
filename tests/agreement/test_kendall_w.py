from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import Reason, Scale, kendall_w
from rating.agreement.statistics.kendall_w import concordance_test
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


@pytest.mark.shared
def test_kendall_w_of_video_ratings_is_what_irr_gives(oracle: Any) -> None:
    example = oracle("irr_video_kendall")
    expected, tolerance = example["expected"], example["tolerance"]
    ratings = ratings_of(FIVE, peer=example["data"])
    corrected, plain = kendall_w(ratings), kendall_w(ratings, is_tie_corrected=False)
    assert corrected.estimate == pytest.approx(expected["W_tie_corrected"], abs=tolerance)
    assert plain.estimate == pytest.approx(expected["W_uncorrected"], abs=tolerance)
    found = concordance_test(np.array(example["data"], dtype=np.float64).T)
    assert found == pytest.approx((expected["chisq"], expected["p"]), abs=tolerance)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(1, 5), min_size=4, max_size=4), min_size=3, max_size=8))
def test_kendall_w_lies_between_0_and_1_and_reads_ranks_only(rows: Any) -> None:
    matrix = list(zip(*rows, strict=True))
    stretched = [[value**2 for value in row] for row in matrix]
    one = kendall_w(ratings_of(FIVE, peer=matrix))
    other = kendall_w(ratings_of(Scale((1, 4, 9, 16, 25), "ordinal"), peer=stretched))
    assert one.reason is other.reason
    if one.estimate is not None:
        assert one.estimate == pytest.approx(other.estimate, abs=1e-12)
        assert -1e-12 <= one.estimate <= 1 + 1e-12


def test_raters_of_one_order_and_of_opposite_orders() -> None:
    alike = kendall_w(ratings_of(FIVE, peer=[[1, 2, 3], [2, 3, 5], [1, 4, 5]]))
    opposite = kendall_w(ratings_of(FIVE, peer=[[1, 2, 3], [3, 2, 1]]))
    assert (alike.estimate, opposite.estimate) == (1.0, 0.0)
    assert opposite.interval.reason is Reason.TOO_FEW_RATERS


def test_raters_who_tell_no_items_apart_leave_it_undefined() -> None:
    assert kendall_w(ratings_of(FIVE, peer=[[3, 3, 3], [2, 2, 2]])).reason is Reason.ONE_CATEGORY
