"""Per-item sufficient statistics of all coefficients at once, from value counts laid out level by level.

Arrays run over items last, so that every step is a long row. In a resample with one answer only, all columns
are whole numbers: their sums are exact, and a coefficient is undefined there exactly when it should be.
"""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.bulk.design import Design


@dataclass(frozen=True)
class Side:
    """What one side answered to s items.

    `counts` (K, s) ratings by level, `sizes` (s,) their number, `products` (C, s) products of the counts of
    two levels, `losses` (W, s) their sums weighted by 1 - w.
    """

    counts: Floats
    sizes: Floats
    products: Floats
    losses: Floats

    @classmethod
    def of(cls, counts: Floats, design: Design) -> "Side":
        low, high = design.pairs
        products = counts[low] * counts[high]
        return cls(counts, counts.sum(axis=0), products, design.losses @ products)

    def at(self, places: Ints) -> "Side":
        """The same for chosen items, repeated as often as they are named."""
        return Side(
            self.counts.take(places, axis=1),
            self.sizes.take(places),
            self.products.take(places, axis=1),
            self.losses.take(places, axis=1),
        )


def inside_columns(side: Side, design: Design) -> Floats:
    """Columns of one side, shape (columns, s); see `Design`."""
    out = np.empty((design.n_inside, len(side.sizes)))
    marginals, unequal, agreement, has_pair, shares = (out[place] for place in design.inside)
    is_paired = side.sizes >= 2
    np.copyto(has_pair, is_paired)
    others = np.maximum(side.sizes - 1, 1)
    np.multiply(side.counts, is_paired, out=marginals)
    np.multiply(side.products, 1 / others, out=unequal)
    sizes = np.maximum(side.sizes, 1)
    np.multiply(side.losses, -2 / (sizes * others), out=agreement)
    agreement += has_pair
    np.divide(side.counts, sizes, out=shares)
    return out


def across_columns(one: Side, other: Side, design: Design) -> Floats:
    """Columns of two sides, shape (columns, s), zero on items that are not shared; see `Design`."""
    out = np.empty((design.n_across, len(one.sizes)))
    x, y, unequal, together, alone, shares, other_shares = (out[place] for place in design.across)
    is_shared = (one.sizes > 0) & (other.sizes > 0)
    np.multiply(one.counts, is_shared, out=x)
    np.multiply(other.counts, is_shared, out=y)
    low, high = design.pairs
    products = x[low] * y[high]
    products += x[high] * y[low]
    n_one, n_other = np.maximum(one.sizes, 1), np.maximum(other.sizes, 1)
    n_cross = n_one * n_other
    np.multiply(products, (n_one + n_other) / n_cross, out=unequal)
    np.matmul(design.losses, products, out=together)
    np.divide(together, n_cross, out=together)
    np.subtract(is_shared, together, out=together)
    # The better of the two sides' own agreement is 1 less the smaller of their losses.
    np.minimum(one.losses * (2 / n_one**2), other.losses * (2 / n_other**2), out=alone)
    np.subtract(1, alone, out=alone)
    alone *= is_shared
    np.divide(x, n_one, out=shares)
    np.divide(y, n_other, out=other_shares)
    return out
