"""Balanced blocks, searched designs and top-ups: held to what their names promise."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.design.balanced_blocks import balanced_blocks
from annotation.design.incidence import extended, incomplete, shared_counts
from annotation.design.layout import topped_up


# Parameters v, k with the published number of blocks b and meetings of a pair: Cochran and Cox 1957,
# Experimental Designs, 2nd ed., table 11.3 and plans 11.1-11.45.
@pytest.mark.parametrize(
    ("v", "k", "b", "times"),
    [
        (4, 2, 6, 1),
        (5, 2, 10, 1),
        (6, 3, 10, 2),
        (6, 2, 15, 1),
        (7, 3, 7, 1),
        (7, 4, 7, 2),
        (11, 5, 11, 2),
        (13, 3, 26, 1),
        (13, 4, 13, 1),
        (21, 5, 21, 1),
        (8, 4, 14, 3),
    ],
)
def test_balanced_blocks_of_published_parameters_are_found(v: int, k: int, b: int, times: int) -> None:
    blocks = balanced_blocks(v, k, at_most=b)
    assert blocks is not None
    assert len(blocks) == b
    meetings = {pair: sum(set(pair) <= set(block) for block in blocks) for pair in combinations(range(v), 2)}
    assert set(meetings.values()) == {times}


def test_balanced_blocks_when_there_are_too_few_units_are_none() -> None:
    # Fisher 1940: a balanced design has at least as many blocks as treatments.
    assert balanced_blocks(7, 3, at_most=6) is None
    assert balanced_blocks(3, 4, at_most=100) is None


@settings(max_examples=40, deadline=None)
@given(v=st.integers(2, 11), data=st.data(), n=st.integers(1, 60), seed=st.integers(0, 9))
def test_incomplete_gives_each_item_its_ratings_and_each_seat_an_equal_load(
    v: int, data: st.DataObject, n: int, seed: int
) -> None:
    k = data.draw(st.integers(1, v))
    sizes = np.ones(n, dtype=np.int64)
    grid = incomplete(sizes, v, k, seed=str(seed))
    assert (grid.sum(axis=1) == k).all()
    loads = grid.sum(axis=0)
    assert loads.max() - loads.min() <= 1
    assert (grid == incomplete(sizes, v, k, seed=str(seed))).all()


def test_incomplete_when_a_balanced_design_fits_shares_exactly_equally() -> None:
    shared = shared_counts(incomplete(np.ones(20, dtype=np.int64), 6, 3, seed="a"))
    assert set(shared[np.triu_indices(6, 1)].tolist()) == {4}
    other = incomplete(np.ones(20, dtype=np.int64), 6, 3, seed="b")
    assert (other != incomplete(np.ones(20, dtype=np.int64), 6, 3, seed="a")).any()


def test_incomplete_when_no_design_fits_shares_nearly_equally() -> None:
    # 47 items by 3 of 8: 141 pairs over 28 pairs of seats, 5 or 6 each where it could be exact.
    shared = shared_counts(incomplete(np.ones(47, dtype=np.int64), 8, 3, seed="a"))
    counts = shared[np.triu_indices(8, 1)]
    assert counts.sum() == 141
    assert counts.max() - counts.min() <= 2


@settings(max_examples=30, deadline=None)
@given(
    v=st.integers(3, 8),
    more_seats=st.integers(0, 3),
    old=st.integers(1, 2),
    new=st.integers(1, 2),
    n=st.integers(1, 30),
)
def test_topped_up_takes_nothing_away_and_reaches_what_is_wanted(
    v: int, more_seats: int, old: int, new: int, n: int
) -> None:
    before = incomplete(np.ones(n, dtype=np.int64), v, old, seed="x")
    wanted = np.full(n, min(old + new, v), dtype=np.int64)
    after = topped_up(before, wanted, v + more_seats, seed="y")
    assert after.shape == (n, v + more_seats)
    assert (after[:, :v] >= before).all()
    assert (after.sum(axis=1) == np.maximum(wanted, before.sum(axis=1))).all()


def test_more_ratings_than_seats_are_refused() -> None:
    with pytest.raises(ValueError, match="than seats"):
        incomplete(np.ones(3, dtype=np.int64), 2, 3, seed="x")
    with pytest.raises(ValueError, match="than seats"):
        extended(
            np.ones((2, 2), dtype=np.bool_), np.ones(2, dtype=np.int64), np.ones(2, dtype=np.int64), seed=""
        )
