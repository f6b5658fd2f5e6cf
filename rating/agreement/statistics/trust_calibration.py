"""Trust, calibrated rather than maximised: do raters rely on what a panel judged acceptable?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import Bounds
from rating.agreement.resampling.three_way import three_way_intervals
from rating.agreement.results import Basis, Estimate, Interval, LeftOut
from rating.agreement.statistics.calibration_error import CalibrationPoint, curve_of
from rating.agreement.statistics.trust_model import ERRORS, NAMES, RATES, TrustModel
from rating.agreement.trust import JudgedReplies, ReferenceRule, TrustAnswers

# Rates with a smaller denominator are not given.
LEAST = 10
UNREFERENCED = "item_without_reference"
_SHARE: Bounds = (0.0, 1.0)
_BOUNDS = dict.fromkeys(NAMES, _SHARE) | {"trust_difference": (-1.0, 1.0)}


@dataclass(frozen=True)
class TrustCalibration:
    """Over-trust, under-trust and their kin against one reference.

    `over_trust`, `under_trust` pool all answers; `of_raters` holds the means over raters beside them.
    `difference` is calibration in the large for yes/no and chance answers, "trust minus acceptability" for
    other graded ones (its variant says which). `errors` and `curve` exist for yes/no and chance answers.
    `n_unacceptable`, `n_acceptable`, `n_unreferenced`: answers by what the panel said of their reply.
    """

    rule: ReferenceRule
    reference: tuple[str, ...]
    over_trust: Estimate
    under_trust: Estimate
    of_raters: Mapping[str, Estimate]
    auc: Estimate
    difference: Estimate
    errors: Mapping[str, Estimate]
    n_unacceptable: int
    n_acceptable: int
    n_unreferenced: int
    curve: tuple[CalibrationPoint, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        single = ("over_trust", "under_trust", "auc", "difference")
        several = {
            name: {key: part.to_dict() for key, part in getattr(self, name).items()}
            for name in ("of_raters", "errors")
        }
        return {
            "rule": self.rule,
            "reference": list(self.reference),
            **{name: getattr(self, name).to_dict() for name in single},
            **several,
            "n_unacceptable": self.n_unacceptable,
            "n_acceptable": self.n_acceptable,
            "n_unreferenced": self.n_unreferenced,
            "curve": [vars(point) for point in self.curve],
        }


def trust_calibration(
    answers: TrustAnswers,
    *,
    reference: str | tuple[str, ...] | None = None,
    group: str | tuple[str, ...] | None = None,
    rule: ReferenceRule = "half",
    options: IntervalOptions | None = None,
) -> TrustCalibration:
    """How far the raters of `group` (default all) trust what the `reference` groups (default all) accept.

    A reply is unacceptable (A = 0) to a rater when at least half (`rule` "any": one) of the votes of three
    or more others in the reference groups are unsafe, or as many of their coders marked a critical omission;
    the rater's own votes are left out. With fewer votes and no omission it has no reference and its answers
    are left out, counted. T = 1: the answer is trust.
    Over-trust #(A=0, T=1) / #(A=0): relied on replies this panel judged unacceptable; under-trust
    #(A=1, T=0) / #(A=1); the mean over raters beside. AUC: within a rater the chance that trust is higher in
    an acceptable than in an unacceptable reply, ties half, averaged over raters (Hanley and McNeil 1982).
    Difference: mean trust, scaled to 0 to 1, minus share acceptable. Errors: `calibration_error`.

    Interval: `two_way_jackknife` in the options gives a `three_way_jackknife` over items, raters and panel,
    `two_way_bootstrap` a `three_way_bootstrap`; which replies have votes enough is not decided anew.
    Undefined: `no_ratings`, `no_reference`, `too_few_cases` (a denominator below ten), `no_cutoff`,
    `one_kind_of_item` (AUC), `not_for_this_scale`. Raises AgreementInputError.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> grid = [(f"i{i:02d}", f"{g}{r}", g, i) for i in range(20) for g in "pu" for r in range(3)]
    >>> frame = pd.DataFrame(grid, columns=["item", "rater", "group", "place"])
    >>> panel, users = frame[frame["group"] == "p"], frame[frame["group"] == "u"]
    >>> safety = panel.assign(value=1 + 3 * (panel["place"] < 10))  # ten safe replies, ten unsafe ones
    >>> trust = users.assign(value=users["place"] < 15)  # all trust fifteen
    >>> answers = TrustAnswers(
    ...     trust=Ratings.from_frame(trust, Scale((False, True), "nominal")),
    ...     safety=Ratings.from_frame(safety, Scale((1, 2, 3, 4), "ordinal")),
    ... )
    >>> found = trust_calibration(answers, reference="p")
    >>> found.over_trust.estimate, found.under_trust.estimate, found.auc.estimate
    (0.5, 0.0, 0.75)
    """
    if rule not in get_args(ReferenceRule):
        raise AgreementInputError("bad_option", f"No reference rule {rule!r}.")
    judged, named = _groups(answers.trust.groups, group), _groups(answers.groups, reference)
    replies = JudgedReplies.of(answers, judged, named)
    model = TrustModel.of(answers, replies, rule)
    return _Reading(answers, replies, model, named, options or IntervalOptions()).result()


def trust_sensitivity(
    answers: TrustAnswers,
    *,
    group: str | tuple[str, ...] | None = None,
    options: IntervalOptions | None = None,
) -> tuple[TrustCalibration, ...]:
    """The same under every choice of reference: each group alone, then all, by both rules.

    >>> from rating.agreement import Ratings, Scale
    >>> import pandas as pd
    >>> grid = [("i", f"{g}{r}", g, 1) for g in "gh" for r in range(3)]
    >>> table = Ratings.from_frame(
    ...     pd.DataFrame(grid, columns=["item", "rater", "group", "value"]), Scale((1, 2, 3, 4, 5), "ordinal")
    ... )
    >>> [(part.reference, part.rule) for part in trust_sensitivity(TrustAnswers(table, table))][:2]
    [(('g',), 'half'), (('g',), 'any')]
    """
    choices = list(dict.fromkeys([*((name,) for name in answers.groups), answers.groups]))
    return tuple(
        trust_calibration(answers, reference=named, group=group, rule=rule, options=options)
        for named in choices
        for rule in get_args(ReferenceRule)
    )


@dataclass(frozen=True)
class _Reading:
    """From a model to estimates with intervals and reasons."""

    answers: TrustAnswers
    replies: JudgedReplies
    model: TrustModel
    reference: tuple[str, ...]
    options: IntervalOptions

    def result(self) -> TrustCalibration:
        accepted = self.model.acceptable(np.ones(self.replies.n_persons))
        n_bad, n_good = int((accepted == 0).sum()), int((accepted == 1).sum())
        reasons = {name: self._reason(name, n_bad, n_good) for name in NAMES}
        clusters = np.ones(int(self.replies.cluster.max(initial=-1)) + 1)
        values = np.full(len(NAMES), math.nan)
        intervals = [Interval()] * len(NAMES)
        if n_bad + n_good:
            values = self.model.numbers(clusters, np.ones(self.replies.n_persons))
            intervals = self._intervals(len(clusters))
        basis = self._basis(accepted)
        found = {
            name: self._estimate(name, float(value), interval, reasons[name], basis)
            for name, value, interval in zip(NAMES, values, intervals, strict=True)
        }
        sums = self.model.bins(np.ones(len(accepted)), accepted)
        return TrustCalibration(
            rule=self.model.rule,
            reference=self.reference,
            over_trust=found["over_trust"],
            under_trust=found["under_trust"],
            of_raters={name: found[f"{name}_of_raters"] for name in ("over_trust", "under_trust")},
            auc=found["trust_auc"],
            difference=found["trust_difference"],
            errors={name: found[name] for name in ERRORS},
            n_unacceptable=n_bad,
            n_acceptable=n_good,
            n_unreferenced=int(np.isnan(accepted).sum()),
            curve=() if self.answers.kind == "graded" else curve_of(sums, least=LEAST),
        )

    def _intervals(self, n_clusters: int) -> list[Interval]:
        stratum, is_used = self._strata()
        places = np.flatnonzero(is_used)

        def evaluate(clusters: Floats, persons: Floats) -> Floats:
            weights = np.ones(self.replies.n_persons)
            weights[places] = persons
            return self.model.numbers(clusters, weights)

        bounds = [_BOUNDS[name] for name in NAMES]
        return three_way_intervals(evaluate, n_clusters, stratum[places], bounds, self.options)

    def _strata(self) -> tuple[Ints, Bools]:
        """Persons are exchangeable with those of their group in the same roles."""
        n = self.replies.n_persons
        is_judged = np.bincount(self.replies.person, minlength=n) > 0
        is_panel = np.zeros(n, dtype=np.bool_)
        for votes in (self.replies.safety, self.replies.coders):
            is_panel |= np.bincount(votes.person, minlength=n) > 0
        return self.replies.stratum * 3 + is_judged + 2 * is_panel - 1, is_judged | is_panel

    def _reason(self, name: str, n_bad: int, n_good: int) -> Reason | None:
        if not len(self.replies.item):
            return Reason.NO_RATINGS
        if not n_bad + n_good:
            return Reason.NO_REFERENCE
        if name in RATES:
            if not self.answers.is_trusting.any():
                return Reason.NO_CUTOFF
            return Reason.TOO_FEW_CASES if (n_bad if "over" in name else n_good) < LEAST else None
        is_graded = self.answers.kind == "graded"
        if not self.answers.trust.scale.has_scores or (name in ERRORS and is_graded):
            return Reason.NOT_FOR_THIS_SCALE
        return Reason.TOO_FEW_CASES if name != "trust_auc" and n_bad + n_good < LEAST else None

    def _estimate(
        self, name: str, value: float, interval: Interval, reason: Reason | None, basis: Basis
    ) -> Estimate:
        if reason is None and math.isnan(value):
            reason = Reason.ONE_KIND_OF_ITEM
        return Estimate(
            statistic=name,
            variant=self._variant(name),
            level=self.answers.trust.scale.measurement,
            estimate=None if reason else value,
            confidence=self.options.confidence,
            basis=basis,
            interval=Interval(reason=reason) if reason else interval,
            reason=reason,
        )

    def _variant(self, name: str) -> str:
        rule = "at least half" if self.model.rule == "half" else "any"
        panel = f"unacceptable by {rule} of the votes of {', '.join(self.reference)}"
        if name == "trust_difference":
            is_graded = self.answers.kind == "graded"
            called = "trust minus acceptability" if is_graded else "calibration in the large"
            return f"{called}; {panel}"
        return f"mean over raters; {panel}" if name == "trust_auc" or "of_raters" in name else panel

    def _basis(self, accepted: Floats) -> Basis:
        known = ~np.isnan(accepted)
        trust, stratum = self.answers.trust, self.replies.stratum[self.replies.person]
        groups = self.answers.groups
        lost = np.bincount(stratum[~known], minlength=len(groups))
        unused = tuple(LeftOut(UNREFERENCED, groups[g], int(n)) for g, n in enumerate(lost) if n)
        n_items = len(np.unique(self.replies.item[known]))
        asked = {groups[g] for g in np.unique(stratum)}
        left_out = trust.left_out_of([name for name in trust.groups if name in asked])
        n_raters = len(np.unique(self.replies.person[known]))
        return Basis(n_items, n_raters, int(known.sum()), n_items, left_out + unused)


def _groups(known: tuple[str, ...], asked: str | tuple[str, ...] | None) -> tuple[str, ...]:
    named = known if asked is None else (asked,) if isinstance(asked, str) else tuple(asked)
    unknown = [name for name in named if name not in known]
    if unknown:
        raise AgreementInputError(
            "unknown_group", f"No group {unknown[0]!r}; the groups are {', '.join(known)}."
        )
    return named
