"""The two-way jackknife of all coefficients in one pass over items and one over ratings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.bulk.passes import block_bounds, in_lanes
from rating.agreement.bulk.rater_changes import rater_changes
from rating.agreement.bulk.rows import Row, Rows
from rating.agreement.bulk.usable import Use
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import t_interval
from rating.agreement.resampling.jackknife import METHOD, MIN_RATERS, jackknife_variance
from rating.agreement.results import Interval


def jackknife_intervals(
    rows: Rows, sums: Floats, wanted: Iterable[int], *, confidence: float, n_threads: int
) -> dict[int, Interval]:
    """Intervals of the wanted rows from the sums of the columns (columns,)."""
    group = rows.layout.ratings.rater_group
    given: dict[int, Interval] = {}
    rest: list[int] = []
    for place in wanted:
        reason = _why_none(rows.rows[place].use, group)
        if reason:
            given[place] = Interval(method=METHOD, reason=reason)
        else:
            rest.append(place)
    if not rest:
        return given
    values = rows.values(sums[:, None])[:, 0]
    items = _without_units(rows, sums, values, n_threads)
    raters = rows.values(sums[:, None] + rater_changes(rows.layout, n_threads).T)
    for place in rest:
        row, replicates = rows.rows[place], raters[place]
        n_undefined = int(items.n_undefined[place] + np.isnan(replicates[row.use.raters]).sum())
        given[place] = (
            _undefined(row, n_undefined)
            if n_undefined
            else _interval(
                row, float(values[place]), float(items.variance[place]), replicates, group, confidence
            )
        )
    return given


def _why_none(use: Use, group: Ints) -> Reason | None:
    n_raters = np.bincount(group[use.raters])
    n_raters = n_raters[n_raters > 0]
    if not n_raters.size or n_raters.min() < MIN_RATERS:
        return Reason.TOO_FEW_RATERS
    return Reason.ONE_ITEM if use.n_units < 2 else None


def _undefined(row: Row, n_undefined: int) -> Interval:
    return Interval(
        method=METHOD,
        n_resamples=row.use.n_units + row.use.basis.n_raters,
        n_degenerate=n_undefined,
        reason=Reason.UNDEFINED_RESAMPLES,
    )


def _interval(
    row: Row, value: float, variance: float, replicates: Floats, group: Ints, confidence: float
) -> Interval:
    strata = group[row.use.raters]
    variance += jackknife_variance(replicates[row.use.raters], strata)
    df = row.use.basis.n_raters - len(np.unique(strata))
    return t_interval(value, variance, df, confidence, method=METHOD, bounds=row.label.bounds)


@dataclass(frozen=True)
class _Left:
    """Sums over the units left out, per row: departures from the whole, their squares, undefined ones."""

    shift: Floats
    square: Floats
    n_undefined: Ints
    n_units: Ints

    @property
    def variance(self) -> Floats:
        """(n - 1)/n times the squared departures from the mean of the replicates."""
        n = np.maximum(self.n_units, 1)
        return np.asarray((n - 1) / n * np.maximum(self.square - self.shift**2 / n, 0.0))


def _without_units(rows: Rows, sums: Floats, values: Floats, n_threads: int) -> _Left:
    layout = rows.layout
    bounds = block_bounds(layout.n_units, layout.items_at_once).tolist()
    uses = {id(row.use): row.use for row in rows.rows}
    order = {name: number for number, name in enumerate(uses)}
    use_of_row = np.array([order[id(row.use)] for row in rows.rows])
    is_used: Bools = np.array([use.units for use in uses.values()])
    n_units = np.array([row.use.n_units for row in rows.rows])

    def work(blocks: Sequence[int]) -> Floats:
        found = np.zeros((3, len(values)))
        for block in blocks:
            first, last = bounds[block], bounds[block + 1]
            shift = rows.values(sums[:, None] - layout.unit_columns(first, last)) - values[:, None]
            is_mine = is_used[use_of_row, first:last]
            is_undefined = np.isnan(shift)
            shift[is_undefined | ~is_mine] = 0.0
            found += [shift.sum(axis=1), (shift**2).sum(axis=1), (is_undefined & is_mine).sum(axis=1)]
        return found

    shift, square, n_undefined = sum(
        in_lanes(work, len(bounds) - 1, n_threads), start=np.zeros((3, len(values)))
    )
    return _Left(shift, square, n_undefined.astype(np.int64), n_units)
