"""Registered statistics without a place of their own in the report: a row for each way worth printing."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from rating.agreement.analysis.context import Context
from rating.agreement.computing import compute
from rating.agreement.estimation import IntervalOptions
from rating.agreement.registered import Statistic
from rating.agreement.registry import REGISTRY, statistic
from rating.agreement.results import Estimate
from rating.agreement.statistics.second_opinion import bootstrapped_misalignment

# Enough for a second opinion on an interval; the first is the one to quote.
N_RESAMPLES = 1000

# A profile likelihood searches over matrices of raters by raters: seconds at 40 raters, a minute at 100.
MAX_PROFILED_RATERS = 40


@dataclass(frozen=True)
class Further:
    """One estimate of a registered statistic; `choice` names its variant, `part` which of several."""

    name: str
    label: str
    choice: str
    part: str
    estimate: Estimate

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        head = {"name": self.name, "label": self.label, "choice": self.choice, "part": self.part}
        return {**head, **self.estimate.to_dict()}


def further_within(context: Context, groups: tuple[str, ...], shown: Collection[str]) -> tuple[Further, ...]:
    """Agreement inside a scope by every registered statistic that is not among those `shown` already."""
    abouts = {"within", "blocks"} if _n_blocks(context, groups) > 1 else {"within"}
    entries = [entry for entry in REGISTRY if entry.about in abouts and entry.name not in shown]
    if not _can_profile(context, groups):
        entries = [entry for entry in entries if not _is_profiled(entry)]
    return tuple(row for entry in entries for row in _rows(context, entry, groups))


def further_across(context: Context, pair: tuple[str, str]) -> tuple[Further, ...]:
    """Two groups by every registered statistic without a place of its own, and a second opinion on M."""
    entries = [entry for entry in REGISTRY if entry.about == "across"]
    rows = [row for entry in entries for row in _rows(context, entry, pair)]
    return (*rows, _second_opinion(context, pair))


def apart(context: Context) -> list[dict[str, Any]]:
    """Registered statistics that this result does not hold, and what they are about instead.

    `scopes`: where only these lack the number, because it takes too long for so many raters.
    """
    has_blocks = _n_blocks(context, context.ratings.groups) > 1
    large = [scope for scope, groups in context.scopes if not _can_profile(context, groups)]
    found = []
    for entry in REGISTRY:
        is_too_long = bool(large) and entry.about == "within" and _is_profiled(entry)
        if entry.shown == "apart" or is_too_long or (entry.about == "blocks" and not has_blocks):
            scopes = large if is_too_long else []
            found.append({"name": entry.name, "label": entry.label, "about": entry.about, "scopes": scopes})
    return found


def _is_profiled(entry: Statistic) -> bool:
    return "profile_likelihood" in entry.intervals


def _can_profile(context: Context, groups: tuple[str, ...]) -> bool:
    return context.ratings.tally(groups).n_raters <= MAX_PROFILED_RATERS


def _rows(context: Context, entry: Statistic, scope: tuple[str, ...]) -> Iterator[Further]:
    if entry.shown != "further":
        return
    for choice in entry.choices_for(context.ratings.scale):
        found = compute(entry, context.ratings, scope, context.computing, choice)
        for part, estimate in found.items():
            name = "" if part == entry.name else part
            yield Further(entry.name, entry.label, choice.name, name, estimate)


def _second_opinion(context: Context, pair: tuple[str, str]) -> Further:
    options = IntervalOptions(
        method="two_way_bootstrap",
        confidence=context.confidence,
        n_resamples=N_RESAMPLES,
        rng=context.stream("second opinion", *pair),
    )
    estimate = bootstrapped_misalignment(context.ratings, *pair, options=options)
    return Further("m", statistic("m").label, "two_way_bootstrap", "", estimate)


def _n_blocks(context: Context, groups: tuple[str, ...]) -> int:
    ratings = context.ratings
    is_mine = np.isin(ratings.rater_group[ratings.rater], [ratings.index_of(group) for group in groups])
    return len(np.unique(ratings.rater_block[ratings.rater][is_mine]))
