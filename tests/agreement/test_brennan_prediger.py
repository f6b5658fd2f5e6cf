from typing import Any

import pytest

from rating.agreement import Reason, Scale, brennan_prediger
from tests.agreement.conftest import ratings_of


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["artstein_poesio2008_ex1", "brennan_prediger1981_ex1", "randolph2005_ex2", "zwick1988_ex2"]
)
def test_brennan_prediger_of_published_example_is_published_value(oracle: Any, name: Any) -> None:
    example = oracle(name)
    values = tuple(sorted({value for row in example["data"] for value in row}))
    result = brennan_prediger(ratings_of(Scale(values, "nominal"), peer=example["data"]))
    assert result.estimate == pytest.approx(example["expected"]["brennan_prediger"], abs=example["tolerance"])


def test_brennan_prediger_of_constant_ratings_is_defined() -> None:
    # p_a = 1 and p_e = 1/3 whatever the ratings: nothing is divided by zero.
    assert brennan_prediger(ratings_of(Scale((1, 2, 3), "nominal"), peer=[[3, 3], [3, 3]])).estimate == 1.0


def test_brennan_prediger_without_pairs_is_undefined() -> None:
    result = brennan_prediger(ratings_of(Scale((1, 2), "nominal"), peer=[[1, None], [None, 2]]))
    assert result.reason is Reason.NO_PAIRABLE_ITEMS
