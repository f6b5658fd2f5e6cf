"""The tables of one question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rating.agreement.wording import interval_phrase
from rating.reporting.report import Question, Report
from rating.reporting.tables import Column, Kind, Table

_ITEMS = Column("Items", Kind.COUNT)
_RATERS = Column("Raters", Kind.COUNT)
_RATINGS = Column("Ratings", Kind.COUNT)
_LEFT_OUT = Column("Left out")

_WITHIN_LABELS = {
    "alpha": "Krippendorff’s alpha",
    "percent_agreement": "Percent agreement",
    "ac1": "Gwet’s AC1",
    "positive_agreement": "Positive agreement",
    "negative_agreement": "Negative agreement",
}
PART_LABELS = {
    "severity": "Severity",
    "spread": "Spread",
    "ordering": "Ordering",
    "spread_and_ordering": "Spread and ordering",
}


def question_tables(report: Report, question: Question) -> list[Table]:
    """Every table of the question, in reading order."""
    tables = [distribution(report, question), within(report, question), levels(report, question)]
    if question.result["pairs"]:
        tables += [across(report, question), misalignment(report, question), tests(report, question)]
        tables += [parts(report, question), other_distances(report, question)]
    if question.result["overall"]:
        tables.append(overall(report, question))
    if question.result["item_gaps"]["rows"]:
        tables.append(items(report, question))
    return [table for table in tables if table.rows]


def distribution(report: Report, question: Question) -> Table:
    """How often each group gave each value, and how often none."""
    labels = [
        f"{value:g} {label}".strip() if label else f"{value:g}"
        for value, label in zip(question.scale["values"], question.scale["labels"], strict=True)
    ]
    columns = [
        Column("Group"),
        *(Column(label, Kind.COUNT) for label in labels),
        Column("Mean", Kind.NUMBER),
        Column("SD", Kind.NUMBER),
        _ITEMS,
        _RATERS,
        _RATINGS,
        Column("Without a usable value", Kind.SHARE),
        _LEFT_OUT,
    ]
    rows = [
        [
            report.scope_name(group["group"]),
            *group["counts"],
            group["mean"],
            group["sd"],
            group["n_items"],
            group["n_raters"],
            group["n_ratings"],
            group["missing_rate"],
            report.left_out(group["left_out"]),
        ]
        for group in question.result["groups"]
    ]
    return Table(
        f"{question.key}-distribution", f"{question.label}: ratings by group", columns, rows, question.key
    )


def within(report: Report, question: Question) -> Table:
    """Agreement inside each group and inside all human groups pooled."""
    names = [name for name in _WITHIN_LABELS if name in question.result["within"][0]["estimates"]]
    level = question.result["level"]
    heads = [_WITHIN_LABELS[name] + (f" ({level})" if name == "alpha" else "") for name in names]
    columns = [
        Column("Group"),
        *(Column(head, Kind.ESTIMATE) for head in heads),
        Column("Items with two ratings", Kind.COUNT),
        _ITEMS,
        _RATERS,
        _RATINGS,
        _LEFT_OUT,
    ]
    rows = [
        [
            report.scope_name(part["scope"]),
            *(part["estimates"][name] for name in names),
            part["estimates"]["alpha"]["n_pairable"],
            *_basis(report, part["estimates"]["alpha"]),
        ]
        for part in question.result["within"]
    ]
    note = _interval_note(part["estimates"][name] for part in question.result["within"] for name in names)
    title = f"{question.label}: agreement within groups"
    return Table(f"{question.key}-within", title, columns, rows, question.key, note)


def levels(report: Report, question: Question) -> Table:
    """Alpha read at other levels of measurement, for these raters only, and by another program."""
    names = list(question.result["within"][0]["alpha_by_level"])
    version = question.result["within"][0]["cross_check"]["package_version"]
    columns = [
        Column("Group"),
        *(Column(f"Alpha, {name}", Kind.NUMBER) for name in names),
        Column("Alpha, items resampled only", Kind.ESTIMATE),
        Column(f"krippendorff {version}", Kind.NUMBER),
        Column("Difference from ours"),
    ]
    rows = [
        [
            report.scope_name(part["scope"]),
            *(part["alpha_by_level"][name] for name in names),
            part["estimates"]["alpha_items_only"],
            part["cross_check"]["package"],
            _difference(part["cross_check"]["difference"]),
        ]
        for part in question.result["within"]
    ]
    title = f"{question.label}: alpha at other levels, and cross-checked"
    note = "Resampling items only holds these raters fixed: its interval says nothing about other raters."
    return Table(f"{question.key}-levels", title, columns, rows, question.key, note)


def across(report: Report, question: Question) -> Table:
    """Agreement across each pair of groups."""
    level = question.result["level"]
    columns = [
        Column("Groups"),
        Column(f"xRR ({level})", Kind.ESTIMATE),
        Column("Normalised xRR", Kind.ESTIMATE),
        _ITEMS,
        _RATERS,
        _RATINGS,
        _LEFT_OUT,
    ]
    rows = [
        [report.pair_name(p["pair"]), p["xrr"], p["normalised_xrr"], *_basis(report, p["xrr"])]
        for p in question.result["pairs"]
    ]
    note = "xRR: cross-replication reliability. Normalised: divided by the root of both groups’ alphas."
    title = f"{question.label}: agreement across groups"
    return Table(f"{question.key}-across", title, columns, rows, question.key, note)


def misalignment(report: Report, question: Question) -> Table:
    """How far each pair of groups pulls apart beyond the disagreement inside them."""
    columns = [
        Column("Groups"),
        Column("Misalignment M", Kind.ESTIMATE),
        Column("RMS gap", Kind.ESTIMATE),
        Column("Direction (first − second)", Kind.ESTIMATE),
        Column("Share", Kind.ESTIMATE),
        Column("Alpha units", Kind.ESTIMATE),
        _ITEMS,
        _RATERS,
        _RATINGS,
        _LEFT_OUT,
    ]
    names = ("m", "rms_gap", "direction", "share", "alpha_units")
    rows = [
        [
            report.pair_name(p["pair"]),
            *(p["misalignment"][name] for name in names),
            *_basis(report, p["misalignment"]["m"]),
        ]
        for p in question.result["pairs"]
    ]
    title = f"{question.label}: misalignment"
    how = _interval_note(p["misalignment"][name] for p in question.result["pairs"] for name in names)
    note = f"{_unit(question)} {how}".strip()
    return Table(f"{question.key}-misalignment", title, columns, rows, question.key, note)


def tests(report: Report, question: Question) -> Table:
    """Permutation tests of M and of the direction."""
    columns = [
        Column("Groups"),
        Column("p of M", Kind.P),
        Column("Adjusted p", Kind.P),
        Column("Smallest attainable p", Kind.P),
        Column("Relabellings", Kind.COUNT),
        Column("Method"),
        Column("Items kept", Kind.SHARE),
        Column("Studentised p", Kind.P),
        Column("p of direction", Kind.P),
    ]
    rows = [_test_row(report, question, p["pair"], p["misalignment"]) for p in question.result["pairs"]]
    title = f"{question.label}: permutation tests"
    note = "Group labels are exchanged over whole raters. The p of the direction is not adjusted."
    return Table(f"{question.key}-tests", title, columns, rows, question.key, note)


def parts(report: Report, question: Question) -> Table:
    """M taken apart: one row per pair and part."""
    columns = [Column("Groups"), Column("Part"), Column("Value", Kind.ESTIMATE)]
    rows = [
        [report.pair_name(p["pair"]), label, estimate]
        for p in question.result["pairs"]
        for label, estimate in _summands(p["misalignment"])
    ]
    title = f"{question.label}: severity, spread and ordering"
    return Table(f"{question.key}-parts", title, columns, rows, question.key, _unit(question))


def other_distances(report: Report, question: Question) -> Table:
    """M, share and alpha units under the other distances, with their tests."""
    columns = [
        Column("Groups"),
        Column("Distance"),
        Column("M", Kind.ESTIMATE),
        Column("Share", Kind.ESTIMATE),
        Column("Alpha units", Kind.ESTIMATE),
        Column("p of M", Kind.P),
    ]
    rows = [
        [
            report.pair_name(p["pair"]),
            name,
            found["m"],
            found["share"],
            found["alpha_units"],
            found["test"]["p"],
        ]
        for p in question.result["pairs"]
        for name, found in p["misalignment"]["other_distances"].items()
    ]
    title = f"{question.label}: misalignment under other distances"
    return Table(f"{question.key}-distances", title, columns, rows, question.key)


def overall(report: Report, question: Question) -> Table:
    """All human groups at once."""
    found = question.result["overall"]
    columns = [
        Column("Groups"),
        Column("Mean of the pairs’ M", Kind.ESTIMATE),
        Column("p", Kind.P),
        Column("Smallest attainable p", Kind.P),
        _ITEMS,
        _RATERS,
        _RATINGS,
        _LEFT_OUT,
    ]
    names = ", ".join(report.scope_name(group) for group in found["groups"])
    test = found["test"]
    row = [names, found["m"], test["p"], test["smallest_p"], *_basis(report, found["m"])]
    title = f"{question.label}: all human groups at once"
    return Table(f"{question.key}-overall", title, columns, [row], question.key)


def items(report: Report, question: Question) -> Table:
    """Items ranked by how far the groups pull apart on them."""
    gaps = question.result["item_gaps"]
    columns = [
        Column("Item"),
        Column("Groups furthest apart"),
        Column("Rank", Kind.COUNT),
        Column("Gap", Kind.NUMBER),
        Column("Gap, shrunk by its noise", Kind.NUMBER),
        *(
            column
            for key in gaps["groups"]
            for column in (
                Column(f"Mean, {report.scope_name(key)}", Kind.NUMBER),
                Column(f"Ratings, {report.scope_name(key)}", Kind.COUNT),
            )
        ),
    ]
    rows = [
        [
            row["item"],
            report.pair_name(row["pair"]),
            row["rank"],
            row["gap"],
            row["shrunk_gap"],
            *(
                cell
                for key in gaps["groups"]
                for cell in (row["groups"][key]["mean"], row["groups"][key]["n"])
            ),
        ]
        for row in gaps["rows"]
    ]
    title = f"{question.label}: items on which groups pull apart most"
    return Table(f"{question.key}-items", title, columns, rows, question.key)


def _summands(found: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The printed parts of M and, last, M itself."""
    parts = found["parts"]
    return [*((PART_LABELS[name], parts[name]) for name in parts["printed"]), ("M, their sum", found["m"])]


