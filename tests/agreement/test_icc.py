from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import AgreementInputError, Reason, Scale, icc
from rating.agreement.statistics.icc import Anova, IccForm
from tests.agreement.conftest import ratings_of

TEN = Scale(tuple(range(1, 11)), "interval")
PUBLISHED = {"1,1": "ICC1", "2,1": "ICC2", "3,1": "ICC3", "1,k": "ICC1k", "2,k": "ICC2k", "3,k": "ICC3k"}


@pytest.mark.shared
@pytest.mark.parametrize(("form", "name"), PUBLISHED.items())
def test_icc_of_shrout_and_fleiss_table_has_the_published_value_and_limits(
    oracle: Any, form: Any, name: Any
) -> None:
    example = oracle("shrout_fleiss1979")
    expected, tolerance = example["expected"][name], example["tolerance"]
    result = icc(ratings_of(TEN, peer=example["data"]), form=form)
    assert result.estimate == pytest.approx(expected["estimate"], abs=tolerance)
    assert [result.low, result.high] == pytest.approx(expected["ci95"], abs=tolerance)


@pytest.mark.shared
def test_mean_squares_give_the_published_f(oracle: Any) -> None:
    example = oracle("shrout_fleiss1979")
    anova = Anova.of(np.array(example["data"], dtype=np.float64).T)
    expected = example["expected"]
    assert anova.items / anova.within == pytest.approx(expected["ICC1"]["F"], abs=1e-6)
    assert anova.items / anova.residual == pytest.approx(expected["ICC3"]["F"], abs=1e-6)


@pytest.mark.shared
def test_icc_does_not_drop_items_with_missing_cells(oracle: Any) -> None:
    matrix = oracle("reml_icc_shrout_fleiss_four_cells_removed")["data"]
    result = icc(ratings_of(TEN, peer=matrix))
    assert (result.estimate, result.reason) == (None, Reason.INCOMPLETE_DATA)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=3, max_size=8))
def test_consistency_ignores_the_severity_of_raters_and_agreement_does_not_gain_by_it(rows: Any) -> None:
    severe = [[rating + (place == 1) for place, rating in enumerate(row)] for row in rows]
    plain, shifted = (ratings_of(TEN, peer=list(zip(*table, strict=True))) for table in (rows, severe))
    one, other = icc(plain, form="3,1"), icc(shifted, form="3,1")
    assert one.reason is other.reason
    assert one.estimate == (None if other.estimate is None else pytest.approx(other.estimate, abs=1e-9))
    for form in get_args(IccForm):
        result = icc(plain, form=form)
        assert result.estimate is None or result.estimate <= 1 + 1e-12


def test_raters_one_point_apart_are_consistent_and_do_not_agree() -> None:
    ratings = ratings_of(TEN, peer=[[1, 2, 3], [2, 3, 4]])
    consistency, agreement = icc(ratings, form="3,1"), icc(ratings, form="2,1")
    # Mean squares: items 2, raters 1.5, residual 0: 2 / 2, and 2 / (2 + 2 (1.5) / 3).
    assert (consistency.estimate, agreement.estimate) == pytest.approx((1.0, 2 / 3))
    assert consistency.interval.reason is agreement.interval.reason is Reason.NO_VARIATION


def test_icc_without_variation_or_data_is_undefined() -> None:
    constant = icc(ratings_of(TEN, peer=[[4, 4, 4], [4, 4, 4]]))
    single = icc(ratings_of(TEN, peer=[[4, 5, 6]]))
    assert (constant.reason, single.reason) == (Reason.ONE_CATEGORY, Reason.TOO_LITTLE_DATA)


def test_unknown_form_is_refused() -> None:
    with pytest.raises(AgreementInputError):
        icc(ratings_of(TEN, peer=[[1, 2], [2, 3]]), form="4,1")  # type: ignore[arg-type]
