"""Two-way jackknife: leave out each conversation, then each rater, and add the two variances."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from rating.agreement.arrays import Floats, Ints
from rating.agreement.kernel import Kernel
from rating.agreement.reasons import Reason
from rating.agreement.resampling.blocks import Block, blocks_of, sum_over
from rating.agreement.resampling.interval import UNBOUNDED, Bounds, t_interval
from rating.agreement.results import Interval
from rating.agreement.tally import Tally, renumbered

METHOD = "two_way_jackknife"
MIN_RATERS = 3

# Up to so many ratings a tally keeps its blocks and cells (some 50 MB) for its next coefficient.
MAX_KEPT_RATINGS = 200_000


def two_way_jackknife(
    kernel: Kernel, tally: Tally, confidence: float, bounds: Bounds = UNBOUNDED
) -> Interval:
    """Interval of a coefficient that is a function of item totals.

    The variance is that of leaving out clusters of items plus, per group, that of leaving out
    raters; the part that both contain counts twice, so the interval errs on the wide side. Quantile
    of t with (raters - groups) degrees of freedom. No interval below three raters in a group or two
    clusters, or when leaving one out makes the coefficient undefined.
    """
    reason = why_no_jackknife(tally)
    if reason:
        return Interval(method=METHOD, reason=reason)
    totals, without_items, without_raters = _left_out(kernel, tally)
    value = float(kernel.value(totals))
    return jackknife_interval(value, without_items, without_raters, tally, confidence, bounds=bounds)


def why_no_jackknife(tally: Tally) -> Reason | None:
    """Below three raters in a group, or one cluster of items only."""
    n_raters = np.bincount(tally.stratum)
    n_raters = n_raters[n_raters > 0]
    if not n_raters.size or n_raters.min() < MIN_RATERS:
        return Reason.TOO_FEW_RATERS
    return Reason.ONE_ITEM if len(np.unique(tally.cluster)) < 2 else None


def jackknife_interval(
    value: float,
    without_items: Floats,
    without_raters: Floats,
    tally: Tally,
    confidence: float,
    *,
    bounds: Bounds = UNBOUNDED,
) -> Interval:
    """From the coefficient without each cluster (C,) and without each rater (R,), NaN where undefined."""
    n_degenerate = int(np.isnan(without_items).sum() + np.isnan(without_raters).sum())
    if n_degenerate:
        return Interval(
            method=METHOD,
            n_resamples=len(without_items) + len(without_raters),
            n_degenerate=n_degenerate,
            reason=Reason.UNDEFINED_RESAMPLES,
        )
    variance = jackknife_variance(without_items, np.zeros(len(without_items), dtype=np.int64))
    variance += jackknife_variance(without_raters, tally.stratum)
    df = tally.n_raters - len(np.unique(tally.stratum))
    return t_interval(value, variance, df, confidence, method=METHOD, bounds=bounds)


def jackknife_variance(replicates: Floats, stratum: Ints) -> float:
    """Sum over strata of (n - 1)/n times the squared deviations from the stratum's mean."""
    variance = 0.0
    for name in np.unique(stratum):
        inside = replicates[stratum == name]
        variance += (len(inside) - 1) / len(inside) * float(((inside - inside.mean()) ** 2).sum())
    return variance


def sums_by(owner: Ints, rows: Floats) -> Floats:
    """Sums of the rows (n, p) that share an owner 0..m-1, shape (m, p)."""
    shape = (int(owner.max()) + 1, len(rows))
    return np.asarray(
        sparse.csr_array((np.ones(len(rows)), (owner, np.arange(len(rows)))), shape=shape) @ rows
    )


@dataclass(frozen=True)
class _Cells:
    """Occupied cells (item, side, level) of a block, and what is left of their items without one rating.

    `item` (cells,); `reduced` (cells, sides, K); `owners`, sparse (R, cells): who put a rating there. Only a
    rating's item, side and level matter, so each occupied cell is recounted once.
    """

    item: Ints
    reduced: Floats
    owners: "sparse.csr_array[np.float64]"

    @classmethod
    def of(cls, block: Block, counts: Floats, n_sides: int) -> "_Cells":
        """Of a block with its counts (columns, n)."""
        slot = block.item * block.n_columns + block.column
        slots, cell = renumbered(slot, block.n_items * block.n_columns)
        item, place = np.divmod(slots, block.n_columns)
        reduced = counts[:, item]
        reduced[place, np.arange(len(slots))] -= 1
        shape = (block.n_raters, len(slots))
        owners = sparse.csr_array((np.ones(len(cell)), (block.rater, cell)), shape=shape)
        return cls(item, _by_item(reduced, n_sides), owners)


@dataclass(frozen=True)
class _Part:
    """A block with its counts (columns, n), by item (n, sides, K), and maybe its cells."""

    block: Block
    counts: Floats
    by_item: Floats
    cells: _Cells | None

    @classmethod
    def of(cls, block: Block, n_sides: int, *, has_cells: bool) -> "_Part":
        counts = block.counts(np.ones((block.n_raters, 1)))[..., 0]
        cells = _Cells.of(block, counts, n_sides) if has_cells else None
        return cls(block, counts, _by_item(counts, n_sides), cells)


def _parts_of(tally: Tally) -> list[_Part]:
    """The blocks of a tally; those of a small one are kept for its next coefficient."""

    def make() -> list[_Part]:
        column = tally.side[tally.rater] * tally.n_levels + tally.level
        blocks = blocks_of(tally, column, tally.n_sides * tally.n_levels)
        return [_Part.of(block, tally.n_sides, has_cells=is_kept) for block in blocks]

    is_kept = tally.n_ratings <= MAX_KEPT_RATINGS
    return tally.once("leaving out", make) if is_kept else make()


def _left_out(kernel: Kernel, tally: Tally) -> tuple[Floats, Floats, Floats]:
    """Totals (p,), and the coefficient without each cluster (C,) and without each rater (R,).

    Block by block of items: the totals of all of them at once would take more memory than the ratings.
    """
    parts = _parts_of(tally)
    blocks = [part.block for part in parts]
    ends = np.cumsum([len(block.starts) for block in blocks])
    without_items = np.empty(ends[-1])

    def whole(number: int, _block: Block) -> Floats:
        by_item = parts[number].by_item
        return np.asarray(kernel.totals(by_item, by_item).sum(axis=0))

    totals = sum_over(blocks, whole)

    def changes(number: int, block: Block) -> Floats:
        part = parts[number]
        of_items = kernel.totals(part.by_item, part.by_item)
        place = slice(ends[number] - len(block.starts), ends[number])
        without_items[place] = kernel.value(totals - block.per_cluster(of_items))
        cells = part.cells or _Cells.of(block, part.counts, tally.n_sides)
        change = kernel.totals(cells.reduced, cells.reduced) - of_items[cells.item]
        return np.asarray(cells.owners @ change)

    return totals, without_items, kernel.value(totals + sum_over(blocks, changes))


def _by_item(counts: Floats, n_sides: int) -> Floats:
    """Counts (columns, n) seen as (n, sides, K): in memory items stay side by side, which sums faster."""
    return np.moveaxis(counts.reshape(n_sides, -1, counts.shape[1]), -1, 0)
