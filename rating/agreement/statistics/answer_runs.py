"""Runs of identical answers in the order served, against chance and other raters on the same items."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.timings import Timings


@dataclass(frozen=True)
class AnswerRuns:
    """One rater's answers to one question, in order.

    `longest` identical answers in a row; `sd` of the scores. `p_order`: share of random orders of the same
    answers with as long a run. `p_run`, `p_sd`: share of stand-ins with as long a run, or as small an SD; a
    stand-in gives, item by item, the answer of a random other rater of the group, so that the mix of items
    and their order stay. None without others.
    """

    n: int
    longest: int
    value: object
    sd: float
    p_order: float
    p_run: float | None
    p_sd: float | None

    @classmethod
    def of(
        cls, timings: Timings, place: int, n_resamples: int, rng: np.random.Generator
    ) -> "AnswerRuns | None":
        """None when the rater has no answer with a place in the order."""
        ratings, position = timings.ratings, timings.needed("position")
        is_mine = (ratings.rater == place) & ~np.isnan(position)
        rows = np.flatnonzero(is_mine)[np.argsort(position[is_mine], kind="stable")]
        if not len(rows):
            return None
        levels, scores = ratings.level[rows], ratings.scale.scores
        longest, start = _longest(levels)
        orders = rng.permuted(np.tile(levels, (n_resamples, 1)), axis=1)
        p_run = p_sd = None
        others = _stand_ins(timings, place, rows, n_resamples, rng)
        if others is not None:
            p_run = _share(longest_runs(others) >= longest)
            p_sd = _share(scores[others].std(axis=1) <= scores[levels].std() + 1e-12)
        value = ratings.scale.values[levels[start]]
        sd = float(scores[levels].std(ddof=1)) if len(rows) > 1 else 0.0
        return cls(len(rows), longest, value, sd, _share(longest_runs(orders) >= longest), p_run, p_sd)


def longest_runs(rows: Ints) -> Ints:
    """Length of the longest run of equal values in every row of a table (B, n), shape (B,).

    >>> longest_runs(np.array([[1, 1, 2, 2, 2], [1, 2, 1, 2, 1]])).tolist()
    [3, 1]
    """
    # Columns one after the other in memory: this is the inner loop of all references.
    is_same = np.ascontiguousarray((rows[:, 1:] == rows[:, :-1]).T)
    run = np.zeros(len(rows), dtype=np.int64)
    best = run.copy()
    for same in is_same:
        run = (run + 1) * same
        np.maximum(best, run, out=best)
    return best + 1


def _longest(levels: Ints) -> tuple[int, int]:
    """Length of the longest run, and where the first such starts."""
    starts = np.flatnonzero(np.concatenate([[True], levels[1:] != levels[:-1]]))
    lengths = np.diff(np.append(starts, len(levels)))
    best = int(lengths.argmax())
    return int(lengths[best]), int(starts[best])


def _stand_ins(
    timings: Timings, place: int, rows: Ints, n_resamples: int, rng: np.random.Generator
) -> Ints | None:
    """Answers of random others of the rater's group to the same items (B, n); own ones without others."""
    ratings = timings.ratings
    group = ratings.rater_group[ratings.rater]
    is_other = (group == ratings.rater_group[place]) & (ratings.rater != place)
    order = np.flatnonzero(is_other)[np.argsort(ratings.item[is_other], kind="stable")]
    n_others = np.bincount(ratings.item[order], minlength=len(ratings.items))
    first = np.concatenate([[0], np.cumsum(n_others)[:-1]])
    items = ratings.item[rows]
    has_others = n_others[items] > 0
    if not has_others.any():
        return None
    draws = (rng.random((n_resamples, len(rows))) * n_others[items]).astype(np.int64)
    found = np.tile(ratings.level[rows], (n_resamples, 1))
    chosen = order[(first[items] + draws)[:, has_others]]
    found[:, has_others] = ratings.level[chosen]
    return found


def _share(is_as_extreme: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> float:
    return float((1 + is_as_extreme.sum()) / (1 + len(is_as_extreme)))


def percentile(values: Floats, own: float) -> float:
    """Share of the values below one's own, ties half."""
    return float(((values < own).sum() + (values == own).sum() / 2) / len(values))
