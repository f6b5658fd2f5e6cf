"""The reading of results in plain words. No "good" and no "bad": a number is compared with nothing here."""

from collections.abc import Mapping
from typing import Any

from rating.agreement.observations import Sign
from rating.agreement.reasons import Reason

REASONS: dict[Reason, str] = {
    Reason.NO_RATINGS: "Nobody in a group has rated this question.",
    Reason.NO_PAIRABLE_ITEMS: "No item has two ratings, so nothing can be compared.",
    Reason.ONE_CATEGORY: (
        "All ratings fall on one and the same value; without variation, agreement beyond chance is "
        "not defined."
    ),
    Reason.LEVEL_NEVER_USED: "Nobody gave this answer, so agreement on it is not defined.",
    Reason.NO_SHARED_ITEMS: "The groups have no item in common with enough ratings from each.",
    Reason.NOT_IDENTIFIABLE: (
        "Not identifiable: a group has fewer than two ratings on every item, so its own disagreement "
        "cannot be told from the gap between the groups."
    ),
    Reason.NO_DISAGREEMENT: "There is no disagreement at all to take a share of.",
    Reason.NEGATIVE_VARIANCE: (
        "A group's items differ by less than its noise, so spread and ordering are given as one number."
    ),
    Reason.NOT_FOR_THIS_SCALE: "This number needs a scale whose values have an order.",
    Reason.CROSS_AGREEMENT_NOT_POSITIVE: (
        "Agreement across the groups is not positive, so a ratio to it means nothing."
    ),
    Reason.DENOMINATOR_UNDEFINED: (
        "Agreement inside a group is undefined or not positive, so there is nothing to divide by."
    ),
    Reason.DENOMINATOR_WITHOUT_INTERVAL: (
        "Withheld: agreement inside a group has no interval, so it may be zero."
    ),
    Reason.DENOMINATOR_TOUCHES_ZERO: "Withheld: the interval of agreement inside a group touches zero.",
    Reason.TOO_FEW_RATERS: "An interval about other raters needs at least three raters in each group.",
    Reason.ONE_ITEM: "An interval needs at least two items (or conversations, where items share them).",
    Reason.INCOMPLETE_DATA: "This number needs every rater to have rated every item.",
    Reason.TOO_FEW_QUESTIONS: "This number needs more questions than the scale has.",
    Reason.TOO_LITTLE_DATA: "This number needs at least two items, two raters and ratings that overlap.",
    Reason.DISCONNECTED: (
        "What was compared falls into sets that were never compared with each other, so there is no "
        "common measure."
    ),
    Reason.SEPARATED: (
        "Somebody always won, always lost, or every comparison was a tie; strengths then have no limit."
    ),
    Reason.NOT_CONVERGED: "The fit did not settle within the steps allowed.",
    Reason.ONE_KIND_OF_ITEM: "Only items of one kind were rated, so nothing can be told apart.",
    Reason.EXTREME_RATE: (
        "Everybody or nobody said yes to one kind of item; without a correction the number has no limit."
    ),
    Reason.NO_CUTOFF: "This number needs to know which answers count as yes.",
    Reason.TOO_FEW_BLOCKS: "An interval from the spread of blocks needs at least three of them.",
    Reason.REFERENCE: "This is the number the others are set against: it is zero by definition.",
    Reason.NO_VARIATION: (
        "Nothing in the data varies around this number, so they cannot say how sure it is."
    ),
    Reason.UNDEFINED_RESAMPLES: "Too many resamples of these data leave the number undefined.",
    Reason.UNDEFINED_LIMITS: "The formula of this interval gives no limits on these data.",
    Reason.NOT_ASKED_FOR: "Not asked for in this analysis.",
    Reason.JUDGE_GROUP: (
        "Judges are not drawn from the same people as raters, so labels are not exchanged with them."
    ),
    Reason.ONE_RELABELLING: (
        "These labels cannot be exchanged in any other way, so there is nothing to test."
    ),
}

INTERVAL_METHODS = {
    "two_way_jackknife": "two-way jackknife over items and raters, t quantile",
    "two_way_jackknife_by_parts": (
        "two-way jackknife over items and raters of the severity part and of the rest, put together"
    ),
    "two_way_bootstrap": "two-way bootstrap over items and raters, copies of one rater never paired",
    "items_bootstrap": "bootstrap over items only",
    "f_distribution": "quantiles of F, for normally distributed ratings",
    "profile_likelihood": "profile likelihood, for normally distributed ratings",
    "between_blocks": "spread of the blocks, t quantile",
    "items_jackknife": "jackknife over items only, t quantile",
    "two_way_sandwich": "robust standard error over items and raters, t quantile",
    "large_sample": "large-sample standard error, normal quantile",
}

SCOPES = {
    "raters_and_items": "for other raters and other items like these",
    "items_only": "for other items, the raters held fixed",
    "these_raters_only": "these raters only",
}

MISSING_REASONS = {
    "cannot_judge": "“cannot judge”",
    "not_applicable": "not applicable",
    "declined": "declined",
    "not_asked": "not asked",
    "missing": "no value and no reason",
    "unpaired": "the only rating of its item",
    "item_without_truth": "on an item whose true answer is not given",
    "item_of_one_rater_only": "on an item that only one of the two rated",
    "item_of_one_side_only": "on an item that only one of the groups rated",
    "item_without_two_ratings_per_group": "on an item without two ratings from each group",
}

