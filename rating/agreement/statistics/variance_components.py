"""Variance components, intraclass correlation and standard error of measurement, with any cells missing."""

import math
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from rating.agreement.arrays import Floats
from rating.agreement.blas import one_blas_thread
from rating.agreement.errors import AgreementInputError
from rating.agreement.reasons import Reason
from rating.agreement.results import Basis, Estimate, Interval
from rating.agreement.statistics.complete_table import CompleteTable
from rating.agreement.statistics.reml import LARGEST_RATIO, SizeClasses
from rating.agreement.statistics.reml_search import Fit, error_limits, fit, share_limits
from rating.agreement.table import Ratings

METHOD = "profile_likelihood"
Design = Literal["two_way", "one_way"]
RemlForm = Literal["A,1", "C,1", "1"]
ErrorKind = Literal["agreement", "consistency"]


@dataclass(frozen=True)
class VarianceComponents:
    """REML variances in squared scale points; all None exactly when `reason` says why.

    `rater` is None in a one-way design, whose residual holds the raters too.
    """

    design: str
    item: float | None
    rater: float | None
    residual: float | None
    mean: float | None
    log_likelihood: float | None
    basis: Basis
    reason: Reason | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        names = ("design", "item", "rater", "residual", "mean", "log_likelihood")
        basis = {name: getattr(self.basis, name) for name in ("n_items", "n_raters", "n_ratings")}
        reason = None if self.reason is None else self.reason.value
        return {**{name: getattr(self, name) for name in names}, **basis, "reason": reason}


def variance_components(
    ratings: Ratings, *, group: str | tuple[str, ...] | None = None, design: Design = "two_way"
) -> VarianceComponents:
    """How much items, raters and the rest contribute to the variance of a rating.

    Restricted maximum likelihood of rating = mean + item + rater + residual (one-way: without the
    rater), every rating used whatever is missing (Searle, Casella and McCulloch 1992, ch. 6). Undefined:
    `no_pairable_items`, `too_little_data`, `one_category`, `no_variation` (no residual),
    `not_for_this_scale`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, r, v) for r, row in zip("ab", ((1, 3, 5), (2, 3, 7))) for i, v in enumerate(row)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> found = variance_components(Ratings.from_frame(frame, Scale(tuple(range(1, 8)), "interval")))
    >>> round(found.item, 3), round(found.rater, 3), round(found.residual, 3)  # (MS_i - MS_e) / 2, ...
    (5.0, 0.333, 0.5)
    """
    if design not in get_args(Design):
        raise AgreementInputError("bad_option", f"No design {design!r}.")
    model = _Model.of(ratings, group, has_raters=design == "two_way")
    if isinstance(model, _Absent):
        return VarianceComponents(design, None, None, None, None, None, model.table.basis, model.reason)
    best = model.found.best
    return VarianceComponents(
        design=design,
        item=model.found.item * best.variance,
        rater=model.found.rater * best.variance if design == "two_way" else None,
        residual=best.variance,
        mean=best.mean,
        log_likelihood=-best.deviance / 2,
        basis=model.table.basis,
    )


def icc_reml(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    form: RemlForm = "A,1",
    confidence: float = 0.95,
) -> Estimate:
    """Intraclass correlation of a single rating from variance components, with any cells missing.

    `A,1` (absolute agreement) item / (item + rater + residual); `C,1` (consistency) item / (item +
    residual); `1` the one-way item / (item + residual). On complete data with positive components these
    are ICC(2,1), (3,1) and (1,1). Never negative; undefined as `variance_components`. Interval: profile
    likelihood.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, r, v) for r, row in zip("ab", ((1, 3, 5), (2, 3, 7))) for i, v in enumerate(row)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ratings = Ratings.from_frame(frame, Scale(tuple(range(1, 8)), "interval"))
    >>> round(icc_reml(ratings).estimate, 3)  # 5 / (5 + .333 + .5)
    0.857
    """
    if form not in get_args(RemlForm):
        raise AgreementInputError("bad_option", f"No REML ICC of form {form!r}.")
    model = _Model.of(ratings, group, has_raters=form != "1")
    variant = f"ICC({form}), REML"
    if isinstance(model, _Absent):
        return model.estimate("icc_reml", variant, confidence)
    item, rater = model.found.item, model.found.rater if form == "A,1" else 0.0
    value = item / (item + rater + 1)
    return model.estimate("icc_reml", variant, value, model.limits_of_share(form, confidence), confidence)


