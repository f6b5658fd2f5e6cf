"""Cronbach's alpha and McDonald's omega: do several questions measure one thing?"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import fdtri

from rating.agreement.arrays import Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import t_interval
from rating.agreement.resampling.jackknife import METHOD, MIN_RATERS, jackknife_variance
from rating.agreement.results import Basis, Estimate, Interval
from rating.agreement.table import Ratings

FELDT = "f_distribution"
ScaleVariant = Literal["raw", "standardised"]
ScaleInterval = Literal["two_way_jackknife", "f_distribution", "none"]
Coefficient = Callable[[Floats], float]


def cronbach_alpha(
    questions: Mapping[str, Ratings],
    *,
    group: str,
    variant: ScaleVariant = "raw",
    interval: ScaleInterval = "two_way_jackknife",
    confidence: float = 0.95,
) -> Estimate:
    """Cronbach's alpha of a scale of k questions, over the ratings that answer all of them.

    k / (k - 1) (1 - sum of the questions' variances / variance of their sum), `standardised` on the
    correlation matrix (Cronbach 1951). Interval: conversations and raters left out one at a time; or
    `f_distribution` (Feldt 1965), which takes the ratings as independent. Undefined: `too_few_questions`,
    `too_little_data` (fewer than three complete ratings), `one_category`, `not_for_this_scale`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> peers = {"item": range(4), "rater": "a", "group": "peer"}
    >>> answers = {"warm": [1, 2, 3, 4], "kind": [1, 2, 4, 3]}
    >>> scale = Scale((1, 2, 3, 4), "interval")
    >>> frames = {name: pd.DataFrame({**peers, "value": values}) for name, values in answers.items()}
    >>> questions = {name: Ratings.from_frame(frame, scale) for name, frame in frames.items()}
    >>> round(cronbach_alpha(questions, group="peer").estimate, 4)  # 2 (1 - 2 (5/3) / 6)
    0.8889
    """
    answers = _Answers.of(questions, group, variant, interval, confidence)
    return answers.estimate("cronbach_alpha", alpha_of)


def mcdonald_omega(
    questions: Mapping[str, Ratings],
    *,
    group: str,
    variant: ScaleVariant = "raw",
    interval: Literal["two_way_jackknife", "none"] = "two_way_jackknife",
    confidence: float = 0.95,
) -> Estimate:
    """McDonald's omega (total) of one common factor, over the ratings that answer all questions.

    (sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances), from a one-factor model fitted by
    maximum likelihood (McDonald 1999, ch. 6); `raw` in the questions' units, `standardised` on the
    correlation matrix.
    Needs three questions. Interval and undefined cases as `cronbach_alpha`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> peers = {"item": range(5), "rater": "a", "group": "peer"}
    >>> answers = {"warm": [1, 2, 3, 4, 2], "kind": [1, 2, 4, 3, 2], "clear": [2, 1, 3, 4, 2]}
    >>> scale = Scale((1, 2, 3, 4), "interval")
    >>> frames = {name: pd.DataFrame({**peers, "value": values}) for name, values in answers.items()}
    >>> questions = {name: Ratings.from_frame(frame, scale) for name, frame in frames.items()}
    >>> 0.8 < mcdonald_omega(questions, group="peer").estimate < 1
    True
    """
    answers = _Answers.of(questions, group, variant, interval, confidence)
    return answers.estimate("mcdonald_omega", omega_of, n_needed=3)


def alpha_of(covariance: Floats) -> float:
    """Alpha of a covariance or correlation matrix (k, k); NaN when the sum does not vary."""
    k, total = len(covariance), float(covariance.sum())
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total) if total > 1e-12 else math.nan


def omega_of(covariance: Floats) -> float:
    """Omega of a covariance or correlation matrix (k, k); NaN when a question does not vary."""
    sizes = np.sqrt(np.diag(covariance))
    if sizes.min() <= 1e-12:
        return math.nan
    loadings, unique = one_factor(covariance / np.outer(sizes, sizes))
    common = float((sizes * loadings).sum()) ** 2
    return common / (common + float((sizes**2 * unique).sum()))


def one_factor(correlations: Floats) -> tuple[Floats, Floats]:
    """Loadings and unique variances (k,) of one factor by maximum likelihood, unique ones at least .005."""
    from scipy.optimize import minimize

    k = len(correlations)

    def misfit(unique: Floats) -> tuple[float, Floats]:
        # Joreskog (1967): for given unique variances the best loadings are an eigenvector.
        loadings = _loadings(correlations, unique)
        model = np.outer(loadings, loadings) + np.diag(unique)
        inverse = np.linalg.inv(model)
        value = float(np.linalg.slogdet(model)[1]) + float((inverse * correlations).sum())
        return value, np.diag(inverse @ (model - correlations) @ inverse).copy()

    found = minimize(
        misfit, np.full(k, 0.5), jac=True, method="L-BFGS-B", bounds=[(0.005, 1.0)] * k,
        options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 1000},
    )  # fmt: skip
    unique = np.asarray(found.x, dtype=np.float64)
    return _loadings(correlations, unique), unique


def _loadings(correlations: Floats, unique: Floats) -> Floats:
    roots = np.sqrt(unique)
    values, vectors = np.linalg.eigh(correlations / np.outer(roots, roots))
    first = vectors[:, -1] * math.sqrt(max(0.0, values[-1] - 1)) * roots
    return np.asarray(first if first.sum() >= 0 else -first)


@dataclass(frozen=True)
class _Answers:
    """Complete answers (n, k) with the item's cluster and the rater of each, and what was asked for."""

    scores: Floats
    cluster: Ints
    rater: Ints
    basis: Basis
    variant: str
    method: str
    confidence: float
    has_scores: bool

    @classmethod
    def of(
        cls, questions: Mapping[str, Ratings], group: str, variant: str, method: str, confidence: float
    ) -> "_Answers":
        if variant not in get_args(ScaleVariant) or method not in get_args(ScaleInterval):
            raise AgreementInputError("bad_option", f"No {variant!r} coefficient with interval {method!r}.")
        if not questions or not 0 < confidence < 1:
            raise AgreementInputError(
                "bad_option", "A scale has questions, a confidence lies between 0 and 1."
            )
        columns = [_answers_to(ratings, group) for ratings in questions.values()]
        keys = sorted(set.intersection(*(set(column) for column in columns)))
        scores = np.array([[column[key][0] for column in columns] for key in keys], dtype=np.float64)
        clusters = {columns[0][key][1] for key in keys}
        raters = sorted({rater for _, rater in keys})
        places = {name: place for place, name in enumerate(sorted(clusters))}
        n_items = len({item for item, _ in keys})
        return cls(
            scores=scores.reshape(len(keys), len(columns)),
            cluster=np.array([places[columns[0][key][1]] for key in keys], dtype=np.int64),
            rater=np.array([raters.index(rater) for _, rater in keys], dtype=np.int64),
            basis=Basis(n_items, len(raters), len(keys) * len(columns), n_items),
            variant=variant,
            method=method,
            confidence=confidence,
            has_scores=all(ratings.scale.has_scores for ratings in questions.values()),
        )

    def estimate(self, statistic: str, coefficient: Coefficient, *, n_needed: int = 2) -> Estimate:
        reason = self._absence(n_needed)
        value = math.nan if reason else self._value(coefficient, self.scores)
        if reason is None and math.isnan(value):
            reason = Reason.ONE_CATEGORY
        return Estimate(
            statistic=statistic,
            variant=self.variant,
            level="interval",
            estimate=None if reason else value,
            confidence=self.confidence,
            basis=self.basis,
            interval=Interval(reason=reason) if reason else self._interval(coefficient, value),
            reason=reason,
        )

    def _absence(self, n_needed: int) -> Reason | None:
        if not self.has_scores:
            return Reason.NOT_FOR_THIS_SCALE
        if self.scores.shape[1] < n_needed:
            return Reason.TOO_FEW_QUESTIONS
        return Reason.TOO_LITTLE_DATA if len(self.scores) < 3 else None

    def _value(self, coefficient: Coefficient, scores: Floats) -> float:
        if len(scores) < 3:
            return math.nan
        covariance = np.cov(scores, rowvar=False)
        if self.variant == "standardised":
            sizes = np.sqrt(np.diag(covariance))
            if sizes.min() <= 1e-12:
                return math.nan
            covariance = covariance / np.outer(sizes, sizes)
        return coefficient(covariance)

    def _interval(self, coefficient: Coefficient, value: float) -> Interval:
        if self.method == "none":
            return Interval(reason=Reason.NOT_ASKED_FOR)
        if self.method == FELDT:
            return self._feldt(value)
        n_raters, n_clusters = int(self.rater.max()) + 1, int(self.cluster.max()) + 1
        if n_raters < MIN_RATERS:
            return Interval(method=METHOD, reason=Reason.TOO_FEW_RATERS)
        if n_clusters < 2:
            return Interval(method=METHOD, reason=Reason.ONE_ITEM)
        variance = 0.0
        for owner, n_owners in ((self.cluster, n_clusters), (self.rater, n_raters)):
            kept = [self._value(coefficient, self.scores[owner != one]) for one in range(n_owners)]
            if np.isnan(kept).any():
                return Interval(method=METHOD, reason=Reason.UNDEFINED_RESAMPLES)
            variance += jackknife_variance(np.array(kept), np.zeros(n_owners, dtype=np.int64))
        bounds = (-math.inf, 1.0)
        return t_interval(value, variance, n_raters - 1, self.confidence, method=METHOD, bounds=bounds)

    def _feldt(self, value: float) -> Interval:
        """1 - (1 - alpha) times quantiles of F with n - 1 and (n - 1)(k - 1) degrees of freedom."""
        if value >= 1 - 1e-12:
            return Interval(method=FELDT, reason=Reason.NO_VARIATION)
        n, k = self.scores.shape
        ends = (float(fdtri(n - 1, (n - 1) * (k - 1), 0.5 + side * self.confidence / 2)) for side in (1, -1))
        low, high = (1 - (1 - value) * end for end in ends)
        return Interval(low=low, high=high, method=FELDT, scope="these_raters_only")


def _answers_to(ratings: Ratings, group: str) -> dict[tuple[str, str], tuple[float, int]]:
    """Score and item cluster by item and rater, of one group."""
    is_mine = ratings.rater_group[ratings.rater] == ratings.index_of(group)
    scores = ratings.scale.scores
    return {
        (ratings.items[item], ratings.raters[rater]): (float(scores[level]), int(ratings.item_cluster[item]))
        for item, rater, level in zip(
            ratings.item[is_mine], ratings.rater[is_mine], ratings.level[is_mine], strict=True
        )
    }
