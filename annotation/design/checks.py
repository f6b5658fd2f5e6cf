"""Where in a rater's sequence the hidden checks stand: drawn by the plan's seed, one in every so many."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

# Whoever begins meets the study's own items first.
LEAD = 2
# The order in which kinds choose their places: two never stand in one.
KINDS = ("attention", "gold", "repeat")


def check_places(seed: int, pseudonym: str, rates: Mapping[str, int], *, up_to: int) -> dict[int, str]:
    """Kind of check by place in the rater's sequence, from 1 to `up_to`.

    Args:
        rates: by kind one in so many; 0 or absent for never.

    Of every `rates[kind]` places in a row one is the kind's, drawn for this rater, unless all that are free
    in them are taken. The same arguments give the same places, whatever `up_to`.

    >>> places = check_places(7, "P-1", {"gold": 5}, up_to=20)
    >>> sorted((place - 1) // 5 for place in places)
    [0, 1, 2, 3]
    """
    taken: dict[int, str] = {}
    # Blocks of rarer kinds reach further than `up_to`: their draws must be the same from every place.
    horizon = up_to + sum(rates.values())
    for kind in KINDS:
        every = rates.get(kind, 0)
        if not every:
            continue
        for block in range(-(-horizon // every)):
            free = [
                place
                for place in range(block * every + 1, (block + 1) * every + 1)
                if place > LEAD and place not in taken
            ]
            if free:
                taken[_drawn(f"{seed}:{pseudonym}:{kind}:{block}").choice(free)] = kind
    return {place: kind for place, kind in taken.items() if place <= up_to}


def check_at(place: int, seed: int, pseudonym: str, rates: Mapping[str, int]) -> str:
    """The kind of check at a place of the rater's sequence; empty where none is due."""
    return check_places(seed, pseudonym, rates, up_to=place).get(place, "")


def rotated(items: Sequence[T], seed: int, rank: int) -> list[T]:
    """The items in the seed's order, begun one further for each rater: after every n raters each has
    stood at each place equally often.

    >>> [rotated("abc", 1, rank)[0] for rank in range(3)] == list(rotated("abc", 1, 0))
    True
    """
    order = list(items)
    _drawn(f"{seed}:order").shuffle(order)
    start = rank % len(order) if order else 0
    return order[start:] + order[:start]


def drawn_one(items: Sequence[T], seed: int, pseudonym: str, place: int) -> T:
    """One of the items, drawn for this rater and place."""
    return _drawn(f"{seed}:{pseudonym}:{place}:repeat").choice(items)


def checks_ahead(
    kinds: Mapping[int, str],
    *,
    after: int,
    n_regular: int,
    in_store: Mapping[str, int],
    n_before_repeats: int = 0,
) -> int:
    """How many checks a rater meets before `n_regular` further items are done.

    `after`: places served so far. `in_store`: how many of each kind there still are for this rater; a check
    that is not there leaves its place to a regular item. `n_before_repeats`: items to complete before the
    first repeat is far enough from its original.

    >>> checks_ahead({4: "gold", 8: "gold"}, after=2, n_regular=5, in_store={"gold": 1})
    1
    """
    store, place, n_checks = dict(in_store), after, 0
    while n_regular > 0:
        place += 1
        kind = kinds.get(place, "")
        is_far = kind != "repeat" or place - after > n_before_repeats
        if kind and is_far and store.get(kind, 0) > 0:
            store[kind] -= 1
            n_checks += 1
        else:
            n_regular -= 1
    return n_checks


def _drawn(text: str) -> random.Random:
    return random.Random(text)  # noqa: S311 (a place, not a secret)
