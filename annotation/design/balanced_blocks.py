"""Balanced incomplete block designs: every pair of raters meets on equally many items.

Items are the blocks, raters the treatments. Constructions: all subsets, differences modulo v, and
differences modulo v - 1 with one fixed rater (Bose 1939, "On the construction of balanced incomplete block
designs"); a design and its complement are balanced together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from math import comb, gcd

Block = tuple[int, ...]
# Beyond these a design with few enough blocks is rare, and the search for it long.
MAX_RATERS, MAX_NODES, MAX_BASES = 60, 20_000, 12


@lru_cache(maxsize=256)
def balanced_blocks(n_raters: int, size: int, *, at_most: int) -> tuple[Block, ...] | None:
    """The fewest blocks of `size` raters, at most `at_most`, in which all pairs meet equally often and all
    raters equally often; None where no construction here gives them.

    >>> balanced_blocks(7, 3, at_most=10)
    ((0, 1, 3), (1, 2, 4), (2, 3, 5), (3, 4, 6), (0, 4, 5), (1, 5, 6), (0, 2, 6))
    >>> len(balanced_blocks(6, 3, at_most=20))
    10
    """
    if not 0 < size <= n_raters or n_raters > MAX_RATERS:
        return None
    if size in {1, n_raters - 1, n_raters}:
        blocks = tuple(combinations(range(n_raters), size))
        return blocks if len(blocks) <= at_most else None
    small = min(size, n_raters - size)
    found = _smallest(n_raters, small, at_most)
    if found is None or small == size:
        return found
    return tuple(tuple(sorted(set(range(n_raters)) - set(block))) for block in found)


def _smallest(v: int, k: int, at_most: int) -> tuple[Block, ...] | None:
    limit = min(at_most, comb(v, k))
    for n_blocks, has_fixed, bases in sorted(_sizes(v, k, limit)):
        if n_blocks >= comb(v, k):
            break
        blocks = _developed(v, k, bases, has_fixed=has_fixed)
        if blocks is not None:
            return blocks
    return tuple(combinations(range(v), k)) if comb(v, k) <= at_most else None


def _sizes(v: int, k: int, limit: int) -> Iterator[tuple[int, bool, tuple[int, int]]]:
    """(blocks, whether one rater is fixed, (base blocks without it, with it)) that could be balanced."""
    step = (v - 1) // gcd(v - 1, k * (k - 1))
    for n_bases in range(step, MAX_BASES + 1, step):
        if n_bases * v <= limit:
            yield n_bases * v, False, (n_bases, 0)
    for n_fixed in range(1, MAX_BASES):
        # The fixed rater meets each other one n_fixed (k - 1) times: so must all the others.
        differences = n_fixed * (k - 1) * (v - 2) - n_fixed * (k - 1) * (k - 2)
        n_free, rest = divmod(differences, k * (k - 1))
        if not rest and n_free + n_fixed <= MAX_BASES and (n_free + n_fixed) * (v - 1) <= limit:
            yield (n_free + n_fixed) * (v - 1), True, (n_free, n_fixed)


def _developed(v: int, k: int, bases: tuple[int, int], *, has_fixed: bool) -> tuple[Block, ...] | None:
    modulus = v - 1 if has_fixed else v
    n_free, n_fixed = bases
    sizes = [k] * n_free + [k - 1] * n_fixed
    n_differences = sum(size * (size - 1) for size in sizes)
    family = _Family(modulus, n_differences // (modulus - 1))
    found = family.search(sizes)
    if found is None:
        return None
    blocks = []
    for base, size in zip(found, sizes, strict=True):
        fixed = (v - 1,) if size < k else ()
        blocks += [
            tuple(sorted((*((one + turn) % modulus for one in base), *fixed))) for turn in range(modulus)
        ]
    return tuple(blocks)


class _Family:
    """Base blocks whose differences give every residue but 0 equally often, by backtracking."""

    def __init__(self, modulus: int, times: int) -> None:
        self.modulus = modulus
        self.left = [times] * modulus
        self.n_nodes = 0

    def search(self, sizes: Sequence[int]) -> list[Block] | None:
        return self._next([], [0], list(sizes))

    def _next(self, done: list[Block], block: list[int], sizes: list[int]) -> list[Block] | None:
        if not sizes:
            return done
        if len(block) == sizes[0]:
            return self._next([*done, tuple(block)], [0], sizes[1:])
        for one in range(block[-1] + 1, self.modulus):
            self.n_nodes += 1
            if self.n_nodes > MAX_NODES:
                return None
            steps = [(one - other) % self.modulus for other in block]
            steps += [self.modulus - step for step in steps]
            if self._takes(steps):
                found = self._next(done, [*block, one], sizes)
                if found is not None:
                    return found
                self._gives_back(steps)
        return None

    def _takes(self, steps: Sequence[int]) -> bool:
        for number, step in enumerate(steps):
            self.left[step] -= 1
            if self.left[step] < 0:
                self._gives_back(steps[: number + 1])
                return False
        return True

    def _gives_back(self, steps: Sequence[int]) -> None:
        for step in steps:
            self.left[step] += 1
