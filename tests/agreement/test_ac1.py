from typing import Any

import pytest

from rating.agreement import Reason, Scale, ac1
from tests.agreement.conftest import ratings_of


def ac1_of(matrix: Any, values: Any = None) -> Any:
    values = values or tuple(sorted({value for row in matrix for value in row if value is not None}))
    return ac1(ratings_of(Scale(values, "nominal"), peer=matrix)).estimate


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["gwet_ben_gerry", "gwet_raw4raters", "gwet_raw_g1g2", "gwet_distrib6raters"]
)
def test_ac1_of_gwets_tables_is_what_irrcac_gives(oracle: Any, name: Any) -> None:
    example = oracle(name)
    expected = example["expected"]["unweighted"]["gwet_ac"]["estimate"]
    assert ac1_of(example["data"]) == pytest.approx(expected, abs=example["tolerance"])


@pytest.mark.shared
@pytest.mark.parametrize("name", ["gwet_paradox_2x2", "cohen1960_p45"])
def test_ac1_of_two_rater_tables_is_published_value(oracle: Any, name: Any) -> None:
    example = oracle(name)
    assert ac1_of(example["data"]) == pytest.approx(example["expected"]["gwet_ac1"], abs=example["tolerance"])


@pytest.mark.shared
def test_ac1_counts_declared_levels_nobody_used(oracle: Any) -> None:
    # Gwet's data use five levels: AC1 .775; with two more declared levels it is .792.
    matrix = oracle("gwet_raw4raters")["data"]
    assert ac1_of(matrix, (1, 2, 3, 4, 5)) == pytest.approx(0.775, abs=5e-4)
    assert ac1_of(matrix, (1, 2, 3, 4, 5, 6, 7)) == pytest.approx(0.792, abs=5e-4)


def test_ac1_of_constant_ratings_is_defined() -> None:
    # p_a = 1 and p_e = 0: chance alone never produces a unanimous panel under this model.
    assert ac1_of([[3, 3], [3, 3]], (1, 2, 3)) == 1.0


def test_ac1_without_pairs_is_undefined() -> None:
    result = ac1(ratings_of(Scale((1, 2), "nominal"), peer=[[1, None], [None, 2]]))
    assert result.reason is Reason.NO_PAIRABLE_ITEMS
