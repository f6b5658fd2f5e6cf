"""Misalignment of groups and what it is made of."""

from typing import Any

from rating.agreement.registered import BY_PARTS, JACKKNIFE, OURS, SCORED_LEVELS, Statistic
from rating.agreement.statistics.item_gaps import item_gaps
from rating.agreement.statistics.misalignment import misalignment
from rating.agreement.statistics.overall import overall_misalignment

_SZEKELY = "Székely and Rizzo 2013; definition in docs/methods.md"


def _of_misalignment(name: str, label: str, part: str, **properties: Any) -> Statistic:
    defaults: dict[str, Any] = {"reference": OURS, "intervals": JACKKNIFE, "largest": None, "shown": "main"}
    return Statistic(name, label, "across", misalignment, part=part, **(defaults | properties))


GAPS = (
    _of_misalignment(
        "m",
        "Misalignment M",
        "m",
        has_test=True,
        variants=("nominal", "squared", "absolute", "rank"),
        reference=_SZEKELY,
        intervals=BY_PARTS,
    ),
    _of_misalignment("rms_gap", "RMS gap", "rms_gap", levels=SCORED_LEVELS, intervals=BY_PARTS),
    _of_misalignment("share", "Share of disagreement", "share", largest=1.0),
    _of_misalignment("alpha_units", "Misalignment in alpha units", "alpha_units"),
    _of_misalignment(
        "direction", "Direction", "direction", levels=SCORED_LEVELS, is_symmetric=False, has_test=True
    ),
    _of_misalignment("severity", "Severity", "parts.severity", levels=SCORED_LEVELS),
    _of_misalignment("spread", "Spread", "parts.spread", levels=SCORED_LEVELS),
    _of_misalignment("ordering", "Ordering", "parts.ordering", levels=SCORED_LEVELS),
    Statistic(
        "overall_m",
        "Overall misalignment",
        "together",
        overall_misalignment,
        OURS,
        part="m",
        intervals=BY_PARTS,
        has_test=True,
        largest=None,
        shown="main",
    ),
    Statistic(
        "item_gaps",
        "Gaps on single items",
        "items",
        item_gaps,
        OURS,
        intervals=(),
        largest=None,
        shown="main",
    ),
)
