"""Misalignment: disagreement between two groups beyond the disagreement inside them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np

from rating.agreement.distances import Distance, coordinates_of, other_distances, primary_distance
from rating.agreement.errors import AgreementInputError
from rating.agreement.reasons import Reason
from rating.agreement.resampling.influence import Influence, influence_interval, ratio
from rating.agreement.resampling.jackknife import METHOD
from rating.agreement.resampling.relabelling import EXACT_LIMIT
from rating.agreement.results import Basis, Estimate, Interval, LabelTest
from rating.agreement.scale import Scale
from rating.agreement.statistics.comparisons import comparable
from rating.agreement.statistics.decomposition import (
    Parts,
    decompose,
    interval_by_coordinates,
    interval_by_parts,
)
from rating.agreement.statistics.gap_sums import GapSums
from rating.agreement.statistics.label_test import Relabelled, is_lopsided, no_test, relabel
from rating.agreement.statistics.pair import Distances, Pair
from rating.agreement.table import Ratings

MisalignmentInterval = Literal["two_way_jackknife_by_parts", "two_way_jackknife"]
PART_NAMES = ("severity", "spread", "ordering", "spread_and_ordering")


@dataclass(frozen=True)
class TestOptions:
    """How to test and how wide an interval to give.

    `n_permutations` random relabellings, unless there are no more than `exact_limit` distinct ones:
    then all of them. 0 permutations: no test. `kinds` says which groups are judges; they are never
    relabelled. `interval` of M: from the intervals of its severity and of the rest (default), or
    `two_way_jackknife`, M +- t SE, which falls short where raters differ much in severity.
    """

    __test__ = False

    confidence: float = 0.95
    n_permutations: int = 2000
    exact_limit: int = EXACT_LIMIT
    kinds: Mapping[str, str] = field(default_factory=dict)
    interval: MisalignmentInterval = "two_way_jackknife_by_parts"
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1:
            raise AgreementInputError("bad_option", "The confidence of an interval lies between 0 and 1.")
        if self.n_permutations < 0 or self.exact_limit < 0:
            raise AgreementInputError("bad_option", "Numbers of permutations cannot be negative.")
        if set(self.kinds.values()) - {"human", "judge"}:
            raise AgreementInputError("bad_option", "A group is of kind human or judge.")
        if self.interval not in get_args(MisalignmentInterval):
            raise AgreementInputError("bad_option", f"M has no interval {self.interval!r}.")

    def why_no_test(self, groups: tuple[str, ...]) -> Reason | None:
        """Why these groups are not relabelled, if so."""
        if any(self.kinds.get(group) == "judge" for group in groups):
            return Reason.JUDGE_GROUP
        return None if self.n_permutations else Reason.NOT_ASKED_FOR


@dataclass(frozen=True)
class DistanceResult:
    """Misalignment under one distance."""

    m: Estimate
    share: Estimate
    alpha_units: Estimate
    test: LabelTest

    def to_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name).to_dict() for name in ("m", "share", "alpha_units", "test")}


@dataclass(frozen=True)
class Misalignment:
    """Everything the report says about two groups on one question."""

    pair: tuple[str, str]
    primary: Distance
    reason: Reason | None
    basis: Basis
    n_raters: dict[str, int]
    n_ratings: dict[str, int]
    pieces: dict[str, float | None]
    main: DistanceResult
    rms_gap: Estimate
    direction: Estimate
    direction_test: LabelTest
    parts: dict[str, Estimate]
    others: dict[str, DistanceResult]

    @property
    def m(self) -> Estimate:
        return self.main.m

    @property
    def share(self) -> Estimate:
        return self.main.share

    @property
    def alpha_units(self) -> Estimate:
        return self.main.alpha_units

    @property
    def test(self) -> LabelTest:
        return self.main.test

    @property
    def printed_parts(self) -> list[str]:
        """Which parts to show: spread and ordering as one when they cannot be told apart."""
        if not self.parts["severity"].is_defined:
            return []
        return (
            ["severity", "spread", "ordering"]
            if self.parts["spread"].is_defined
            else ["severity", PART_NAMES[3]]
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "pair": list(self.pair),
            "primary": self.primary,
            "reason": None if self.reason is None else self.reason.value,
            "n_items": self.basis.n_items,
            "n_raters": self.n_raters,
            "n_ratings": self.n_ratings,
            "left_out": [part.to_dict() for part in self.basis.left_out],
            "pieces": self.pieces,
            **self.main.to_dict(),
            "rms_gap": self.rms_gap.to_dict(),
            "direction": self.direction.to_dict(),
            "direction_test": self.direction_test.to_dict(),
            "parts": {
                "printed": self.printed_parts,
                **{name: part.to_dict() for name, part in self.parts.items()},
            },
            "other_distances": {name: result.to_dict() for name, result in self.others.items()},
        }


def misalignment(
    ratings: Ratings,
    first: str,
    second: str,
    *,
    distance: Distance | None = None,
    options: TestOptions | None = None,
) -> Misalignment:
    """Misalignment of two groups on one question, with intervals, parts and permutation test.

    On items with at least two ratings of each group, equally weighted: M = D_gh - (D_gg + D_hh) / 2,
    the mean distance across the groups less the mean distance inside them, a rating never compared
    with itself. For squared distances M is unbiased for the mean squared gap between the groups' item
    means, for absolute ones it is half the squared energy distance (Szekely and Rizzo 2013). M is not
    clipped: small negative values are legitimate. `share` = M / D_gh, `alpha_units` = M / D_e, `rms_gap` =
    sign(M) sqrt|M|, `direction` = mean difference of item means, `parts`: see `decompose`.

    Interval: two-way jackknife by influence values, t with R_g + R_h - 2 degrees of freedom, from three
    raters a group; that of M is put together from those of its severity and of the rest. Test:
    labels permuted over whole raters within blocks. Undefined:
    `no_ratings`, `not_identifiable` (a group has fewer than two ratings on every item), `no_shared_items`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i", "a", "g", 1), ("i", "b", "g", 2), ("i", "c", "h", 3), ("i", "d", "h", 5)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> ratings = Ratings.from_frame(frame, Scale((1, 2, 3, 4, 5), "interval"))
    >>> misalignment(ratings, "g", "h").m.estimate  # (4 + 16 + 1 + 9) / 4 - (1 + 4) / 2
    5.0
    """
    options = options or TestOptions()
    pair = Pair.of(ratings, first, second)
    primary = distance or primary_distance(ratings.scale)
    check_distance(ratings.scale, primary)
    others = tuple(name for name in other_distances(ratings.scale) if name != primary)
    reporter = _Reporter(ratings.scale, pair, options, primary)
    tests = reporter.relabelled((primary, *others))
    results = {name: reporter.distance_result(name, tests) for name in (primary, *others)}
    parts, rms_gap, direction = reporter.scored()
    return Misalignment(
        pair=(first, second),
        primary=primary,
        reason=pair.reason,
        basis=pair.basis,
        n_raters=pair.per_side(np.ones(pair.used.n_raters)),
        n_ratings=pair.per_side(pair.used.ratings_per_rater().astype(np.float64)),
        pieces=reporter.pieces(),
        main=results[primary],
        rms_gap=rms_gap,
        direction=direction,
        direction_test=reporter.test("direction", direction.estimate, tests),
        parts=parts,
        others={name: results[name] for name in others},
    )


@dataclass(frozen=True)
class BriefMisalignment:
    """The three numbers of a misalignment that tables of many parts of the items print."""

    m: Estimate
    rms_gap: Estimate
    direction: Estimate


def brief_misalignment(
    ratings: Ratings, first: str, second: str, *, options: TestOptions | None = None
) -> BriefMisalignment:
    """M under the primary distance, RMS gap and direction as `misalignment` gives them; no test.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(f"i{i}", f"{g}{r}", g, r + 2 * (g == "h")) for g in "gh" for r in (1, 2) for i in (1, 2, 3)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> ratings = Ratings.from_frame(frame, Scale((1, 2, 3, 4), "interval"))
    >>> round(brief_misalignment(ratings, "g", "h").direction.estimate, 3)  # 1.5 - 3.5
    -2.0
    """
    primary = primary_distance(ratings.scale)
    pair = Pair.of(ratings, first, second)
    reporter = _Reporter(ratings.scale, pair, options or TestOptions(), primary)
    _, rms_gap, direction = reporter.scored()
    return BriefMisalignment(reporter.gap(primary), rms_gap, direction)


def check_distance(scale: Scale, name: Distance) -> None:
    """Refuse a distance that the scale does not carry."""
    if name not in {"nominal", "squared", "absolute", "rank"}:
        raise AgreementInputError("bad_option", f"Unknown distance {name!r}.")
    if name != "nominal" and not scale.has_scores:
        raise AgreementInputError("bad_option", f"The {name} distance needs an ordered scale.")


@dataclass(frozen=True)
class _Reporter:
    """Turns the influences of a pair into estimates."""

    scale: Scale
    pair: Pair
    options: TestOptions
    primary: Distance

    def distances(self, name: Distance) -> Distances:
        return Distances.of(self.pair, self.pair.distance(name))

    def relabelled(self, names: tuple[Distance, ...]) -> Relabelled | Reason:
        """All permuted statistics of the pair, or why there are none."""
        reason = self.pair.reason or self.options.why_no_test(self.pair.groups)
        if reason:
            return reason
        # Items with fewer than four ratings can serve under no labelling.
        tally = self.pair.whole.keep_items(self.pair.whole.sizes.sum(axis=1) >= 4)
        gaps = GapSums(
            distances={name: self.pair.distance(name) for name in names},
            scores=self.pair.scores if self.scale.has_scores else None,
            is_used=comparable(tally.counts),
            tally=tally,
            is_studentised=is_lopsided(tally),
        )
        return relabel(
            gaps,
            n_draws=self.options.n_permutations,
            rng=self.options.rng,
            exact_limit=self.options.exact_limit,
        )

    def test(self, name: str, observed: float | None, tests: Relabelled | Reason) -> LabelTest:
        """The test of a column of the relabelled statistics; every distance's statistic is called m."""
        statistic = "direction" if name == "direction" else "m"
        if isinstance(tests, Reason):
            return no_test(statistic, observed, tests)
        if name not in tests.names:
            return no_test(statistic, observed, Reason.NOT_FOR_THIS_SCALE)
        return tests.test(name, statistic)

    def distance_result(self, name: Distance, tests: Relabelled | Reason) -> DistanceResult:
        m = self.gap(name)
        if self.pair.reason:
            share, alpha_units = (
                self.absent(part, name, self.pair.reason) for part in ("share", "alpha_units")
            )
            return DistanceResult(m, share, alpha_units, self.test(name, None, tests))
        found = self.distances(name)
        return DistanceResult(
            m=m,
            share=self.quotient("share", name, found.gap, found.across),
            alpha_units=self.quotient("alpha_units", name, found.gap, found.pooled),
            test=self.test(name, m.estimate, tests),
        )

    def gap(self, name: Distance) -> Estimate:
        """M under a distance."""
        if self.pair.reason:
            return self.absent("m", name, self.pair.reason)
        gap = self.distances(name).gap
        return self._make("m", name, gap.value, self._gap_interval(name, gap))

    def _gap_interval(self, name: Distance, gap: Influence) -> Interval:
        if self.options.interval == METHOD:
            return influence_interval(gap, self.pair.used, self.options.confidence)
        if name == "squared":
            return interval_by_parts(self.pair, gap, self._decomposed)
        coordinates = coordinates_of(name, self.pair.scores, self.pair.used.counts.sum(axis=(0, 1)))
        return interval_by_coordinates(self.pair, gap, coordinates, self.options.confidence)

    @cached_property
    def _decomposed(self) -> Parts:
        return decompose(self.pair, self.distances("squared").gap, self.options.confidence)

    def pieces(self) -> dict[str, float | None]:
        """The distances that the primary M is made of."""
        if self.pair.reason:
            return dict.fromkeys(("d_gh", "d_gg", "d_hh", "d_e"))
        found = self.distances(self.primary)
        return {
            "d_gh": found.across.value,
            "d_gg": found.inside[0],
            "d_hh": found.inside[1],
            "d_e": found.pooled.value,
        }

    def scored(self) -> tuple[dict[str, Estimate], Estimate, Estimate]:
        """Decomposition, RMS gap and direction: all need scores."""
        reason = self.pair.reason or (None if self.scale.has_scores else Reason.NOT_FOR_THIS_SCALE)
        if reason:
            parts = {name: self.absent(name, "squared", reason) for name in PART_NAMES}
            return parts, self.absent("rms_gap", "squared", reason), self.absent("direction", "means", reason)
        gap = self.distances("squared").gap
        found = self._decomposed
        return self._parts(found), self._rms_gap(gap), self.estimate("direction", "means", found.direction)

    def _parts(self, found: Parts) -> dict[str, Estimate]:
        values = {name: getattr(found, name) for name in PART_NAMES}
        return {
            name: self.absent(name, "squared", Reason.NEGATIVE_VARIANCE)
            if value is None
            else self._make(name, "squared", value, found.intervals[name])
            for name, value in values.items()
        }

    def _rms_gap(self, gap: Influence) -> Estimate:
        interval = self._gap_interval("squared", gap)
        if interval.low is not None and interval.high is not None:
            interval = Interval(
                low=_signed_root(interval.low),
                high=_signed_root(interval.high),
                df=interval.df,
                method=interval.method,
                scope=interval.scope,
            )
        return self._make("rms_gap", "squared", _signed_root(gap.value), interval)

    def quotient(self, name: str, variant: str, numerator: Influence, denominator: Influence) -> Estimate:
        if denominator.value == 0:
            return self.absent(name, variant, Reason.NO_DISAGREEMENT)
        bounds = (-math.inf, 1.0) if name == "share" else (-math.inf, math.inf)
        found = ratio(numerator, denominator)
        interval = influence_interval(found, self.pair.used, self.options.confidence, bounds=bounds)
        return self._make(name, variant, found.value, interval)

    def estimate(self, name: str, variant: str, found: Influence) -> Estimate:
        interval = influence_interval(found, self.pair.used, self.options.confidence)
        return self._make(name, variant, found.value, interval)

    def absent(self, name: str, variant: str, reason: Reason) -> Estimate:
        return self._make(name, variant, None, Interval(reason=reason), reason)

    def _make(
        self, name: str, variant: str, value: float | None, interval: Interval, reason: Reason | None = None
    ) -> Estimate:
        return Estimate(
            statistic=name,
            variant=variant,
            level=self.scale.measurement,
            estimate=value,
            confidence=self.options.confidence,
            basis=self.pair.basis,
            interval=interval,
            reason=reason,
        )


def _signed_root(value: float) -> float:
    return math.copysign(math.sqrt(abs(value)), value)
