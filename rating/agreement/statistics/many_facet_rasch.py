"""The many-facet Rasch model: severity and consistency of raters, difficulty of questions, steps."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import normal_interval, t_interval
from rating.agreement.resampling.jackknife import MIN_RATERS
from rating.agreement.resampling.positive_interval import positive_interval
from rating.agreement.results import Basis, Estimate, Interval
from rating.agreement.statistics.facet_likelihood import FacetFit, FacetModel, fit_facets
from rating.agreement.statistics.rater_fit import Residuals
from rating.agreement.statistics.stacked_ratings import StackedRatings, has_one_scale
from rating.agreement.table import Ratings

INFORMATION = "observed_information"
SPREAD = "rater_spread"
WITHOUT_LIMIT = "rater_or_question_without_limit"
Steps = Literal["rating_scale", "partial_credit"]
VARIANTS = {"rating_scale": "one set of steps", "partial_credit": "steps of each question"}


@dataclass(frozen=True)
class ManyFacetRasch:
    """All numbers in logits. A severe rater gives lower values; severities have mean zero over raters.

    `groups`: mean severity per group; `group_gaps`: first less second. `infit` and `outfit` per rater are
    mean squares: 1 as the model expects, above it erratic, below it more regular than chance allows.
    `reliability` is the share of the variance of severities that is not error. `items` has per item its
    place (posterior mean), its standard deviation and the number of ratings; items spread around 0 by
    `item_sd`.
    """

    severities: dict[str, Estimate]
    infit: dict[str, Estimate]
    outfit: dict[str, Estimate]
    groups: dict[str, Estimate]
    group_gaps: dict[tuple[str, str], Estimate]
    questions: dict[str, Estimate]
    steps: dict[str, Estimate]
    item_sd: Estimate
    reliability: float | None
    deviance: float | None
    n_parameters: int
    items: pd.DataFrame
    rater_groups: dict[str, str]

    def to_frame(self) -> pd.DataFrame:
        """One row per rater: group, severity with its limits, infit, outfit, and why a severity is absent."""
        rows = [
            {
                "rater": name,
                "group": self.rater_groups[name],
                "n_ratings": found.basis.n_ratings,
                "severity": found.estimate,
                "low": found.low,
                "high": found.high,
                "std_error": found.interval.std_error,
                "infit": self.infit[name].estimate,
                "outfit": self.outfit[name].estimate,
                "reason": None if found.reason is None else found.reason.value,
            }
            for name, found in self.severities.items()
        ]
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        parts = ("severities", "infit", "outfit", "groups", "questions", "steps")
        return {
            **{part: {name: e.to_dict() for name, e in getattr(self, part).items()} for part in parts},
            "group_gaps": [
                {"first": first, "second": second, **found.to_dict()}
                for (first, second), found in self.group_gaps.items()
            ],
            "item_sd": self.item_sd.to_dict(),
            "reliability": self.reliability,
            "deviance": self.deviance,
            "n_parameters": self.n_parameters,
        }


def many_facet_rasch(
    questions: Mapping[str, Ratings],
    *,
    group: str | tuple[str, ...] | None = None,
    steps: Steps = "rating_scale",
    confidence: float = 0.95,
) -> ManyFacetRasch:
    """Severity of every rater, adjusted for which items and questions the rater met.

    log P(k) / P(k - 1) = theta_item - severity_rater - difficulty_question - step_k (Linacre 1989, ch. 3);
    `rating_scale` has one set of steps (Andrich 1978), `partial_credit` one per question (Masters 1982).
    theta is normal with mean 0; marginal maximum likelihood (Bock and Aitkin 1981) by adaptive quadrature, so
    items with only extreme values stay. Missing ratings need no filling. Standard errors from the observed
    information (Louis 1982), normal quantile; groups from the spread of whole raters, t quantile; fit from
    items left out one at a time, the estimates held fixed.

    Undefined: `no_ratings`, `one_category`, `too_little_data` (below two items or raters), `disconnected`
    (raters in sets that share no item), `not_for_this_scale`, `not_converged`; a single rater or question
    `extreme_answers`: only lowest or only highest values (left out of the fit); a step `level_never_used`.
    Raises AgreementInputError `bad_option`, also when questions with one set of steps differ in their values.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, r, int(i % 4 >= b)) for i in range(12) for r, b in (("a", 1), ("b", 2), ("c", 3))]
    >>> rows += [(n, r, v) for n, r, v in ((12, "a", 0), (12, "c", 1), (13, "a", 1), (13, "b", 0))]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ratings = Ratings.from_frame(frame, Scale((0, 1), "nominal"))
    >>> found = many_facet_rasch({"safe": ratings}).to_frame()
    >>> found.sort_values("severity")["rater"].tolist()
    ['a', 'b', 'c']
    """
    data = StackedRatings.of(questions, group)
    if steps not in get_args(Steps) or not 0 < confidence < 1:
        raise AgreementInputError("bad_option", f"No steps {steps!r}, or confidence not in (0, 1).")
    if steps == "rating_scale" and not has_one_scale(data):
        raise AgreementInputError("bad_option", "Questions with one set of steps must offer the same values.")
    used = _bounded(data, has_own_steps=steps == "partial_credit")
    reason = data.obstacle() or used.obstacle()
    if reason is None and used.n_islands() > 1:
        reason = Reason.DISCONNECTED
    fit = None if reason else fit_facets(FacetModel.of(used, has_own_steps=steps == "partial_credit"))
    if fit is None and reason is None:
        reason = Reason.NOT_CONVERGED
    level = data.scales[0].measurement
    return _Report(data, used, fit, reason, VARIANTS[steps], level, confidence).result()


def _bounded(data: StackedRatings, *, has_own_steps: bool) -> StackedRatings:
    """The ratings without raters and questions that have no finite parameter."""
    used = data.without_empty_questions()
    while used.n_ratings:
        model = FacetModel.of(used, has_own_steps=has_own_steps)
        lowest = model.is_used.argmax(axis=1)[model.step_set]
        highest = model.is_used.shape[1] - 1 - model.is_used[:, ::-1].argmax(axis=1)[model.step_set]
        is_low, is_high = used.level == lowest[used.question], used.level == highest[used.question]
        out = np.zeros(used.n_ratings, dtype=np.bool_)
        for owner in (used.rater, used.question):
            out |= _has_only(owner, is_low) | _has_only(owner, is_high)
        if not out.any():
            break
        used = used.keep(~out).without_empty_questions()
    return used


def _has_only(owner: Ints, is_extreme: Bools) -> Bools:
    """Whether all ratings of each rating's owner are extreme, shape (N,)."""
    return np.asarray(np.bincount(owner, ~is_extreme)[owner] == 0)


