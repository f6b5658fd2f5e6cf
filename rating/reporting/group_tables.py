"""Each group against all others, judge models against each group, and what a group settles on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rating.reporting.report import Question, Report
from rating.reporting.tables import Column, Kind, Table

AGAINST, JUDGES, LABELS, RATERS = "against", "judges", "labels", "raters"


def group_tables(report: Report, question: Question) -> list[Table]:
    """Association, judges and labels, those that have rows."""
    tables = (against(report, question), judges(report, question), labels(report, question))
    return [table for table in tables if table.rows]


def against(report: Report, question: Question) -> Table:
    """The group association index with both of its parts."""
    columns = [
        Column("Group"),
        Column("Set against"),
        Column("GAI", Kind.ESTIMATE),
        Column("In-group cohesion (alpha)", Kind.ESTIMATE),
        Column("Cross-group cohesion (xRR)", Kind.ESTIMATE),
        Column("p", Kind.P),
        Column("Adjusted p", Kind.P),
        Column("Smallest attainable p", Kind.P),
    ]
    rows = [
        [
            report.scope_name(row["group"]),
            ", ".join(report.scope_name(key) for key in row["others"]),
            row["gai"],
            row["in_group"],
            row["cross_group"],
            row["test"]["p"],
            row["test"]["adjusted_p"],
            row["test"]["smallest_p"],
        ]
        for row in question.result.get("against", [])
    ]
    note = "Above 1: the group agrees more with itself than with the others. p adjusted over the groups."
    title = f"{question.label}: each group against the others"
    return Table(f"{question.key}-{AGAINST}", title, columns, rows, question.key, note)


def judges(report: Report, question: Question) -> Table:
    """The alternative annotator test of each judge model against each group of people."""
    columns = [
        Column("Judge"),
        Column("Group"),
        Column("Epsilon", Kind.NUMBER),
        Column("Share of raters it may stand in for", Kind.ESTIMATE),
        Column("Mean advantage", Kind.ESTIMATE),
        Column("Raters compared", Kind.COUNT),
    ]
    rows = [
        [
            row["judge"],
            report.scope_name(row["group"]),
            row["epsilon"],
            row["winning_rate"],
            row["advantage"],
            len(row["comparisons"]),
        ]
        for row in question.result.get("judges", [])
    ]
    note = "Holds for this question, these items and this epsilon only (Calderon, Reichart and Dror 2025)."
    title = f"{question.label}: may a judge model stand in for a member of the group?"
    return Table(f"{question.key}-{JUDGES}", title, columns, rows, question.key, note)


def labels(report: Report, question: Question) -> Table:
    """How many items a group settles on, and on how many a minority may well be right."""
    columns = [
        Column("Group"),
        Column("Answers watched"),
        Column("Items", Kind.COUNT),
        Column("With a majority", Kind.COUNT),
        Column("Tied", Kind.COUNT),
        Column("With a credible minority", Kind.COUNT),
        Column("With any watched answer", Kind.COUNT),
        Column("With credible watched answers", Kind.COUNT),
    ]
    rows = [
        _label_row(report.scope_name(group), found)
        for group, found in question.result.get("labels", {}).items()
    ]
    note = "Credible: more of the group gave the answer than slips of one rater in twenty would explain."
    title = f"{question.label}: what each group settles on"
    return Table(f"{question.key}-{LABELS}", title, columns, rows, question.key, note)


def raters(report: Report, question: Question) -> Table:
    """How each rater's answers lie beside those of the own group."""
    columns = [
        Column("Rater"),
        Column("Group"),
        Column("Ratings", Kind.COUNT),
        Column("Mean", Kind.NUMBER),
        Column("SD", Kind.NUMBER),
        Column("Commonest answer", Kind.NUMBER),
        Column("How often", Kind.SHARE),
        Column("Items compared", Kind.COUNT),
        Column("Mean difference from the group", Kind.NUMBER),
    ]
    names = ("n_ratings", "mean", "sd", "top_value", "top_share", "n_compared", "difference")
    rows = [
        [row["rater"], report.scope_name(row["group"]), *(row[name] for name in names)]
        for row in question.result.get("raters", [])
    ]
    title = f"{question.label}: raters beside their group"
    return Table(f"{question.key}-{RATERS}", title, columns, rows, question.key)


def _label_row(name: str, found: Mapping[str, Any]) -> list[Any]:
    watched = found["watched"] or {}
    values = ", ".join(f"{value:g}" for value in watched.get("values", []))
    counts = [found[key] for key in ("n_items", "n_majority", "n_ties", "n_with_credible_minority")]
    return [
        name,
        values or "none",
        *counts,
        watched.get("n_items_with_any"),
        watched.get("n_items_credible"),
    ]
