"""What is recomputed under every relabelling of raters, and the tests read from it."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.resampling.bootstrap import rating_incidence
from rating.agreement.resampling.relabelling import (
    Relabelling,
    p_value,
    relabelled_statistics,
    relabellings,
)
from rating.agreement.results import LabelTest
from rating.agreement.statistics.comparisons import Comparisons, comparable
from rating.agreement.tally import Tally

# More relabellings without a usable item than this leave a p that says nothing.
MAX_HOLLOW_SHARE = 0.05

# Beyond this ratio of group sizes the studentised statistic is shown too.
UNEQUAL_SIZES = 1.5


@dataclass(frozen=True)
class Relabelled:
    """Observed statistics (q,) and their values under the relabellings (B, q), by name."""

    names: tuple[str, ...]
    observed: Floats
    permuted: Floats
    plan: Relabelling
    n_blocks: int

    def column(self, name: str) -> tuple[float, Floats]:
        """Observed value and permuted values (B,) of one statistic."""
        place = self.names.index(name)
        return float(self.observed[place]), self.permuted[:, place]

    def test(self, name: str, statistic: str) -> LabelTest:
        """The permutation test of the column `name`, printed as `statistic`; large values count."""
        observed, permuted = self.column(name)
        studentised = None
        if name == self.names[0] and "studentised" in self.names:
            studentised = p_value(*self.column("studentised"), self.plan.method)
        n_degenerate = int(np.isnan(permuted).sum())
        reason = self._why_no_p(n_degenerate)
        share = self.column("share_kept")[1]
        return LabelTest(
            statistic=statistic,
            observed=observed,
            p=None if reason else p_value(observed, permuted, self.plan.method),
            method=self.plan.method,
            n_relabellings=self.plan.n_possible if self.plan.method == "exact" else len(permuted),
            n_possible=self.plan.n_possible,
            smallest_p=self.plan.smallest_p,
            share_kept=float(share.mean()),
            n_blocks=self.n_blocks,
            n_degenerate=n_degenerate,
            studentised_p=None if reason else studentised,
            reason=reason,
        )

    def _why_no_p(self, n_degenerate: int) -> Reason | None:
        if self.plan.n_possible == self.plan.n_alike:
            return Reason.ONE_RELABELLING
        is_hollow = n_degenerate > MAX_HOLLOW_SHARE * len(self.permuted)
        return Reason.UNDEFINED_RESAMPLES if is_hollow else None


@dataclass(frozen=True)
class Measured:
    """The statistics to follow: mean gap under each distance, |direction| when scores are given.

    `is_used` (n,) marks the items that the observed labels can use.
    """

    distances: dict[str, Floats]
    scores: Floats | None
    is_used: Bools
    tally: Tally
    is_studentised: bool

    @property
    def names(self) -> tuple[str, ...]:
        direction = ("direction",) if self.scores is not None else ()
        studentised = ("studentised",) if self.is_studentised else ()
        return (*self.distances, *direction, *studentised, "share_kept")

    def evaluate(self, counts: Floats, labels: Ints) -> Floats:
        """Counts (B, n, sides, K) under labels (B, R) give (B, q), each on its own usable items."""
        is_valid = comparable(counts)
        n_valid = is_valid.sum(axis=1).astype(np.float64)
        columns, primary = [], None
        for distance in self.distances.values():
            pieces = Comparisons.of(counts, distance)
            gaps = np.where(is_valid, pieces.mean_gap(), 0.0)
            primary = primary or (pieces, gaps)
            columns.append(divide(gaps.sum(axis=1), n_valid))
        if self.scores is not None:
            columns.append(_direction(counts, self.scores, is_valid, n_valid))
        if self.is_studentised and primary is not None:
            columns.append(self._studentised(*primary, labels, is_valid, n_valid))
        columns.append((is_valid & self.is_used).sum(axis=1) / max(1, int(self.is_used.sum())))
        return np.stack(columns, axis=1)

    def _studentised(
        self, pieces: Comparisons, gaps: Floats, labels: Ints, is_valid: Bools, n_valid: Floats
    ) -> Floats:
        """M / sqrt V of every relabelling, (B,)."""
        mean = divide(gaps.sum(axis=1), n_valid)
        spread = np.where(is_valid, gaps - mean[:, None], 0.0)
        clusters = rating_incidence(
            np.arange(len(self.tally.cluster)), self.tally.cluster, (self.tally.n_items, self.tally.n_items)
        )
        from_items = divide(((spread @ clusters) ** 2).sum(axis=1), n_valid * (n_valid - 1))
        change = pieces.gap_influence() * is_valid[..., None, None]
        from_raters = np.zeros(len(gaps))
        cell = self.tally.item * self.tally.n_levels + self.tally.level
        shape = (self.tally.n_items * self.tally.n_levels, self.tally.n_raters)
        owners = rating_incidence(cell, self.tally.rater, shape)
        for side in range(self.tally.n_sides):
            is_side = labels == side
            sums = (change[:, :, side, :].reshape(len(gaps), -1) @ owners) * is_side
            size = is_side.sum(axis=1)
            from_raters += (size - 1) / size * divide((sums**2).sum(axis=1), n_valid**2)
        variance = from_items + from_raters
        # No spread at all: as far from zero as can be, on the side of the mean.
        certain = np.where(mean > 0, np.inf, -np.inf)
        is_spread = variance > 1e-24
        return np.where(is_spread, divide(mean, np.sqrt(np.where(is_spread, variance, 1.0))), certain)


def relabel(measured: Measured, *, n_draws: int, rng: np.random.Generator, exact_limit: int) -> Relabelled:
    """Follow the statistics under relabellings of the tally's raters within its blocks."""
    tally = measured.tally
    plan = relabellings(tally.side, tally.block, n_draws=n_draws, rng=rng, exact_limit=exact_limit)
    return follow(measured, plan)


def follow(measured: Measured, plan: Relabelling) -> Relabelled:
    """The same for relabellings drawn elsewhere, as a family of questions shares them."""
    tally = measured.tally
    observed = measured.evaluate(tally.counts[None], tally.side[None])[0]
    permuted = relabelled_statistics(tally, plan, measured.evaluate)
    return Relabelled(measured.names, observed, permuted, plan, len(np.unique(tally.block)))


def is_lopsided(tally: Tally) -> bool:
    """Whether one side has more than 1.5 times the raters of another."""
    sizes = np.bincount(tally.side, minlength=tally.n_sides)
    return bool(sizes.max() > UNEQUAL_SIZES * sizes.min())


def no_test(statistic: str, observed: float | None, reason: Reason) -> LabelTest:
    """A test that cannot be made, and why."""
    return LabelTest(statistic=statistic, observed=observed, p=None, reason=reason)


def _direction(counts: Floats, scores: Floats, is_valid: Bools, n_valid: Floats) -> Floats:
    means = divide(counts @ scores, np.einsum("...k->...", counts), 0.0)
    difference = np.where(is_valid, means[..., 0] - means[..., 1], 0.0)
    return np.abs(divide(difference.sum(axis=1), n_valid))