@dataclass(frozen=True)
class _Report:
    """Turns a fit, or the reason for its absence, into Estimates."""

    data: StackedRatings
    used: StackedRatings
    fit: FacetFit | None
    reason: Reason | None
    variant: str
    level: str
    confidence: float

    def result(self) -> ManyFacetRasch:
        fit, used = self.fit, self.used
        residuals = None if fit is None else Residuals.of(fit)
        items = pd.DataFrame({"place": [], "sd": [], "n_ratings": []})
        if fit is not None:
            columns = {"place": fit.items.mean, "sd": fit.items.sd, "n_ratings": np.bincount(used.item)}
            items = pd.DataFrame(columns, index=list(used.items))
        return ManyFacetRasch(
            severities={name: self._severity(name) for name in self.raters},
            infit={name: self._mean_square("infit", name, residuals) for name in self.raters},
            outfit={name: self._mean_square("outfit", name, residuals) for name in self.raters},
            groups={name: self._mean_severity(name, None) for name in self.data.groups},
            group_gaps={pair: self._mean_severity(*pair) for pair in combinations(self.data.groups, 2)},
            questions={name: self._difficulty(name) for name in self.data.questions},
            steps=self._steps(),
            item_sd=self._item_sd(),
            reliability=self._reliability(),
            deviance=None if fit is None else fit.deviance,
            n_parameters=0 if fit is None else fit.model.contrasts.shape[1] + fit.is_sd_free,
            items=items,
            rater_groups=self.raters,
        )

    @cached_property
    def raters(self) -> dict[str, str]:
        """Every rater's group; those who gave no value are told of, too."""
        places = zip(self.data.raters, self.data.rater_group, strict=True)
        found = {name: self.data.groups[place] for name, place in places}
        return dict(sorted({**found, **dict(self.data.silent)}.items()))

    def _number(
        self,
        statistic: str,
        value: float | None,
        interval: Interval | None = None,
        *,
        reason: Reason | None = None,
        of_rater: str | None = None,
    ) -> Estimate:
        basis = self.data.basis(self.used, WITHOUT_LIMIT) if of_rater is None else self._basis_of(of_rater)
        found = interval or Interval(reason=reason)
        return Estimate(statistic, self.variant, self.level, value, self.confidence, basis, found, reason)

    def _basis_of(self, rater: str) -> Basis:
        if rater not in self.data.raters:
            return Basis(0, 0, 0, 0)
        mine = self.data.keep(self.data.rater == self.data.raters.index(rater))
        return Basis(len(mine.items), 1, mine.n_ratings, len(mine.items))

    def _linear(self, statistic: str, row: Floats, of_rater: str | None = None) -> Estimate:
        """A linear function of the parameters, with weights (P,)."""
        if self.fit is None:
            return self._number(statistic, None, reason=self.reason, of_rater=of_rater)
        value, std_error = float(row @ self.fit.psi), math.sqrt(max(0.0, self.fit.variance(row)))
        interval = normal_interval(value, std_error, self.confidence, method=INFORMATION, scope="items_only")
        return self._number(statistic, value, interval, of_rater=of_rater)

    def _unit(self, place: int) -> Floats:
        row = np.zeros(0 if self.fit is None else self.fit.model.n_all)
        row[place : place + 1] = 1
        return row

    def _severity(self, name: str) -> Estimate:
        if self.reason is None and name not in self.used.raters:
            return self._number("rater_severity", None, reason=self._absence(name), of_rater=name)
        place = self.used.raters.index(name) if self.reason is None else 0
        return self._linear("rater_severity", self._unit(place), name)

    def _absence(self, name: str) -> Reason:
        return Reason.EXTREME_ANSWERS if name in self.data.raters else Reason.NO_RATINGS

    def _difficulty(self, name: str) -> Estimate:
        if self.reason is None and name not in self.used.questions:
            is_asked = bool((self.data.question == self.data.questions.index(name)).any())
            reason = Reason.EXTREME_ANSWERS if is_asked else Reason.NO_RATINGS
            return self._number("question_difficulty", None, reason=reason)
        place = self.used.questions.index(name) if self.reason is None else 0
        return self._linear("question_difficulty", self._unit(len(self.used.raters) + place))

    def _steps(self) -> dict[str, Estimate]:
        if self.fit is None:
            return {}
        model, found = self.fit.model, {}
        for place, is_used in enumerate(model.is_used):
            values = tuple(self.used.scales[place].values)
            prefix = f"{self.used.questions[place]}: " if len(model.is_used) > 1 else ""
            for level in range(1, len(values)):
                name = f"{prefix}{values[level - 1]}|{values[level]}"
                if not is_used[level - 1] or not is_used[level]:
                    found[name] = self._number("step", None, reason=Reason.LEVEL_NEVER_USED)
                    continue
                row = self._unit(model.threshold_place(place, level))
                found[name] = self._linear("step", row - self._unit(model.threshold_place(place, level - 1)))
        return found

    def _mean_square(self, statistic: str, name: str, residuals: Residuals | None) -> Estimate:
        if self.fit is None or residuals is None or name not in self.used.raters:
            return self._number(statistic, None, reason=self.reason or self._absence(name), of_rater=name)
        is_mine = self.used.rater == self.used.raters.index(name)
        of = residuals.infit if statistic == "infit" else residuals.outfit
        value, interval = of(self.fit, is_mine, self.confidence)
        return self._number(statistic, value, interval, of_rater=name)

    def _mean_severity(self, first: str, second: str | None) -> Estimate:
        """Mean severity of a group against all raters or a second group; raters are drawn whole.

        The spread of estimated severities holds the error of each of them as well.
        """
        statistic = "group_severity" if second is None else "group_severity_gap"
        if self.fit is None:
            return self._number(statistic, None, reason=self.reason)
        severities, group = self.fit.psi[: len(self.used.raters)], self.used.rater_group
        sizes = np.bincount(group, minlength=len(self.data.groups))
        places = [self.data.groups.index(name) for name in (first, second) if name is not None]
        if (sizes[places] == 0).any():
            return self._number(statistic, None, reason=Reason.NO_RATINGS)
        weights = (group == places[0]) / sizes[places[0]]
        weights = weights - (1 / len(group) if second is None else (group == places[1]) / sizes[places[1]])
        involved = np.unique(group) if second is None else np.array(places)
        value = float(weights @ severities)
        if len(involved) < 2:
            return self._number(statistic, value, Interval(method=SPREAD, reason=Reason.REFERENCE))
        if sizes[involved].min() < MIN_RATERS:
            return self._number(statistic, value, Interval(method=SPREAD, reason=Reason.TOO_FEW_RATERS))
        variance = 0.0
        for place in involved:
            own = group == place
            variance += float((weights[own] ** 2).sum() * severities[own].var(ddof=1))
        df = int(sizes[involved].sum()) - len(involved)
        interval = t_interval(value, variance, df, self.confidence, method=SPREAD)
        return self._number(statistic, value, interval)

    def _item_sd(self) -> Estimate:
        if self.fit is None:
            return self._number("item_sd", None, reason=self.reason)
        if not self.fit.is_sd_free:
            return self._number("item_sd", 0.0, Interval(method=INFORMATION, reason=Reason.NO_VARIATION))
        sd, on_log = self.fit.sd, math.sqrt(float(self.fit.covariance[-1, -1]))
        interval = positive_interval(sd, on_log, self.confidence, method=INFORMATION, scope="items_only")
        return self._number("item_sd", sd, interval)

    def _reliability(self) -> float | None:
        """Separation reliability (Wright and Masters 1982, ch. 5): 1 - mean squared error / variance."""
        if self.fit is None:
            return None
        severities = self.fit.psi[: len(self.used.raters)]
        spread = float(severities.var(ddof=1))
        errors = [self.fit.variance(self._unit(place)) for place in range(len(severities))]
        return 1 - float(np.mean(errors)) / spread if spread > 1e-12 else None
