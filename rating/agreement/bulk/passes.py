"""Passes over blocks of units: exact sums of all columns, and their sums under every resample.

Columns are never stored for all items. Blocks lie in fixed lanes that are summed in order, so that the
numbers do not depend on how many threads share the work.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rating.agreement.arrays import Floats, Ints
from rating.agreement.bulk.draws import Draws
from rating.agreement.bulk.layout import Layout

T = TypeVar("T")

_LANES = 8
_LEAST_BLOCK, _LARGEST_BLOCK = 128, 2048
# Items summed at once: fewer and longer steps than where columns are laid out, so that threads wait less
# for each other.
_SUMMED_AT_ONCE = 8192
# Up to this many units, resamples are summed in double precision too.
EXACT_UNITS = 4096
# Numbers that the sums of all resamples may hold at once (32 MB).
_SUMS_AT_ONCE = 4_000_000
# Units from which the point around which single-precision sums are taken is read.
_SAMPLED = 256


def n_threads_by_default() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def block_bounds(n_units: int, at_once: int) -> Ints:
    """First unit of every block, and the number of units; from the data alone, never from the machine."""
    size = max(_LEAST_BLOCK, min(_LARGEST_BLOCK, 2 ** (max(1, n_units // _LANES) - 1).bit_length()))
    size = min(size, max(16, at_once))
    return np.append(np.arange(0, n_units, size), n_units)


def in_lanes(work: Callable[[Sequence[int]], T], n_blocks: int, n_threads: int) -> Iterator[T]:
    """Results of runs of blocks, in their order, worked out by so many threads."""
    cuts = np.linspace(0, n_blocks, min(_LANES, n_blocks) + 1).astype(int).tolist()
    lanes = [range(first, last) for first, last in pairwise(cuts)]
    if n_threads == 1 or len(lanes) == 1:
        yield from map(work, lanes)
        return
    with ThreadPoolExecutor(n_threads) as pool:
        yield from pool.map(work, lanes)


def exact_sums(layouts: Sequence[Layout], n_threads: int) -> list[Floats]:
    """Sums of the columns of questions over all items, in double precision, each shape (columns,)."""
    jobs = [
        (layout, begin, min(begin + _SUMMED_AT_ONCE, layout.n_items))
        for layout in layouts
        for begin in range(0, layout.n_items, _SUMMED_AT_ONCE)
    ]
    found = {id(layout): np.zeros(layout.n_columns) for layout in layouts}

    def work(places: Sequence[int]) -> dict[int, Floats]:
        sums: dict[int, Floats] = {}
        for layout, begin, end in (jobs[place] for place in places):
            part = layout.sums_of(layout.sides_of(begin, end))
            sums[id(layout)] = sums.get(id(layout), 0.0) + part
        return sums

    for sums in in_lanes(work, len(jobs), n_threads):
        for name, part in sums.items():
            found[name] += part
    return [found[id(layout)] for layout in layouts]


def resampled_sums(
    layouts: Sequence[Layout], n_resamples: int, rng: np.random.Generator, n_threads: int
) -> Iterator[Floats]:
    """Sums of the columns under every resample, one array (columns, B) per question.

    The questions share their units, and every resample draws the same units of all of them.
    """
    n_units = layouts[0].n_units
    at_once = min(layout.items_at_once for layout in layouts)
    draws = Draws.of(block_bounds(n_units, at_once), n_resamples, rng)
    for some in _together(layouts, n_resamples):
        yield from _summed(some, draws, n_threads)


def _together(layouts: Sequence[Layout], n_resamples: int) -> Iterator[list[Layout]]:
    """Runs of questions whose sums fit into memory side by side."""
    some: list[Layout] = []
    for layout in layouts:
        if some and sum(other.n_columns for other in (*some, layout)) * n_resamples > _SUMS_AT_ONCE:
            yield some
            some = []
        some.append(layout)
    yield some


@dataclass(frozen=True)
class _Pass:
    """One pass over all blocks; `centre` (columns,) is taken off every unit's columns before their sums."""

    layouts: list[Layout]
    draws: Draws
    centre: Floats
    dtype: "np.dtype[Any]"

    def lane(self, blocks: Sequence[int]) -> Floats:
        """Sums of some blocks, less their centres, shape (columns, B)."""
        sums = np.zeros((len(self.centre), self.draws.n_resamples))
        for block in blocks:
            first, last = self.draws.bounds[block : block + 2].tolist()
            weights = self.draws.weights(block, self.dtype)
            sums += self._apart(first, last) @ weights.T
        return sums

    def _apart(self, first: int, last: int) -> NDArray[Any]:
        apart = np.empty((len(self.centre), last - first), dtype=self.dtype)
        begin = 0
        for layout in self.layouts:
            rows = slice(begin, begin + layout.n_columns)
            np.subtract(
                layout.unit_columns(first, last),
                self.centre[rows, None],
                out=apart[rows],
                casting="same_kind",
            )
            begin = rows.stop
        return apart


def _summed(layouts: list[Layout], draws: Draws, n_threads: int) -> Iterator[Floats]:
    n_units = layouts[0].n_units
    dtype = np.dtype(np.float64 if n_units <= EXACT_UNITS else np.float32)
    plan = _Pass(layouts, draws, _centre(layouts), dtype)
    sums = sum(in_lanes(plan.lane, len(draws.split[0]), n_threads), start=np.zeros(1))
    begin = 0
    for layout in layouts:
        rows = slice(begin, begin + layout.n_columns)
        yield sums[rows] + n_units * plan.centre[rows, None]
        begin = rows.stop


def _centre(layouts: list[Layout]) -> Floats:
    """A number near every column's mean that leaves no trace where a resample holds one answer only.

    The value of most units, or else the mean in 64ths: what whole numbers differ from it by is exact in
    single precision. The less is left to sum, the more digits the sums have.
    """
    last = min(_SAMPLED, layouts[0].n_units)
    sample = np.concatenate([layout.unit_columns(0, last) for layout in layouts])
    median = np.median(sample, axis=1)
    is_common = (sample == median[:, None]).mean(axis=1) > 0.5
    return np.asarray(np.where(is_common, median, np.round(sample.mean(axis=1) * 64) / 64))
