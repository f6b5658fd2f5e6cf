"""The tables over all questions."""

from __future__ import annotations

from typing import Any

from rating.reporting.report import Question, Report
from rating.reporting.tables import Column, Kind, Table

MISALIGNMENT = "overview-misalignment"
AGREEMENT = "overview-agreement"
FLAGS = "overview-flags"
FLAG_PAIRS = "overview-flag-misalignment"

_COUNTS = (Column("Items", Kind.COUNT), Column("Raters", Kind.COUNT), Column("Ratings", Kind.COUNT))


def overview_tables(report: Report) -> list[Table]:
    """Every table over all questions, in reading order."""
    tables = []
    if report.rated:
        tables.append(agreement(report))
        if report.has_pairs:
            tables.insert(0, misalignment(report, report.rated, MISALIGNMENT))
    if report.flags:
        tables.append(flags(report))
        if report.has_pairs:
            tables.append(misalignment(report, report.flags, FLAG_PAIRS))
    return tables


def misalignment(report: Report, questions: list[Question], key: str) -> Table:
    """One row per question and pair: how far apart, which way, how sure."""
    is_flags = key == FLAG_PAIRS
    columns = [
        Column("Question"),
        Column("Groups"),
        Column("RMS gap", Kind.ESTIMATE),
        Column("Misalignment M", Kind.ESTIMATE),
        Column("Direction (first − second)", Kind.ESTIMATE),
        Column("p of M", Kind.P),
        Column("Adjusted p", Kind.P),
        Column("Smallest attainable p", Kind.P),
        *_COUNTS,
        Column("Left out"),
    ]
    rows = [_pair_row(report, question, pair) for question in questions for pair in question.result["pairs"]]
    what = "yes/no questions" if is_flags else "rated questions"
    unit = (
        "A yes counts 1, a no 0." if is_flags else "RMS gap and direction in scale points, M in squared ones."
    )
    note = f"{unit} In brackets intervals over items and raters. p adjusted within these {what}."
    return Table(key, f"How far groups pull apart: {what}", columns, rows, note=note)


def agreement(report: Report) -> Table:
    """One row per rated question and group: alpha at the scale's level."""
    columns = [
        Column("Question"),
        Column("Group"),
        Column("Level"),
        Column("Krippendorff’s alpha", Kind.ESTIMATE),
        *_COUNTS,
        Column("Left out"),
    ]
    rows = [
        [
            question.label,
            report.scope_name(part["scope"]),
            question.result["level"],
            part["estimates"]["alpha"],
            *_basis(report, part["estimates"]["alpha"]),
        ]
        for question in report.rated
        for part in question.result["within"]
    ]
    title = "How far each group agrees within itself: rated questions"
    return Table(AGREEMENT, title, columns, rows)


def flags(report: Report) -> Table:
    """One row per yes/no question and group: how often yes, and agreement fit for rare answers."""
    columns = [
        Column("Question"),
        Column("Group"),
        Column("Yes", Kind.SHARE),
        Column("Gwet’s AC1", Kind.ESTIMATE),
        Column("Positive agreement", Kind.ESTIMATE),
        Column("Negative agreement", Kind.ESTIMATE),
        Column("Krippendorff’s alpha", Kind.ESTIMATE),
        *_COUNTS,
        Column("Left out"),
    ]
    rows = [
        _flag_row(report, question, group["group"], yes_share(group))
        for question in report.flags
        for group in question.result["groups"]
    ]
    note = "AC1 and the agreements on yes and on no hold up where one answer is rare; alpha falls there."
    return Table(FLAGS, "Yes/no questions: how often yes, and agreement", columns, rows, note=note)


def yes_share(group: dict[str, Any]) -> float | None:
    """Share of the answers that are the scale's last value, "yes"; None without answers."""
    total = sum(group["counts"])
    return group["counts"][-1] / total if total else None


def _pair_row(report: Report, question: Question, pair: dict[str, Any]) -> list[Any]:
    found = pair["misalignment"]
    return [
        question.label,
        report.pair_name(pair["pair"]),
        found["rms_gap"],
        found["m"],
        found["direction"],
        found["test"]["p"],
        report.adjusted_p(question.key, pair["pair"]),
        found["test"]["smallest_p"],
        *_basis(report, found["m"]),
    ]


def _flag_row(report: Report, question: Question, group: str, share: float | None) -> list[Any]:
    part = next(part for part in question.result["within"] if part["scope"] == group)
    estimates = part["estimates"]
    names = ("ac1", "positive_agreement", "negative_agreement", "alpha")
    cells = [estimates.get(name) for name in names]
    return [question.label, report.scope_name(group), share, *cells, *_basis(report, estimates["alpha"])]


def _basis(report: Report, estimate: dict[str, Any]) -> list[Any]:
    counts = [estimate[name] for name in ("n_items", "n_raters", "n_ratings")]
    return [*counts, report.left_out(estimate["left_out"])]
