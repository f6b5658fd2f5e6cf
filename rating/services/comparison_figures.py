"""Figures that set the main result beside others: by stratum, under other choices, group against the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rating.plots.intervals import Mark, interval_chart
from rating.reporting import group_tables, sensitivity_tables, stratum_tables
from rating.reporting.report import Question, Report
from rating.reporting.tables import Table


@dataclass(frozen=True)
class Drawing:
    """A figure before it is drawn. It bears the key of the table that holds its numbers."""

    table: Table
    title: str
    description: str
    spec: dict[str, Any]


def comparison_drawings(report: Report, question: Question) -> Iterator[Drawing]:
    """Those of one rated question that have something to compare."""
    if report.strata(question):
        yield _strata(report, question)
    if question.result["pairs"] and sensitivity_tables.versions(question):
        yield _sensitivity(report, question)
    if question.result.get("against"):
        yield _against(report, question)


def mark(
    panel: str, row: str, estimate: Mapping[str, Any], *, number: int = 0, is_hollow: bool = False
) -> Mark:
    """A mark of an interval chart, from an estimate."""
    return Mark(panel, row, estimate["estimate"], estimate["low"], estimate["high"], number, is_hollow)


def _strata(report: Report, question: Question) -> Drawing:
    parts = [
        (stratum_tables.ALL_ITEMS, part["scope"], part["estimates"]["alpha"])
        for part in question.result["within"]
    ]
    parts += [
        (report.stratum_name(stratum), part["scope"], part["alpha"])
        for stratum in report.strata(question)
        for part in stratum["within"]
    ]
    marks = [
        mark(name, report.scope_name(scope), estimate, number=report.number_of(scope))
        for name, scope, estimate in parts
        if scope in report.groups
    ]
    words = "Krippendorff’s alpha of each group on all items, then on the items of each stratum."
    title = f"{question.label}: agreement by stratum"
    spec = interval_chart(marks, title=f"Krippendorff’s alpha ({question.result['level']})")
    return Drawing(stratum_tables.within(report, question), title, words, spec)


def _sensitivity(report: Report, question: Question) -> Drawing:
    table = sensitivity_tables.pairs(report, question)
    names = [column.label for column in table.columns]
    pair, version, gap = names.index("Groups"), names.index("Version"), names.index("RMS gap")
    marks = [
        mark(row[pair], row[version], row[gap], is_hollow=row[version] != sensitivity_tables.MAIN)
        for row in table.rows
    ]
    words = "The RMS gap of every pair in the main result, then under each other choice, with intervals."
    title = f"{question.label}: would other choices change the result?"
    return Drawing(table, title, words, interval_chart(marks, title="RMS gap, scale points"))


def _against(report: Report, question: Question) -> Drawing:
    table = group_tables.against(report, question)
    labels = {"gai": "GAI", "in_group": "In-group (alpha)", "cross_group": "Cross-group (xRR)"}
    marks = [
        mark(label, report.scope_name(row["group"]), row[name], number=report.number_of(row["group"]))
        for name, label in labels.items()
        for row in question.result["against"]
    ]
    words = "Each group’s association index, then its agreement within itself and with all others."
    title = f"{question.label}: each group against the others"
    return Drawing(table, title, words, interval_chart(marks, title="Index, alpha, xRR"))
