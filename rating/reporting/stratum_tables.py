"""Pooled numbers beside those by stratum of items: a good average can hide disagreement where it matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rating.reporting.report import Question, Report
from rating.reporting.tables import Column, Kind, Table

ALL_ITEMS = "All items"
WITHIN, PAIRS = "strata-within", "strata-pairs"


def stratum_tables(report: Report, question: Question) -> list[Table]:
    """Agreement within groups and misalignment by stratum; none where items are not parted."""
    if not report.strata(question):
        return []
    return [within(report, question), *([pairs(report, question)] if question.result["pairs"] else [])]


def within(report: Report, question: Question) -> Table:
    """Alpha of every group, on all items and on those of each stratum."""
    names = ["alpha", *(["ac1"] if question.scale["measurement"] == "nominal" else [])]
    labels = {"alpha": f"alpha ({question.result['level']})", "ac1": "AC1"}
    scopes = [part["scope"] for part in question.result["within"]]
    columns = [
        Column("Items of"),
        Column("Items", Kind.COUNT),
        *(
            Column(f"{report.scope_name(scope)}: {labels[name]}", Kind.ESTIMATE)
            for scope in scopes
            for name in names
        ),
    ]
    pooled = {part["scope"]: part["estimates"] for part in question.result["within"]}
    rows = [[ALL_ITEMS, _n_items(question), *(pooled[scope].get(name) for scope in scopes for name in names)]]
    for stratum in report.strata(question):
        found = {part["scope"]: part for part in stratum["within"]}
        cells = [found.get(scope, {}).get(name) for scope in scopes for name in names]
        rows.append([report.stratum_name(stratum), stratum["n_items"], *cells])
    title = f"{question.label}: agreement within groups, pooled and by stratum"
    note = "The strata of one factor part all rated items. Nothing is tested here."
    return Table(f"{question.key}-{WITHIN}", title, columns, rows, question.key, note)


def pairs(report: Report, question: Question) -> Table:
    """Misalignment of every pair, on all items and on those of each stratum."""
    columns = [
        Column("Items of"),
        Column("Groups"),
        Column("Items", Kind.COUNT),
        Column("RMS gap", Kind.ESTIMATE),
        Column("Misalignment M", Kind.ESTIMATE),
        Column("Direction (first − second)", Kind.ESTIMATE),
    ]
    rows = [
        _row(report, ALL_ITEMS, _n_items(question), pair["pair"], pair["misalignment"])
        for pair in question.result["pairs"]
    ]
    rows += [
        _row(report, report.stratum_name(stratum), stratum["n_items"], pair["pair"], pair)
        for stratum in report.strata(question)
        for pair in stratum["pairs"]
    ]
    title = f"{question.label}: misalignment, pooled and by stratum"
    return Table(f"{question.key}-{PAIRS}", title, columns, rows, question.key)


def _row(report: Report, name: str, n_items: int, pair: list[str], found: Mapping[str, Any]) -> list[Any]:
    return [name, report.pair_name(pair), n_items, found["rms_gap"], found["m"], found["direction"]]


def _n_items(question: Question) -> int:
    n_items: int = question.result["counts"]["n_items"]
    return n_items
