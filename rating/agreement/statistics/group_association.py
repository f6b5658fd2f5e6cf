"""Group association index: agreement inside a group against its agreement with everybody else."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.resampling.relabelling import p_value, relabelled_statistics, relabellings
from rating.agreement.results import Estimate, Interval, LabelTest
from rating.agreement.statistics.alpha import AlphaKernel, alpha, checked_level
from rating.agreement.statistics.label_test import no_test
from rating.agreement.statistics.misalignment import TestOptions
from rating.agreement.statistics.xrr import UNSHARED, CrossReplicationKernel
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally

STATISTIC = "gai"
# More undefined relabellings than this, and those that remain are no fair comparison.
MAX_UNDEFINED = 0.05


@dataclass(frozen=True)
class AssociationKernel:
    """Alpha of the first side over xRR of both."""

    cross: CrossReplicationKernel

    @property
    def inside(self) -> AlphaKernel:
        return AlphaKernel(self.cross.level, self.cross.scores)

    def totals(self, counts: Floats, squares: Floats) -> Floats:
        """The sufficient statistics of alpha and of xRR, one after the other."""
        parts = [kernel.totals(counts, squares) for kernel in (self.inside, self.cross)]
        return np.concatenate(parts, axis=-1)

    def value(self, totals: Floats) -> Floats:
        """NaN where xRR is undefined or not positive."""
        n_levels = len(self.cross.scores)
        cut = n_levels + (n_levels**2 if self.cross.level == "ordinal" else 1)
        cross = self.cross.value(totals[..., cut:])
        return divide(self.inside.value(totals[..., :cut]), np.where(cross > 0, cross, 0.0))


@dataclass(frozen=True)
class GroupAssociation:
    """The index with both of its parts and its test."""

    group: str
    others: tuple[str, ...]
    gai: Estimate
    in_group: Estimate
    cross_group: Estimate
    test: LabelTest

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        parts = {name: getattr(self, name).to_dict() for name in ("gai", "in_group", "cross_group", "test")}
        return {"group": self.group, "others": list(self.others), **parts}


def group_association_index(
    ratings: Ratings,
    group: str,
    *others: str,
    level: str | None = None,
    options: TestOptions | None = None,
) -> GroupAssociation:
    """GAI: Krippendorff's alpha inside a group over its xRR with all other raters.

    Above 1: the group agrees more with itself than with the others (Prabhakaran and others 2024).
    Alpha rests on every item with two ratings in the group, xRR on items that both sides rated; both
    stand beside with their n. `others`: the groups it is set against, by default all the rest, pooled.
    Test: one-sided, labels of whole raters permuted within blocks; adjust the p of several groups by
    `benjamini_hochberg`.

    Undefined: `cross_agreement_not_positive`, `denominator_undefined`, `no_ratings`; withheld:
    `denominator_touches_zero`, `denominator_without_interval` (of xRR).

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(i, f"{g}{r}", g, i % 3) for g in "gh" for r in range(3) for i in range(6)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> group_association_index(Ratings.from_frame(frame, Scale((0, 1, 2), "nominal")), "g").gai.estimate
    1.0
    """
    options = options or TestOptions()
    rest = others or tuple(name for name in ratings.groups if name != group)
    if not rest or group in rest:
        raise AgreementInputError("bad_option", "A group is set against at least one other group.")
    level = checked_level(ratings.scale, level)
    intervals = IntervalOptions(confidence=options.confidence)
    sample, kernel = _laid_out(ratings, group, rest, level)
    is_shared = np.asarray((sample.tally.sizes > 0).all(axis=1))
    label = Label(STATISTIC, level, level, Reason.DENOMINATOR_UNDEFINED)
    gai = estimate(
        kernel, sample, is_shared | (sample.tally.sizes[:, 0] >= 2), label, intervals, unused=UNSHARED
    )
    cross_label = Label("xrr", level, level, Reason.ONE_CATEGORY, (-np.inf, 1.0))
    cross = estimate(kernel.cross, sample, is_shared, cross_label, intervals, unused=UNSHARED)
    reason = _why_withheld(cross) or gai.reason
    if reason:
        gai = replace(gai, estimate=None, reason=reason, interval=Interval(reason=reason))
    return GroupAssociation(
        group=group,
        others=rest,
        gai=gai,
        in_group=alpha(ratings, group=group, level=level, options=intervals),
        cross_group=cross,
        test=_test(kernel, sample.tally, gai, (group, *rest), options),
    )


def _laid_out(
    ratings: Ratings, group: str, rest: tuple[str, ...], level: str
) -> tuple[Sample, AssociationKernel]:
    sample = Sample.of(ratings, (group,), rest)
    used = sample.tally.used_levels()
    if not used.any():
        used[:] = True
    cross = CrossReplicationKernel(level, ratings.scale.scores[used])
    return replace(sample, tally=sample.tally.with_levels(used)), AssociationKernel(cross)


def _why_withheld(cross: Estimate) -> Reason | None:
    if cross.estimate is None:
        return cross.reason
    if cross.estimate <= 0:
        return Reason.CROSS_AGREEMENT_NOT_POSITIVE
    if cross.low is None:
        is_certain = cross.interval.reason is Reason.NO_VARIATION
        return None if is_certain else Reason.DENOMINATOR_WITHOUT_INTERVAL
    return Reason.DENOMINATOR_TOUCHES_ZERO if cross.low <= 0 else None


def _test(
    kernel: AssociationKernel, tally: Tally, gai: Estimate, groups: tuple[str, ...], options: TestOptions
) -> LabelTest:
    reason = gai.reason or options.why_no_test(groups)
    if reason or gai.estimate is None:
        return no_test(STATISTIC, gai.estimate, reason or Reason.NO_RATINGS)
    # Two sides of equal size are no mirror images here, so nothing may be enumerated by halves.
    found = relabellings(
        tally.side, tally.block, n_draws=options.n_permutations, rng=options.rng, exact_limit=0
    )
    if found.n_possible == 1:
        return no_test(STATISTIC, gai.estimate, Reason.ONE_RELABELLING)

    def evaluate(counts: Floats, _labels: Ints) -> Floats:
        return kernel.value(kernel.totals(counts, counts).sum(axis=-2))[:, None]

    permuted = relabelled_statistics(tally, found, evaluate)[:, 0]
    n_degenerate = int(np.isnan(permuted).sum())
    is_fair = n_degenerate <= MAX_UNDEFINED * len(permuted)
    return LabelTest(
        statistic=STATISTIC,
        observed=gai.estimate,
        p=p_value(gai.estimate, permuted, found.method) if is_fair else None,
        method=found.method,
        n_relabellings=len(permuted),
        n_possible=found.n_possible,
        smallest_p=max(1 / found.n_possible, 1 / (1 + len(permuted))),
        n_blocks=len(np.unique(tally.block)),
        n_degenerate=n_degenerate,
        reason=None if is_fair else Reason.UNDEFINED_RESAMPLES,
    )
