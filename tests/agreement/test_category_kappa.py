# mypy: disable-error-code="operator,arg-type"
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import IntervalOptions, Reason, Scale, fleiss_kappa
from rating.agreement.statistics.category_kappa import category_kappa
from tests.agreement.conftest import ratings_of

THREE = Scale((1, 2, 3), "nominal")
PLAIN = IntervalOptions(method="none")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(1, 3), min_size=8, max_size=8), min_size=2, max_size=5))
def test_kappa_over_all_values_is_their_weighted_mean(rows: Any) -> None:
    """Fleiss 1971: the weights are p_j (1 - p_j)."""
    ratings = ratings_of(THREE, peer=rows)
    whole = fleiss_kappa(ratings, options=PLAIN).estimate
    shares = np.array([(np.array(rows) == value).mean() for value in (1, 2, 3)])
    parts = [part.estimate or 0.0 for part in category_kappa(ratings, options=PLAIN).by_value.values()]
    weights = shares * (1 - shares)
    if whole is not None:
        assert float(weights @ parts) / weights.sum() == pytest.approx(whole, abs=1e-9)


def test_z_of_chance_ratings_is_standard_normal() -> None:
    rng = np.random.default_rng(3)
    shares = [0.6, 0.3, 0.1]
    zs = [
        category_kappa(
            ratings_of(THREE, peer=rng.choice([1, 2, 3], (4, 60), p=shares).tolist()), options=PLAIN
        ).z
        for _ in range(300)
    ]
    assert np.mean(zs) == pytest.approx(0.0, abs=0.2)
    assert np.std(zs) == pytest.approx(1.0, abs=0.12)


def test_unequal_numbers_of_ratings_have_kappas_but_no_z() -> None:
    found = category_kappa(ratings_of(THREE, peer=[[1, 2, 1], [1, 2, 3], [1, 1, None]]), options=PLAIN)
    assert found.z is found.p is None
    assert found.by_value["1"].estimate is not None


def test_value_that_nobody_or_everybody_gave_has_no_kappa() -> None:
    found = category_kappa(ratings_of(THREE, peer=[[1, 1], [1, 1]]))
    assert {part.reason for part in found.by_value.values()} == {Reason.LEVEL_NEVER_USED}
    assert found.to_dict()["z"] is None
