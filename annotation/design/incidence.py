"""Who rates what: matrices of units by seats. A unit is an item, or a batch of items rated whole.

Loads never differ by more than one unit, and pairs of seats share as nearly equally many as the numbers
allow: exactly where a balanced design fits, else by a seeded search whose pair counts are told.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from annotation.design.balanced_blocks import Block, balanced_blocks

Incidence = NDArray[np.bool_]
Counts = NDArray[np.int64]
# Cells that the search may visit over all its tries: about a second.
EFFORT = 400_000
MOST_TRIES = 20
# A search of more units is repeated with other seats: it grows with units times seats.
LARGE = 2000
CHUNK = 10_000


def crossed(n_units: int, n_seats: int) -> Incidence:
    """Every seat rates every unit."""
    return np.ones((n_units, n_seats), dtype=np.bool_)


def incomplete(sizes: Counts, n_seats: int, per_unit: int, *, seed: str) -> Incidence:
    """`per_unit` of `n_seats` seats on each unit; `sizes` (units,): items in each.

    Whole replicates of a balanced design where units are of one size, the rest by search.

    Raises:
        ValueError: more ratings than seats.
    """
    if per_unit > n_seats:
        raise ValueError("more ratings on a unit than seats")
    if per_unit == n_seats:
        return crossed(len(sizes), n_seats)
    rng = random.Random(seed)  # noqa: S311 (a plan, not a secret)
    units = list(range(len(sizes)))
    rng.shuffle(units)
    grid = np.zeros((len(sizes), n_seats), dtype=np.bool_)
    n_whole = _replicates(grid, units, per_unit, rng) if len(set(sizes.tolist())) <= 1 else 0
    rest = np.zeros(len(sizes), dtype=np.int64)
    rest[units[n_whole:]] = per_unit
    return extended(grid, rest, sizes, seed=f"{seed}:rest")


def _replicates(grid: Incidence, units: list[int], per_unit: int, rng: random.Random) -> int:
    """Fill units in their order with whole copies of a design; returns how many it filled."""
    n_seats = grid.shape[1]
    blocks = balanced_blocks(n_seats, per_unit, at_most=len(units))
    if blocks is None and len(units) > 2 * LARGE:
        blocks = _searched(n_seats, per_unit, rng)
    if not blocks:
        return 0
    n_filled = len(units) - len(units) % len(blocks)
    turns = []
    for _start in range(0, n_filled, len(blocks)):
        seats = list(range(n_seats))
        rng.shuffle(seats)
        turns.append(seats)
    # Whole copies at once: (copies, blocks, seats of a block).
    rows = np.array(units[:n_filled], dtype=np.int64).reshape(len(turns), len(blocks), 1)
    grid[rows, np.array(turns, dtype=np.int64)[:, np.array(blocks)]] = True
    return n_filled


def _searched(n_seats: int, per_unit: int, rng: random.Random) -> tuple[Block, ...]:
    """A design of about `LARGE` units with exactly equal loads."""
    step = n_seats // gcd(n_seats, per_unit)
    n = step * max(1, LARGE // step)
    more = np.full(n, per_unit, dtype=np.int64)
    empty = np.zeros((n, n_seats), dtype=np.bool_)
    found = extended(empty, more, np.ones(n, dtype=np.int64), seed=f"{rng.random()}")
    return tuple(tuple(np.flatnonzero(row).tolist()) for row in found)


def extended(grid: Incidence, more: Counts, sizes: Counts, *, seed: str) -> Incidence:
    """`more[unit]` further seats on each unit beside those of `grid`, by the best of several tries.

    Each seat is the least loaded that has not the unit yet; of those, the one that shares least with who has.

    Raises:
        ValueError: a unit would need more seats than there are.
    """
    if (grid.sum(axis=1) + more > grid.shape[1]).any():
        raise ValueError("more ratings on a unit than seats")
    if not more.any():
        return grid.copy()
    n_tries = int(max(1, min(MOST_TRIES, EFFORT // max(1, int(more.sum()) * grid.shape[1]))))
    # A try reads and writes the units that want more; of the others only what they add up to.
    units = np.flatnonzero(more)
    part = _Part(
        grid[units],
        more[units].tolist(),
        sizes[units].tolist(),
        loads=(grid * sizes[:, None]).sum(axis=0),
        shared=shared_counts(grid),
    )
    tries = (_one_try(part, random.Random(f"{seed}:{number}")) for number in range(n_tries))  # noqa: S311
    best, _shared = min(tries, key=lambda made: _unevenness(made[1]))
    found = grid.copy()
    found[units] = best
    return found


@dataclass(frozen=True)
class _Part:
    """Units that want more seats, and over all units what each seat carries and each pair shares."""

    grid: Incidence
    more: list[int]
    sizes: list[int]
    loads: Counts
    shared: Counts


def _one_try(part: _Part, rng: random.Random) -> tuple[Incidence, Counts]:
    """The units filled, and what pairs of seats then share over all units."""
    found, loads, shared = part.grid.copy(), part.loads.copy(), part.shared.copy()
    units = list(range(len(found)))
    rng.shuffle(units)
    # Ties are drawn anew for each unit: less than one, so they never outweigh a count.
    lots = np.array([[rng.random() for _ in range(found.shape[1])] for _ in range(min(len(units), 97))])
    for number, unit in enumerate(units):
        _fill(found[unit], part.more[unit], (loads, shared, part.sizes[unit]), lots[number % len(lots)])
    return found, shared


def _fill(
    has: Incidence,
    n: int,
    state: tuple[Counts, Counts, int],
    lots: NDArray[np.float64],
) -> None:
    """`has`: the unit's row of the matrix, written to."""
    loads, shared, size = state
    for _ in range(n):
        # Load first, then what is shared with those on the unit, then the lot.
        cost = loads * 1e9 + shared.dot(has) + lots
        cost[has] = np.inf
        seat = int(cost.argmin())
        shared[seat, has] += 1
        shared[has, seat] += 1
        has[seat] = True
        loads[seat] += size


def shared_counts(grid: Incidence) -> Counts:
    """How many units each pair of seats shares, (seats, seats); the diagonal holds 0."""
    shared = np.zeros((grid.shape[1], grid.shape[1]), dtype=np.int64)
    for start in range(0, len(grid), CHUNK):
        # Sixty-four units a word: a matrix product takes many times as long, and all cores.
        part = np.packbits(grid[start : start + CHUNK].T, axis=1)
        words = np.ascontiguousarray(np.pad(part, ((0, 0), (0, -part.shape[1] % 8)))).view(np.uint64)
        for seat, own in enumerate(words):
            shared[seat] += np.bitwise_count(words & own).sum(axis=1, dtype=np.int64)
    np.fill_diagonal(shared, 0)
    return shared


def _unevenness(shared: Counts) -> float:
    above = shared[np.triu_indices(len(shared), 1)]
    return float(above.var()) if len(above) else 0.0
