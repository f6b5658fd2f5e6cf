"""Orders of responses: balanced within a rater and over raters, and the same again for the same seed."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest

from rating.services.workbench import balanced_order


def orders(k: int, n: int, seed: str) -> list[list[int]]:
    return [balanced_order(range(1, k + 1), position, seed=seed) for position in range(1, n + 1)]


@pytest.mark.parametrize("k", [2, 3, 4])
def test_order_over_two_blocks_puts_each_response_everywhere_and_before_each_other_equally(k: int) -> None:
    for seed in "abcdef":
        made = orders(k, 2 * k, seed)
        places = Counter((one, place) for order in made for place, one in enumerate(order))
        before = Counter(
            (first, second)
            for order in made
            for first, second in permutations(range(1, k + 1), 2)
            if order.index(first) < order.index(second)
        )
        assert set(places.values()) == {2}
        assert set(before.values()) == {k}


def test_order_of_the_first_item_over_raters_puts_each_response_first_about_equally_often() -> None:
    first = Counter(orders(3, 1, f"7:rater-{n}")[0][0] for n in range(600))
    # 200 expected, standard deviation 11.5.
    assert all(abs(count - 200) < 50 for count in first.values())


def test_order_for_the_same_seed_is_the_same_again_and_differs_between_raters() -> None:
    assert orders(4, 40, "7:one") == orders(4, 40, "7:one")
    assert orders(4, 40, "7:one") != orders(4, 40, "7:two")


def test_order_of_one_response_or_none_is_itself() -> None:
    assert balanced_order([1], 5, seed="a") == [1]
    assert balanced_order([], 5, seed="a") == []
