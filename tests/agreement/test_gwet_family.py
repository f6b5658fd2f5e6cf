"""Gwet's coefficients and their kin against his published tables, as irrCAC computes them."""

from typing import Any

import pytest

from rating.agreement import (
    IntervalOptions,
    Scale,
    ac2,
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
)
from tests.agreement.conftest import ratings_of

FUNCTIONS: dict[str, Any] = {
    "gwet_ac": ac2,
    "fleiss_kappa": fleiss_kappa,
    "scott_pi": fleiss_kappa,
    "conger_kappa": conger_kappa,
    "brennan_prediger": brennan_prediger,
}
TABLES = {
    "gwet_raw4raters": ("unweighted", "linear", "quadratic", "ordinal"),
    "gwet_cont3x3abstractors": ("unweighted", "linear", "quadratic"),
    "gwet_ben_gerry": ("unweighted",),
    "gwet_raw_g1g2": ("unweighted",),
    "gwet_distrib6raters": ("unweighted",),
}
COLUMNS = [(name, weights) for name, columns in TABLES.items() for weights in columns]


@pytest.mark.shared
@pytest.mark.parametrize(("name", "weights"), COLUMNS)
def test_every_coefficient_of_gwets_tables_is_what_irrcac_gives(oracle: Any, name: Any, weights: Any) -> None:
    example = oracle(name)
    values = tuple(sorted({value for row in example["data"] for value in row if value is not None}))
    ratings = ratings_of(
        Scale(values, "nominal" if isinstance(values[0], str) else "interval"), peer=example["data"]
    )
    checked = 0
    for coefficient, published in example["expected"][weights].items():
        if coefficient in FUNCTIONS:
            result = FUNCTIONS[coefficient](ratings, weights=weights, options=IntervalOptions(method="none"))
            assert result.estimate == pytest.approx(published["estimate"], abs=example["tolerance"])
            checked += 1
        if coefficient == "cohen_kappa":
            kappa = cohen_kappa(ratings, *ratings.raters, weights=weights)
            assert kappa.estimate == pytest.approx(published["estimate"], abs=example["tolerance"])
            assert kappa.interval.std_error == pytest.approx(published["se"], abs=example["tolerance"])
    assert checked >= 3
