"""Group association index: agreement inside a group against its agreement with everybody else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions, Label, Sample, estimate
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.resampling.panels import Panel
from rating.agreement.resampling.relabelling import (
    RelabelledBlock,
    Relabelling,
    p_value,
    relabelled_sums,
    relabellings,
)
from rating.agreement.results import Estimate, Interval, LabelTest
from rating.agreement.statistics.alpha import AlphaKernel, alpha, checked_level
from rating.agreement.statistics.coincidence_panels import cross_panel, inside_panel
from rating.agreement.statistics.coincidence_sums import inside_sums
from rating.agreement.statistics.label_test import no_test
from rating.agreement.statistics.misalignment import TestOptions
from rating.agreement.statistics.xrr import UNSHARED, CrossReplicationKernel
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally

STATISTIC, IN_GROUP, CROSS_GROUP = "gai", "in_group_cohesion", "cross_group_cohesion"

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

    @property
    def needs_squares(self) -> bool:
        """Alpha does."""
        return True

    def sums(self, counts: Sequence[Floats], squares: Sequence[Floats], weights: Floats | None) -> Floats:
        """The totals of a block of items, added up; see `BlockKernel`."""
        level, scores = self.cross.level, self.cross.scores
        inside = inside_sums(level, scores, counts[0], squares[0], weights)
        return np.concatenate([inside, self.cross.sums(counts, squares, weights)])

    def panel_sums(self, panel: Panel, labels: Ints) -> Floats:
        """The same over a panel under labels (B, R), each rater counted once: (p, B)."""
        level, scores = self.cross.level, self.cross.scores
        one, other = ((labels[:, panel.raters] == side).astype(np.float64) for side in (0, 1))
        inside = inside_panel(level, scores, panel, one)
        return np.concatenate([inside, cross_panel(level, scores, panel, one, other)])

    def value(self, totals: Floats) -> Floats:
        """NaN where xRR is undefined or not positive."""
        return self.with_parts(totals)[0]

    def with_parts(self, totals: Floats) -> tuple[Floats, Floats, Floats]:
        """The index, alpha of the first side, xRR of both; NaN where undefined."""
        n_levels = len(self.cross.scores)
        cut = n_levels + (n_levels**2 if self.cross.level == "ordinal" else 1)
        inside, cross = self.inside.value(totals[..., :cut]), self.cross.value(totals[..., cut:])
        return divide(inside, np.where(cross > 0, cross, 0.0)), inside, cross


@dataclass(frozen=True)
class GroupAssociation:
    """The index, its parts (in-group and cross-group cohesion), and a test of each."""

    group: str
    others: tuple[str, ...]
    gai: Estimate
    in_group: Estimate
    cross_group: Estimate
    test: LabelTest
    in_group_test: LabelTest
    cross_group_test: LabelTest

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        names = ("gai", "in_group", "cross_group", "test", "in_group_test", "cross_group_test")
        parts = {name: getattr(self, name).to_dict() for name in names}
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
    Tests: labels of whole raters permuted within blocks; one-sided for the index (a large one counts),
    two-sided for its parts. `group_associations` runs all groups and adjusts their p.

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
    reason = why_withheld(cross) or gai.reason
    if reason:
        gai = replace(gai, estimate=None, reason=reason, interval=Interval(reason=reason))
    inside = alpha(ratings, group=group, level=level, options=intervals)
    found = {STATISTIC: gai, IN_GROUP: inside, CROSS_GROUP: cross}
    tests = _tests(kernel, sample.tally, found, options, options.why_no_test((group, *rest)))
    return GroupAssociation(
        group=group,
        others=rest,
        gai=gai,
        in_group=inside,
        cross_group=cross,
        test=tests[STATISTIC],
        in_group_test=tests[IN_GROUP],
        cross_group_test=tests[CROSS_GROUP],
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


def why_withheld(cross: Estimate) -> Reason | None:
    """Why nothing is divided by this agreement across groups, if so."""
    if cross.estimate is None:
        return cross.reason
    if cross.estimate <= 0:
        return Reason.CROSS_AGREEMENT_NOT_POSITIVE
    if cross.low is None:
        is_certain = cross.interval.reason is Reason.NO_VARIATION
        return None if is_certain else Reason.DENOMINATOR_WITHOUT_INTERVAL
    return Reason.DENOMINATOR_TOUCHES_ZERO if cross.low <= 0 else None


def _tests(
    kernel: AssociationKernel,
    tally: Tally,
    found: dict[str, Estimate],
    options: TestOptions,
    why: Reason | None,
) -> dict[str, LabelTest]:
    """The index and both of its parts under the same relabellings; `why` there are none, if so."""
    reasons = {name: estimate.reason or why for name, estimate in found.items()}
    if all(reasons.values()):
        return {
            name: no_test(name, found[name].estimate, reason) for name, reason in reasons.items() if reason
        }
    # Two sides of equal size are no mirror images here, so nothing may be enumerated by halves.
    plan = relabellings(
        tally.side, tally.block, n_draws=options.n_permutations, rng=options.rng, exact_limit=0
    )
    if plan.n_possible == 1:
        reasons = {name: reason or Reason.ONE_RELABELLING for name, reason in reasons.items()}
        return {
            name: no_test(name, found[name].estimate, reason) for name, reason in reasons.items() if reason
        }

    def sums(part: RelabelledBlock) -> Floats:
        return kernel.sums(part.sides, part.sides, None)

    labels = np.concatenate([tally.side[None], plan.labels])
    values = kernel.with_parts(relabelled_sums(tally, labels, sums, kernel.panel_sums))
    n_blocks = len(np.unique(tally.block))
    return {
        name: no_test(name, found[name].estimate, reason)
        if reason
        else _test(name, found[name], column, plan, n_blocks)
        for (name, reason), column in zip(reasons.items(), values, strict=True)
    }


def _test(name: str, found: Estimate, values: Floats, plan: Relabelling, n_blocks: int) -> LabelTest:
    """One statistic under the observed labels and under those drawn, values (1 + B,)."""
    observed, permuted = float(values[0]), values[1:]
    n_degenerate = int(np.isnan(permuted).sum())
    is_fair = n_degenerate <= MAX_UNDEFINED * len(permuted)
    p, n_sided = p_value(observed, permuted, plan.method), 1
    if name != STATISTIC:
        n_sided, p = 2, min(1.0, 2 * min(p, p_value(-observed, -permuted, plan.method)))
    return LabelTest(
        statistic=name,
        observed=found.estimate,
        p=p if is_fair else None,
        method=plan.method,
        n_relabellings=len(permuted),
        n_possible=plan.n_possible,
        smallest_p=min(1.0, n_sided * max(1 / plan.n_possible, 1 / (1 + len(permuted)))),
        n_blocks=n_blocks,
        n_degenerate=n_degenerate,
        reason=None if is_fair else Reason.UNDEFINED_RESAMPLES,
    )
