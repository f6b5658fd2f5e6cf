"""How a design hangs together: loads, pairs that share items, components, what a permutation can show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb, prod

import numpy as np
from numpy.typing import NDArray

from annotation.design.incidence import Incidence, shared_counts

# Rows of (item, rater): whose numbers they are does not matter.
ItemPairs = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Pairs of raters, and on how many items both rate."""

    n_pairs: int
    n_sharing: int
    least: int
    most: int


@dataclass(frozen=True)
class Linkage:
    """`n_components`: parts of the item–rater graph with no item in common; 0 where nobody rates.

    `members`: by component, raters by group. `within` and `between`: groups by key.
    """

    n_components: int
    members: Sequence[Mapping[str, int]]
    within: Mapping[str, Pairs]
    between: Mapping[tuple[str, str], Pairs]


def linkage(grids: Mapping[str, Incidence]) -> Linkage:
    """Of matrices (items, raters) by group. Raters without items belong to no component.

    >>> grid = np.array([[True, True, False], [False, False, True]])
    >>> found = linkage({"peer": grid})
    >>> found.n_components, found.within["peer"]
    (2, Pairs(n_pairs=3, n_sharing=1, least=0, most=1))
    """
    group_of = [key for key, grid in grids.items() for _ in range(grid.shape[1])]
    everyone = np.concatenate(list(grids.values()), axis=1) if grids else np.zeros((0, 0), dtype=np.bool_)
    shared = shared_counts(everyone)
    raters = np.flatnonzero(everyone.any(axis=0)).tolist()
    members = _components(shared, raters, group_of)
    places = {key: [place for place, one in enumerate(group_of) if one == key] for key in grids}
    within, between = {}, {}
    for number, (key, own) in enumerate(places.items()):
        block = shared[np.ix_(own, own)]
        within[key] = _pairs(block[np.triu_indices(len(own), 1)])
        for other in list(places)[number + 1 :]:
            between[key, other] = _pairs(shared[np.ix_(own, places[other])].ravel())
    return Linkage(len(members), members, within, between)


def _pairs(counts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Pairs:
    if not len(counts):
        return Pairs(0, 0, 0, 0)
    return Pairs(len(counts), int((counts > 0).sum()), int(counts.min()), int(counts.max()))


def _components(
    shared: np.ndarray[tuple[int, int], np.dtype[np.int64]], raters: Sequence[int], group_of: Sequence[str]
) -> list[Mapping[str, int]]:
    left = set(raters)
    found: list[Mapping[str, int]] = []
    while left:
        waiting, reached = [left.pop()], []
        while waiting:
            one = waiting.pop()
            reached.append(one)
            near = {int(other) for other in np.flatnonzero(shared[one])} & left
            left -= near
            waiting += near
        found.append(Counter(group_of[one] for one in reached))
    return found


def linked_parts(pairs: Mapping[str, ItemPairs]) -> list[Mapping[str, int]]:
    """Components alone (`Linkage.members`), of pairs (item, rater) by group: no matrix, so for any number.

    >>> linked_parts({"peer": np.array([[1, 7], [1, 8], [2, 9]])})
    [Counter({'peer': 2}), Counter({'peer': 1})]
    """
    links, group_of = _links(pairs)
    above = list(range(len(group_of)))

    def top(one: int) -> int:
        while above[one] != one:
            above[one] = one = above[above[one]]
        return one

    for one, other in links:
        above[top(one)] = top(other)
    found: dict[int, Counter[str]] = {}
    for number, key in enumerate(group_of):
        found.setdefault(top(number), Counter())[key] += 1
    return list(found.values())


def _links(pairs: Mapping[str, ItemPairs]) -> tuple[list[list[int]], list[str]]:
    """Raters numbered over all groups: who stand next to each other on an item, and everybody's group."""
    group_of: list[str] = []
    numbered = []
    for key, rows in pairs.items():
        names, numbers = np.unique(rows[:, 1], return_inverse=True)
        numbered.append(np.stack([rows[:, 0], numbers.ravel() + len(group_of)], axis=1))
        group_of += [key] * len(names)
    if not group_of:
        return [], group_of
    rows = np.concatenate(numbered)
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    is_same = rows[1:, 0] == rows[:-1, 0]
    near = np.stack([rows[:-1, 1], rows[1:, 1]], axis=1)[is_same]
    return np.unique(near, axis=0).tolist(), group_of


def smallest_p(members: Sequence[Mapping[str, int]], one: str, other: str) -> float:
    """The smallest p value that relabelling whole raters of two groups can reach, within components.

    One over the number of distinct labellings; two where every component has as many of both, because each
    then has a mirror image with the same statistic.

    >>> smallest_p([{"peer": 3, "clinician": 3}], "peer", "clinician")
    0.1
    """
    sizes = [(part.get(one, 0), part.get(other, 0)) for part in members]
    n_possible = prod(comb(a + b, a) for a, b in sizes)
    n_alike = 2 if n_possible > 1 and all(a == b for a, b in sizes) else 1
    return n_alike / n_possible
