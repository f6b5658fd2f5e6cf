"""Joins a coefficient, its ratings and an interval method into an Estimate."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from rating.agreement.arrays import Bools
from rating.agreement.errors import AgreementInputError
from rating.agreement.kernel import Kernel
from rating.agreement.reasons import Reason
from rating.agreement.resampling.bootstrap import items_bootstrap, two_way_bootstrap
from rating.agreement.resampling.interval import UNBOUNDED, Bounds
from rating.agreement.resampling.jackknife import two_way_jackknife
from rating.agreement.results import Basis, Estimate, Interval, LeftOut
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally

IntervalMethod = Literal["two_way_jackknife", "two_way_bootstrap", "items_bootstrap", "none"]


@dataclass(frozen=True)
class IntervalOptions:
    """Which interval to give, how wide, and the random numbers a bootstrap may use."""

    method: IntervalMethod = "two_way_jackknife"
    confidence: float = 0.95
    n_resamples: int = 1000
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1:
            raise AgreementInputError("bad_option", "The confidence of an interval lies between 0 and 1.")
        if self.n_resamples < 100:
            raise AgreementInputError("bad_option", "A bootstrap needs at least 100 resamples.")


@dataclass(frozen=True)
class Label:
    """What a number is called, at which level, why it may be undefined, and what it can be at most.

    `without_items` is the reason when no item can be used; by default the number of sides decides.
    """

    statistic: str
    variant: str
    level: str
    undefined: Reason = Reason.ONE_CATEGORY
    bounds: Bounds = UNBOUNDED
    without_items: Reason | None = None


@dataclass(frozen=True)
class Sample:
    """The ratings of some groups, side by side, with what was missing among them."""

    tally: Tally
    group_names: tuple[str, ...]
    left_out: tuple[LeftOut, ...]

    @classmethod
    def of(cls, ratings: Ratings, *sides: Sequence[str]) -> "Sample":
        """One side per sequence of groups."""
        return cls(
            ratings.tally(*sides), ratings.groups, ratings.left_out_of([g for side in sides for g in side])
        )

    @classmethod
    def within(cls, ratings: Ratings, group: str | Sequence[str] | None) -> "Sample":
        """One side: one group, several pooled, or (None) all of them."""
        if group is None:
            return cls.of(ratings, ratings.groups)
        return cls.of(ratings, (group,) if isinstance(group, str) else tuple(group))

    def basis(self, used: Tally, unused_reason: str) -> Basis:
        """Counts of what was used, and of ratings that could not be."""
        n_before, n_after = self._ratings_by_group(self.tally), self._ratings_by_group(used)
        unused = tuple(
            LeftOut(unused_reason, name, int(before - after))
            for name, before, after in zip(self.group_names, n_before, n_after, strict=True)
            if before > after
        )
        return Basis(used.n_items, used.n_raters, used.n_ratings, used.n_items, self.left_out + unused)

    def _ratings_by_group(self, tally: Tally) -> list[int]:
        counted = np.bincount(tally.stratum, tally.ratings_per_rater(), minlength=len(self.group_names))
        return [int(n) for n in counted]


def estimate(
    kernel: Kernel,
    sample: Sample,
    is_usable: Bools,
    label: Label,
    options: IntervalOptions,
    *,
    unused: str = "unpaired",
) -> Estimate:
    """A coefficient on the usable items (n,), with its interval.

    `unused` names the reason under which ratings of other items are counted as left out.
    """
    used = sample.tally.keep_items(is_usable)
    reason = _absence(sample.tally, used, label)
    value = np.nan
    if reason is None:
        # Items with the same counts add the same: each pattern is gone over once.
        counts, times = used.patterns.counts, used.patterns.times
        value = float(kernel.value(times @ kernel.totals(counts, counts)))
        reason = label.undefined if np.isnan(value) else None
    return Estimate(
        statistic=label.statistic,
        variant=label.variant,
        level=label.level,
        estimate=None if reason else value,
        confidence=options.confidence,
        basis=sample.basis(used, unused),
        interval=Interval(reason=reason) if reason else interval_of(kernel, used, options, label.bounds),
        reason=reason,
    )


def _absence(whole: Tally, used: Tally, label: Label) -> Reason | None:
    if len(np.unique(whole.side)) < whole.n_sides:
        return Reason.NO_RATINGS
    if used.n_items:
        return None
    if label.without_items:
        return label.without_items
    return Reason.NO_PAIRABLE_ITEMS if whole.n_sides == 1 else Reason.NO_SHARED_ITEMS


def interval_of(kernel: Kernel, tally: Tally, options: IntervalOptions, bounds: Bounds) -> Interval:
    """The interval that the options ask for."""
    if options.method == "none":
        return Interval(reason=Reason.NOT_ASKED_FOR)
    if options.method == "two_way_jackknife":
        return two_way_jackknife(kernel, tally, options.confidence, bounds)
    bootstrap = two_way_bootstrap if options.method == "two_way_bootstrap" else items_bootstrap
    return bootstrap(kernel, tally, options.confidence, n_resamples=options.n_resamples, rng=options.rng)
