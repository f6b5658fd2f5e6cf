"""Every other registered coefficient, by group and by pair: its name, its variant, where it was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rating.reporting.report import Question, Report
from rating.reporting.tables import Column, Kind, Table

FURTHER = "further"
_COLUMNS = (
    Column("Coefficient"),
    Column("Variant"),
    Column("Level"),
    Column("Value", Kind.ESTIMATE),
    Column("Items", Kind.COUNT),
    Column("Raters", Kind.COUNT),
    Column("Ratings", Kind.COUNT),
    # Last: on a phone the value comes first.
    Column("Published in"),
)


def further_tables(report: Report, question: Question) -> list[Table]:
    """One table for each group, for all human groups, and for each pair."""
    tables = [
        _table(question, part["scope"], report.scope_name(part["scope"]), part.get("further", []))
        for part in question.result["within"]
    ]
    tables += [
        _table(question, "-".join(pair["pair"]), report.pair_name(pair["pair"]), pair.get("further", []))
        for pair in question.result["pairs"]
    ]
    return [table for table in tables if table.rows]


def _table(question: Question, key: str, name: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    from rating.agreement.registry import REGISTRY  # loads every statistic

    published = {entry.name: entry.reference for entry in REGISTRY}
    title = f"{question.label}: further coefficients, {name}"
    cells = [
        [
            row["label"],
            ", ".join(_words(word) for word in (row["choice"], row["part"]) if word)
            or _words(row["variant"]),
            row["level"],
            row,
            *(row[count] for count in ("n_items", "n_raters", "n_ratings")),
            published.get(row["name"], ""),
        ]
        for row in rows
    ]
    return Table(f"{question.key}-{FURTHER}-{key}", title, _COLUMNS, cells, question.key)


def _words(name: str) -> str:
    return name.replace("_", " ")
