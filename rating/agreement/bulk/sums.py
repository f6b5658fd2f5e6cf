"""The columns of `columns.py` summed over items, without laying them out item by item."""

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.bulk.columns import Side
from rating.agreement.bulk.design import Design


def inside_sums(side: Side, design: Design) -> Floats:
    """Sums of the columns of one side, shape (columns,); see `Design`."""
    low, high = design.pairs
    is_paired = (side.sizes >= 2).astype(np.float64)
    others, sizes = np.maximum(side.sizes - 1, 1), np.maximum(side.sizes, 1)
    n_paired = is_paired.sum(keepdims=True)
    unequal = (side.counts / others) @ side.counts.T
    agreement = n_paired - side.losses @ (2 / (sizes * others))
    shares = (side.counts / sizes).sum(axis=1)
    return np.concatenate([side.counts @ is_paired, unequal[low, high], agreement, n_paired, shares])


def across_sums(one: Side, other: Side, design: Design) -> Floats:
    """Sums of the columns of two sides over the items that they share, shape (columns,); see `Design`."""
    low, high = design.pairs
    is_shared = ((one.sizes > 0) & (other.sizes > 0)).astype(np.float64)
    n_one, n_other = np.maximum(one.sizes, 1), np.maximum(other.sizes, 1)
    shares, other_shares = one.counts / n_one * is_shared, other.counts / n_other
    # Counts weighted by (n + m) / nm are shares of one side and counts of the other, both ways round.
    unequal = shares @ other.counts.T + (one.counts * is_shared) @ other_shares.T
    across = shares @ other_shares.T
    n_shared = is_shared.sum()
    together = n_shared - design.losses @ (across[low, high] + across[high, low])
    worse = np.minimum(one.losses * (2 / n_one**2), other.losses * (2 / n_other**2))
    return np.concatenate(
        [
            one.counts @ is_shared,
            other.counts @ is_shared,
            unequal[low, high] + unequal[high, low],
            together,
            n_shared - worse @ is_shared,
            shares.sum(axis=1),
            other_shares @ is_shared,
        ]
    )
