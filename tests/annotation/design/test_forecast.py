"""When a stage will be done: exact where days are alike, silent where there is too little to go by."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.design.forecast import HORIZON, Forecast, forecast_end

COUNTS = st.lists(st.integers(1, 20), min_size=3, max_size=30)


def test_forecast_when_all_days_are_alike_divides_what_is_left() -> None:
    assert forecast_end({"a": [5] * 10}, {"a": 51}, seed=1) == Forecast(11, 11, 11)


def test_forecast_when_groups_differ_waits_for_the_slowest() -> None:
    daily, left = {"a": [10] * 9, "b": [1] * 9}, {"a": 20, "b": 20}
    assert forecast_end(daily, left, seed=1) == Forecast(20, 20, 20)


@pytest.mark.parametrize(
    ("daily", "left"),
    [
        ({"a": [3, 3, 3]}, {"a": 0}),
        ({"a": [3, 3]}, {"a": 9}),
        ({"a": [3, 3, 3]}, {"a": 9, "b": 1}),
        # Three weeks of nothing after a good beginning are what counts.
        ({"a": [9] * 10 + [0] * 30}, {"a": 9}),
        ({"a": [1, 1, 1] + [0] * 18}, {"a": HORIZON}),
    ],
)
def test_forecast_when_there_is_nothing_to_say_is_none(
    daily: dict[str, list[int]], left: dict[str, int]
) -> None:
    assert forecast_end(daily, left, seed=1) is None


@settings(max_examples=30)
@given(COUNTS, st.integers(1, 300), st.integers(0, 99))
def test_forecast_lies_between_the_fastest_and_the_slowest_course(
    days: list[int], n_left: int, seed: int
) -> None:
    recent = days[-21:]
    found = forecast_end({"a": days}, {"a": n_left}, seed=seed)
    assert found is not None
    assert found.high is not None
    assert -(-n_left // max(recent)) <= found.low <= found.middle <= found.high <= -(-n_left // min(recent))
    assert found == forecast_end({"a": days}, {"a": n_left}, seed=seed)
