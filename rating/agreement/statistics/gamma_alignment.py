"""The alignment of all raters' marks with the least disorder, exactly, for Mathet's gamma."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats, Ints

# Combinations of marks that the integer program may choose from, and cells of one step towards them.
MOST_COMBINATIONS = 50_000
_MOST_CELLS = 20_000_000


class TooManyCombinationsError(Exception):
    """The marks can be combined in more ways than can be weighed up in reasonable time."""


@dataclass(frozen=True)
class GammaWeights:
    """What places (alpha), labels (beta) and an absent mark (delta_empty) count."""

    alpha: float = 1.0
    beta: float = 1.0
    delta_empty: float = 1.0


@dataclass(frozen=True)
class Continuum:
    """The marks (N) of `n_raters` raters, some of whom may have none, in one document."""

    rater: Ints
    label: Ints
    start: Floats
    end: Floats
    n_raters: int

    @property
    def mean_marks(self) -> float:
        return len(self.rater) / self.n_raters

    def positional(self) -> Floats:
        """((|start - start'| + |end - end'|) / (length + length'))^2 of every two marks, (N, N)."""
        length = self.end - self.start
        apart = np.abs(self.start[:, None] - self.start) + np.abs(self.end[:, None] - self.end)
        return np.asarray((apart / (length[:, None] + length)) ** 2)

    def categorical(self) -> Floats:
        """1 where the labels of two marks differ, (N, N)."""
        return np.asarray(self.label[:, None] != self.label, dtype=np.float64)


@dataclass(frozen=True)
class Alignment:
    """Combinations of marks, one row each, a column per rater, -1 for none; and their summed disorder."""

    rows: Ints
    total: float


def best_alignment(continuum: Continuum, weights: GammaWeights) -> Alignment:
    """The partition of all marks into combinations of at most one per rater with the least disorder.

    The disorder of a combination is the mean over pairs of raters of alpha x positional + beta x categorical
    dissimilarity, in units of delta_empty, and of delta_empty for a pair without two marks. Raises
    TooManyCombinationsError.
    """
    apart = weights.alpha * continuum.positional() + weights.beta * continuum.categorical()
    apart = apart * weights.delta_empty
    if continuum.n_raters == 2:
        return _of_two(continuum, apart, weights.delta_empty)
    rows, cost = _combinations(continuum, apart, weights.delta_empty)
    return _cheapest(rows, cost, len(continuum.rater))


def _of_two(continuum: Continuum, apart: Floats, delta_empty: float) -> Alignment:
    """Two raters: pairs worth less than two absences, by assignment."""
    from scipy.optimize import linear_sum_assignment

    first, second = (np.flatnonzero(continuum.rater == rater) for rater in (0, 1))
    gain = np.minimum(apart[np.ix_(first, second)] - 2 * delta_empty, 0.0)
    one, other = linear_sum_assignment(gain)
    is_pair = gain[one, other] < 0
    pairs = np.stack([first[one[is_pair]], second[other[is_pair]]], axis=1)
    alone = np.setdiff1d(np.arange(len(continuum.rater)), pairs)
    rows = np.full((len(pairs) + len(alone), 2), -1, dtype=np.int64)
    rows[: len(pairs)] = pairs
    rows[np.arange(len(pairs), len(rows)), continuum.rater[alone]] = alone
    total = len(continuum.rater) * delta_empty + float(gain[one, other].sum())
    return Alignment(rows, total)


def _combinations(continuum: Continuum, apart: Floats, delta_empty: float) -> tuple[Ints, Floats]:
    """Every combination that some best alignment may need, with its disorder.

    Splitting a mark u off a combination of k marks saves sum of d(u, v) over the others and costs no more
    than delta_empty x (pairs of raters + k - 1), so whatever exceeds that is never needed.
    """
    n = continuum.n_raters
    n_pairs = n * (n - 1) // 2
    limit = (n_pairs + n - 1) * delta_empty
    rows = np.full((1, 0), -1, dtype=np.int64)
    own = np.zeros((1, 0))
    for rater in range(n):
        marks = np.flatnonzero(continuum.rater == rater)
        if len(rows) * max(1, len(marks)) > _MOST_CELLS:
            raise TooManyCombinationsError
        # Distance of each new mark to each mark already there, nothing for an absent one.
        near = np.where(rows[:, :, None] >= 0, apart[rows[:, :, None], marks[None, None, :]], 0.0)
        old, new = np.nonzero((near < limit).all(axis=1))
        if len(rows) + len(old) > 4 * MOST_COMBINATIONS:
            raise TooManyCombinationsError
        added = near[old, :, new]
        grown = np.column_stack([own[old] + added, added.sum(axis=1)])
        is_kept = (grown < limit).all(axis=1)
        empty = np.zeros(len(rows))
        rows = np.vstack([
            np.column_stack([rows, np.full(len(rows), -1)]),
            np.column_stack([rows[old[is_kept]], marks[new[is_kept]]]),
        ])  # fmt: skip
        own = np.vstack([np.column_stack([own, empty]), grown[is_kept]])
    n_marks = (rows >= 0).sum(axis=1)
    is_needed = (n_marks > 0) & (
        (own < (n_pairs + n_marks - 1)[:, None] * delta_empty) | (n_marks == 1)[:, None]
    ).all(axis=1)
    rows, own, n_marks = rows[is_needed], own[is_needed], n_marks[is_needed]
    if len(rows) > MOST_COMBINATIONS:
        raise TooManyCombinationsError
    n_whole = n_marks * (n_marks - 1) / 2
    return rows, (own.sum(axis=1) / 2 + (n_pairs - n_whole) * delta_empty) / n_pairs


def _cheapest(rows: Ints, cost: Floats, n_marks: int) -> Alignment:
    """The integer program: every mark in exactly one chosen combination, least summed disorder."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    place, column = np.nonzero(rows >= 0)
    shape = (n_marks, len(rows))
    holds = csr_array((np.ones(len(place)), (rows[place, column], place)), shape=shape)
    found = milp(
        cost,
        integrality=np.ones(len(rows), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(holds, 1, 1),
    )
    if found.x is None:
        raise TooManyCombinationsError
    is_chosen = found.x > 0.5
    return Alignment(rows[is_chosen], float(cost[is_chosen].sum()))
