"""Trust against a reference as a function of weights, so that items, raters and panel can be resampled."""

import math
from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Bools, Floats
from rating.agreement.kernel import divide
from rating.agreement.statistics.calibration_error import bin_sums, errors_of
from rating.agreement.trust import MIN_VOTES, JudgedReplies, ReferenceRule, TrustAnswers, Votes

N_BINS = 10
RATES = ("over_trust", "under_trust", "over_trust_of_raters", "under_trust_of_raters")
ERRORS = ("calibration_error", "calibration_error_rms", "calibration_error_largest")
NAMES = (*RATES, "trust_auc", "trust_difference", *ERRORS)


@dataclass(frozen=True)
class TrustModel:
    """Numbers as a function of weights; positions as in JudgedReplies.

    `own` and `own_coded` (2, N): whether the judged rater voted on that reply, and whether yes.
    `has_votes`, `has_coders` (N,): whether others enough did, in the data as they are.
    """

    replies: JudgedReplies
    rule: ReferenceRule
    share: Floats
    is_trusting: Bools
    n_levels: int
    own: Floats
    own_coded: Floats
    has_votes: Bools
    has_coders: Bools

    @classmethod
    def of(cls, answers: TrustAnswers, replies: JudgedReplies, rule: ReferenceRule) -> "TrustModel":
        ones = np.ones(replies.n_persons)
        own, coded = (
            np.stack(votes.of(replies.item, replies.person, replies.n_persons))
            for votes in (replies.safety, replies.coders)
        )
        n_votes, n_coders = (
            votes.counted(ones, replies.n_items)[0][replies.item]
            for votes in (replies.safety, replies.coders)
        )
        level = replies.level
        return cls(
            replies=replies,
            rule=rule,
            share=answers.shares[level],
            is_trusting=answers.is_trusting[level],
            n_levels=answers.trust.scale.n_levels,
            own=own,
            own_coded=coded,
            has_votes=n_votes - own[0] >= MIN_VOTES,
            has_coders=n_coders - coded[0] >= 1,
        )

    def acceptable(self, persons: Floats) -> Floats:
        """A of every answer (N,): 1, 0, or NaN without a reference; persons (P,) are weights."""
        is_unsafe, is_voted = self._verdict(self.replies.safety, self.own, self.has_votes, persons)
        is_omitted, _ = self._verdict(self.replies.coders, self.own_coded, self.has_coders, persons)
        return np.where(is_unsafe | is_omitted, 0.0, np.where(is_voted, 1.0, np.nan))

    def numbers(self, clusters: Floats, persons: Floats) -> Floats:
        """The numbers of NAMES, NaN where undefined."""
        accepted = self.acceptable(persons)
        weight = clusters[self.replies.cluster[self.replies.item]]
        both = weight * persons[self.replies.person]
        is_good, is_bad = accepted == 1, accepted == 0
        over, under = is_bad & self.is_trusting, is_good & ~self.is_trusting
        rates = [_rate(both, over, is_bad), _rate(both, under, is_good)]
        rates += [
            self._mean_rate(weight, persons, over, is_bad),
            self._mean_rate(weight, persons, under, is_good),
        ]
        known = is_good | is_bad
        difference = _rate(both * (self.share - np.nan_to_num(accepted)), known, known, both)
        sums = self.bins(both, accepted)
        return np.array([*rates, self._area(weight, persons, accepted), difference, *errors_of(sums)])

    def bins(self, weight: Floats, accepted: Floats) -> Floats:
        """Sums of the calibration curve."""
        known = ~np.isnan(accepted)
        return bin_sums(self.share[known], accepted[known], weight[known], N_BINS)

    def _verdict(self, votes: Votes, own: Floats, is_enough: Bools, persons: Floats) -> tuple[Bools, Bools]:
        total, yes = (part[self.replies.item] for part in votes.counted(persons, self.replies.n_items))
        mine = persons[self.replies.person]
        total, yes = total - mine * own[0], yes - mine * own[1]
        is_known = is_enough & (total > 0)
        least = total / 2 if self.rule == "half" else np.full_like(total, 1e-9)
        return is_known & (yes >= least) & (yes > 0), is_known

    def _mean_rate(self, weight: Floats, persons: Floats, is_case: Bools, is_counted: Bools) -> float:
        person, n = self.replies.person, self.replies.n_persons
        cases = np.bincount(person, weights=weight * is_case, minlength=n)
        counted = np.bincount(person, weights=weight * is_counted, minlength=n)
        return _weighted_mean(divide(cases.astype(np.float64), counted.astype(np.float64)), persons)

    def _area(self, weight: Floats, persons: Floats, accepted: Floats) -> float:
        """Mean over raters of the AUC within a rater."""
        known = ~np.isnan(accepted)
        kind = np.where(accepted[known] == 1, 1, 0)
        cell = (self.replies.person[known] * 2 + kind) * self.n_levels + self.replies.level[known]
        size = self.replies.n_persons * 2 * self.n_levels
        counts = np.bincount(cell, weights=weight[known], minlength=size)
        bad, good = np.moveaxis(counts.reshape(-1, 2, self.n_levels), 1, 0)
        below = bad.cumsum(axis=-1) - bad / 2
        areas = divide((good * below).sum(axis=-1), good.sum(axis=-1) * bad.sum(axis=-1))
        return _weighted_mean(areas, persons)


def _rate(weight: Floats, is_case: Bools, is_counted: Bools, counted: Floats | None = None) -> float:
    bottom = float(((weight if counted is None else counted) * is_counted).sum())
    return float((weight * is_case).sum()) / bottom if bottom > 0 else math.nan


def _weighted_mean(values: Floats, weights: Floats) -> float:
    known = ~np.isnan(values) & (weights > 0)
    total = float(weights[known].sum())
    return float((weights[known] * values[known]).sum()) / total if total > 0 else math.nan
