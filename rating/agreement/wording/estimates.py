"""How an interval was made and what an estimate rests on."""

from collections.abc import Mapping
from typing import Any

from rating.agreement.wording.absences import missing_phrase, reason_sentence

INTERVAL_METHODS = {
    "two_way_jackknife": "two-way jackknife over items and raters, t quantile",
    "two_way_jackknife_by_parts": (
        "two-way jackknife over items and raters of the severity part and of the rest, put together"
    ),
    "two_way_bootstrap": "two-way bootstrap over items and raters, copies of one rater never paired",
    "three_way_jackknife": "jackknife over items, raters and the reference panel, t quantile",
    "three_way_bootstrap": "bootstrap over items, raters and the reference panel",
    "items_bootstrap": "bootstrap over items only",
    "f_distribution": "quantiles of F, for normally distributed ratings",
    "profile_likelihood": "profile likelihood, for normally distributed ratings",
    "between_blocks": "spread of the blocks, t quantile",
    "raters_jackknife": "jackknife over raters only, t quantile",
    "items_jackknife": "jackknife over items only, t quantile",
    "two_way_sandwich": "robust standard error over items and raters, t quantile",
    "large_sample": "large-sample standard error, normal quantile",
    "observed_information": "observed information of the fitted model, normal quantile",
    "observed_information_t": "observed information of the fitted model, t quantile by number of raters",
    "conditional_variance": "conditional variance given the fitted model, normal quantile",
    "rater_spread": "spread of whole raters within their groups, t quantile",
    "order_statistics": "order statistics, at least this sure whatever the distribution",
    "wilson": "score interval of a proportion (Wilson)",
}

SCOPES = {
    "raters_and_items": "for other raters and other items like these",
    "items_only": "for other items, the raters held fixed",
    "raters_only": "for other raters, the items held fixed",
    "these_raters_only": "these raters only",
}


def interval_phrase(estimate: Mapping[str, Any]) -> str:
    """How an interval was made, or why there is none; `estimate` is an Estimate's dict."""
    if estimate["interval_reason"] is not None:
        return reason_sentence(estimate["interval_reason"])
    method, scope = INTERVAL_METHODS[estimate["interval_method"]], SCOPES[estimate["interval_scope"]]
    return f"{estimate['confidence'] * 100:g} % interval: {method}; {scope}."


def basis_phrase(estimate: Mapping[str, Any]) -> str:
    """What an estimate rests on and what was left out."""
    text = f"{estimate['n_ratings']} ratings of {estimate['n_items']} items by {estimate['n_raters']} raters"
    if not estimate["left_out"]:
        return f"{text}; nothing left out."
    parts = [
        f"{part['n']} of {part['group']} ({missing_phrase(part['reason'])})" for part in estimate["left_out"]
    ]
    return f"{text}; left out: {', '.join(parts)}."
