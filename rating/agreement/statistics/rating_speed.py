"""How fast each rater works."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import bdtr, ndtri

from rating.agreement.arrays import Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.reasons import Reason
from rating.agreement.results import Basis, Estimate, Interval, LeftOut
from rating.agreement.timings import Timings

ORDER, WILSON = "order_statistics", "wilson"
# The standard deviation of a normal distribution over its median absolute deviation.
MAD_TO_SD = 1.4826


@dataclass(frozen=True)
class RatingSpeed:
    """Per rater: median active seconds, share of ratings below the minimum, and pace against the group.

    `pace` is the robust z of log median seconds within the rater's group: negative is faster than most.
    """

    seconds: dict[str, Estimate]
    too_fast: dict[str, Estimate]
    pace: dict[str, Estimate]

    def to_frame(self) -> pd.DataFrame:
        """One row per rater."""
        rows = [
            {
                "rater": name,
                "n_ratings": found.basis.n_ratings,
                "seconds": found.estimate,
                "low": found.low,
                "high": found.high,
                "too_fast": self.too_fast[name].estimate,
                "pace": self.pace[name].estimate,
            }
            for name, found in self.seconds.items()
        ]
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            part: {name: found.to_dict() for name, found in getattr(self, part).items()}
            for part in ("seconds", "too_fast", "pace")
        }


def rating_speed(
    timings: Timings,
    *,
    group: str | tuple[str, ...] | None = None,
    minimum_seconds: float | None = None,
    seconds_per_word: float | None = None,
    confidence: float = 0.95,
) -> RatingSpeed:
    """Median active seconds per rater, the share below a declared minimum, and the pace within the group.

    A rating is too fast below `minimum_seconds` plus `seconds_per_word` times the words of what was read
    (either may stand alone). Medians, because one interrupted rating says nothing about a rater. Interval of
    a median: order statistics (Conover 1999, ch. 3.2), of a share: score interval (Wilson 1927). `pace`: (log
    median - median of the group's) / (1.4826 median absolute deviation of the group's) (Rousseeuw and Croux
    1993), its interval that of the median with the group held fixed. Speed is not carelessness: short items
    and practised raters are fast too. Ratings without seconds are left out.

    Undefined: `no_ratings` (none with a time), `no_minimum` (a share without a declared one),
    `too_few_raters` (a pace among fewer than three), `no_variation` (a group of one pace), `undefined_limits`
    (too few ratings for an interval of a median). Raises AgreementInputError `missing_columns`, `bad_option`.

    >>> from rating.agreement import Scale
    >>> times = {"p": (9, 8, 7), "q": (30, 40, 2)}
    >>> rows = [(i, r, 1, s) for r, column in times.items() for i, s in enumerate(column)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value", "seconds"]).assign(group="peer")
    >>> found = rating_speed(Timings.from_frame(frame, Scale((1, 2), "ordinal")), minimum_seconds=8)
    >>> found.seconds["q"].estimate, round(found.too_fast["q"].estimate, 4)
    (30.0, 0.3333)
    """
    _check(minimum_seconds, seconds_per_word, confidence)
    seconds = timings.needed("seconds")
    lowest = None
    if minimum_seconds is not None or seconds_per_word is not None:
        lowest = np.full(len(seconds), float(minimum_seconds or 0))
        if seconds_per_word is not None:
            lowest = lowest + seconds_per_word * timings.needed("words")
    ratings = timings.ratings
    raters = [_Rater.of(timings, seconds, lowest, place, confidence) for place, _ in timings.raters_of(group)]
    medians = [rater.median() for rater in raters]
    groups = [int(ratings.rater_group[place]) for place, _ in timings.raters_of(group)]
    names = [name for _, name in timings.raters_of(group)]
    return RatingSpeed(
        dict(zip(names, medians, strict=True)),
        {name: rater.too_fast() for name, rater in zip(names, raters, strict=True)},
        {name: _pace(medians, groups, place) for place, name in enumerate(names)},
    )


def _check(minimum_seconds: float | None, seconds_per_word: float | None, confidence: float) -> None:
    for limit in (minimum_seconds, seconds_per_word):
        if limit is not None and not 0 < limit < math.inf:
            raise AgreementInputError("bad_option", "A minimum time is positive.")
    if not 0 < confidence < 1:
        raise AgreementInputError("bad_option", "A confidence lies between 0 and 1.")


@dataclass(frozen=True)
class _Rater:
    """The sorted seconds of one rater, those with a known minimum and whether they fall below it."""

    seconds: Floats
    n_judged: int | None
    n_below: int
    basis: Basis
    level: str
    confidence: float

    @classmethod
    def of(
        cls, timings: Timings, seconds: Floats, lowest: Floats | None, place: int, confidence: float
    ) -> "_Rater":
        ratings = timings.ratings
        is_mine = ratings.rater == place
        is_used = is_mine & ~np.isnan(seconds)
        n = int(is_used.sum())
        n_lost = int(is_mine.sum()) - n
        group = ratings.groups[ratings.rater_group[place]]
        left_out = (LeftOut("without_seconds", group, n_lost),) if n_lost else ()
        basis = Basis(n, int(n > 0), n, n, left_out)
        n_judged, n_below = None, 0
        if lowest is not None:
            is_judged = is_used & ~np.isnan(lowest)
            n_judged, n_below = int(is_judged.sum()), int((seconds < lowest)[is_judged].sum())
        level = ratings.scale.measurement
        return cls(np.sort(seconds[is_used]), n_judged, n_below, basis, level, confidence)

    def median(self) -> Estimate:
        """Median with the narrowest symmetric pair of order statistics that is sure enough."""
        n, statistic = len(self.seconds), "median_seconds"
        if not n:
            return self._absent(statistic, Reason.NO_RATINGS)
        # P(fewer than k of n lie below the median) = bdtr(k - 1): the k-th from either end holds it outside.
        sure = [k for k in range(1, n // 2 + 1) if 2 * float(bdtr(k - 1, n, 0.5)) <= 1 - self.confidence]
        interval = Interval(method=ORDER, reason=Reason.UNDEFINED_LIMITS)
        if sure:
            low, high = float(self.seconds[sure[-1] - 1]), float(self.seconds[n - sure[-1]])
            interval = Interval(low, high, method=ORDER, scope="items_only")
        return self._number(statistic, float(np.median(self.seconds)), interval)

    def too_fast(self) -> Estimate:
        """Share of ratings below the minimum, with Wilson's interval."""
        n, statistic = self.n_judged, "too_fast"
        if n is None or not n:
            return self._absent(statistic, Reason.NO_MINIMUM if n is None else Reason.NO_RATINGS)
        share, z = self.n_below / n, float(ndtri(0.5 + self.confidence / 2))
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        reach = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
        low, high = max(0.0, min(share, centre - reach)), min(1.0, max(share, centre + reach))
        return self._number(statistic, share, Interval(low, high, method=WILSON, scope="items_only"))

    def _number(self, statistic: str, value: float, interval: Interval) -> Estimate:
        return Estimate(statistic, "", self.level, value, self.confidence, self.basis, interval)

    def _absent(self, statistic: str, reason: Reason) -> Estimate:
        interval = Interval(reason=reason)
        return Estimate(statistic, "", self.level, None, self.confidence, self.basis, interval, reason)


def _pace(medians: list[Estimate], groups: list[int], place: int) -> Estimate:
    """Robust z of one rater's log median; the interval follows from that of the median."""
    own = medians[place]
    others = [
        math.log(max(found.estimate, 1e-3))
        for found, group in zip(medians, groups, strict=True)
        if group == groups[place] and found.estimate is not None
    ]
    reason = own.reason
    if reason is None and len(others) < 3:
        reason = Reason.TOO_FEW_RATERS
    centre = float(np.median(others)) if others else 0.0
    scale = MAD_TO_SD * float(np.median(np.abs(np.array(others) - centre))) if others else 0.0
    if reason is None and scale <= 1e-12:
        reason = Reason.NO_VARIATION
    value, interval = None, Interval(reason=reason)
    if reason is None and own.estimate is not None:
        value, interval = (math.log(max(own.estimate, 1e-3)) - centre) / scale, own.interval
        if own.low is not None and own.high is not None:
            low, high = ((math.log(max(end, 1e-3)) - centre) / scale for end in (own.low, own.high))
            interval = Interval(low, high, method=ORDER, scope="items_only")
    return Estimate(
        "pace", "robust z of log seconds", own.level, value, own.confidence, own.basis, interval, reason
    )
