"""How often each unit is drawn in each resample, block by block in any order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike
from scipy import sparse

from rating.agreement.arrays import Floats, Ints


@dataclass(frozen=True)
class Draws:
    """Resamples of units (items, or clusters of them) with replacement.

    Every resample draws as many units as there are. How many of them fall into each block is drawn first,
    and within its block every draw is uniform: together that is the multinomial over all units. `split`
    (B, blocks) holds the former; each block has a seed of its own, so that nothing depends on the order of
    the work. `bounds` (blocks + 1,) are the first unit of each block, then the number of units.
    """

    bounds: Ints
    split: Ints
    seeds: tuple[np.random.SeedSequence, ...]

    @classmethod
    def of(cls, bounds: Ints, n_resamples: int, rng: np.random.Generator) -> "Draws":
        """So many resamples over these blocks."""
        sizes = np.diff(bounds)
        split = rng.multinomial(int(bounds[-1]), sizes / sizes.sum(), size=n_resamples)
        entropy = rng.integers(0, 2**32, size=4, dtype=np.uint32)
        seeds = np.random.SeedSequence(entropy.tolist()).spawn(len(sizes))
        return cls(bounds, split, tuple(seeds))

    @property
    def n_resamples(self) -> int:
        return len(self.split)

    def weights(self, block: int, dtype: DTypeLike) -> Floats:
        """How often each unit of a block is drawn, shape (B, units of the block)."""
        size = int(self.bounds[block + 1] - self.bounds[block])
        n_draws = self.split[:, block]
        rng = np.random.default_rng(self.seeds[block])
        drawn = rng.integers(0, size, size=int(n_draws.sum()), dtype=np.uint16)
        ends = np.concatenate([[0], np.cumsum(n_draws)])
        ones = np.ones(len(drawn), dtype=dtype)
        shape = (len(n_draws), size)
        weights: Floats = sparse.csr_array((ones, drawn.astype(np.int32), ends), shape=shape).toarray()
        return weights
