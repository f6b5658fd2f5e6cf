"""What is recomputed under every relabelling of raters, and the tests read from it."""

from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.reasons import Reason
from rating.agreement.resampling.relabelling import Relabelling, p_value, relabelled_sums, relabellings
from rating.agreement.results import LabelTest
from rating.agreement.statistics.gap_sums import GapSums
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


def relabel(gaps: GapSums, *, n_draws: int, rng: np.random.Generator, exact_limit: int) -> Relabelled:
    """Follow the statistics under relabellings of the tally's raters within its blocks."""
    tally = gaps.tally
    plan = relabellings(tally.side, tally.block, n_draws=n_draws, rng=rng, exact_limit=exact_limit)
    return follow(gaps, plan)


def follow(gaps: GapSums, plan: Relabelling) -> Relabelled:
    """The same for relabellings drawn elsewhere, as a family of questions shares them."""
    tally = gaps.tally
    # The observed labels go through the same arithmetic as the others, so that equal is equal.
    labels = np.concatenate([tally.side[None], plan.labels])
    values = gaps.values(relabelled_sums(tally, labels, gaps.sums, gaps.panel_sums), labels)
    return Relabelled(gaps.names, values[0], values[1:], plan, len(np.unique(tally.block)))


def is_lopsided(tally: Tally) -> bool:
    """Whether one side has more than 1.5 times the raters of another."""
    sizes = np.bincount(tally.side, minlength=tally.n_sides)
    return bool(sizes.max() > UNEQUAL_SIZES * sizes.min())


def no_test(statistic: str, observed: float | None, reason: Reason) -> LabelTest:
    """A test that cannot be made, and why."""
    return LabelTest(statistic=statistic, observed=observed, p=None, reason=reason)