def standard_error_of_measurement(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    kind: ErrorKind = "agreement",
    confidence: float = 0.95,
) -> Estimate:
    """How far a single rating strays from its item's mean over raters, in scale points.

    `agreement`: root of rater + residual variance; `consistency`: root of the residual variance, raters' own
    severity taken off (de Vet and others 2006). From the two-way variance components; interval: profile
    likelihood. Undefined as `variance_components`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, r, v) for r, row in zip("ab", ((1, 3, 5), (2, 3, 7))) for i, v in enumerate(row)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ratings = Ratings.from_frame(frame, Scale(tuple(range(1, 8)), "interval"))
    >>> round(standard_error_of_measurement(ratings).estimate, 3)  # root of .333 + .5
    0.913
    """
    if kind not in get_args(ErrorKind):
        raise AgreementInputError("bad_option", f"No error of kind {kind!r}.")
    model = _Model.of(ratings, group, has_raters=True)
    if isinstance(model, _Absent):
        return model.estimate("standard_error_of_measurement", kind, confidence)
    counted = 1.0 if kind == "agreement" else 0.0
    value = math.sqrt(model.found.best.variance * (1 + counted * model.found.rater))
    limits = model.limits_of_error(kind, confidence)
    return model.estimate("standard_error_of_measurement", kind, value, limits, confidence)


@dataclass(frozen=True)
class _Absent:
    """Ratings that no components can be estimated from."""

    table: CompleteTable
    reason: Reason

    def estimate(self, statistic: str, variant: str, confidence: float) -> Estimate:
        return self.table.estimate(statistic, variant, None, Interval(reason=self.reason), confidence)


@dataclass(frozen=True)
class _Model:
    """A fit, with the profile limits that were asked for so far: several statistics quote the same."""

    table: CompleteTable
    sums: SizeClasses
    found: Fit
    limits: dict[tuple[str, float], tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, ratings: Ratings, group: str | tuple[str, ...] | None, *, has_raters: bool
    ) -> "_Model | _Absent":
        names = ratings.groups if group is None else (group,) if isinstance(group, str) else group
        return ratings.once(
            ("reml", names, has_raters), lambda: cls._fitted(ratings, names, has_raters=has_raters)
        )

    @classmethod
    def _fitted(cls, ratings: Ratings, names: tuple[str, ...], *, has_raters: bool) -> "_Model | _Absent":
        table = CompleteTable.of(ratings, names)
        scores = ratings.scale.scores[table.tally.level]
        reason = _why_not(table, scores, has_raters=has_raters)
        if reason:
            return _Absent(table, reason)
        sums = SizeClasses.of(table.tally, scores)
        with one_blas_thread():
            found = fit(sums, has_raters=has_raters)
        if found.best.variance <= 2 / LARGEST_RATIO * sums.square_sum / sums.n_ratings:
            return _Absent(table, Reason.NO_VARIATION)
        return cls(table, sums, found)

    def limits_of_share(self, form: RemlForm, confidence: float) -> tuple[float, float]:
        """Of an intraclass correlation."""
        if (form, confidence) not in self.limits:
            with one_blas_thread():
                self.limits[form, confidence] = share_limits(
                    self.sums,
                    self.found,
                    counts_raters=form == "A,1",
                    has_raters=form != "1",
                    confidence=confidence,
                )
        return self.limits[form, confidence]

    def limits_of_error(self, kind: ErrorKind, confidence: float) -> tuple[float, float]:
        """Of a standard error of measurement."""
        with one_blas_thread():
            return error_limits(
                self.sums, self.found, counts_raters=kind == "agreement", confidence=confidence
            )

    def estimate(
        self, statistic: str, variant: str, value: float, limits: tuple[float, float], confidence: float
    ) -> Estimate:
        low, high = limits
        interval = Interval(low=low, high=high, method=METHOD, scope="raters_and_items")
        return self.table.estimate(statistic, variant, value, interval, confidence)


def _why_not(table: CompleteTable, scores: Floats, *, has_raters: bool) -> Reason | None:
    if table.reason and table.reason is not Reason.INCOMPLETE_DATA:
        return table.reason
    if not (table.tally.sizes[:, 0] >= 2).any():
        return Reason.NO_PAIRABLE_ITEMS
    if has_raters and table.tally.ratings_per_rater().max() < 2:
        return Reason.TOO_LITTLE_DATA
    return Reason.ONE_CATEGORY if scores.min() == scores.max() else None