MISALIGNMENT = (
    "Disagreement between these groups beyond the disagreement inside them, for these raters and "
    "items; recruitment may explain it."
)
LARGE_P = (
    "A large p is not evidence of agreement: compare the interval with a margin that was set before "
    "the results were seen."
)
EXCHANGEABLE = (
    "The test asks whether the group labels could be exchanged between raters. It does not adjust for"
    " age or other continuous traits of the raters."
)
PARTS_NOTE = (
    "The parts sum to M. Severity is corrected for noise (exactly on complete data, approximately "
    "otherwise); spread and ordering are not separately unbiased."
)
SHARE_NOTE = "The share depends on how noisy the panel is, so shares are not compared across questions."
RANK_NOTE = "The rank distance has no scale points and is not compared across pairs of groups."
ITEM_GAPS_NOTE = (
    "Gaps on single items are descriptive: they are ranked after shrinking by their noise, not tested."
)
DIFFERENT_WORDINGS = (
    "These groups saw different wordings of this question; every figure across groups reflects that too."
)
UNEQUAL_SIZES_NOTE = (
    "The groups differ in size more than 1.5-fold, so the studentised p stands beside the plain one; "
    "read both with caution."
)


def reason_sentence(code: str) -> str:
    """Why a number or interval is absent."""
    return REASONS[Reason(code)]


def missing_phrase(reason: str) -> str:
    """Why ratings were left out; a reason of the study's own stands as it was given."""
    return MISSING_REASONS.get(reason, reason.replace("_", " "))


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


def test_sentence(test: Mapping[str, Any]) -> str:
    """What a permutation test says; `test` is a LabelTest's dict."""
    if test["p"] is None:
        return reason_sentence(test["reason"])
    n = f"{test['n_relabellings']:,}"
    drawn = f"all {n} relabellings" if test["method"] == "exact" else f"{n} random relabellings"
    text = (
        f"p = {_p(test['p'])} from {drawn} of whole raters; "
        f"the smallest p this design can reach is {_p(test['smallest_p'])}."
    )
    return f"{text} {LARGE_P}" if test["p"] > 0.05 else text


def direction_sentence(direction: Mapping[str, Any], first: str, second: str) -> str:
    """Who rates higher, in scale points; `direction` is an Estimate's dict."""
    value = direction["estimate"]
    if value is None:
        return reason_sentence(direction["reason"])
    if value == 0:
        return f"{first} and {second} rate equally high on average."
    above, below = (first, second) if value > 0 else (second, first)
    return f"{above} rate {abs(value):.2f} points above {below} on average."


def reading(observation: Mapping[str, Any]) -> str:
    """One observation in plain words; `observation` is an Observation's dict."""
    figures = observation["figures"]
    scope = " and ".join(observation["scope"])
    return _READINGS[Sign(observation["code"])].format(scope=scope, **_shown(figures))


_READINGS: dict[Sign, str] = {
    Sign.FEW_ITEMS: "{scope}: only {n_items} items have two ratings or more; intervals are wide.",
    Sign.FEW_RATERS: (
        "{scope}: {n_raters} raters. An interval that resamples items only speaks about these raters only."
    ),
    Sign.ONE_CATEGORY: "{scope}: every rating is {value}; agreement beyond chance is not defined.",
    Sign.SKEW: (
        "{scope}: {share} of the ratings are {value}. Chance-corrected agreement falls when one "
        "answer is this common, even when raters agree; read it beside a prevalence-robust "
        "coefficient."
    ),
    Sign.UNUSED_LEVELS: "{scope}: nobody used {values}. The scale still counts these values.",
    Sign.THIN_OVERLAP: (
        "{scope}: {n_single} of {n_items} items have a single rating and tell nothing about agreement"
        " inside the group."
    ),
    Sign.DISCONNECTED_RATERS: (
        "{scope}: the raters fall into {n_islands} sets that share no item; {n_outside} stand outside"
        " the largest."
    ),
    Sign.MANY_MISSING: "{scope}: {rate} of the ratings asked for hold no value.",
    Sign.UNEVEN_MISSING: (
        "Groups differ in how often they gave no value ({rates}); those who answer may differ."
    ),
    Sign.LEVEL_MATTERS: (
        "{scope}: read as interval, alpha would be {interval} instead of {ordinal} at the ordinal level."
    ),
    Sign.FEW_SHARED_ITEMS: "{scope}: only {n_shared} of {n_items} items have two ratings from both.",
    Sign.INCOMPLETE_UNBLOCKED_PLAN: (
        "{scope}: low power. The plan is incomplete and has no blocks, so a relabelling keeps only "
        "{share_kept} of the items."
    ),
    Sign.LOPSIDED_GROUPS: (
        "{scope}: group sizes differ more than 1.5-fold ({n_raters}); the studentised p is given too,"
        " read both with caution."
    ),
    Sign.COARSE_TEST: "{scope}: with so few raters the smallest p this test can reach is {smallest_p}.",
    Sign.JUDGE_IN_PAIR: (
        "{scope}: {judges} is a judge. The gap is estimated, but labels are not exchanged with a "
        "judge, so there is no test."
    ),
}


def _shown(figures: Mapping[str, Any]) -> dict[str, str]:
    return {name: _figure(name, value) for name, value in figures.items()}


def _figure(name: str, value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_figure(name, part)}" for key, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value)
    if isinstance(value, float):
        return f"{value:.0%}" if name in {"share", "share_kept", "rate", "rates"} else _p(value)
    return str(value)


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else f"{value:.1g}"
