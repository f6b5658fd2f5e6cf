"""Gamma: agreement on where passages lie and what they are called, over the best alignment of all raters."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.marks import Marks
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import FEW_RATERS, t_interval
from rating.agreement.resampling.jackknife import jackknife_variance
from rating.agreement.results import Estimate, Interval, IntervalScope
from rating.agreement.statistics.coded_together import absence, coded_together, group_names
from rating.agreement.statistics.gamma_alignment import (
    Continuum,
    GammaWeights,
    TooManyCombinationsError,
    best_alignment,
)
from rating.agreement.statistics.gamma_chance import shuffled

METHOD = "items_jackknife"
MOST_SAMPLES = 500
_BOUNDS = (-math.inf, 1.0)


@dataclass(frozen=True)
class Gamma:
    """Gamma and gamma-cat, with the disorders (observed, expected by chance) gamma is made of.

    `chance_error` is the standard error of gamma from drawing only `n_samples` times by chance.
    """

    gamma: Estimate
    gamma_cat: Estimate
    observed: float | None
    expected: float | None
    n_samples: int
    chance_error: float | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "gamma": self.gamma.to_dict(),
            "gamma_cat": self.gamma_cat.to_dict(),
            "observed": self.observed,
            "expected": self.expected,
            "n_samples": self.n_samples,
            "chance_error": self.chance_error,
        }


@dataclass(frozen=True)
class _Sums:
    """Per document and sample: summed disorder, mean marks of a rater, weighed label differences, weights."""

    disorder: Floats
    marks: Floats
    differing: Floats
    weighed: Floats

    @classmethod
    def stacked(cls, samples: list[list[Floats]]) -> "_Sums":
        """From `_measured` of every document in every sample."""
        return cls(*np.moveaxis(np.array(samples), 2, 0).swapaxes(1, 2))

    def followed_by(self, more: "_Sums") -> "_Sums":
        return _Sums(
            np.hstack([self.disorder, more.disorder]),
            np.hstack([self.marks, more.marks]),
            np.hstack([self.differing, more.differing]),
            np.hstack([self.weighed, more.weighed]),
        )

    def disorders(self, kept: Floats) -> Floats:
        """Disorder of every sample over the documents of weight 1 (D,)."""
        return _ratio(kept @ self.disorder, kept @ self.marks)

    def label_differences(self, kept: Floats) -> Floats:
        """Weighed share of aligned pairs whose labels differ, NaN where nothing is aligned."""
        return _ratio(kept @ self.differing, kept @ self.weighed)


def gamma(
    marks: Marks,
    *,
    group: str | tuple[str, ...] | None = None,
    weights: GammaWeights | None = None,
    n_samples: int = 30,
    precision: float | None = 0.05,
    confidence: float = 0.95,
    rng: np.random.Generator | None = None,
) -> Gamma:
    """Mathet's gamma of marked passages: 1 - observed disorder / disorder expected by chance.

    Two marks differ by alpha x ((|difference of starts| + |difference of ends|) / (sum of lengths))^2 + beta
    x (labels differ), a mark and none by 1, in units of delta_empty. A combination takes at most one mark of
    every rater; its disorder is the mean over pairs of raters. The alignment is the partition of all marks
    into combinations with the least sum (found exactly: assignment for two raters, else an integer program
    over the combinations that splitting cannot better); disorder is that sum over the mean number of marks of
    a rater. Chance: each rater's place is taken by a random rater of the document, whose marks are shifted
    by a random distance and wrapped around, shifts at least half a mean mark apart (Mathet, Widlöcher and
    Métivier 2015, sections 4 and 5, as their program does it). At least `n_samples` draws, and as many more
    (500 at most) as bring the relative error of the expected disorder below `precision`. gamma-cat: among
    marks that were aligned, label differences weighed by max(0, 1 - alpha x positional) / (marks in the
    combination - 1), observed against chance (Mathet 2017; a draw in which nothing is aligned closely enough
    to weigh anything counts as 0, as there).

    Documents are aligned and shuffled one by one; disorders and numbers of marks are added up. Interval:
    jackknife over documents (or clusters), raters held fixed. `rng` draws the chance (default: seed 0).

    Undefined: `no_ratings`, `no_pairable_items`, `nothing_marked`, `too_large` (too many combinations),
    `no_disagreement` (chance gives none), gamma-cat also `one_category` (only one label is used). Raises
    AgreementInputError `bad_option`, `unknown_group`.

    >>> import pandas as pd
    >>> rows = [("d", r, start, start + 10) for r in "pq" for start in (5, 40, 70)]
    >>> table = pd.DataFrame(rows, columns=["document", "rater", "start", "end"])
    >>> table = table.assign(group="peer", label="risk")
    >>> coded = table[["document", "rater", "group"]].drop_duplicates()
    >>> marks = Marks.from_frame(table, pd.DataFrame({"document": ["d"], "length": [90]}), coded)
    >>> gamma(marks).gamma.estimate
    1.0
    """
    weights = weights or GammaWeights()
    _check(weights, n_samples, precision, confidence)
    part = coded_together(marks, group)
    reason, study = absence(part), None
    if reason is None:
        try:
            study = _Study.of(part, weights, n_samples, precision, rng or np.random.default_rng(0))
        except TooManyCombinationsError:
            reason = Reason.TOO_LARGE
    basis = marks.basis(part, group_names(marks, group))

    def number(name: str, place: int, undefined: Reason) -> Estimate:
        value, why, interval = None, reason, Interval(reason=reason)
        if study is not None and math.isnan(study.values[place]):
            why, interval = undefined, Interval(reason=undefined)
        elif study is not None:
            value, interval = float(study.values[place]), study.interval(place, len(part.raters), confidence)
        variant = f"alpha {weights.alpha:g}, beta {weights.beta:g}, delta_empty {weights.delta_empty:g}"
        return Estimate(name, variant, "marks", value, confidence, basis, interval, why)

    only_label = len(np.unique(part.label)) < 2
    return Gamma(
        gamma=number("gamma", 0, Reason.NO_DISAGREEMENT),
        gamma_cat=number("gamma_cat", 1, Reason.ONE_CATEGORY if only_label else Reason.NO_DISAGREEMENT),
        observed=study.observed_disorder if study else None,
        expected=study.expected_disorder if study else None,
        n_samples=study.chance.disorder.shape[1] if study else 0,
        chance_error=study.chance_error if study else None,
    )


def _check(weights: GammaWeights, n_samples: int, precision: float | None, confidence: float) -> None:
    if min(weights.alpha, weights.beta) < 0 or weights.delta_empty <= 0:
        raise AgreementInputError(
            "bad_option", "GammaWeights are not negative, and an absent mark counts something."
        )
    if not 2 <= n_samples <= MOST_SAMPLES or (precision is not None and precision <= 0):
        raise AgreementInputError("bad_option", f"2 to {MOST_SAMPLES} samples, and a precision above 0.")
    if not 0 < confidence < 1:
        raise AgreementInputError("bad_option", "The confidence of an interval lies between 0 and 1.")


@dataclass(frozen=True)
class _Study:
    """Observed sums (documents, 1) and chance sums (documents, samples) of documents with marks."""

    observed: _Sums
    chance: _Sums
    cluster: Ints

    @classmethod
    def of(
        cls,
        part: Marks,
        weights: GammaWeights,
        n_samples: int,
        precision: float | None,
        rng: np.random.Generator,
    ) -> "_Study":
        """Align what was marked, then as many draws of chance as the precision asks for."""
        places = np.unique(part.document)
        continua = [_continuum(part, int(place)) for place in places]
        lengths = [int(length) for length in part.length[places]]
        observed = _Sums.stacked([[_measured(continuum, weights) for continuum in continua]])

        def draw(n: int) -> _Sums:
            return _Sums.stacked(
                [
                    [
                        _measured(shuffled(continuum, length, rng), weights)
                        for continuum, length in zip(continua, lengths, strict=True)
                    ]
                    for _ in range(n)
                ]
            )

        chance = draw(n_samples)
        if precision is not None:
            disorders = chance.disorders(np.ones(len(places)))
            spread, mean = float(disorders.std(ddof=1)), float(disorders.mean())
            wanted = math.ceil((1.96 * spread / mean / precision) ** 2) if mean > 0 else 0
            more = min(wanted, MOST_SAMPLES) - n_samples
            chance = chance.followed_by(draw(more)) if more > 0 else chance
        return cls(observed, chance, np.unique(part.cluster[places], return_inverse=True)[1])

    @property
    def everything(self) -> Floats:
        return np.ones(len(self.cluster))

    @property
    def values(self) -> Floats:
        """Gamma and gamma-cat."""
        return self._values(self.everything)

    @property
    def observed_disorder(self) -> float:
        return float(self.observed.disorders(self.everything)[0])

    @property
    def expected_disorder(self) -> float:
        return float(self.chance.disorders(self.everything).mean())

    @property
    def chance_error(self) -> float | None:
        """Delta method: gamma moves by observed / expected^2 as the expected disorder does."""
        if self.expected_disorder <= 0:
            return None
        drawn = self.chance.disorders(self.everything)
        error = float(drawn.std(ddof=1)) / math.sqrt(len(drawn))
        return self.observed_disorder / self.expected_disorder**2 * error

    def _values(self, kept: Floats) -> Floats:
        observed, expected = self.observed.disorders(kept)[0], self.chance.disorders(kept).mean()
        seen, drawn = self.observed.label_differences(kept)[0], self.chance.label_differences(kept)
        # The authors' algorithm counts a draw in which nothing is aligned closely as one without difference.
        by_chance = float(np.nan_to_num(drawn).mean())
        return np.array(
            [
                1 - observed / expected if expected > 0 else math.nan,
                1 - seen / by_chance if by_chance > 0 else math.nan,
            ]
        )

    def interval(self, place: int, n_raters: int, confidence: float) -> Interval:
        """Leave out each cluster of documents, with what chance drew in them."""
        n = int(self.cluster.max()) + 1
        if n < 2:
            return Interval(method=METHOD, reason=Reason.ONE_ITEM)
        left = np.array([self._values((self.cluster != one).astype(np.float64))[place] for one in range(n)])
        if np.isnan(left).any():
            return Interval(
                method=METHOD,
                n_resamples=n,
                n_degenerate=int(np.isnan(left).sum()),
                reason=Reason.UNDEFINED_RESAMPLES,
            )
        variance = jackknife_variance(left, np.zeros(n, dtype=np.int64))
        value = float(self.values[place])
        found = t_interval(value, variance, n - 1, confidence, method=METHOD, bounds=_BOUNDS)
        scope: IntervalScope = "these_raters_only" if n_raters < FEW_RATERS else "items_only"
        return found if found.low is None else replace(found, scope=scope)


def _continuum(part: Marks, document: int) -> Continuum:
    coders = np.flatnonzero(part.is_coded[document])
    mine = part.document == document
    return Continuum(
        rater=np.searchsorted(coders, part.rater[mine]).astype(np.int64),
        label=part.label[mine],
        start=part.start[mine].astype(np.float64),
        end=part.end[mine].astype(np.float64),
        n_raters=len(coders),
    )


def _measured(continuum: Continuum, weights: GammaWeights) -> Floats:
    """Summed disorder, mean marks of a rater, weighed label differences and their weights, (4,)."""
    found = best_alignment(continuum, weights)
    near = np.maximum(0.0, 1 - weights.alpha * weights.delta_empty * continuum.positional())
    differing, n_marks = continuum.categorical(), (found.rows >= 0).sum(axis=1)
    top = bottom = 0.0
    for one in range(continuum.n_raters):
        for other in range(one):
            both = (found.rows[:, one] >= 0) & (found.rows[:, other] >= 0)
            u, v = found.rows[both, one], found.rows[both, other]
            share = near[u, v] / (n_marks[both] - 1)
            top, bottom = top + float((share * differing[u, v]).sum()), bottom + float(share.sum())
    return np.array([found.total, continuum.mean_marks, top, bottom])


def _ratio(top: Floats, bottom: Floats) -> Floats:
    return np.asarray(np.divide(top, bottom, out=np.full(len(top), math.nan), where=bottom > 0))
