# mypy: disable-error-code="operator"
"""What must not move when names or the direction of a scale change, for coefficients on shares of answers."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import (
    IntervalOptions,
    Scale,
    ac2,
    alternative_annotator_test,
    brennan_prediger,
    group_association_index,
    percent_agreement,
    vanbelle_albert,
)
from tests.agreement.conftest import ratings_of

PLAIN = IntervalOptions(method="none")
FIVE = Scale((1, 2, 3, 4, 5), "interval")
NAMES = Scale((1, 2, 3, 4, 5), "nominal")
SEEDS = st.integers(0, 10_000)


def panels(seed: int) -> Any:
    """Two groups of four on thirty items, with noise."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, 6, 30)
    return [np.clip(truth + rng.integers(-1, 2, (4, 30)), 1, 5) for _ in range(2)]


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_turning_the_scale_round_changes_no_graded_agreement(seed: int) -> None:
    g, h = panels(seed)
    one = ratings_of(FIVE, g=g.tolist(), h=h.tolist())
    other = ratings_of(FIVE, g=(6 - g).tolist(), h=(6 - h).tolist())
    for weights in ("linear", "quadratic"):
        found = [ac2(part, weights=weights, options=PLAIN).estimate for part in (one, other)]
        assert found[0] == pytest.approx(found[1], abs=1e-12)
        found = [
            vanbelle_albert(part, "g", "h", weights=weights, options=PLAIN).estimate for part in (one, other)
        ]
        assert found[0] == pytest.approx(found[1], abs=1e-12)
    both = [group_association_index(part, "g") for part in (one, other)]
    for name in ("in_group", "cross_group"):
        values = [getattr(part, name).estimate for part in both]
        assert values[0] == pytest.approx(values[1], abs=1e-12)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_names_of_values_do_not_matter_and_chance_is_one_in_k(seed: int) -> None:
    g, h = panels(seed)
    order = np.random.default_rng(seed + 1).permutation(5) + 1
    one = ratings_of(NAMES, g=g.tolist(), h=h.tolist())
    other = ratings_of(NAMES, g=order[g - 1].tolist(), h=order[h - 1].tolist())
    observed = percent_agreement(one, options=PLAIN).estimate
    for part in (one, other):
        assert brennan_prediger(part, options=PLAIN).estimate == pytest.approx((observed - 0.2) / 0.8)
    found = [vanbelle_albert(part, "g", "h", options=PLAIN).estimate for part in (one, other)]
    assert found[0] == pytest.approx(found[1], abs=1e-12)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_advantage_of_a_judge_does_not_depend_on_where_the_scale_begins(seed: int) -> None:
    g, h = panels(seed)
    results = []
    for first in (1, 11):
        scale = Scale(tuple(range(first, first + 5)), "interval")
        rows = (g + first - 1).tolist(), (h[:1] + first - 1).tolist()
        ratings = ratings_of(scale, people=rows[0], models=rows[1])
        results.append(alternative_annotator_test(ratings, "models-000", "people", epsilon=0.1))
    assert results[0].advantage.estimate == pytest.approx(results[1].advantage.estimate, abs=1e-12)
    assert 0 <= results[0].m.estimate <= 1
