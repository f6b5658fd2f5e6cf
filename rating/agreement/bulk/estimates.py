"""From values and intervals to the same estimates that the functions give one by one."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.bulk.rows import Row, Rows
from rating.agreement.reasons import Reason
from rating.agreement.results import Estimate, Interval
from rating.agreement.statistics.group_association import why_withheld as why_gai_is_withheld
from rating.agreement.statistics.xrr import why_withheld as why_normalised_is_withheld

Intervals = Callable[[Iterable[int]], dict[int, Interval]]


def estimates_of(rows: Rows, values: Floats, intervals: Intervals, confidence: float) -> list[Estimate]:
    """Estimates of all rows from their values (rows,); `intervals` gives those of the rows that have one."""
    reasons = [_why_undefined(row, value) for row, value in zip(rows.rows, values.tolist(), strict=True)]
    given = intervals(place for place, reason in enumerate(reasons) if reason is None)
    found = [
        Estimate(
            statistic=row.label.statistic,
            variant=row.label.variant,
            level=row.label.level,
            estimate=None if reason else float(values[place]),
            confidence=confidence,
            basis=row.use.basis,
            interval=Interval(reason=reason) if reason else given[place],
            reason=reason,
        )
        for place, (row, reason) in enumerate(zip(rows.rows, reasons, strict=True))
    ]
    return [_given_or_withheld(row, found[place], found) for place, row in enumerate(rows.rows)]


def _why_undefined(row: Row, value: float) -> Reason | None:
    if not row.use.has_all_sides:
        return Reason.NO_RATINGS
    if not row.use.basis.n_items:
        return Reason.NO_SHARED_ITEMS if row.second else Reason.NO_PAIRABLE_ITEMS
    return row.label.undefined if np.isnan(value) else None


def _given_or_withheld(row: Row, own: Estimate, found: list[Estimate]) -> Estimate:
    """A ratio is withheld where the interval of what it is divided by touches zero, or is not there."""
    if not row.denominators:
        return own
    reason: Reason | None
    if row.scope == "contrast":
        reason = why_gai_is_withheld(found[row.denominators[0]]) or own.reason
    else:
        is_shared = row.shared is not None and row.shared.basis.n_items > 0
        reason = None if is_shared else Reason.NO_SHARED_ITEMS
        for place in row.denominators:
            reason = reason or why_normalised_is_withheld(found[place])
    return replace(own, estimate=None, reason=reason, interval=Interval(reason=reason)) if reason else own
