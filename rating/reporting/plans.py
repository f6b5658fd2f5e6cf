"""What a simulated plan can show, in sentences and tables; from stored results only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rating.agreement.planning.wording import plan_sentence
from rating.reporting.tables import Column, Kind, Table, number_text

UNITS = {"points": "scale points", "item_sds": "SD of the items"}
NAMES = {"m": "Misalignment M", "rms_gap": "RMS gap", "alpha": "Krippendorff’s alpha"}
GAPS = {
    "shift": "one group rates higher on every item",
    "item_gap": "the gap differs from item to item (its standard deviation)",
}


def findings(settings: Mapping[str, Any], result: Mapping[str, Any]) -> list[str]:
    """The answer in a few sentences, the most important first."""
    outlook, needed = result["outlook"], result["needed"]
    unit = UNITS[outlook["expected"]["unit"]]
    sentences = []
    if outlook["curve"]:
        sentences += [_power(settings, outlook, unit), _detectable(outlook, unit)]
    sentences += [_width(part) for part in outlook["intervals"] if part["statistic"] != "m"]
    if outlook["smallest_p"] is not None:
        sentences.append(f"The smallest p that the test can reach is {outlook['smallest_p']:.2g}.")
    if needed is not None:
        sentences.append(_needed(needed, outlook, unit))
    return sentences


def warnings(result: Mapping[str, Any]) -> list[str]:
    """What to know of this plan before it is carried out."""
    return [plan_sentence(observation) for observation in result["outlook"]["observations"]]


def curve_table(result: Mapping[str, Any]) -> Table:
    """Power by gap, as the figure shows it."""
    outlook = result["outlook"]
    unit = UNITS[outlook["expected"]["unit"]]
    columns = [
        Column(f"Gap, {unit}"),
        Column("RMS gap on the scale", Kind.NUMBER),
        Column("Found", Kind.SHARE),
        Column("Monte-Carlo error", Kind.SHARE),
    ]
    rows = [
        [f"{point['gap']:g}", point["rms_gap"], point["power"], point["std_error"]]
        for point in outlook["curve"]
    ]
    return Table("power", "How often each gap would be found", columns, rows)


def interval_table(result: Mapping[str, Any]) -> Table:
    """What to expect of every interval."""
    columns = [
        Column("Number"),
        Column("True value", Kind.NUMBER),
        Column("Mean width", Kind.NUMBER),
        Column("Error of the width", Kind.NUMBER),
        Column("Holds the truth", Kind.SHARE),
        Column("Monte-Carlo error", Kind.SHARE),
        Column("Without an interval", Kind.SHARE),
    ]
    names = ("truth", "width", "width_error", "coverage", "coverage_error", "share_without")
    rows = [[_name(part), *(part[name] for name in names)] for part in result["outlook"]["intervals"]]
    return Table("widths", "Intervals to expect, at the gap you expect", columns, rows)


def search_table(result: Mapping[str, Any]) -> Table:
    """The numbers of raters that the search tried."""
    columns = [
        Column("Raters in each group", Kind.COUNT),
        Column("Found", Kind.SHARE),
        Column("Monte-Carlo error", Kind.SHARE),
    ]
    tried = sorted(result["needed"]["tried"], key=lambda row: row["n_raters"])
    rows = [[row["n_raters"], row["value"], row["std_error"]] for row in tried]
    return Table("raters", "Numbers of raters tried", columns, rows)


def _power(settings: Mapping[str, Any], outlook: Mapping[str, Any], unit: str) -> str:
    gap = outlook["expected"][outlook["options"]["vary"]]
    point = next(point for point in outlook["curve"] if point["gap"] == gap)
    sizes = " and ".join(f"{group['n_raters']} {group['name']}" for group in settings["groups"])
    return (
        f"With {sizes} on {settings['n_items']} items, a gap of {gap:g} {unit} would be found in "
        f"{_of_100(point['power'])} of 100 such studies (± {_of_100(2 * point['std_error'])}), by the "
        f"permutation test at p ≤ {outlook['options']['level']:g}."
    )


def _detectable(outlook: Mapping[str, Any], unit: str) -> str:
    found = outlook["detectable"]
    target = _of_100(found["target_power"])
    if found["gap"] is None:
        most = outlook["curve"][-1]["gap"]
        return f"No gap up to {most:g} {unit} would be found in {target} of 100 studies."
    error = "" if found["std_error"] is None else f" (± {number_text(2 * found['std_error'])})"
    return (
        f"The smallest gap found in {target} of 100 studies is {number_text(found['gap'])} {unit}{error}: "
        f"an RMS gap of {number_text(found['rms_gap'])} points on the rounded scale."
    )


def _width(part: Mapping[str, Any]) -> str:
    name = _name(part)
    if part["width"] is None:
        return f"{name}: no interval can be given."
    return (
        f"{name}: the interval would be {number_text(part['width'])} wide on average, around a true value of "
        f"{number_text(part['truth'])}."
    )


def _needed(needed: Mapping[str, Any], outlook: Mapping[str, Any], unit: str) -> str:
    gap = outlook["expected"][outlook["options"]["vary"]]
    goal = f"to find a gap of {gap:g} {unit} in {_of_100(needed['target'])} of 100 studies"
    if needed["n_raters"] is None:
        return f"Even {needed['most']} raters in each group are too few {goal}."
    return f"About {needed['n_raters']} raters in each group are needed {goal}, all else as planned."


def _name(part: Mapping[str, Any]) -> str:
    name = NAMES[part["statistic"]]
    return f"{name}, {part['group']}" if part["group"] else name


def _of_100(share: float) -> str:
    return f"{100 * share:.0f}"
