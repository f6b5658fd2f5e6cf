"""Whole layouts and how they hang together."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.design.layout import (
    ANCHORED,
    BATCHED,
    CROSSED,
    INCOMPLETE,
    SEATED,
    GroupWish,
    Layout,
    Wish,
    layout,
)
from annotation.design.linkage import linkage, smallest_p
from annotation.design.pool import equal_pace, pool_keys


def wish(design: str, *, n_items: int = 24, per_item: int = 2, seed: int = 1, **more: object) -> Wish:
    items = list(range(n_items))
    groups = [GroupWish("peer", 6, per_item, items), GroupWish("clinician", 4, per_item, items)]
    return Wish(design, n_items, groups, seed, **more)  # type: ignore[arg-type]


def loads(made: Layout, key: str) -> list[int]:
    return [len(items) for items in made.sequences[key]]


@settings(max_examples=30, deadline=None)
@given(
    design=st.sampled_from(SEATED),
    n_items=st.integers(4, 40),
    seed=st.integers(0, 5),
    batch_size=st.integers(1, 9),
    n_anchors=st.integers(0, 4),
)
def test_layout_gives_each_seat_its_items_once_in_a_seeded_order(
    design: str, n_items: int, seed: int, batch_size: int, n_anchors: int
) -> None:
    asked = wish(design, n_items=n_items, seed=seed, batch_size=batch_size, n_anchors=n_anchors)
    made = layout(asked)
    again = layout(asked)
    assert made.sequences == again.sequences
    for key, grid in made.grids.items():
        for seat, items in enumerate(made.sequences[key]):
            assert sorted(items) == np.flatnonzero(grid[:, seat]).tolist()
        per_item = grid.sum(axis=1)
        everyone = grid.shape[1]
        wanted = [everyone if design == CROSSED or item in made.anchors else 2 for item in range(n_items)]
        assert per_item.tolist() == wanted
        assert max(loads(made, key)) - min(loads(made, key)) <= (batch_size if design == BATCHED else 1)


# Drawn by the version that first stored seeds: a seed stored with a stage must give that stage again.
@pytest.mark.parametrize(
    ("design", "more", "digest"),
    [
        (INCOMPLETE, {}, "7107584c4cb77128"),
        (INCOMPLETE, {"n_items": 4500}, "887c1d3cecf8e38f"),
        (ANCHORED, {"n_items": 47, "n_anchors": 5}, "4740fe0f9c57685b"),
        (BATCHED, {"n_items": 47, "batch_size": 4}, "e2cef57b16b3429f"),
    ],
)
def test_layout_of_a_stored_seed_stays_as_it_was_drawn(
    design: str, more: dict[str, int], digest: str
) -> None:
    made = layout(wish(design, per_item=3, **more))
    assert sha256(repr(made.sequences).encode()).hexdigest()[:16] == digest


def test_layout_anchored_lets_everybody_share_the_anchors_and_nobody_stand_alone() -> None:
    made = layout(wish(ANCHORED, per_item=1, n_anchors=3))
    assert len(set(made.anchors)) == 3
    found = linkage(made.grids)
    assert found.n_components == 1
    assert found.within["peer"].least == 3
    assert found.between["peer", "clinician"].n_sharing == 24


def test_layout_batched_keeps_a_batch_together_in_every_sequence() -> None:
    made = layout(wish(BATCHED, batch_size=6))
    raters = [tuple(np.flatnonzero(row)) for row in made.grids["peer"]]
    assert len(set(raters)) <= 4
    for items in made.sequences["peer"]:
        batches = [raters[item] for item in items]
        assert all(batches[:6].count(one) in {0, 6} for one in batches)


def test_layout_with_conditions_runs_each_in_one_piece_in_williams_order() -> None:
    conditions = ["a", "b"] * 12
    made = layout(wish(CROSSED, conditions=conditions))
    firsts: Counter[str] = Counter()
    for items in made.sequences["peer"]:
        told = "".join(conditions[item] for item in items)
        assert told in {"a" * 12 + "b" * 12, "b" * 12 + "a" * 12}
        firsts[told[0]] += 1
    assert firsts == {"a": 3, "b": 3}


def test_layout_when_a_group_leaves_items_out_gives_it_none_of_them() -> None:
    groups = [GroupWish("peer", 4, 2, [0, 1, 2, 3]), GroupWish("clinician", 3, 2, list(range(8)))]
    made = layout(Wish(INCOMPLETE, 8, groups, 3))
    assert made.grids["peer"][4:].sum() == 0
    assert made.grids["clinician"].sum(axis=1).tolist() == [2] * 8


def test_linkage_of_raters_who_never_meet_counts_components_and_leaves_out_who_rates_nothing() -> None:
    peer = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=np.bool_)
    clinician = np.array([[1], [0], [0]], dtype=np.bool_)
    found = linkage({"peer": peer, "clinician": clinician})
    assert found.n_components == 2
    assert sorted(map(dict, found.members), key=len) == [{"peer": 1}, {"peer": 1, "clinician": 1}]
    assert found.between["peer", "clinician"].n_sharing == 1


# By hand: C(4, 2) = 6 labellings in mirrored pairs; C(5, 2) = 10; two components of one and one each: 2 * 2.
@pytest.mark.parametrize(
    ("members", "p"),
    [
        ([{"a": 2, "b": 2}], 2 / 6),
        ([{"a": 2, "b": 3}], 1 / 10),
        ([{"a": 1, "b": 1}, {"a": 1, "b": 1}], 2 / 4),
        ([{"a": 8, "b": 8}], 2 / 12870),
        ([{"a": 2}, {"b": 2}], 1.0),
    ],
)
def test_smallest_p_counts_labellings_within_components(members: list[dict[str, int]], p: float) -> None:
    assert smallest_p(members, "a", "b") == pytest.approx(p)


@given(n_raters=st.integers(0, 6), n_items=st.integers(1, 30), per_item=st.integers(1, 4))
def test_equal_pace_never_gives_an_item_twice_nor_beyond_its_quota(
    n_raters: int, n_items: int, per_item: int
) -> None:
    offsets = [number * 2**28 for number in range(n_raters)]
    found = equal_pace(per_item, offsets, pool_keys(1, n_items))
    assert all(len(set(items)) == len(items) for items in found)
    given_out = Counter(item for items in found for item in items)
    assert max(given_out.values(), default=0) <= per_item
    assert sum(given_out.values()) == n_items * min(per_item, n_raters)


def walked(quotas: int, offsets: list[int], keys: list[int]) -> list[list[int]]:
    """By turns, each rater the next item of their round that still wants ratings, said plainly."""
    order = sorted(range(len(keys)), key=keys.__getitem__)
    rounds = [sorted(order, key=lambda place: (keys[place] < offset, keys[place])) for offset in offsets]
    left = dict.fromkeys(order, quotas)
    found: list[list[int]] = [[] for _ in offsets]
    while any(rounds):
        for number in range(len(offsets)):
            rounds[number] = [place for place in rounds[number] if left[place] > 0]
            if rounds[number]:
                found[number].append(rounds[number].pop(0))
                left[found[number][-1]] -= 1
    return found


@given(data=st.data(), n_raters=st.integers(0, 5), n_items=st.integers(0, 20), per_item=st.integers(0, 4))
def test_equal_pace_is_what_raters_by_turns_would_take(
    data: st.DataObject, n_raters: int, n_items: int, per_item: int
) -> None:
    offsets = data.draw(st.lists(st.integers(0, 2**31 - 1), min_size=n_raters, max_size=n_raters))
    keys = pool_keys(1, n_items)
    assert equal_pace(per_item, offsets, keys) == walked(per_item, offsets, keys)
