"""What a kernel adds up over a block of items, for many draws at once."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.kernel import Kernel


@runtime_checkable
class BlockKernel(Protocol):
    """A kernel that also adds its totals up by itself, level by level, which is faster.

    `sums`: counts and squares of each side, (K, n, draws), and item weights (n, draws), or None where
    every item counts once, give the weighted sums over items of what `totals` returns, (p, draws), in the
    precision of the counts. A kernel that never pairs ratings of one side need not be given squares:
    `needs_squares` is False, and it gets the counts in their place.
    """

    @property
    def needs_squares(self) -> bool: ...

    def sums(self, counts: Sequence[Floats], squares: Sequence[Floats], weights: Floats | None) -> Floats: ...


def kernel_sums(
    kernel: Kernel, counts: Sequence[Floats], squares: Sequence[Floats], weights: Floats | None
) -> Floats:
    """Weighted sums over items of the kernel's totals, (p, draws)."""
    if isinstance(kernel, BlockKernel):
        return kernel.sums(counts, squares, weights)
    totals = kernel.totals(_by_draw(counts), _by_draw(squares))
    if weights is None:
        return np.ascontiguousarray(totals.sum(axis=1).T)
    return np.asarray(np.einsum("dnp,nd->pd", totals, weights))


def _by_draw(sides: Sequence[Floats]) -> Floats:
    """Sides of (K, n, draws) as (draws, n, sides, K)."""
    return np.ascontiguousarray(np.stack(sides).transpose(3, 2, 0, 1))
