"""Orders of conditions and sides: counterbalanced, whatever their number."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.design.orders import condition_orders, sides, williams_square


@pytest.mark.parametrize("n", range(2, 12))
def test_williams_square_balances_places_and_neighbours(n: int) -> None:
    rows = williams_square(n)
    # Williams 1949: one square for an even number, two for an odd one.
    assert len(rows) == (n if n % 2 == 0 else 2 * n)
    times = len(rows) // n
    places = Counter((place, one) for row in rows for place, one in enumerate(row))
    neighbours = Counter(pair for row in rows for pair in pairwise(row))
    assert set(places.values()) == {times}
    assert len(places) == n * n
    assert set(neighbours.values()) == {times}
    assert len(neighbours) == n * (n - 1)


@given(n=st.integers(0, 6), n_seats=st.integers(0, 30), seed=st.text(max_size=5))
def test_condition_orders_of_whole_squares_put_each_condition_first_equally_often(
    n: int, n_seats: int, seed: str
) -> None:
    labels = [f"c{number}" for number in range(n)]
    orders = condition_orders(labels, n_seats, seed=seed)
    assert orders == condition_orders(labels, n_seats, seed=seed)
    assert all(sorted(order) == labels for order in orders)
    n_rows = len(williams_square(n))
    whole = orders[: n_seats - n_seats % n_rows]
    first = Counter(order[0] for order in whole if order)
    assert len(set(first.values())) <= 1


@settings(max_examples=60, deadline=None)
@given(
    edges=st.sets(st.tuples(st.integers(0, 7), st.integers(0, 15)), max_size=128), seed=st.text(max_size=3)
)
def test_sides_differ_by_at_most_one_for_every_seat_and_every_item(
    edges: set[tuple[int, int]], seed: str
) -> None:
    listed = sorted(edges)
    found = sides(listed, seed=seed)
    assert set(found) <= {0, 1}
    for corner in (0, 1):
        for one in {edge[corner] for edge in listed}:
            own = [side for edge, side in zip(listed, found, strict=True) if edge[corner] == one]
            assert abs(2 * sum(own) - len(own)) <= 1
