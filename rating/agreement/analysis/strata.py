"""Agreement and misalignment by stratum of items: pooled numbers can hide disagreement on some of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rating.agreement.analysis.context import Context
from rating.agreement.analysis.subsets import keep, of_items
from rating.agreement.statistics.ac1 import ac1
from rating.agreement.statistics.alpha import alpha
from rating.agreement.statistics.misalignment import brief_misalignment
from rating.agreement.statistics.percent_agreement import percent_agreement

NO_LEVEL = "(none)"


@dataclass(frozen=True)
class Stratum:
    """The items with one level of one factor."""

    factor: str
    level: str
    items: frozenset[str]


def strata_of(context: Context, factors: Mapping[str, Mapping[str, str]]) -> list[Stratum]:
    """All strata that hold a rated item, levels in order, items without a level last."""
    rated = [context.ratings.items[place] for place in np.unique(context.ratings.item)]
    return [stratum for factor, levels in factors.items() for stratum in _of_factor(factor, levels, rated)]


def _of_factor(factor: str, level_of_item: Mapping[str, str], rated: Sequence[str]) -> Iterator[Stratum]:
    members: dict[str, set[str]] = {}
    for item in rated:
        members.setdefault(level_of_item.get(item, NO_LEVEL), set()).add(item)
    for level in sorted(members, key=lambda name: (name == NO_LEVEL, name)):
        yield Stratum(factor, level, frozenset(members[level]))


def analyse_stratum(context: Context, stratum: Stratum) -> dict[str, Any]:
    """The stratum with intervals and without tests: what was declared is tested on all items."""
    part = keep(context.ratings, of_items(context.ratings, stratum.items)).remembering()
    return {
        "factor": stratum.factor,
        "level": stratum.level,
        "n_items": len(stratum.items),
        **_numbers(replace(context, ratings=part)),
    }


def _numbers(context: Context) -> dict[str, Any]:
    return {
        "within": [_within(context, scope, groups) for scope, groups in context.scopes],
        "pairs": [_pair(context, pair) for pair in context.pairs],
    }


def _within(context: Context, scope: str, groups: tuple[str, ...]) -> dict[str, Any]:
    ratings, options = context.ratings, context.options
    found = {
        "alpha": alpha(ratings, group=groups, level=context.level, options=options),
        "percent_agreement": percent_agreement(ratings, group=groups, options=options),
    }
    if ratings.scale.measurement == "nominal":
        found["ac1"] = ac1(ratings, group=groups, options=options)
    return {"scope": scope, **{name: estimate.to_dict() for name, estimate in found.items()}}


def _pair(context: Context, pair: tuple[str, str]) -> dict[str, Any]:
    found = brief_misalignment(context.ratings, *pair, options=context.untested)
    shown = {"m": found.m, "rms_gap": found.rms_gap, "direction": found.direction}
    return {"pair": list(pair), **{name: estimate.to_dict() for name, estimate in shown.items()}}
