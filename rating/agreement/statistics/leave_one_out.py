"""How each rater stands to the rest of the group. A difference is a difference, not an error."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import Sample
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.resampling.jackknife import Cells, sums_by
from rating.agreement.resampling.left_out_items import items_jackknife
from rating.agreement.results import Basis, Estimate, Interval, LeftOut
from rating.agreement.statistics.alpha import AlphaKernel, alpha_kernel, checked_level
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally

MAX_ALPHA = (-np.inf, 1.0)


@dataclass(frozen=True)
class LeaveOneOut:
    """Per rater: alpha of the group without the rater, what the rater adds, and nearness to the rest.

    `added`: alpha with less alpha without. `offset`, `distance`: mean and mean size of the rater's score less
    the mean score of the others on the same item, in scale points; `correlation` with that mean. `whole` is
    alpha of all. `groups` names each rater's group.
    """

    whole: Estimate
    without: dict[str, Estimate]
    added: dict[str, Estimate]
    offset: dict[str, Estimate]
    distance: dict[str, Estimate]
    correlation: dict[str, Estimate]
    groups: dict[str, str]

    def to_frame(self) -> pd.DataFrame:
        """One row per rater."""
        rows = [
            {
                "rater": name,
                "group": self.groups[name],
                "alpha_without": found.estimate,
                "added": self.added[name].estimate,
                "added_low": self.added[name].low,
                "added_high": self.added[name].high,
                "offset": self.offset[name].estimate,
                "distance": self.distance[name].estimate,
                "correlation": self.correlation[name].estimate,
                "n_items": self.distance[name].basis.n_items,
            }
            for name, found in self.without.items()
        ]
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        parts = ("without", "added", "offset", "distance", "correlation")
        return {
            "whole": self.whole.to_dict(),
            **{part: {name: e.to_dict() for name, e in getattr(self, part).items()} for part in parts},
        }


def leave_one_out(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    level: str | None = None,
    confidence: float = 0.95,
) -> LeaveOneOut:
    """Krippendorff's alpha of a group with and without each rater, and each rater against the others' mean.

    `added` above zero: the others agree less among themselves than with this rater among them. A rater who
    differs may be the one who sees what others miss: nothing here says who is right. Alpha as in `alpha`;
    Pearson's correlation. Interval: conversations (or items) left out one at a time, the raters held fixed.

    Undefined: `no_ratings`, `no_pairable_items`, `one_category`; offset, distance and correlation also
    `not_for_this_scale`, `no_variation` (a correlation with what does not vary). Raises AgreementInputError
    `bad_option`, `unknown_group`.

    >>> from rating.agreement import Scale
    >>> values = {"a": (1, 2, 3), "b": (1, 2, 3), "c": (2, 3, 3)}
    >>> rows = [(i, r, v) for r, row in values.items() for i, v in enumerate(row)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> found = leave_one_out(Ratings.from_frame(frame, Scale((1, 2, 3), "interval")))
    >>> found.without["c"].estimate, round(found.offset["c"].estimate, 4)
    (1.0, 0.6667)
    """
    level = checked_level(ratings.scale, level)
    if not 0 < confidence < 1:
        raise AgreementInputError("bad_option", "A confidence lies between 0 and 1.")
    sample = Sample.within(ratings, group)
    present = _present(ratings, group)
    kernel, tally = alpha_kernel(ratings.scale, level, sample.tally)
    board = _Board(kernel, tally, sample, ratings, level, confidence)
    names = [ratings.raters[place] for place in present]
    without, added = {}, {}
    for place, name in enumerate(names):
        without[name], added[name] = board.without(place)
    near = {name: board.nearness(place) for place, name in enumerate(names)}
    return LeaveOneOut(
        board.whole(),
        without,
        added,
        {name: found["offset"] for name, found in near.items()},
        {name: found["distance"] for name, found in near.items()},
        {name: found["correlation"] for name, found in near.items()},
        {
            name: ratings.groups[ratings.rater_group[place]]
            for name, place in zip(names, present, strict=True)
        },
    )


def _present(ratings: Ratings, group: str | tuple[str, ...] | None) -> Ints:
    """Raters with a rating in the groups, in the order of a tally."""
    groups = ratings.groups if group is None else (group,) if isinstance(group, str) else group
    is_mine = np.isin(ratings.rater_group[ratings.rater], [ratings.index_of(name) for name in groups])
    return np.unique(ratings.rater[is_mine])


@dataclass(frozen=True)
class _Board:
    """Alpha's sums per item with everybody, from which those without one rater follow."""

    kernel: AlphaKernel
    tally: Tally
    sample: Sample
    ratings: Ratings
    level: str
    confidence: float

    def whole(self) -> Estimate:
        """Alpha of everybody."""
        return self._alpha("alpha", self.everybody, self._basis(self.tally.sizes[:, 0] >= 2))

    @cached_property
    def everybody(self) -> Floats:
        """Alpha of all, then without each conversation, shape (1 + C,)."""
        return self._replicates(self._totals(np.ones(self.tally.n_ratings, dtype=np.bool_)))

    def without(self, place: int) -> tuple[Estimate, Estimate]:
        """Alpha of the others, and alpha of all less that; both lose the same conversations in turn."""
        if self.tally.has_lone_items:
            rest = self._by_pattern.without(place, self.rows_of[place])
        else:
            rest = self._replicates(self._totals(self.tally.rater != place))
        basis = self._basis_without(place)
        alone = self._alpha("alpha_without_rater", rest, basis)
        if alone.estimate is None or np.isnan(self.everybody[0]):
            reason = alone.reason or Reason.ONE_CATEGORY
            return alone, self._number("added_to_alpha", None, Interval(reason=reason), basis, reason)
        change = self.everybody - rest
        interval = items_jackknife(float(change[0]), change[1:], self.confidence)
        return alone, self._number("added_to_alpha", float(change[0]), interval, basis)

    def nearness(self, place: int) -> dict[str, Estimate]:
        """Offset, distance and correlation against the mean of the others on the same items."""
        tally, scores = self.tally, self._scores()
        mine = self.rows_of[place]
        rows = mine[tally.sizes[tally.item[mine], 0] > 1]
        items = tally.item[rows]
        own, others = scores[rows], (self._sums[items] - scores[rows]) / (tally.sizes[items, 0] - 1)
        n_lost = len(mine) - len(rows)
        name = self.ratings.groups[tally.stratum[place]]
        left_out = (LeftOut("unpaired", name, n_lost),) if n_lost else ()
        basis = Basis(len(rows), int(len(rows) > 0), len(rows), len(rows), left_out)
        gap = own - others
        # Sums of centred values: a correlation must not drown in the distance of the scale from zero.
        x, y = own - scores.mean(), others - scores.mean()
        columns = np.stack([np.ones(len(rows)), gap, np.abs(gap), x, y, x * x, y * y, x * y], axis=1)
        parts = columns
        if not tally.has_lone_items:
            code = np.unique(tally.cluster[items], return_inverse=True)[1]
            parts = sums_by(code, columns) if len(rows) else columns
        totals = np.concatenate([parts.sum(axis=0)[None], parts.sum(axis=0) - parts])
        return {
            "offset": self._near("offset_from_others", divide(totals[:, 1], totals[:, 0]), basis),
            "distance": self._near("distance_from_others", divide(totals[:, 2], totals[:, 0]), basis),
            "correlation": self._near("correlation_with_others", _correlation(totals), basis),
        }

    @cached_property
    def rows_of(self) -> list[Ints]:
        """Places of each rater's ratings, in the order of items."""
        order = np.lexsort((self.tally.item, self.tally.rater))
        return np.split(order, np.cumsum(self.tally.ratings_per_rater())[:-1])

    @cached_property
    def _by_pattern(self) -> "_ByPattern":
        return _ByPattern.of(self.kernel, self.tally)

    def _scores(self) -> Floats:
        return np.asarray(self.kernel.scores[self.tally.level])

    @cached_property
    def _sums(self) -> Floats:
        """Summed scores of each item, (n,)."""
        return np.bincount(self.tally.item, self._scores(), self.tally.n_items).astype(np.float64)

    def _totals(self, is_kept: Bools) -> Floats:
        """Alpha's sums per conversation from the kept ratings, shape (C, p)."""
        tally = self.tally
        flat = np.bincount(tally.slot[is_kept], minlength=tally.n_items * tally.n_levels)
        counts = flat.reshape(tally.n_items, 1, tally.n_levels).astype(np.float64)
        return (
            sums_by(tally.cluster, self.kernel.totals(counts, counts)) if tally.n_items else np.zeros((0, 1))
        )

    def _replicates(self, totals: Floats) -> Floats:
        """Alpha, then alpha without each conversation, shape (1 + C,)."""
        if not len(totals):
            return np.full(1, np.nan)
        whole = totals.sum(axis=0)
        return self.kernel.value(np.concatenate([whole[None], whole - totals]))

    def _alpha(self, statistic: str, replicates: Floats, basis: Basis) -> Estimate:
        reason = Reason.NO_RATINGS if not basis.n_ratings and not self.tally.n_ratings else None
        if reason is None and not basis.n_pairable:
            reason = Reason.NO_PAIRABLE_ITEMS
        if reason is None and np.isnan(replicates[0]):
            reason = Reason.ONE_CATEGORY
        if reason is not None:
            return self._number(statistic, None, Interval(reason=reason), basis, reason)
        value = float(replicates[0])
        interval = items_jackknife(value, replicates[1:], self.confidence, MAX_ALPHA)
        return self._number(statistic, value, interval, basis)

    def _near(self, statistic: str, replicates: Floats, basis: Basis) -> Estimate:
        reason = None
        if not self.ratings.scale.has_scores:
            reason = Reason.NOT_FOR_THIS_SCALE
        elif not basis.n_ratings:
            reason = Reason.NO_PAIRABLE_ITEMS
        elif np.isnan(replicates[0]):
            reason = Reason.NO_VARIATION
        if reason is not None:
            return self._number(statistic, None, Interval(reason=reason), basis, reason)
        bounds = {"distance_from_others": (0.0, np.inf), "correlation_with_others": (-1.0, 1.0)}
        limits = bounds.get(statistic, (-np.inf, np.inf))
        interval = items_jackknife(float(replicates[0]), replicates[1:], self.confidence, limits)
        return self._number(statistic, float(replicates[0]), interval, basis)

    def _number(
        self,
        statistic: str,
        value: float | None,
        interval: Interval,
        basis: Basis,
        reason: Reason | None = None,
    ) -> Estimate:
        return Estimate(statistic, self.level, self.level, value, self.confidence, basis, interval, reason)

    def _basis(self, is_paired: Bools) -> Basis:
        used = is_paired[self.tally.item]
        n_items = int(is_paired.sum())
        n_raters = int((self._n_used > 0).sum())
        return Basis(n_items, n_raters, int(used.sum()), n_items, self.sample.left_out)

    @cached_property
    def _n_used(self) -> Ints:
        """Ratings of each rater on items that others rated too, (R,)."""
        tally = self.tally
        return np.bincount(tally.rater[tally.sizes[tally.item, 0] >= 2], minlength=tally.n_raters)

    def _basis_without(self, place: int) -> Basis:
        tally = self.tally
        sizes = tally.sizes[:, 0]
        mine = tally.item[self.rows_of[place]]
        lost = mine[sizes[mine] == 2]
        n_used = self._n_used.copy()
        n_used[place] = 0
        if len(lost):
            is_lost = np.zeros(tally.n_items, dtype=np.bool_)
            is_lost[lost] = True
            partners = tally.rater[is_lost[tally.item]]
            n_used -= np.bincount(partners[partners != place], minlength=tally.n_raters)
        n_items = int((sizes >= 2).sum()) - len(lost)
        return Basis(n_items, int((n_used > 0).sum()), int(n_used.sum()), n_items, self.sample.left_out)


@dataclass(frozen=True)
class _ByPattern:
    """Alpha without a rater, where conversations are single items: items with the same counts are alike.

    `whole` (P, p): alpha's sums of each pattern; `less` (cells, p): those without a rating of a cell.
    """

    kernel: AlphaKernel
    tally: Tally
    cells: Cells
    whole: Floats
    less: Floats

    @classmethod
    def of(cls, kernel: AlphaKernel, tally: Tally) -> "_ByPattern":
        patterns, cells = tally.patterns, Cells.of(tally)
        reduced = cells.reduced(patterns, slice(None))
        whole, less = (kernel.totals(counts, counts) for counts in (patterns.counts, reduced))
        return cls(kernel, tally, cells, whole, less)

    @cached_property
    def _changes(self) -> Floats:
        """What alpha's sums gain without each rater, (R, p)."""
        return np.asarray(self.cells.owners @ (self.less - self.whole[self.cells.pattern]))

    def without(self, place: int, rows: Ints) -> Floats:
        """Alpha without the rater, who gave the ratings at `rows`; then without each item too, (1 + C,)."""
        tally, patterns = self.tally, self.tally.patterns
        totals = patterns.times @ self.whole + self._changes[place]
        items = tally.item[rows]
        slots = self.cells.pattern * tally.n_levels + self.cells.column
        cell = np.searchsorted(slots, patterns.of_item[items] * tally.n_levels + tally.level[rows])
        found = np.empty(1 + tally.n_items)
        found[0] = self.kernel.value(totals)
        found[1 + tally.cluster] = self.kernel.value(totals - self.whole)[patterns.of_item]
        found[1 + tally.cluster[items]] = self.kernel.value(totals - self.less)[cell]
        return found


def _correlation(totals: Floats) -> Floats:
    n, x, y, xx, yy, xy = (totals[:, column] for column in (0, 3, 4, 5, 6, 7))
    spread_x, spread_y = n * xx - x**2, n * yy - y**2
    floor = 1e-12 * np.maximum(n * xx, n * yy)
    is_flat = (spread_x <= floor) | (spread_y <= floor)
    bottom = np.sqrt(np.where(is_flat, 0.0, spread_x * spread_y))
    return divide(n * xy - x * y, bottom)
