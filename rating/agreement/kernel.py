"""What every coefficient that is a function of item totals looks like to the resampling code."""

from typing import Protocol

import numpy as np

from rating.agreement.arrays import Floats


class Kernel(Protocol):
    """A coefficient computed from sums over items.

    `totals` turns counts (..., n, sides, K) into per-item sufficient statistics (..., n, p).
    `squares` has the same shape and holds the sum of squared rater weights: equal to `counts` when
    every rater counts once, larger when a bootstrap drew a rater twice, so that pairs of copies of
    one rater can be excluded. `value` turns their sums over items (..., p) into the coefficient
    (...), NaN where it is undefined; NaN never leaves the package.
    """

    def totals(self, counts: Floats, squares: Floats) -> Floats: ...

    def value(self, totals: Floats) -> Floats: ...


def divide(numerator: Floats, denominator: Floats, otherwise: float = float("nan")) -> Floats:
    """Quotient where the denominator is not zero, `otherwise` elsewhere; never a warning."""
    out = np.full(np.broadcast(numerator, denominator).shape, otherwise)
    np.divide(numerator, denominator, out=out, where=denominator != 0)
    return out
