"""Sums over items for many draws of raters at once, block by block of items.

Whatever is resampled or relabelled is a function of sums over items, so blocks are computed apart, by
threads (NumPy and SciPy let go of the interpreter inside their loops), and added in their order: the
numbers do not depend on how many threads there are. A block of items under a batch of draws is sized
to stay in a processor's cache, so that memory does not grow with the table. Matrix products inside run on
the thread that asks for them: threads of the linear algebra library would wait for one another.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

import numpy as np
from scipy import sparse

from rating.agreement.arrays import Floats, Ints
from rating.agreement.blas import one_blas_thread
from rating.agreement.tally import Tally

Part = TypeVar("Part")

# Items of a block, beyond which it takes no further cluster.
BLOCK_ITEMS = 256

# Numbers in one array (items x draws) of a tile, and in all of its level counts.
TILE_NUMBERS = 32_768
TILE_COUNTS = 524_288

# Threads that share the blocks; more of them would share the same memory bandwidth.
WORKERS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True)
class Block:
    """Whole clusters of items, in the order of clusters.

    `items` (n,): their places in the tally. `starts`: place of each cluster's first item among them.
    Per rating: its local `item`, `rater`, and `column` in 0..n_columns-1, which of the item's counts it
    belongs to.
    """

    items: Ints
    starts: Ints
    item: Ints
    rater: Ints
    column: Ints
    n_columns: int
    n_raters: int

    @property
    def n_items(self) -> int:
        return len(self.items)

    @cached_property
    def incidence(self) -> "sparse.csr_array[np.float32]":
        """Sparse 0/1 matrix (columns x items, raters) of who put a rating where."""
        row = self.column * self.n_items + self.item
        shape = (self.n_columns * self.n_items, self.n_raters)
        # Single precision holds a 1 exactly; the product has the precision of what it is multiplied with.
        ones = np.ones(len(row), dtype=np.float32)
        return sparse.csr_array((ones, (row, self.rater)), shape=shape)

    def counts(self, weights: Floats) -> Floats:
        """Counts under rater weights (R, draws), shape (columns, n, draws)."""
        return np.asarray(self.incidence @ weights).reshape(self.n_columns, self.n_items, -1)

    def per_rater(self, values: Floats) -> Floats:
        """Sums over each rater's ratings of values (columns, n, draws), shape (R, draws)."""
        return np.asarray(self.incidence.T @ values.reshape(self.n_columns * self.n_items, -1))

    def per_cluster(self, values: Floats) -> Floats:
        """Sums over the items of each cluster of values (n, draws), shape (clusters, draws)."""
        if len(self.starts) == self.n_items:
            return values
        return np.asarray(np.add.reduceat(values, self.starts, axis=0))

    def per_item(self, values: Floats) -> Floats:
        """Values of clusters (clusters, draws), repeated for each of their items (n, draws)."""
        if len(self.starts) == self.n_items:
            return values
        return np.repeat(values, np.diff(np.append(self.starts, self.n_items)), axis=0)

    def tiles(self, n_draws: int) -> Iterator[slice]:
        """Batches of draws, of nearly one size and never of one draw alone when there are more.

        Along a single column NumPy adds in another order: equal draws would differ in the last digit.
        """
        width = max(2, min(TILE_NUMBERS // self.n_items, TILE_COUNTS // (self.n_columns * self.n_items)))
        edges = np.linspace(0, n_draws, max(1, n_draws // width) + 1).astype(np.int64)
        return (slice(int(low), int(high)) for low, high in pairwise(edges))


def blocks_of(tally: Tally, column: Ints, n_columns: int) -> list[Block]:
    """Cut a tally into blocks; `column` (N,) says to which of its item's counts a rating belongs."""
    order = np.argsort(tally.cluster, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    by_place = np.argsort(place[tally.item], kind="stable")
    starts = np.searchsorted(tally.cluster[order], np.arange(int(tally.cluster.max()) + 1))
    block_of_cluster = starts // BLOCK_ITEMS
    edges = [*starts[np.flatnonzero(np.diff(block_of_cluster, prepend=-1))], len(order)]
    rating_edges = np.searchsorted(place[tally.item[by_place]], edges)
    cluster_edges = np.searchsorted(starts, edges)
    blocks = []
    for number in range(len(edges) - 1):
        first, last = edges[number : number + 2]
        rows = by_place[slice(*rating_edges[number : number + 2])]
        blocks.append(
            Block(
                items=order[first:last],
                starts=starts[slice(*cluster_edges[number : number + 2])] - first,
                item=place[tally.item[rows]] - first,
                rater=tally.rater[rows],
                column=column[rows],
                n_columns=n_columns,
                n_raters=tally.n_raters,
            )
        )
    return blocks


def sum_over(blocks: Sequence[Part], work: Callable[[int, Part], Floats]) -> Floats:
    """Sum of work(number of the block, block) over all blocks, added in their order."""
    if WORKERS == 1 or len(blocks) == 1:
        with one_blas_thread():
            return _added(map(work, range(len(blocks)), blocks))
    with one_blas_thread(), ThreadPoolExecutor(min(WORKERS, len(blocks))) as pool:
        return _added(pool.map(work, range(len(blocks)), blocks))


def _added(parts: Iterator[Floats]) -> Floats:
    total = next(parts)
    for part in parts:
        total += part
    return total
