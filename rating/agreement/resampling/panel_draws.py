"""Draws of items and raters together where items share their raters.

Under a draw of raters a panel's items differ in their distances between raters alone, so that a draw of items
is a weighted sum of these: one matrix product for all draws.
"""

from typing import Protocol, runtime_checkable

import numpy as np
from scipy import sparse

from rating.agreement.arrays import Floats, Ints
from rating.agreement.kernel import Kernel
from rating.agreement.resampling.blocks import sum_over
from rating.agreement.resampling.panels import Panel, panels_of, without
from rating.agreement.resampling.two_way import EXACT_ITEMS, TwoWayDraws
from rating.agreement.tally import Tally

# Draws below the mean in standard deviations: what is missing from a Poisson draw is then added one by one.
_MARGIN = 8.0
# Random numbers of sixteen bits; a Poisson number of mean below one is told from them to a part in 65,536.
_RANDOM = 2**16
_AT_ONCE = 1024


@runtime_checkable
class DrawnKernel(Kernel, Protocol):
    """A kernel of distances between raters, whose sums over a panel follow from those over its draws."""

    distance: Floats

    def drawn_panel_sums(self, panel: Panel, sides: list[Floats], far: Floats) -> Floats:
        """The weighted totals of a panel, (p, B).

        `sides`: how often each rater was drawn, (B, m), zero for those of another side. `far` (B, pairs + 1):
        weighted distances of every two raters, and the number of items drawn.
        """
        ...


def panel_draws(kernel: Kernel, tally: Tally, raters: Floats, rng: np.random.Generator) -> Floats | None:
    """A coefficient under draws of raters (B, R) and of as many clusters as there are, (B,).

    None where panels would not help, or where there are too few items for single precision.
    """
    found = panels_of(tally) if isinstance(kernel, DrawnKernel) else None
    if (
        not isinstance(kernel, DrawnKernel)
        or found is None
        or not found.panels
        or tally.n_items <= EXACT_ITEMS
    ):
        return None
    rest, _ = without(tally, found.is_left)
    n_clusters = np.array([*(len(panel.starts) for panel in found.panels), len(np.unique(rest.cluster))])
    n_drawn = rng.multinomial(n_clusters.sum(), n_clusters / n_clusters.sum(), size=len(raters))
    streams = rng.spawn(len(found.panels))

    def work(number: int, panel: Panel) -> Floats:
        side = tally.side[panel.raters]
        sides = [raters[:, panel.raters] * (side == one) for one in range(tally.n_sides)]
        far = _drawn_far(panel, kernel.distance, n_drawn[:, number], streams[number])
        return kernel.drawn_panel_sums(panel, sides, far)

    sums = sum_over(found.panels, work)
    if n_clusters[-1]:
        sums = sums + TwoWayDraws.of(rest, raters, rng, n_drawn[:, -1]).kernel_sums(kernel)
    return kernel.value(sums.T)


def _drawn_far(panel: Panel, distance: Floats, n_drawn: Ints, rng: np.random.Generator) -> Floats:
    """Distances of every two raters, and number of items, summed over `n_drawn` (B,) clusters of a panel."""
    clusters = panel.clusters
    n = len(clusters.starts)
    total = np.zeros((len(n_drawn), len(panel.raters) * (len(panel.raters) - 1) // 2 + 1))
    rate = max(0.0, 1 - _MARGIN / np.sqrt(n))
    n_have = np.zeros(len(n_drawn), dtype=np.int64)
    for low in range(0, n, _AT_ONCE):
        part = slice(low, min(n, low + _AT_ONCE))
        far = clusters.far(distance, part).astype(np.float32)
        times = _poisson(rate, (len(n_drawn), len(far)), rng)
        n_have += times.sum(axis=1, dtype=np.int64)
        total += times.astype(np.float32) @ far
    # Given its sum, a Poisson draw is multinomial; one more cluster at a time keeps it so.
    n_missing = n_drawn - n_have
    too_many = np.flatnonzero(n_missing < 0)
    n_missing[too_many] = n_drawn[too_many]
    total[too_many] = 0
    ends = np.concatenate([[0], np.cumsum(n_missing)])
    member = rng.integers(n, size=int(ends[-1]), dtype=np.int32)
    more = sparse.csr_array((np.ones(len(member), dtype=np.float32), member, ends), shape=(len(n_drawn), n))
    return np.asarray(total + more @ clusters.far(distance, slice(0, n)).astype(np.float32))


def _poisson(
    rate: float, shape: tuple[int, int], rng: np.random.Generator
) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    """Poisson numbers of that mean, below one."""
    n_words = -(-shape[0] * shape[1] // 4)
    random = rng.bit_generator.random_raw(n_words).view(np.uint16)[: shape[0] * shape[1]].reshape(shape)
    found = np.zeros(shape, dtype=np.uint8)
    below = share = np.exp(-rate)
    for number in range(1, 9):
        found += random >= np.uint16(min(_RANDOM - 1, round(_RANDOM * below)))
        share *= rate / number
        below += share
    return found
