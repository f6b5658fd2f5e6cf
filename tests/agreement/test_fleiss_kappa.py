from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import AgreementInputError, IntervalOptions, Reason, Scale, fleiss_kappa
from tests.agreement.conftest import ratings_of

PLAIN = IntervalOptions(method="none")

# Fleiss (1981), 25 subjects with two to five ratings: numbers of ratings, and of positive ones.
N_RATINGS = [2, 2, 3, 4, 3, 4, 3, 5, 2, 4, 5, 3, 4, 4, 2, 2, 3, 2, 4, 5, 3, 4, 3, 3, 2]
N_POSITIVE = [2, 0, 2, 3, 3, 1, 0, 0, 0, 4, 5, 3, 4, 3, 0, 2, 1, 1, 1, 4, 2, 0, 0, 3, 2]


def nominal(matrix: Any) -> Any:
    values = {value for row in matrix for value in row if value is not None}
    return ratings_of(Scale((*sorted(values), "other"), "nominal"), peer=matrix)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["fleiss1971_diagnoses", "wikipedia_fleiss", "randolph2005_ex2"])
@pytest.mark.parametrize("variant", ["items_equal", "ratings_pooled"])
def test_fleiss_kappa_of_balanced_example_is_published_value(oracle: Any, name: Any, variant: Any) -> None:
    example = oracle(name)
    tolerance = example["tolerance"]
    tolerance = tolerance["fleiss_kappa"] if isinstance(tolerance, dict) else tolerance
    result = fleiss_kappa(nominal(example["data"]), variant=variant, options=PLAIN)
    assert result.estimate == pytest.approx(example["expected"]["fleiss_kappa"], abs=tolerance)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["artstein_poesio2008_ex1", "freelon2010_r2_03", "zwick1988_ex2"])
def test_fleiss_kappa_of_two_raters_is_published_scott_pi(oracle: Any, name: Any) -> None:
    example = oracle(name)
    result = fleiss_kappa(nominal(example["data"]), options=PLAIN)
    assert result.estimate == pytest.approx(example["expected"]["scott_pi"], abs=0.0011)


def two_category_kappa(numbers: list[int], positive: list[int]) -> float:
    """Fleiss (1981), section 13.1, two categories and unequal numbers of ratings m_i, x_i positive:
    1 - sum x_i (m_i - x_i) / m_i / [n (mean m - 1) p (1 - p)]."""
    pairs = list(zip(numbers, positive, strict=True))
    p = sum(positive) / sum(numbers)
    observed = sum(x * (m - x) / m for m, x in pairs)
    return 1 - observed / ((sum(numbers) - len(numbers)) * p * (1 - p))


def test_pooled_fleiss_kappa_of_unequal_numbers_is_the_value_of_its_equation() -> None:
    matrix = [
        [int(rater < k) if rater < n else None for n, k in zip(N_RATINGS, N_POSITIVE, strict=True)]
        for rater in range(5)
    ]
    ratings = nominal(matrix)
    pooled = fleiss_kappa(ratings, variant="ratings_pooled", options=PLAIN)
    equal = fleiss_kappa(ratings, options=PLAIN)
    assert pooled.estimate == pytest.approx(two_category_kappa(N_RATINGS, N_POSITIVE), abs=1e-12)
    assert equal.estimate != pytest.approx(pooled.estimate, abs=0.01)
    assert (pooled.variant, equal.variant) == (
        "unweighted, ratings pooled",
        "unweighted, items weighted equally",
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=2, max_size=12))
def test_both_variants_are_one_number_on_complete_data(items: Any) -> None:
    ratings = ratings_of(Scale((0, 1, 2, 3), "nominal"), peer=list(zip(*items, strict=True)))
    one = fleiss_kappa(ratings, options=PLAIN)
    other = fleiss_kappa(ratings, variant="ratings_pooled", options=PLAIN)
    if one.estimate is None:
        assert one.reason is other.reason is Reason.ONE_CATEGORY
    else:
        assert one.estimate == pytest.approx(other.estimate, abs=1e-12)


@pytest.mark.parametrize("variant", ["items_equal", "ratings_pooled"])
def test_fleiss_kappa_of_constant_ratings_is_undefined(variant: Any) -> None:
    result = fleiss_kappa(nominal([[3, 3, 3], [3, 3, None]]), variant=variant)
    assert (result.estimate, result.reason) == (None, Reason.ONE_CATEGORY)


@pytest.mark.parametrize(
    "options", [{"variant": "other"}, {"variant": "ratings_pooled", "weights": "linear"}]
)
def test_fleiss_kappa_of_unpublished_variant_is_refused(options: Any) -> None:
    ratings = ratings_of(Scale((1, 2, 3), "ordinal"), peer=[[1, 2], [2, 3]])
    with pytest.raises(AgreementInputError):
        fleiss_kappa(ratings, **options)
