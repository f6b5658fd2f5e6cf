# mypy: disable-error-code="call-overload"
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance as scipy_wasserstein

from rating.agreement import (
    AgreementInputError,
    IntervalOptions,
    Reason,
    Scale,
    jensen_shannon_distance,
    wasserstein_distance,
)
from tests.agreement.conftest import ratings_of

PLAIN = IntervalOptions(method="none")
NINE = Scale(tuple(range(9)), "interval")


def on_one_item(first: Any, second: Any, scale: Scale = NINE) -> Any:
    return ratings_of(scale, g=[[value] for value in first], h=[[value] for value in second])


@pytest.mark.shared
def test_wasserstein_of_scipys_examples(oracle: Any) -> None:
    example = oracle("scipy_wasserstein_js")
    data, expected = example["data"], example["expected"]
    plain = wasserstein_distance(on_one_item(*data["w1"]), "g", "h", options=PLAIN)
    assert plain.estimate == pytest.approx(expected["w1"], abs=example["tolerance"])
    values, other, weights, other_weights = data["w1_weighted"]
    drawn = [
        [value for value, n in zip(side, ns, strict=True) for _ in range(n)]
        for side, ns in ((values, weights), (other, other_weights))
    ]
    weighted = wasserstein_distance(on_one_item(drawn[0], drawn[1]), "g", "h", options=PLAIN)
    assert weighted.estimate == pytest.approx(expected["w1_weighted"], abs=example["tolerance"])


@pytest.mark.shared
def test_jensen_shannon_of_scipys_examples(oracle: Any) -> None:
    expected = oracle("scipy_wasserstein_js")["expected"]
    natural = jensen_shannon_distance(
        on_one_item([0, 0], [0, 1]), "g", "h", base=2.718281828459045, options=PLAIN
    )
    apart = jensen_shannon_distance(on_one_item([0], [1]), "g", "h", options=PLAIN)
    assert natural.estimate == pytest.approx(expected["js"], abs=1e-9)
    assert apart.estimate == pytest.approx(expected["js_base2"], abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 8), min_size=1, max_size=8), st.lists(st.integers(0, 8), min_size=1, max_size=8)
)
def test_both_distances_are_scipys(first: Any, second: Any) -> None:
    ratings = on_one_item(first, second)
    shares = [[side.count(level) / len(side) for level in range(9)] for side in (first, second)]
    found = wasserstein_distance(ratings, "g", "h", options=PLAIN).estimate
    assert found == pytest.approx(scipy_wasserstein(first, second), abs=1e-9)
    found = jensen_shannon_distance(ratings, "g", "h", options=PLAIN).estimate
    assert found == pytest.approx(jensenshannon(*shares, base=2), abs=1e-6)


def test_items_count_equally_whatever_their_number_of_ratings() -> None:
    # Item 0: g all 0 (three raters), h 2; item 1: g 0, h 0: shares of h half on 2: distance 1.
    ratings = ratings_of(NINE, g=[[0, 0], [0, None], [0, None]], h=[[2, 0]])
    assert wasserstein_distance(ratings, "g", "h", options=PLAIN).estimate == pytest.approx(1.0)


def test_groups_without_shared_items_cannot_be_compared() -> None:
    ratings = ratings_of(NINE, g=[[1, None]], h=[[None, 2]])
    assert wasserstein_distance(ratings, "g", "h").reason is Reason.NO_SHARED_ITEMS
    assert jensen_shannon_distance(ratings, "g", "h").reason is Reason.NO_SHARED_ITEMS


def test_base_of_a_logarithm_is_checked() -> None:
    with pytest.raises(AgreementInputError):
        jensen_shannon_distance(on_one_item([0], [1]), "g", "h", base=1.0)