def _test_row(report: Report, question: Question, pair: list[str], found: Mapping[str, Any]) -> list[Any]:
    test = found["test"]
    return [
        report.pair_name(pair),
        test["p"],
        report.adjusted_p(question.key, pair),
        test["smallest_p"],
        test["n_relabellings"] if test["method"] else None,
        {"exact": "all of them", "monte_carlo": "drawn at random"}.get(test["method"] or "", "no test"),
        test["share_kept"],
        test["studentised_p"],
        found["direction_test"]["p"],
    ]


def _basis(report: Report, estimate: Mapping[str, Any]) -> list[Any]:
    """Counts that belong to the columns Items, Raters, Ratings, Left out."""
    counts = [estimate[name] for name in ("n_items", "n_raters", "n_ratings")]
    return [*counts, report.left_out(estimate["left_out"])]


def _interval_note(estimates: Iterable[Mapping[str, Any]]) -> str:
    """How the intervals of a table were made: every way that occurs, once."""
    phrases = {interval_phrase(estimate): None for estimate in estimates if estimate["low"] is not None}
    return " ".join(f"In brackets the {phrase}" for phrase in phrases)


def _unit(question: Question) -> str:
    if question.is_flag:
        return "A yes counts 1, a no 0."
    return "M and its parts in squared scale points; RMS gap and direction in scale points."


def _difference(value: float | None) -> str | None:
    if value is None:
        return None
    return "none" if value < 1e-12 else f"{value:.1g}"
