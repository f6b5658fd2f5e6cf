"""Does a rater grow stricter, milder or further from the others in the course of the work?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from rating.agreement.arrays import Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import t_interval
from rating.agreement.resampling.jackknife import MIN_RATERS
from rating.agreement.resampling.left_out_items import items_jackknife
from rating.agreement.results import Basis, Estimate, Interval, LeftOut
from rating.agreement.timings import Timings

SPREAD = "rater_spread"
Outcome = Literal["offset", "distance"]
Along = Literal["course", "position"]
# Sums of (1, x, y, xx, xy) per conversation, or of both halves: what a slope or a difference needs.
Coefficient = Callable[[Floats], Floats]


@dataclass(frozen=True)
class RaterDrift:
    """Per rater the slope and the second half less the first, in scale points; `mean_slope` over raters."""

    slopes: dict[str, Estimate]
    halves: dict[str, Estimate]
    mean_slope: Estimate

    def to_frame(self) -> pd.DataFrame:
        """One row per rater."""
        rows = [
            {
                "rater": name,
                "n_ratings": found.basis.n_ratings,
                "slope": found.estimate,
                "low": found.low,
                "high": found.high,
                "halves": self.halves[name].estimate,
                "halves_low": self.halves[name].low,
                "halves_high": self.halves[name].high,
            }
            for name, found in self.slopes.items()
        ]
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        parts = {
            part: {name: found.to_dict() for name, found in getattr(self, part).items()}
            for part in ("slopes", "halves")
        }
        return {**parts, "mean_slope": self.mean_slope.to_dict()}


def rater_drift(
    timings: Timings,
    *,
    group: str | tuple[str, ...] | None = None,
    outcome: Outcome = "offset",
    along: Along = "course",
    confidence: float = 0.95,
) -> RaterDrift:
    """Change of each rater against the others on the same items, by the order in which items were rated.

    Outcome of a rating: `offset`, its score less the mean score of the others of the chosen groups on that
    item (a rising offset is a rater who grows milder or the others stricter), or `distance`, the size of
    that. The item's own difficulty drops out. The slope is that of least squares; `course` runs from 0 at the
    rater's first rating to 1 at the last, `position` keeps the table's numbers. `halves`: mean outcome of the
    later half less that of the earlier one. Interval: conversations (or items) left out one at a time, t with
    their number less 2; `mean_slope`: t over whole raters. If all rate in the same order and drift alike,
    nothing shows.

    Undefined: `no_ratings`, `no_pairable_items` (no item that others rated), `too_little_data` (fewer than
    four such ratings), `not_for_this_scale`, `too_few_raters`. Raises AgreementInputError `missing_columns`,
    `bad_option`.

    >>> from rating.agreement import Scale
    >>> rows = [(i, r, i, 1 + (r == "p") * (i // 2)) for r in "pqs" for i in range(6)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "position", "value"]).assign(group="peer")
    >>> found = rater_drift(Timings.from_frame(frame, Scale((1, 2, 3), "interval")))
    >>> round(found.slopes["p"].estimate, 4), round(found.halves["p"].estimate, 4)
    (2.2857, 1.3333)
    """
    if outcome not in get_args(Outcome) or along not in get_args(Along) or not 0 < confidence < 1:
        raise AgreementInputError(
            "bad_option", f"No drift of {outcome!r} along {along!r}, or bad confidence."
        )
    raters = [_Course.of(timings, group, place, outcome, along) for place, _ in timings.raters_of(group)]
    names = [name for _, name in timings.raters_of(group)]
    variant = f"{outcome}, {'first to last rating' if along == 'course' else 'per unit of position'}"
    level = timings.ratings.scale.measurement

    def number(course: "_Course", statistic: str, sums: Floats, of: Coefficient, what: str) -> Estimate:
        reason = course.reason
        value, interval = None, Interval(reason=reason)
        if reason is None:
            value = float(of(sums.sum(axis=0)))
            interval = items_jackknife(value, of(sums.sum(axis=0) - sums), confidence, n_lost=2)
        return Estimate(statistic, what, level, value, confidence, course.basis, interval, reason)

    slopes = {
        name: number(course, "rater_drift", course.slope_sums(), _slope, variant)
        for name, course in zip(names, raters, strict=True)
    }
    halves = {
        name: number(
            course, "drift_by_halves", course.half_sums(), _gap, f"{outcome}, later less earlier half"
        )
        for name, course in zip(names, raters, strict=True)
    }
    return RaterDrift(slopes, halves, _mean(list(slopes.values()), variant, level, confidence))


def _slope(sums: Floats) -> Floats:
    n, x, y, xx, xy = np.moveaxis(sums, -1, 0)
    spread = n * xx - x**2
    return divide(n * xy - x * y, np.where(spread > 1e-12 * np.maximum(n * xx, 1), spread, 0.0))


def _gap(sums: Floats) -> Floats:
    n_early, early, n_late, late = np.moveaxis(sums, -1, 0)
    return divide(late, n_late) - divide(early, n_early)


@dataclass(frozen=True)
class _Course:
    """One rater's outcomes in order: place along the course, outcome, conversation of each, (n,)."""

    x: Floats
    y: Floats
    cluster: Ints
    basis: Basis
    reason: Reason | None

    @classmethod
    def of(
        cls, timings: Timings, group: str | tuple[str, ...] | None, place: int, outcome: Outcome, along: Along
    ) -> "_Course":
        ratings, position = timings.ratings, timings.needed("position")
        groups = ratings.groups if group is None else (group,) if isinstance(group, str) else group
        is_peer = np.isin(ratings.rater_group[ratings.rater], [ratings.index_of(name) for name in groups])
        scores, n_items = ratings.scale.scores[ratings.level], len(ratings.items)
        is_mine = ratings.rater == place
        is_other = is_peer & ~is_mine
        counts = np.bincount(ratings.item[is_other], minlength=n_items).astype(np.float64)
        sums = np.bincount(ratings.item[is_other], scores[is_other], n_items).astype(np.float64)
        mean = divide(sums, counts)
        has_others = is_mine & (counts[ratings.item] > 0)
        is_used = has_others & ~np.isnan(position)
        rows = np.flatnonzero(is_used)[np.argsort(position[is_used], kind="stable")]
        y = scores[rows] - mean[ratings.item[rows]]
        x = position[rows]
        if along == "course":
            x = np.arange(len(rows)) / max(len(rows) - 1, 1)
        name = ratings.groups[ratings.rater_group[place]]
        lost = {
            "unpaired": int((is_mine & ~has_others).sum()),
            "without_position": int((has_others & ~is_used).sum()),
        }
        left_out = tuple(LeftOut(reason, name, n) for reason, n in lost.items() if n)
        basis = Basis(len(rows), int(len(rows) > 0), len(rows), len(rows), left_out)
        reason = None
        if not ratings.scale.has_scores:
            reason = Reason.NOT_FOR_THIS_SCALE
        elif not has_others.any():
            reason = Reason.NO_PAIRABLE_ITEMS
        elif len(rows) < 4:
            reason = Reason.TOO_LITTLE_DATA
        y = y if outcome == "offset" else np.abs(y)
        return cls(x - x.mean() if len(x) else x, y, ratings.item_cluster[ratings.item[rows]], basis, reason)

    def slope_sums(self) -> Floats:
        """Per conversation: sums of 1, x, y, x squared and x y."""
        return self._sums(
            np.stack([np.ones(len(self.x)), self.x, self.y, self.x**2, self.x * self.y], axis=1)
        )

    def half_sums(self) -> Floats:
        """Per conversation: number and sum of outcomes in the earlier and in the later half."""
        order = np.arange(len(self.y))
        is_late, is_early = 2 * order >= len(order) + len(order) % 2, 2 * order < len(order) - len(order) % 2
        columns = [is_early * 1.0, is_early * self.y, is_late * 1.0, is_late * self.y]
        return self._sums(np.stack(columns, axis=1))

    def _sums(self, rows: Floats) -> Floats:
        clusters, code = np.unique(self.cluster, return_inverse=True)
        result = np.zeros((len(clusters), rows.shape[1]))
        np.add.at(result, code, rows)
        return result


def _mean(slopes: list[Estimate], variant: str, level: str, confidence: float) -> Estimate:
    values = np.array([found.estimate for found in slopes if found.estimate is not None])
    used = [found.basis for found in slopes if found.estimate is not None]
    n = sum(basis.n_ratings for basis in used)
    basis = Basis(max((part.n_items for part in used), default=0), len(used), n, n)
    reason = None
    if not len(values):
        reason = slopes[0].reason if slopes else Reason.NO_RATINGS
    interval = Interval(reason=reason)
    if reason is None and len(values) < MIN_RATERS:
        interval = Interval(method=SPREAD, reason=Reason.TOO_FEW_RATERS)
    elif reason is None:
        variance = float(values.var(ddof=1)) / len(values)
        interval = t_interval(float(values.mean()), variance, len(values) - 1, confidence, method=SPREAD)
    value = float(values.mean()) if len(values) else None
    return Estimate("mean_drift", variant, level, value, confidence, basis, interval, reason)
