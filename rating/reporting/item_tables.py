"""One item's ratings by group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rating.reporting.report import Question, Report
from rating.reporting.tables import Column, Kind, Table


def item_row(question: Question, unit: str) -> Mapping[str, Any] | None:
    """The item's line in the ranking of a question; None where groups cannot be compared on it."""
    rows = question.result["item_gaps"]["rows"]
    return next((row for row in rows if row["item"] == unit), None)


def item_table(report: Report, question: Question, unit: str) -> Table | None:
    """How many raters of each group chose which point for the item."""
    row = item_row(question, unit)
    if row is None:
        return None
    columns = [
        Column("Group"),
        *(Column(f"{value:g}", Kind.COUNT) for value in question.scale["values"]),
        Column("Ratings", Kind.COUNT),
        Column("Mean", Kind.NUMBER),
    ]
    rows = [
        [
            report.scope_name(key),
            *row["groups"][key]["counts"],
            row["groups"][key]["n"],
            row["groups"][key]["mean"],
        ]
        for key in question.result["item_gaps"]["groups"]
    ]
    key = f"{question.key}-item-{unit.replace('#', '-')}"
    return Table(key, f"{question.label}: ratings of this item", columns, rows, question.key)
