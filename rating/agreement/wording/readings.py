"""What each observation about the ratings means for a reader."""

from collections.abc import Mapping
from typing import Any

from rating.agreement.observations import Sign
from rating.agreement.wording.comparisons import p_figure


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
    Sign.OFF_SCALE: (
        "{n} values are not on the scale of the question ({counts}). They were declared as exceptions and "
        "enter no number; had they stood for answers, the numbers would differ."
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
        return f"{value:.0%}" if name in {"share", "share_kept", "rate", "rates"} else p_figure(value)
    return str(value)
