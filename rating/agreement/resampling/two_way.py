"""Draws of items and raters together, a block of items at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import DTypeLike
from scipy import sparse

from rating.agreement.arrays import Floats, Ints
from rating.agreement.kernel import Kernel
from rating.agreement.resampling.blocks import Block, blocks_of, sum_over
from rating.agreement.resampling.kernel_sums import BlockKernel, kernel_sums
from rating.agreement.tally import Tally

# Up to this many items draws are summed in double precision. Beyond, the error of single precision is far
# below the spread of the draws; counts and sums of counts stay exact, so that what is undefined is found.
EXACT_ITEMS = 4096


@dataclass(frozen=True)
class Resample:
    """A block of items under a batch of draws.

    `weights` (n, draws): how often each item was drawn. `raters` (R, draws): how often each rater.
    """

    block: Block
    n_sides: int
    weights: Floats
    raters: Floats

    @cached_property
    def counts(self) -> list[Floats]:
        """Per side, sums of rater weights by level, (K, n, draws)."""
        return self._by_side(self.raters)

    @cached_property
    def squares(self) -> list[Floats]:
        """Per side, sums of squared rater weights by level, (K, n, draws)."""
        return self._by_side(self.raters**2)

    def _by_side(self, raters: Floats) -> list[Floats]:
        counts = self.block.counts(raters)
        return list(counts.reshape(self.n_sides, -1, *counts.shape[1:]))


@dataclass(frozen=True)
class TwoWayDraws:
    """Raters drawn elsewhere, (R, draws), and clusters of items drawn block by block.

    A multinomial draw of all clusters falls into draws of how many come from each block, `n_drawn`
    (blocks, draws), and of which ones these are; every block has a random stream of its own for the
    latter, so that the numbers do not depend on the order of work.
    """

    n_sides: int
    raters: Floats
    blocks: list[Block]
    n_drawn: Ints
    streams: list[np.random.Generator]

    @classmethod
    def of(
        cls, tally: Tally, raters: Floats, rng: np.random.Generator, n_drawn: Ints | None = None
    ) -> "TwoWayDraws":
        """Rater multiplicities (draws, R), and how many clusters come from each block.

        Of `n_drawn` (draws,) clusters in all, by default as many as there are.
        """
        column = tally.side[tally.rater] * tally.n_levels + tally.level
        blocks = blocks_of(tally, column, tally.n_sides * tally.n_levels)
        n_clusters = np.array([len(block.starts) for block in blocks])
        n_all = np.full(len(raters), n_clusters.sum()) if n_drawn is None else n_drawn
        n_of_block = rng.multinomial(n_all, n_clusters / n_clusters.sum()).T
        return cls(tally.n_sides, np.ascontiguousarray(raters.T), blocks, n_of_block, rng.spawn(len(blocks)))

    def kernel_values(self, kernel: Kernel) -> Floats:
        """A coefficient under every draw, (draws,), NaN where it is undefined."""
        return kernel.value(self.kernel_sums(kernel).T)

    def kernel_sums(self, kernel: Kernel) -> Floats:
        """Its weighted totals, (p, draws)."""
        is_fast = isinstance(kernel, BlockKernel)
        needs_squares = not isinstance(kernel, BlockKernel) or kernel.needs_squares
        n_items = sum(block.n_items for block in self.blocks)
        dtype = np.float32 if is_fast and n_items > EXACT_ITEMS else np.float64

        def work(number: int, block: Block) -> Floats:
            parts = [
                kernel_sums(
                    kernel, drawn.counts, drawn.squares if needs_squares else drawn.counts, drawn.weights
                )
                for drawn in self.resamples(number, block, dtype)
            ]
            return np.concatenate(parts, axis=1).astype(np.float64)

        return sum_over(self.blocks, work)

    def resamples(self, number: int, block: Block, dtype: DTypeLike = np.float64) -> Iterator[Resample]:
        """The block of that number under all draws, batch by batch, in single or double precision."""
        for tile in block.tiles(self.raters.shape[1]):
            n_drawn, stream = self.n_drawn[number, tile], self.streams[number]
            clusters = _drawn_evenly(len(block.starts), n_drawn, stream, dtype)
            raters = self.raters[:, tile].astype(dtype)
            yield Resample(block, self.n_sides, block.per_item(clusters), raters)


def _drawn_evenly(n_members: int, n_drawn: Ints, rng: np.random.Generator, dtype: DTypeLike) -> Floats:
    """How often each of the members is drawn when `n_drawn` (draws,) are, (members, draws)."""
    # A block never holds more clusters than its number of items and one: two bytes do for their places.
    member = rng.integers(n_members, size=int(n_drawn.sum()), dtype=np.uint16)
    ends = np.concatenate([[0], np.cumsum(n_drawn)])
    shape = (len(n_drawn), n_members)
    drawn = sparse.csr_array((np.ones(len(member), dtype=dtype), member.astype(np.int32), ends), shape=shape)
    return np.ascontiguousarray(drawn.toarray().T)
