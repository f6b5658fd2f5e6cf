"""A planned stage as a whole: from wishes and a seed to the sequence of every seat."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil

import numpy as np

from annotation.design.incidence import Counts, Incidence, crossed, extended, incomplete
from annotation.design.orders import condition_orders

POOL, CROSSED, INCOMPLETE, ANCHORED, BATCHED = "pool", "crossed", "incomplete", "anchored", "batched"
SEATED = (CROSSED, INCOMPLETE, ANCHORED, BATCHED)


@dataclass(frozen=True)
class GroupWish:
    """`items`: places of the items that this group rates, ascending."""

    key: str
    n_seats: int
    per_item: int
    items: Sequence[int]


@dataclass(frozen=True)
class Wish:
    """What a coordinator chose. `conditions`: by item, where their order is counterbalanced."""

    design: str
    n_items: int
    groups: Sequence[GroupWish]
    seed: int
    n_anchors: int = 0
    batch_size: int = 1
    conditions: Sequence[str] = ()


@dataclass(frozen=True)
class Layout:
    """`grids`: by group (items, seats)."""

    wish: Wish
    grids: Mapping[str, Incidence]
    batches: Sequence[int]
    anchors: Sequence[int] = field(default=())

    @cached_property
    def sequences(self) -> Mapping[str, Sequence[Sequence[int]]]:
        """By group and seat, places of items in their order. Drawn when asked for: a preview needs none, and
        millions of places take seconds."""
        return {key: sequences(grid, self.wish, key, self.batches) for key, grid in self.grids.items()}


def layout(wish: Wish) -> Layout:
    """Who rates what, in which order: the same for the same wish.

    Raises:
        ValueError: a group has fewer seats than ratings on an item, or there are fewer items than anchors.
    """
    anchors = _anchors(wish)
    batches = _batches(wish)
    grids = {group.key: _grid(wish, group, anchors, batches) for group in wish.groups}
    return Layout(wish, grids, batches, anchors)


def _anchors(wish: Wish) -> list[int]:
    if wish.design != ANCHORED:
        return []
    shared = set(range(wish.n_items)).intersection(*(group.items for group in wish.groups))
    return sorted(_drawn(f"{wish.seed}:anchors").sample(sorted(shared), wish.n_anchors))


def _batches(wish: Wish) -> list[int]:
    """The batch of each item: `batch_size` items or fewer, all nearly alike; without batches one each."""
    if wish.design != BATCHED or wish.batch_size < 2:
        return list(range(wish.n_items))
    places = list(range(wish.n_items))
    _drawn(f"{wish.seed}:batches").shuffle(places)
    n_batches = ceil(len(places) / wish.batch_size)
    batch = [0] * wish.n_items
    for rank, place in enumerate(places):
        batch[place] = rank * n_batches // len(places)
    return batch


def _grid(wish: Wish, group: GroupWish, anchors: Sequence[int], batches: Sequence[int]) -> Incidence:
    if wish.design == CROSSED:
        grid = np.zeros((wish.n_items, group.n_seats), dtype=np.bool_)
        grid[list(group.items)] = True
        return grid
    grid = np.zeros((wish.n_items, group.n_seats), dtype=np.bool_)
    grid[list(anchors)] = True
    items = np.array(group.items, dtype=np.int64)
    rest = items[~np.isin(items, np.array(anchors, dtype=np.int64))]
    if not len(rest):
        return grid
    units, unit_of, sizes = np.unique(np.array(batches)[rest], return_inverse=True, return_counts=True)
    seed = f"{wish.seed}:{group.key}"
    by_unit = incomplete(sizes, group.n_seats, group.per_item, seed=seed) if len(units) else crossed(0, 0)
    grid[rest] = by_unit[unit_of]
    return grid


def sequences(grid: Incidence, wish: Wish, group: str, batches: Sequence[int]) -> list[list[int]]:
    """Each seat's items: by condition in the seat's order, then by batch, then drawn."""
    n_seats = grid.shape[1]
    labels = sorted(set(wish.conditions))
    orders = condition_orders(labels, n_seats, seed=f"{wish.seed}:{group}:conditions")
    found = []
    for seat in range(n_seats):
        rng = _drawn(f"{wish.seed}:{group}:{seat}")
        items = np.flatnonzero(grid[:, seat]).tolist()
        rng.shuffle(items)
        if wish.design == BATCHED:
            turns = _turns([batches[item] for item in items], rng)
            items.sort(key=lambda item: turns[batches[item]])
        if wish.conditions:
            rank = {label: place for place, label in enumerate(orders[seat])}
            items.sort(key=lambda item: rank[wish.conditions[item]])
        found.append(items)
    return found


def _turns(batches: Sequence[int], rng: random.Random) -> dict[int, int]:
    names = sorted(set(batches))
    rng.shuffle(names)
    return {name: turn for turn, name in enumerate(names)}


def topped_up(grid: Incidence, per_item: Counts, n_seats: int, *, seed: str) -> Incidence:
    """The same seats and further ones, until each item has `per_item`; nobody loses an item.

    Raises:
        ValueError: more ratings than seats.
    """
    wider = np.zeros((len(grid), max(n_seats, grid.shape[1])), dtype=np.bool_)
    wider[:, : grid.shape[1]] = grid
    more = np.maximum(per_item - grid.sum(axis=1), 0)
    return extended(wider, more, np.ones(len(grid), dtype=np.int64), seed=seed)


def _drawn(text: str) -> random.Random:
    return random.Random(text)  # noqa: S311 (a plan, not a secret)
