"""Agreement inside a scope: the estimates with a place of their own in the report, and all the others."""

import numpy as np

from rating.agreement.analysis.context import Context
from rating.agreement.analysis.further import further_within
from rating.agreement.analysis.results import WithinResult
from rating.agreement.crosscheck import cross_check
from rating.agreement.estimation import IntervalOptions
from rating.agreement.results import Estimate
from rating.agreement.statistics.ac1 import ac1
from rating.agreement.statistics.alpha import alpha
from rating.agreement.statistics.percent_agreement import percent_agreement
from rating.agreement.statistics.specific_agreement import negative_agreement, positive_agreement


def agreement_within(context: Context, scope: str, groups: tuple[str, ...]) -> WithinResult:
    """Everything about one group, or about all human groups pooled."""
    estimates = _estimates(context, groups)
    return WithinResult(
        scope=scope,
        groups=groups,
        estimates=estimates,
        alpha_by_level=_alpha_by_level(context, groups),
        cross_check=cross_check(context.ratings, group=groups, level=context.level),
        further=further_within(context, groups, estimates),
    )


def _estimates(context: Context, groups: tuple[str, ...]) -> dict[str, Estimate]:
    ratings, options = context.ratings, context.options
    found = {
        "alpha": alpha(ratings, group=groups, level=context.level, options=options),
        "alpha_items_only": _alpha_items_only(context, groups),
        "percent_agreement": percent_agreement(ratings, group=groups, options=options),
    }
    if ratings.scale.measurement == "nominal":
        found["ac1"] = ac1(ratings, group=groups, options=options)
    if ratings.scale.n_levels == 2:
        found["positive_agreement"] = positive_agreement(ratings, group=groups, options=options)
        found["negative_agreement"] = negative_agreement(ratings, group=groups, options=options)
    return found


def _alpha_items_only(context: Context, groups: tuple[str, ...]) -> Estimate:
    """The narrower interval that holds these raters fixed, offered under its own name only."""
    places = (context.ratings.index_of(group) for group in groups)
    rng = np.random.default_rng([context.seed, *places])
    options = IntervalOptions(method="items_bootstrap", confidence=context.confidence, rng=rng)
    return alpha(context.ratings, group=groups, level=context.level, options=options)


def _alpha_by_level(context: Context, groups: tuple[str, ...]) -> dict[str, float | None]:
    levels = ["nominal", "ordinal", "interval"] if context.ratings.scale.has_scores else ["nominal"]
    plain = IntervalOptions(method="none")
    return {
        level: alpha(context.ratings, group=groups, level=level, options=plain).estimate
        for level in dict.fromkeys([*levels, context.level])
    }
