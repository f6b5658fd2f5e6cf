"""What a test and a direction between two groups say."""

from collections.abc import Mapping
from typing import Any

from rating.agreement.wording.absences import reason_sentence
from rating.agreement.wording.notes import LARGE_P


def test_sentence(test: Mapping[str, Any]) -> str:
    """What a permutation test says; `test` is a LabelTest's dict."""
    if test["p"] is None:
        return reason_sentence(test["reason"])
    n = f"{test['n_relabellings']:,}"
    drawn = f"all {n} relabellings" if test["method"] == "exact" else f"{n} random relabellings"
    text = (
        f"p = {p_figure(test['p'])} from {drawn} of whole raters; "
        f"the smallest p this design can reach is {p_figure(test['smallest_p'])}."
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


def p_figure(value: float) -> str:
    """A p value, or a number of its size."""
    return f"{value:.3f}" if value >= 0.001 else f"{value:.1g}"
