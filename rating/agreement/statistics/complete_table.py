"""The ratings of a group as a table of items by raters, for coefficients that need every cell."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.estimation import Sample
from rating.agreement.reasons import Reason
from rating.agreement.results import Basis, Estimate, Interval
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally


@dataclass(frozen=True)
class CompleteTable:
    """Scores (items, raters), NaN where there is none, with what they rest on.

    `reason` says why a coefficient that needs complete data is undefined on them, if so.
    """

    scores: Floats
    basis: Basis
    tally: Tally
    measurement: str
    reason: Reason | None

    @classmethod
    def of(cls, ratings: Ratings, group: str | tuple[str, ...] | None) -> "CompleteTable":
        """Lay out one group, several pooled, or (None) all."""
        sample = Sample.within(ratings, group)
        tally = sample.tally
        scores = np.full((tally.n_items, tally.n_raters), np.nan)
        scores[tally.item, tally.rater] = ratings.scale.scores[tally.level]
        reason = None if ratings.scale.has_scores else Reason.NOT_FOR_THIS_SCALE
        if not tally.n_ratings:
            reason = Reason.NO_RATINGS
        elif reason is None and min(scores.shape) < 2:
            reason = Reason.TOO_LITTLE_DATA
        elif reason is None and np.isnan(scores).any():
            reason = Reason.INCOMPLETE_DATA
        return cls(scores, sample.basis(tally, "unpaired"), tally, ratings.scale.measurement, reason)

    def estimate(
        self, statistic: str, variant: str, value: float | None, interval: Interval, confidence: float
    ) -> Estimate:
        """An estimate on this table; without a value, undefined for the reason its interval carries."""
        return Estimate(
            statistic=statistic,
            variant=variant,
            level=self.measurement,
            estimate=value,
            confidence=confidence,
            basis=self.basis,
            interval=interval,
            reason=interval.reason if value is None else None,
        )
