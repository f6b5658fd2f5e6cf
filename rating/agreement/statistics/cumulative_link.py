"""Cumulative logit model of ratings: fixed groups and questions, random items and raters."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from rating.agreement.arrays import Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import normal_interval, t_interval
from rating.agreement.resampling.jackknife import MIN_RATERS
from rating.agreement.resampling.positive_interval import positive_interval
from rating.agreement.results import Basis, Estimate, Interval, IntervalScope
from rating.agreement.statistics.cumulative_link_fit import LinkFit, fit_link
from rating.agreement.statistics.cumulative_link_likelihood import LinkModel
from rating.agreement.statistics.stacked_ratings import StackedRatings, has_one_scale
from rating.agreement.table import Ratings

Random = Literal["item", "rater"]
Method = Literal["laplace", "quadrature"]
INFORMATION = "observed_information"
BY_RATERS = "observed_information_t"
CONDITIONAL = "conditional_variance"


@dataclass(frozen=True)
class CumulativeLink:
    """All numbers in logits. Positive effects of groups, questions and covariates mean higher answers.

    `thresholds` lie between neighbouring used values. `severities` (positive: lower answers than the group)
    are conditional modes; `rater_sd` and `item_sd`, None where not in the model, say how much raters and
    items differ. `n_islands`: sets of raters that share no item are compared through the assumption that
    their items were drawn alike.
    """

    thresholds: dict[str, Estimate]
    groups: dict[str, Estimate]
    questions: dict[str, Estimate]
    covariates: dict[str, Estimate]
    rater_sd: Estimate | None
    item_sd: Estimate | None
    severities: dict[str, Estimate]
    log_likelihood: float | None
    n_parameters: int
    n_islands: int

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        parts = ("thresholds", "groups", "questions", "covariates", "severities")
        return {
            **{part: {name: e.to_dict() for name, e in getattr(self, part).items()} for part in parts},
            "rater_sd": None if self.rater_sd is None else self.rater_sd.to_dict(),
            "item_sd": None if self.item_sd is None else self.item_sd.to_dict(),
            "log_likelihood": self.log_likelihood,
            "n_parameters": self.n_parameters,
            "n_islands": self.n_islands,
        }


def cumulative_link(
    questions: Mapping[str, Ratings],
    *,
    group: str | tuple[str, ...] | None = None,
    random: Sequence[Random] = ("item", "rater"),
    covariates: pd.DataFrame | None = None,
    method: Method = "laplace",
    n_nodes: int = 10,
    confidence: float = 0.95,
) -> CumulativeLink:
    """How far groups, questions and single raters shift the answers, and how much raters differ.

    logit P(value <= k) = threshold_k - (group + question + covariates + item + rater); items and raters in
    `random` are normal with mean 0 (McCullagh 1980; Tutz and Hennevogl 1996). The first group and question
    are the references. `covariates` has one numeric column each, its index the items. Maximum likelihood by
    Laplace's approximation around the joint mode of all items and raters, or, with one of them in `random`,
    by adaptive Gauss-Hermite `quadrature`. Missing ratings need no filling. Intervals: observed information,
    for groups with t by raters less groups when raters are random; spreads on the logarithm; severities by
    their conditional variance, all else held fixed.

    Undefined: `no_ratings`, `not_for_this_scale`, `one_category`, `too_little_data` (below two items or
    raters), `extreme_answers` (a group or question with only lowest or only highest values),
    `not_converged`; a group or question `no_ratings`, a threshold `level_never_used`. Raises
    AgreementInputError `bad_option`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(n, f"{g}{n % 7}", g, int(n < k)) for g, k in (("p", 20), ("q", 10)) for n in range(30)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> found = cumulative_link({"safe": Ratings.from_frame(frame, Scale((0, 1), "nominal"))}, random=())
    >>> round(found.groups["q"].estimate, 4)  # log odds 10 : 20 less 20 : 10
    -1.3863
    """
    _check(random, method, n_nodes, confidence)
    data = StackedRatings.of(questions, group)
    if not has_one_scale(data):
        raise AgreementInputError("bad_option", "Questions of one model must offer the same values.")
    shifts = _Shifts.of(data, covariates)
    reason = data.obstacle() or shifts.obstacle(data)
    fit = None
    used = np.unique(data.level)
    if reason is None:
        owners = tuple(getattr(data, name) for name in ("item", "rater") if name in random)
        model = LinkModel(np.searchsorted(used, data.level), shifts.design(data), owners)
        fit = fit_link(model, n_nodes=n_nodes if method == "quadrature" else 0)
        reason = Reason.NOT_CONVERGED if fit is None else None
    report = _Report(data, fit, reason, used, shifts, tuple(random), confidence)
    return report.result()


def _check(random: Sequence[Random], method: str, n_nodes: int, confidence: float) -> None:
    if isinstance(random, str) or not {*random} <= {"item", "rater"}:
        raise AgreementInputError("bad_option", "Random effects are those of `item` and `rater`.")
    if method not in {"laplace", "quadrature"} or not 0 < confidence < 1 or n_nodes < 1:
        raise AgreementInputError("bad_option", f"No method {method!r}, or an option out of its range.")
    if method == "quadrature" and len({*random}) != 1:
        raise AgreementInputError("bad_option", "Quadrature takes exactly one random effect.")


@dataclass(frozen=True)
class _Shifts:
    """The fixed effects: groups and questions with ratings, the first of each as reference; covariates."""

    groups: Ints
    questions: Ints
    columns: tuple[str, ...]
    covariates: Floats

    @classmethod
    def of(cls, data: StackedRatings, table: pd.DataFrame | None) -> "_Shifts":
        groups = np.unique(data.rater_group[data.rater]) if data.n_ratings else np.zeros(0, dtype=np.int64)
        asked = np.unique(data.question)
        if table is None:
            return cls(groups, asked, (), np.zeros((len(data.items), 0)))
        named = table.set_axis(table.index.map(str), axis="index")
        absent = sorted(set(data.items) - set(named.index))
        if absent or named.index.has_duplicates:
            raise AgreementInputError(
                "bad_option",
                f"The covariates need one row per item, exactly; absent: {', '.join(absent)}.",
            )
        if not all(pd.api.types.is_numeric_dtype(kind) for kind in named.dtypes):
            raise AgreementInputError("bad_option", "Covariates are numbers; write a category as 0 and 1.")
        values = named.loc[list(data.items)].to_numpy(dtype=np.float64)
        if not np.isfinite(values).all():
            raise AgreementInputError("bad_option", "Covariates have a finite value for every item.")
        return cls(groups, asked, tuple(str(name) for name in named.columns), values)

    def design(self, data: StackedRatings) -> Floats:
        """One column per group and question but the first of each, then the covariates, shape (N, p)."""
        group = data.rater_group[data.rater]
        parts = [
            (group[:, None] == self.groups[1:]).astype(np.float64),
            (data.question[:, None] == self.questions[1:]).astype(np.float64),
            self.covariates[data.item],
        ]
        design = np.concatenate(parts, axis=1)
        whole = np.concatenate([np.ones((len(design), 1)), design], axis=1)
        if np.linalg.matrix_rank(whole) < whole.shape[1]:
            raise AgreementInputError("bad_option", "Groups, questions and covariates repeat one another.")
        return design

    def obstacle(self, data: StackedRatings) -> Reason | None:
        """Whether some group or question has no finite effect."""
        lowest, highest = int(data.level.min(initial=0)), int(data.level.max(initial=0))
        for owner in (data.rater_group[data.rater], data.question):
            for place in np.unique(owner):
                own = data.level[owner == place]
                if own.min() == highest or own.max() == lowest:
                    return Reason.EXTREME_ANSWERS
        return None


@dataclass(frozen=True)
class _Report:
    """Turns a fit, or the reason for its absence, into Estimates."""

    data: StackedRatings
    fit: LinkFit | None
    reason: Reason | None
    used: Ints
    shifts: _Shifts
    random: tuple[str, ...]
    confidence: float

    def result(self) -> CumulativeLink:
        data, fit = self.data, self.fit
        n_groups, n_questions = len(self.shifts.groups), len(self.shifts.questions)
        first = max(len(self.used) - 1, 0)
        return CumulativeLink(
            thresholds=self._thresholds(),
            groups=self._effects("group_effect", data.groups, self.shifts.groups, first),
            questions=self._effects(
                "question_effect", data.questions, self.shifts.questions, first + n_groups - 1
            ),
            covariates={
                name: self._effect(
                    "covariate_effect", first + n_groups + n_questions - 2 + place, by_raters=False
                )
                for place, name in enumerate(self.shifts.columns)
            },
            rater_sd=self._sd("rater"),
            item_sd=self._sd("item"),
            severities=self._severities(),
            log_likelihood=None if fit is None else fit.log_likelihood,
            n_parameters=0 if fit is None else fit.model.n_parameters,
            n_islands=data.n_islands() if data.n_ratings else 0,
        )

    def _number(
        self,
        statistic: str,
        value: float | None,
        interval: Interval | None = None,
        reason: Reason | None = None,
        basis: Basis | None = None,
    ) -> Estimate:
        variant = f"random: {', '.join(self.random)}" if self.random else "no random effects"
        return Estimate(
            statistic,
            variant,
            self.data.scales[0].measurement,
            value,
            self.confidence,
            basis or self.data.basis(self.data, "unpaired"),
            interval or Interval(reason=reason),
            reason,
        )

    def _effect(self, statistic: str, place: int, *, by_raters: bool) -> Estimate:
        """A fixed parameter; one that tells raters apart is as sure as there are raters, not ratings."""
        if self.fit is None:
            return self._number(statistic, None, reason=self.reason)
        value, variance = float(self.fit.estimates[place]), float(self.fit.covariance[place, place])
        if by_raters and "rater" in self.random:
            sizes = np.bincount(self.data.rater_group)
            sizes = sizes[sizes > 0]
            if sizes.min() < MIN_RATERS:
                return self._number(
                    statistic, value, Interval(method=BY_RATERS, reason=Reason.TOO_FEW_RATERS)
                )
            df = int(sizes.sum()) - len(sizes)
            return self._number(
                statistic, value, t_interval(value, variance, df, self.confidence, method=BY_RATERS)
            )
        std_error = math.sqrt(max(0.0, variance))
        scope: IntervalScope = "these_raters_only" if "item" not in self.random else "items_only"
        if "rater" in self.random and "item" in self.random:
            scope = "raters_and_items"
        interval = normal_interval(value, std_error, self.confidence, method=INFORMATION, scope=scope)
        return self._number(statistic, value, interval)

    def _effects(
        self, statistic: str, names: tuple[str, ...], present: Ints, first: int
    ) -> dict[str, Estimate]:
        """Effects against the first one present, whose own is zero."""
        found = {}
        for place, name in enumerate(names):
            at = int(np.searchsorted(present, place))
            if at == len(present) or present[at] != place:
                found[name] = self._number(statistic, None, reason=self.reason or Reason.NO_RATINGS)
            elif at == 0 and self.fit is not None:
                found[name] = self._number(statistic, 0.0, Interval(reason=Reason.REFERENCE))
            else:
                found[name] = self._effect(statistic, first + at - 1, by_raters=statistic == "group_effect")
        return found

    def _thresholds(self) -> dict[str, Estimate]:
        values = tuple(self.data.scales[0].values)
        found = {}
        for level in range(1, len(values)):
            name, at = f"{values[level - 1]}|{values[level]}", int(np.searchsorted(self.used, level))
            if self.reason is None and {level - 1, level} <= {*self.used.tolist()}:
                found[name] = self._effect("threshold", at - 1, by_raters=False)
            else:
                found[name] = self._number("threshold", None, reason=self.reason or Reason.LEVEL_NEVER_USED)
        return found

    def _sd(self, name: Random) -> Estimate | None:
        if name not in self.random:
            return None
        statistic = f"{name}_sd"
        if self.fit is None:
            return self._number(statistic, None, reason=self.reason)
        at = int(name == "rater" and "item" in self.random)
        if not self.fit.has_spread[at]:
            return self._number(statistic, 0.0, Interval(method=INFORMATION, reason=Reason.NO_VARIATION))
        place = self.fit.model.n_parameters - len(self.fit.model.owners) + at
        sd, on_log = math.exp(self.fit.estimates[place]), math.sqrt(self.fit.covariance[place, place])
        interval = positive_interval(
            sd, on_log, self.confidence, method=INFORMATION, scope="raters_and_items"
        )
        return self._number(statistic, sd, interval)

    def _severities(self) -> dict[str, Estimate]:
        if "rater" not in self.random:
            return {}
        silent = [name for name, _ in self.data.silent]
        why, nothing = self.reason or Reason.NO_RATINGS, Basis(0, 0, 0, 0)
        found = {name: self._number("rater_severity_mode", None, None, why, nothing) for name in silent}
        for place, name in enumerate(self.data.raters):
            mine = self.data.rater == place
            n = len(np.unique(self.data.item[mine]))
            basis = Basis(n, 1, int(mine.sum()), n)
            if self.fit is None:
                found[name] = self._number("rater_severity_mode", None, None, self.reason, basis)
                continue
            at = len(self.fit.model.owners) - 1
            sd = math.exp(self.fit.estimates[-1]) if self.fit.has_spread[at] else 0.0
            value = -sd * float(self.fit.mode.z[at][place])
            spread = sd * math.sqrt(float(self.fit.mode.variances[at][place]))
            interval = normal_interval(value, spread, self.confidence, method=CONDITIONAL, scope="items_only")
            found[name] = self._number("rater_severity_mode", value, interval, basis=basis)
        return dict(sorted(found.items()))
