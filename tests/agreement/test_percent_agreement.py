from typing import Any

import pytest

from rating.agreement import AgreementInputError, Reason, Scale, percent_agreement
from tests.agreement.conftest import ratings_of

PUBLISHED = [
    "artstein_poesio2008_ex1",
    "brennan_prediger1981_ex1",
    "cohen1960_p45",
    "degenerate_constant",
    "freelon2010_r2_03",
    "freelon2010_r2_06",
    "freelon2010_r2_08",
    "freelon2010_r3_01",
    "freelon2010_r3_03",
    "freelon2010_r3_05",
    "freelon2010_r3_07",
    "freelon2010_r3_09",
    "gwet_paradox_2x2",
    "krippendorff2004_binary",
    "wikipedia_fleiss",
    "zwick1988_ex2",
]


def nominal(matrix: Any) -> Any:
    values = {value for row in matrix for value in row if value is not None}
    return ratings_of(Scale((*sorted(values), "other"), "nominal"), peer=matrix)


@pytest.mark.shared
@pytest.mark.parametrize("name", PUBLISHED)
def test_percent_agreement_of_published_example_is_published_value(oracle: Any, name: Any) -> None:
    example = oracle(name)
    tolerance = example["tolerance"]
    if isinstance(tolerance, dict):
        tolerance = tolerance.get("percent_agreement", tolerance.get("default"))
    result = percent_agreement(nominal(example["data"]))
    assert result.estimate == pytest.approx(example["expected"]["percent_agreement"], abs=tolerance + 1e-12)


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["gwet_ben_gerry", "gwet_raw4raters", "gwet_raw_g1g2", "gwet_distrib6raters"]
)
def test_percent_agreement_with_missing_ratings_is_what_irrcac_gives(oracle: Any, name: Any) -> None:
    example = oracle(name)
    expected = example["expected"]["unweighted"]["percent_agreement"]["estimate"]
    assert percent_agreement(nominal(example["data"])).estimate == pytest.approx(expected, abs=1e-9)


def test_percent_agreement_weights_items_equally() -> None:
    # Item 0: three raters, one of three pairs agrees; item 1: two raters who agree: (1/3 + 1) / 2.
    assert percent_agreement(nominal([[1, 1], [1, 1], [2, None]])).estimate == pytest.approx(2 / 3)


def test_percent_agreement_without_pairs_is_undefined() -> None:
    assert percent_agreement(nominal([[1, None], [None, 2]])).reason is Reason.NO_PAIRABLE_ITEMS


def test_percent_agreement_of_perfect_agreement_has_no_interval_of_no_width() -> None:
    result = percent_agreement(nominal([[1, 2, 1]] * 4))
    assert (result.estimate, result.low, result.interval.reason) == (1.0, None, Reason.NO_VARIATION)


def test_weighted_percent_agreement_gives_credit_for_answers_close_together() -> None:
    # Item 1: 1 and 2, item 2: 1 and 3 on a scale of three: weights 1/2 and 0, squared 3/4 and 0.
    ratings = ratings_of(Scale((1, 2, 3), "ordinal"), peer=[[1, 1], [2, 3]])
    found = {weights: percent_agreement(ratings, weights=weights) for weights in ("linear", "quadratic")}
    assert found["linear"].estimate == pytest.approx(1 / 4)
    assert found["quadratic"].estimate == pytest.approx(3 / 8)
    assert found["linear"].variant == "linear weights on values, items weighted equally"


def test_weighted_percent_agreement_is_refused_where_levels_have_no_order() -> None:
    with pytest.raises(AgreementInputError, match="ordered scale"):
        percent_agreement(ratings_of(Scale((1, 2, 3), "nominal"), peer=[[1], [2]]), weights="linear")
