"""What each rater's answers look like beside those of the own group. A difference is not an error."""

from typing import Any

import numpy as np

from rating.agreement.analysis.context import Context
from rating.agreement.arrays import Floats, Ints
from rating.agreement.kernel import divide
from rating.agreement.results import Estimate
from rating.agreement.statistics.leave_one_out import LeaveOneOut, leave_one_out

_PRINTED = ("estimate", "low", "high", "n_items", "reason", "interval_reason")


def rater_summaries(context: Context) -> list[dict[str, Any]]:
    """Each rater with a rating: how many, their mean and spread, the commonest answer, and the difference.

    `difference`: mean over items that others of the group rated too of own score - mean score of those
    others; None without such items or scores. `leave_one_out`: alpha of the group without the rater, what the
    rater adds to it, and nearness to the others' mean, with intervals that hold the raters fixed.
    """
    return [row for group in context.ratings.groups for row in _of_group(context, group)]


def _of_group(context: Context, group: str) -> list[dict[str, Any]]:
    ratings = context.ratings
    is_mine = ratings.rater_group[ratings.rater] == ratings.index_of(group)
    places, rater = np.unique(ratings.rater[is_mine], return_inverse=True)
    item, level = ratings.item[is_mine], ratings.level[is_mine]
    scores = ratings.scale.scores[level] if ratings.scale.has_scores else None
    n_compared, difference = _differences(rater, item, scores, len(places))
    found = leave_one_out(ratings, group=group, level=context.level, confidence=context.confidence)
    rows = []
    for number, place in enumerate(places):
        own = level[rater == number]
        counts = np.bincount(own, minlength=ratings.scale.n_levels)
        rows.append(
            {
                "rater": ratings.raters[place],
                "group": group,
                "kind": context.kinds[group],
                "n_ratings": len(own),
                **_moments(None if scores is None else scores[rater == number]),
                "top_value": ratings.scale.values[int(counts.argmax())],
                "top_share": float(counts.max() / counts.sum()),
                "n_compared": int(n_compared[number]),
                "difference": float(difference[number]) if n_compared[number] else None,
                "leave_one_out": _left_out(found, ratings.raters[place]),
            }
        )
    return rows


def _left_out(found: LeaveOneOut, rater: str) -> dict[str, dict[str, Any]]:
    numbers: dict[str, Estimate] = {
        "alpha_without": found.without[rater],
        "added": found.added[rater],
        "offset": found.offset[rater],
        "distance": found.distance[rater],
        "correlation": found.correlation[rater],
    }
    stored = {name: estimate.to_dict() for name, estimate in numbers.items()}
    return {name: {key: part[key] for key in _PRINTED} for name, part in stored.items()}


def _moments(scores: Floats | None) -> dict[str, float | None]:
    if scores is None:
        return {"mean": None, "sd": None}
    return {"mean": float(scores.mean()), "sd": float(scores.std(ddof=1)) if len(scores) > 1 else None}


def _differences(rater: Ints, item: Ints, scores: Floats | None, n_raters: int) -> tuple[Floats, Floats]:
    """Items compared with others of the group, and the mean difference from them, both (R,)."""
    if scores is None:
        return np.zeros(n_raters), np.zeros(n_raters)
    n_of_item, sum_of_item = np.bincount(item), np.bincount(item, weights=scores)
    n_others = (n_of_item[item] - 1).astype(np.float64)
    is_compared = n_others > 0
    away = np.where(is_compared, scores - divide(sum_of_item[item] - scores, n_others, 0.0), 0.0)
    weighed = [
        np.bincount(rater, weights=part, minlength=n_raters).astype(np.float64)
        for part in (is_compared, away)
    ]
    return weighed[0], divide(weighed[1], weighed[0], 0.0)
