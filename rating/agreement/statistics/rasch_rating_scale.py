"""The Rasch rating scale model of raters on complete data, by conditional maximum likelihood."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from rating.agreement.arrays import Bools, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import Sample
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import normal_interval
from rating.agreement.results import Basis, Estimate, Interval
from rating.agreement.statistics.conditional_likelihood import (
    ConditionalFit,
    ConditionalModel,
    fit_conditional,
)
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally

METHOD = "observed_information"
VARIANT = "conditional maximum likelihood"


@dataclass(frozen=True)
class RaschRatingScale:
    """In logits: severity per rater (mean zero, severe raters give lower values), and per value its category.

    The category of level k is the sum of the steps up to it, those of the first two levels zero: given the
    sums, neither a common severity nor a common step can be told. `log_likelihood` is the conditional one.
    """

    severities: dict[str, Estimate]
    categories: dict[str, Estimate]
    log_likelihood: float | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "severities": {name: found.to_dict() for name, found in self.severities.items()},
            "categories": {name: found.to_dict() for name, found in self.categories.items()},
            "log_likelihood": self.log_likelihood,
        }


def rasch_rating_scale(
    ratings: Ratings, *, group: str | tuple[str, ...] | None = None, confidence: float = 0.95
) -> RaschRatingScale:
    """Severity of every rater, free of any assumption about how items are distributed.

    P(level k) is proportional to exp(k (theta_item - severity_rater) - category_k) (Andrich 1978). Given an
    item's sum over raters, theta drops out (Andersen 1977), so severities and categories follow from the
    likelihood given the sums. Items with the lowest or highest possible sum say nothing. Interval: observed
    information, normal quantile.

    Undefined: `no_ratings`, `not_for_this_scale`, `too_little_data` (below two items or raters),
    `incomplete_data` (see `many_facet_rasch`), `one_category`, `not_converged` (no finite maximum); a single
    rater `extreme_answers` (only lowest or only highest values: left out of the fit), a value
    `level_never_used`. Raises AgreementInputError `bad_option`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, r, int(i < n)) for r, n in (("a", 6), ("b", 3)) for i in range(6)]
    >>> rows += [(6, "a", 0), (6, "b", 1)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> found = rasch_rating_scale(Ratings.from_frame(frame, Scale((0, 1), "nominal")))
    >>> round(found.severities["b"].estimate - found.severities["a"].estimate, 4)  # log(3 / 1)
    1.0986
    """
    if not 0 < confidence < 1:
        raise AgreementInputError("bad_option", "A confidence lies between 0 and 1.")
    sample = Sample.within(ratings, group)
    tally = sample.tally
    groups = ratings.groups if group is None else (group,) if isinstance(group, str) else group
    kept_raters = np.unique(
        ratings.rater[np.isin(ratings.rater_group[ratings.rater], _places(ratings, groups))]
    )
    names = [ratings.raters[place] for place in kept_raters]
    reason = _obstacle(ratings, tally)
    is_bounded = np.ones(len(names), dtype=np.bool_)
    fit = None
    if reason is None:
        table = _table(tally)
        is_bounded = _bounded(table)
        reason = Reason.TOO_LITTLE_DATA if is_bounded.sum() < 2 else None
    if reason is None:
        fit = fit_conditional(ConditionalModel.of(table[:, is_bounded], tally.n_levels))
        reason = Reason.NOT_CONVERGED if fit is None else None
    basis = sample.basis(tally, "unpaired")
    report = _Report(fit, reason, basis, ratings.scale.measurement, confidence)
    places = np.cumsum(is_bounded) - 1
    return RaschRatingScale(
        {
            name: report.number("rasch_severity", int(places[n]) if is_bounded[n] else None)
            for n, name in enumerate(names)
        },
        {
            str(value): report.category(level, int(is_bounded.sum()))
            for level, value in enumerate(ratings.scale.values)
        },
        None if fit is None else fit.log_likelihood,
    )


def _places(ratings: Ratings, groups: tuple[str, ...]) -> list[int]:
    return [ratings.index_of(name) for name in groups]


def _obstacle(ratings: Ratings, tally: Tally) -> Reason | None:
    if not tally.n_ratings:
        return Reason.NO_RATINGS
    if not ratings.scale.has_scores:
        return Reason.NOT_FOR_THIS_SCALE
    if tally.n_items < 2 or tally.n_raters < 2:
        return Reason.TOO_LITTLE_DATA
    if tally.n_ratings < tally.n_items * tally.n_raters:
        return Reason.INCOMPLETE_DATA
    return Reason.ONE_CATEGORY if tally.used_levels().sum() < 2 else None


def _table(tally: Tally) -> Ints:
    table = np.zeros((tally.n_items, tally.n_raters), dtype=np.int64)
    table[tally.item, tally.rater] = tally.level
    return table


def _bounded(table: Ints) -> Bools:
    """Raters (R,) who gave more than only the lowest or only the highest value that is in use."""
    is_kept = np.ones(table.shape[1], dtype=np.bool_)
    while is_kept.any():
        used = table[:, is_kept]
        now = is_kept & ~(table == used.min()).all(axis=0) & ~(table == used.max()).all(axis=0)
        if (now == is_kept).all():
            break
        is_kept = now
    return is_kept


@dataclass(frozen=True)
class _Report:
    fit: ConditionalFit | None
    reason: Reason | None
    basis: Basis
    level: str
    confidence: float

    def number(self, statistic: str, place: int | None, absent: Reason = Reason.EXTREME_ANSWERS) -> Estimate:
        """The parameter at a place of psi, or why there is none."""
        if self.fit is None or place is None:
            reason = self.reason or absent
            return Estimate(
                statistic,
                VARIANT,
                self.level,
                None,
                self.confidence,
                self.basis,
                Interval(reason=reason),
                reason,
            )
        value = float(self.fit.psi[place])
        std_error = math.sqrt(max(0.0, float(self.fit.covariance[place, place])))
        interval = Interval(method=METHOD, reason=Reason.REFERENCE)
        if std_error > 0:
            interval = normal_interval(value, std_error, self.confidence, method=METHOD, scope="items_only")
        return Estimate(statistic, VARIANT, self.level, value, self.confidence, self.basis, interval)

    def category(self, level: int, n_raters: int) -> Estimate:
        is_used = self.fit is not None and bool(self.fit.model.is_used[level])
        return self.number("rasch_category", n_raters + level if is_used else None, Reason.LEVEL_NEVER_USED)
