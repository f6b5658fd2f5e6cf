"""The ratings of a group as a table of items by raters, for coefficients that need every cell."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.estimation import Sample
from rating.agreement.reasons import Reason
from rating.agreement.results import Basis, Estimate, Interval
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally


@dataclass(frozen=True)
class CompleteTable:
    """Ratings as a table of items by raters, with what they rest on.

    `level_scores` (K,) are the numbers of the levels. `reason` says why a coefficient that needs complete
    data is undefined on them, if so.
    """

    level_scores: Floats
    basis: Basis
    tally: Tally
    measurement: str
    reason: Reason | None

    @classmethod
    def of(cls, ratings: Ratings, group: str | tuple[str, ...] | None) -> "CompleteTable":
        """Lay out one group, several pooled, or (None) all."""
        sample = Sample.within(ratings, group)
        tally = sample.tally
        reason = None if ratings.scale.has_scores else Reason.NOT_FOR_THIS_SCALE
        if not tally.n_ratings:
            reason = Reason.NO_RATINGS
        elif reason is None and min(tally.n_items, tally.n_raters) < 2:
            reason = Reason.TOO_LITTLE_DATA
        elif reason is None and tally.n_ratings < tally.n_items * tally.n_raters:
            reason = Reason.INCOMPLETE_DATA
        basis = sample.basis(tally, "unpaired")
        return cls(ratings.scale.scores, basis, tally, ratings.scale.measurement, reason)

    @cached_property
    def scores(self) -> Floats:
        """Scores (items, raters), NaN where there is none; sparse tables are never laid out without need."""
        scores = np.full((self.tally.n_items, self.tally.n_raters), np.nan)
        scores[self.tally.item, self.tally.rater] = self.level_scores[self.tally.level]
        return scores

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
