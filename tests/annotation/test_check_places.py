"""Where hidden checks stand: at the set rate, the same from every place, never two in one."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from annotation.design.checks import LEAD, check_at, check_places, checks_ahead, rotated


def drawn_rates(seed: int) -> dict[str, int]:
    drawn = random.Random(seed)
    return {kind: drawn.choice([0, 4, 5, 7, 10, 30]) for kind in ("gold", "repeat", "attention")}


@pytest.mark.parametrize("seed", range(25))
def test_check_at_a_place_is_the_same_however_far_one_looks(seed: int) -> None:
    rates = drawn_rates(seed)
    far = check_places(seed, "P-1", rates, up_to=90)
    assert {place: check_at(place, seed, "P-1", rates) for place in far} == far
    near = check_places(seed, "P-1", rates, up_to=41)
    assert near == {place: kind for place, kind in far.items() if place <= 41}


@pytest.mark.parametrize("seed", range(25))
def test_check_places_hold_one_of_each_kind_in_every_block_and_none_at_the_start(seed: int) -> None:
    rates = drawn_rates(seed)
    found = check_places(seed, "P-1", rates, up_to=210)
    assert min(found, default=LEAD + 1) > LEAD
    for kind, every in rates.items():
        blocks = Counter((place - 1) // every for place, one in found.items() if one == kind) if every else {}
        assert set(blocks.values()) <= {1}
        # A block of four may be full of rarer kinds now and then, never most of them.
        assert len(blocks) >= 0.9 * (210 // every) if every else not blocks


def test_check_places_differ_between_raters_and_seeds() -> None:
    rates = {"gold": 10}
    first = check_places(1, "P-1", rates, up_to=100)
    assert first != check_places(1, "P-2", rates, up_to=100)
    assert first != check_places(2, "P-1", rates, up_to=100)


def test_rotated_gives_each_item_each_place_once_in_a_round_of_raters() -> None:
    items = ["a", "b", "c", "d"]
    columns = zip(*(rotated(items, 9, rank) for rank in range(4)), strict=True)
    assert [sorted(column) for column in columns] == [items] * 4


@pytest.mark.parametrize(
    ("n_regular", "store", "n_before_repeats", "expected"),
    [
        (0, {"gold": 5}, 0, 0),
        # Places 1 to 4 with gold at 2 and 4: three regular items lie at 1, 3 and 5.
        (3, {"gold": 5}, 0, 2),
        (3, {"gold": 1}, 0, 1),
        (3, {"gold": 0}, 0, 0),
    ],
)
def test_checks_ahead_counts_those_met_before_the_regular_items_are_done(
    n_regular: int, store: dict[str, int], n_before_repeats: int, expected: int
) -> None:
    kinds = {2: "gold", 4: "gold", 9: "gold"}
    found = checks_ahead(
        kinds, after=0, n_regular=n_regular, in_store=store, n_before_repeats=n_before_repeats
    )
    assert found == expected


def test_checks_ahead_leaves_out_repeats_that_come_too_soon() -> None:
    kinds = {2: "repeat", 5: "repeat"}
    # Places 1 to 4 and 6 are regular, the one at 2 because nothing is far enough away yet.
    found = checks_ahead(kinds, after=0, n_regular=5, in_store={"repeat": 9}, n_before_repeats=3)
    assert found == 1
