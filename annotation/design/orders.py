"""In which order a seat meets conditions, and on which side two replies stand."""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
Edge = tuple[int, int]
Corner = tuple[int, int]
# The corner beyond those of one side.
EXTRA = -1


def williams_square(n: int) -> list[list[int]]:
    """Orders of n conditions, one a row (Williams 1949): each condition stands equally often at each place
    and directly after each other one. n rows for an even n, 2n for an odd one.

    >>> williams_square(4)
    [[0, 1, 3, 2], [1, 2, 0, 3], [2, 3, 1, 0], [3, 0, 2, 1]]
    >>> len(williams_square(3)), williams_square(1), williams_square(0)
    (6, [[0]], [[]])
    """
    if n < 2:
        return [list(range(n))]
    first = [0, *((step + 1) // 2 if step % 2 else n - step // 2 for step in range(1, n))]
    rows = [[(one + turn) % n for one in first] for turn in range(n)]
    return rows if n % 2 == 0 else rows + [row[::-1] for row in rows]


def condition_orders(conditions: Iterable[T], n_seats: int, *, seed: str) -> list[list[T]]:
    """The order of conditions for each of n seats: rows of a Williams square in turn, its labels and the
    order of its rows drawn by the seed.

    >>> orders = condition_orders("ab", 4, seed="1")
    >>> sorted(map(tuple, orders))
    [('a', 'b'), ('a', 'b'), ('b', 'a'), ('b', 'a')]
    """
    rng = random.Random(seed)  # noqa: S311 (an order, not a secret)
    labels = list(conditions)
    rng.shuffle(labels)
    rows = williams_square(len(labels))
    rng.shuffle(rows)
    return [[labels[one] for one in rows[seat % len(rows)]] for seat in range(n_seats)]


def sides(edges: Sequence[Edge], *, seed: str) -> list[int]:
    """0 or 1 for each (seat, item): which of two replies stands first. At each seat and at each item both
    differ by at most one, whoever sits where.

    An Euler circuit through the graph of seats and items, odd corners joined to a corner of the other side:
    every circuit of a two-sided graph is even, so taking its edges by turns halves every corner.

    >>> found = sides([(0, 0), (0, 1), (1, 0), (1, 1)], seed="1")
    >>> found[0] != found[1], found[0] != found[2], found[0] == found[3]
    (True, True, True)
    """
    rng = random.Random(seed)  # noqa: S311
    corners = [((0, seat), (1, item)) for seat, item in edges]
    graph = _Graph([*corners, *_joining(corners)])
    for ways in graph.ways.values():
        rng.shuffle(ways)
    found = [0] * graph.n_edges
    for start in list(graph.ways):
        side = rng.randrange(2)
        for edge in graph.circuit(start):
            found[edge], side = side, 1 - side
    return found[: len(edges)]


def _joining(corners: Sequence[tuple[Corner, Corner]]) -> list[tuple[Corner, Corner]]:
    """Edges from corners of odd degree to one more corner of the other side."""
    degree: dict[Corner, int] = {}
    for ends in corners:
        for corner in ends:
            degree[corner] = degree.get(corner, 0) + 1
    odd_seats = [one for one, n in degree.items() if n % 2 and one[0] == 0]
    odd_items = [one for one, n in degree.items() if n % 2 and one[0] == 1]
    joined = [(seat, (1, EXTRA)) for seat in odd_seats] + [((0, EXTRA), item) for item in odd_items]
    # Both sides hold every edge once, so both extra corners are odd together.
    return [*joined, ((0, EXTRA), (1, EXTRA))] if len(odd_seats) % 2 else joined


class _Graph:
    def __init__(self, edges: Sequence[tuple[Corner, Corner]]) -> None:
        self.n_edges = len(edges)
        self.is_used = [False] * len(edges)
        self.ways: dict[Corner, list[tuple[int, Corner]]] = {}
        for number, (one, other) in enumerate(edges):
            self.ways.setdefault(one, []).append((number, other))
            self.ways.setdefault(other, []).append((number, one))

    def circuit(self, start: Corner) -> list[int]:
        """Edges of an Euler circuit from `start` in order; empty where all of them are used (Hierholzer)."""
        path: list[tuple[int, Corner]] = [(-1, start)]
        found = []
        while path:
            edge, corner = path[-1]
            ways = self.ways[corner]
            while ways and self.is_used[ways[-1][0]]:
                ways.pop()
            if ways:
                way = ways.pop()
                self.is_used[way[0]] = True
                path.append(way)
            else:
                path.pop()
                if edge >= 0:
                    found.append(edge)
        return found
