from typing import Any

import pytest

from rating.agreement import AgreementInputError, Scale, ac1, ac2
from tests.agreement.conftest import ratings_of


@pytest.mark.shared
def test_ac2_counts_declared_levels_nobody_used(oracle: Any) -> None:
    # Gwet's data use five levels: quadratic AC2 .914; with two more declared levels it is .965.
    matrix = oracle("gwet_raw4raters")["data"]
    used = ac2(ratings_of(Scale((1, 2, 3, 4, 5), "ordinal"), peer=matrix))
    declared = ac2(ratings_of(Scale((1, 2, 3, 4, 5, 6, 7), "ordinal"), peer=matrix))
    assert used.estimate == pytest.approx(0.914, abs=5e-4)
    assert declared.estimate == pytest.approx(0.965, abs=5e-4)


def test_ac2_of_nominal_scale_is_ac1() -> None:
    ratings = ratings_of(
        Scale(("a", "b", "c"), "nominal"), peer=[list("aabca"), list("abbca"), list("aacca")]
    )
    one, other = ac2(ratings), ac1(ratings)
    assert one.estimate == pytest.approx(other.estimate, abs=1e-12)
    assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=1e-12)


def test_ac2_on_ranks_differs_from_ac2_on_unevenly_spaced_values() -> None:
    ratings = ratings_of(Scale((0, 1, 10), "interval"), peer=[[0, 1, 10, 0], [1, 1, 10, 0], [0, 10, 10, 1]])
    on_values, on_ranks = ac2(ratings), ac2(ratings, basis="ranks")
    assert on_values.variant == "quadratic weights on values"
    assert on_ranks.variant == "quadratic weights on ranks"
    assert on_values.estimate != pytest.approx(on_ranks.estimate, abs=0.01)


def test_ac2_with_graded_weights_on_nominal_scale_is_refused() -> None:
    ratings = ratings_of(Scale(("a", "b", "c"), "nominal"), peer=[list("abc"), list("abc")])
    with pytest.raises(AgreementInputError) as refused:
        ac2(ratings, weights="linear")
    assert refused.value.code == "bad_option"
