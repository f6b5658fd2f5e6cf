"""Alternative annotator test: may a judge, or another group, stand in for a member of a group?"""

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
    _check(epsilon, q, min_items)
    answers = _answers_of(ratings, judge, group)
    return _tested(ratings, answers, group, f"epsilon {epsilon:g}", epsilon, q=q, min_items=min_items)


def alternative_group_test(
    ratings: Ratings,
    panel: str,
    group: str,
    *,
    epsilon: float,
    q: float = 0.05,
    min_items: int = MIN_ITEMS,
) -> AlternativeAnnotator:
    """Does the consensus of another group represent the raters of a group as well as its members do?

    The alternative annotator test (`alternative_annotator_test`) with the consensus of `panel` as the
    judge: on every item the median score of its ratings, the mean of the middle two where they differ; on
    nominal scales the value given most often, none where two tie for it. Not symmetric: exchange the names
    for the other direction. A consensus of several raters holds less noise than any one rater, so that a
    group's own consensus would win too: a win says that nothing sets the panel apart beyond `epsilon`.

    Undefined: `too_little_data`. Raises AgreementInputError `bad_option`, `unknown_group`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, f"p{r}", "peer", (i + (r == 2)) % 5) for i in range(40) for r in range(3)]
    >>> rows += [(i, f"c{r}", "clinician", i % 5) for i in range(40) for r in range(2)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> ratings = Ratings.from_frame(frame, Scale((0, 1, 2, 3, 4), "interval"))
    >>> alternative_group_test(ratings, "clinician", "peer", epsilon=0.2).m.estimate
    1.0
    """
    _check(epsilon, q, min_items)
    if panel == group:
        raise AgreementInputError("bad_option", "A group is not tested against its own consensus.")
    variant = f"consensus of {panel}, epsilon {epsilon:g}"
    answers = _consensus_of(ratings, panel)
    return _tested(ratings, answers, group, variant, epsilon, q=q, min_items=min_items)


def _check(epsilon: float, q: float, min_items: int) -> None:
    if not 0 <= epsilon < 1 or not 0 < q < 1 or min_items < 2:
        raise AgreementInputError(
            "bad_option", "Epsilon and q lie between 0 and 1, items number two or more."
        )


def _tested(
    ratings: Ratings, answers: Floats, group: str, variant: str, epsilon: float, *, q: float, min_items: int
) -> AlternativeAnnotator:
    """Answers by item of the whole table (NaN for none) against every rater of the group."""
    table = CompleteTable.of(ratings, group)
    _, items = ratings.tally_with_items((group,))
    is_nominal = ratings.scale.measurement == "nominal"
    closeness = _closeness(table.scores, answers[items][: len(table.scores)], is_nominal=is_nominal)
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
        m=_estimate(table, "alternative_annotator", [float(c.is_won) for c in comparisons], variant),
        advantage=_estimate(table, "advantage_probability", [c.judge_closer for c in comparisons], variant),
        epsilon=epsilon,
        comparisons=comparisons,
    )


def _members(ratings: Ratings, group: str) -> list[int]:
    """Raters of the group who rated anything, in the order of a tally."""
    used = np.unique(ratings.rater)
    return [int(rater) for rater in used[ratings.rater_group[used] == ratings.index_of(group)]]


def _answers_of(ratings: Ratings, judge: str, group: str) -> Floats:
    """The judge's score on every item of the whole table (n,), NaN where there is none."""
    if judge not in ratings.raters:
        raise AgreementInputError("bad_option", f"No rater {judge!r}.")
    place = ratings.raters.index(judge)
    if ratings.rater_group[place] == ratings.index_of(group):
        raise AgreementInputError("bad_option", "A judge is not tested against a group it belongs to.")
    is_mine = ratings.rater == place
    every = np.full(len(ratings.items), np.nan)
    every[ratings.item[is_mine]] = ratings.scale.scores[ratings.level[is_mine]]
    return every


def _consensus_of(ratings: Ratings, panel: str) -> Floats:
    """The panel's consensus on every item of the whole table (n,), NaN where there is none."""
    every = np.full(len(ratings.items), np.nan)
    tally, items = ratings.tally_with_items((panel,))
    if not tally.n_ratings:
        return every
    counts, scores = tally.counts[:, 0, :], ratings.scale.scores
    if ratings.scale.measurement == "nominal":
        is_most = counts == counts.max(axis=1, keepdims=True)
        every[items] = np.where(is_most.sum(axis=1) == 1, scores[is_most.argmax(axis=1)], np.nan)
    else:
        below, n = counts.cumsum(axis=1), counts.sum(axis=1, keepdims=True)
        lower, upper = (below >= n / 2).argmax(axis=1), (below > n / 2).argmax(axis=1)
        every[items] = (scores[lower] + scores[upper]) / 2
    return every


def _closeness(scores: Floats, judge: Floats, *, is_nominal: bool) -> list[Floats]:
    """Per rater, on the items that allow it, how close judge and rater lie to the others, (items, 2)."""
    found = []
    is_held: Bools = ~np.isnan(judge) & ((~np.isnan(scores)).sum(axis=1) > 1)
    for place in range(scores.shape[1]):
        is_usable = ~np.isnan(scores[:, place]) & is_held
        rows = np.delete(scores[is_usable], place, axis=1)
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


def _estimate(table: CompleteTable, name: str, parts: list[float], variant: str) -> Estimate:
    reason = None if parts else Reason.TOO_LITTLE_DATA
    return Estimate(
        statistic=name,
        variant=variant,
        level=table.measurement,
        estimate=float(np.mean(parts)) if parts else None,
        confidence=0.95,
        basis=table.basis if parts else Basis(0, 0, 0, 0),
        interval=Interval(reason=reason or Reason.NOT_ASKED_FOR),
        reason=reason,
    )
