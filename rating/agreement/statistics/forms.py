"""Sums of distances between the ratings of items, from their level counts, for many draws at once.

Counts stand level by level, (K, n, draws): an array operation then runs along items and draws, of which
there are many, and never along the few levels.
"""

from collections.abc import Sequence

import numpy as np

from rating.agreement.arrays import Floats


def reach(distance: Floats, counts: Floats) -> Floats:
    """Summed distance from each level to the ratings, (K, n, draws)."""
    to_levels = np.asarray(distance, dtype=counts.dtype) @ counts.reshape(len(counts), -1)
    return np.asarray(to_levels).reshape(counts.shape)


def bilinear(distance: Floats, one: Floats, other: Floats) -> Floats:
    """Summed distance between all ratings of `one` and all of `other`, (n, draws)."""
    return np.asarray(np.einsum("knd,knd->nd", one, reach(distance, other)))


def quadratic(distance: Floats, counts: Floats) -> Floats:
    """Summed distance between all ordered pairs of ratings, (n, draws); the diagonal must be zero."""
    return bilinear(distance, counts, counts)


def cross_totals(
    distance: Floats, sides: Sequence[Floats], everyone: Floats
) -> dict[tuple[int, int], Floats]:
    """Summed distance between the ratings of every two sides, and inside each, by (side, side >= it).

    `everyone` (K, n): counts of all sides together. However raters are relabelled these stay the same,
    so what concerns the last side follows by subtraction: exactly as long as distances are whole numbers.
    """
    to_everyone = distance @ everyone
    last = len(sides) - 1
    found: dict[tuple[int, int], Floats] = {}
    for one in range(last):
        found[one, one] = quadratic(distance, sides[one])
        for other in range(one + 1, last):
            found[one, other] = bilinear(distance, sides[one], sides[other])
    rest = np.einsum("kn,kn->n", everyone, to_everyone)[:, None]
    for one in range(last):
        from_one = np.einsum("knd,kn->nd", sides[one], to_everyone)
        rest = rest - from_one
        for other in range(last):
            from_one -= found[min(one, other), max(one, other)]
        found[one, last] = from_one
        rest -= from_one
    found[last, last] = rest
    return found
