"""Alternative annotator test: may a judge stand in for a member of a group?"""

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from scipy.special import stdtr

from rating.agreement.arrays import Bools, Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.reasons import Reason
from rating.agreement.resampling.multiplicity import benjamini_yekutieli
from rating.agreement.results import Basis, Estimate, Interval
from rating.agreement.statistics.complete_table import CompleteTable
from rating.agreement.table import Ratings

# Calderon, Reichart and Dror ask for thirty items: below, the t quantile is no longer safe.
MIN_ITEMS = 30


@dataclass(frozen=True)
class Comparison:
    """The judge against one rater: how often each lies at least as close to the other raters."""

    rater: str
    n_items: int
    judge_closer: float
    rater_closer: float
    p: float
    adjusted_p: float
    is_won: bool

    def to_dict(self) -> dict[str, Any]:
        return {part.name: getattr(self, part.name) for part in fields(self)}


@dataclass(frozen=True)
class AlternativeAnnotator:
    """Share of raters the judge may replace (`m`), mean share of items on which it is at least as close."""

    m: Estimate
    advantage: Estimate
    epsilon: float
    comparisons: tuple[Comparison, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "winning_rate": self.m.to_dict(),
            "advantage": self.advantage.to_dict(),
            "epsilon": self.epsilon,
            "comparisons": [part.to_dict() for part in self.comparisons],
        }


def alternative_annotator_test(
    ratings: Ratings, judge: str, group: str, *, epsilon: float, q: float = 0.05, min_items: int = MIN_ITEMS
) -> AlternativeAnnotator:
    """Does a judge represent the raters of a group as well as its own members do?

    Each rater is left out in turn. On his items with another rater of the group, judge and rater are
    compared by how close they lie to those others: root mean squared difference, on nominal scales the
    share of equal answers. A paired t test asks whether the judge is at least as close nearly as often,
    allowing it `epsilon` less (.2 for experts, .15 skilled, .1 crowd); p values are adjusted by Benjamini
    and Yekutieli. `m`: share of raters with adjusted p < q, the winning rate; `advantage`: mean share of
    items on which the judge is at least as close (Calderon, Reichart and Dror 2025). Raters with fewer
    than `min_items` such items are left out. Speaks of this question, these items and this epsilon only;
    it has no interval.

    Undefined: `too_little_data` (no rater with enough items). Raises AgreementInputError `bad_option`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, r, "peer", (i + (r == "c")) % 5) for i in range(40) for r in "abc"]
    >>> rows += [(i, "judge", "model", i % 5) for i in range(40)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> ratings = Ratings.from_frame(frame, Scale((0, 1, 2, 3, 4), "interval"))
    >>> alternative_annotator_test(ratings, "judge", "peer", epsilon=0.1).m.estimate
    1.0
    """
    if not 0 <= epsilon < 1 or not 0 < q < 1 or min_items < 2:
        raise AgreementInputError(
            "bad_option", "Epsilon and q lie between 0 and 1, items number two or more."
        )
    table = CompleteTable.of(ratings, group)
    is_nominal = ratings.scale.measurement == "nominal"
    closeness = _closeness(table.scores, _answers_of(ratings, judge, group, table), is_nominal=is_nominal)
    names = [ratings.raters[place] for place in _members(ratings, group)]
    kept = {name: found for name, found in zip(names, closeness, strict=True) if len(found) >= min_items}
    p_values = [_p_value(found, epsilon) for found in kept.values()]
    comparisons = tuple(
        _comparison(name, found, p, adjusted or 0.0, q)
        for (name, found), p, adjusted in zip(
            kept.items(), p_values, benjamini_yekutieli(p_values), strict=True
        )
    )
    return AlternativeAnnotator(
        m=_estimate(table, "alternative_annotator", [float(c.is_won) for c in comparisons], epsilon),
        advantage=_estimate(table, "advantage_probability", [c.judge_closer for c in comparisons], epsilon),
        epsilon=epsilon,
        comparisons=comparisons,
    )


def _members(ratings: Ratings, group: str) -> list[int]:
    """Raters of the group who rated anything, in the order of a tally."""
    used = np.unique(ratings.rater)
    return [int(rater) for rater in used[ratings.rater_group[used] == ratings.index_of(group)]]


def _answers_of(ratings: Ratings, judge: str, group: str, table: CompleteTable) -> Floats:
    """The judge's score on every item of the group's table (n,), NaN where there is none."""
    if judge not in ratings.raters:
        raise AgreementInputError("bad_option", f"No rater {judge!r}.")
    place = ratings.raters.index(judge)
    if ratings.rater_group[place] == ratings.index_of(group):
        raise AgreementInputError("bad_option", "A judge is not tested against a group it belongs to.")
    is_mine = ratings.rater == place
    every = np.full(len(ratings.items), np.nan)
    every[ratings.item[is_mine]] = ratings.scale.scores[ratings.level[is_mine]]
    _, items = ratings.tally_with_items((group,))
    return np.asarray(every[items][: table.scores.shape[0]])


def _closeness(scores: Floats, judge: Floats, *, is_nominal: bool) -> list[Floats]:
    """Per rater, on the items that allow it, how close judge and rater lie to the others, (items, 2)."""
    found = []
    for place in range(scores.shape[1]):
        others = np.delete(scores, place, axis=1)
        n_others = (~np.isnan(others)).sum(axis=1)
        is_usable: Bools = ~np.isnan(scores[:, place]) & ~np.isnan(judge) & (n_others > 0)
        rows = others[is_usable]
        pair = [_near(own[is_usable], rows, is_nominal=is_nominal) for own in (judge, scores[:, place])]
        found.append(np.stack(pair, axis=1))
    return found


def _near(own: Floats, others: Floats, *, is_nominal: bool) -> Floats:
    """Larger is closer: minus the root mean squared difference, or the share of equal answers, (items,)."""
    away = own[:, None] - others
    if is_nominal:
        return np.asarray(np.nansum(away == 0, axis=1) / (~np.isnan(others)).sum(axis=1))
    return np.asarray(-np.sqrt(np.nanmean(away**2, axis=1)))


def _p_value(closeness: Floats, epsilon: float) -> float:
    """One-sided paired t: is the rater's share of wins less than the judge's plus epsilon?"""
    judge, rater = closeness.T
    gain = (rater >= judge).astype(np.float64) - (judge >= rater)
    n, spread = len(gain), float(gain.std(ddof=1))
    away = float(gain.mean()) - epsilon
    if spread == 0:
        return 0.0 if away < 0 else 1.0
    return float(stdtr(n - 1, away / (spread / math.sqrt(n))))


def _comparison(name: str, closeness: Floats, p: float, adjusted: float, q: float) -> Comparison:
    judge, rater = closeness.T
    return Comparison(
        rater=name,
        n_items=len(closeness),
        judge_closer=float((judge >= rater).mean()),
        rater_closer=float((rater >= judge).mean()),
        p=p,
        adjusted_p=adjusted,
        is_won=adjusted < q,
    )


def _estimate(table: CompleteTable, name: str, parts: list[float], epsilon: float) -> Estimate:
    reason = None if parts else Reason.TOO_LITTLE_DATA
    return Estimate(
        statistic=name,
        variant=f"epsilon {epsilon:g}",
        level=table.measurement,
        estimate=float(np.mean(parts)) if parts else None,
        confidence=0.95,
        basis=table.basis if parts else Basis(0, 0, 0, 0),
        interval=Interval(reason=reason or Reason.NOT_ASKED_FOR),
        reason=reason,
    )
