from typing import Any

import pytest

from rating.agreement import AgreementInputError, Reason, Scale, negative_agreement, positive_agreement
from tests.agreement.conftest import ratings_of

YES_NO = Scale((0, 1), "nominal")


def both(matrix: Any) -> Any:
    ratings = ratings_of(YES_NO, peer=matrix)
    return positive_agreement(ratings), negative_agreement(ratings)


def test_specific_agreement_of_two_raters_is_cicchetti_and_feinsteins() -> None:
    # a = 1 (both yes), b + c = 2, d = 7: positive 2a / (2a + b + c) = 2/4, negative 14 / 16.
    positive, negative = both([[1, 1, 0] + [0] * 7, [1, 0, 1] + [0] * 7])
    assert positive.estimate == pytest.approx(0.5)
    assert negative.estimate == pytest.approx(14 / 16)


@pytest.mark.shared
def test_specific_agreement_of_the_prevalence_paradox_follows_from_its_table(oracle: Any) -> None:
    # 80 both first value, 5 both second value, 15 split: 160 / 175 and 10 / 25.
    example = oracle("gwet_paradox_2x2")
    ratings = ratings_of(Scale((1, 2), "nominal"), peer=example["data"])
    assert negative_agreement(ratings).estimate == pytest.approx(160 / 175)
    assert positive_agreement(ratings).estimate == pytest.approx(10 / 25)


def test_specific_agreement_of_three_raters_pools_pairs() -> None:
    # Item 0: yes yes no: 2 agreeing of 4 pairs that begin with yes; item 1: no no no: 0 of 0 / 6 of 6.
    positive, negative = both([[1, 0], [1, 0], [0, 0]])
    assert positive.estimate == pytest.approx(2 / 4)
    assert negative.estimate == pytest.approx(6 / 8)


def test_specific_agreement_on_an_answer_nobody_gave_is_undefined() -> None:
    positive, negative = both([[0, 0], [0, 0], [0, 0]])
    assert positive.reason is Reason.LEVEL_NEVER_USED
    assert negative.estimate == 1.0


def test_specific_agreement_needs_a_scale_of_two_values() -> None:
    with pytest.raises(AgreementInputError, match="two values"):
        positive_agreement(ratings_of(Scale((0, 1, 2), "nominal"), peer=[[0], [1]]))
