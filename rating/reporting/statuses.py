"""Which tables hold what was laid down beforehand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rating.reporting.report import Question, Report
from rating.reporting.sensitivity_tables import PAIRS as SENSITIVITY_PAIRS
from rating.reporting.sensitivity_tables import WITHIN as SENSITIVITY_WITHIN
from rating.reporting.standing import Word
from rating.reporting.stratum_tables import PAIRS as STRATA_PAIRS
from rating.reporting.stratum_tables import WITHIN as STRATA_WITHIN
from rating.reporting.tables import Table

_WITHIN = {"within", "overview-agreement", "overview-flags"}
_PAIRS = {"misalignment", "tests", "overview-misalignment", "overview-flag-misalignment"}
_SENSITIVITY = {SENSITIVITY_WITHIN, SENSITIVITY_PAIRS}
_STRATA = {STRATA_WITHIN, STRATA_PAIRS}


def with_status(report: Report, tables: Iterable[Table]) -> list[Table]:
    """The tables, each saying whether it was planned; a note tells which part of it was."""
    return [_told(report, table) for table in tables]


def _told(report: Report, table: Table) -> Table:
    word, which = _status(report, table)
    note = f"{table.note} {which}".strip()
    return replace(table, status=str(word), note=note)


def _status(report: Report, table: Table) -> tuple[Word, str]:
    if not report.standing.is_planned:
        return Word.EXPLORATORY, ""
    name = table.key.removeprefix(f"{table.question}-") if table.question else table.key
    questions = [q for q in report.questions if not table.question or q.key == table.question]
    if name in _PAIRS:
        return _of_pairs(report)
    if name in _WITHIN:
        return _of_coefficients(report, table, questions)
    is_planned = (
        name in _SENSITIVITY
        or (name in _STRATA and bool(report.standing.options.get("strata")))
        or (name.startswith("further-") and _has_further_primary(report, questions))
    )
    if not is_planned:
        return Word.EXPLORATORY, ""
    return (
        (Word.PARTLY, _primary_note(report, questions)) if name.startswith("further-") else (Word.PLANNED, "")
    )


def _of_pairs(report: Report) -> tuple[Word, str]:
    pairs = {tuple(pair["pair"]) for question in report.questions for pair in question.result["pairs"]}
    declared = [pair for pair in sorted(pairs) if report.standing.declares_pair(pair)]
    if len(declared) == len(pairs):
        return Word.PLANNED, ""
    names = ", ".join(report.pair_name(pair) for pair in declared)
    return Word.PARTLY, f"Planned: {names}; the other pairs are exploratory."


def _of_coefficients(report: Report, table: Table, questions: list[Question]) -> tuple[Word, str]:
    """Planned where the primary coefficients stand in this table; its other columns are exploratory."""
    shown = [q for q in questions if _primary(report, q)[0] in q.result["within"][0]["estimates"]]
    if table.key == "overview-agreement":
        shown = [question for question in shown if _primary(report, question)[0] == "alpha"]
    if not shown:
        return Word.EXPLORATORY, ""
    is_whole = len(shown) == len(questions) and table.key == "overview-agreement"
    return (Word.PLANNED, "") if is_whole else (Word.PARTLY, _primary_note(report, shown))


def _has_further_primary(report: Report, questions: list[Question]) -> bool:
    return any(
        row["name"] == _primary(report, question)[0]
        for question in questions
        for row in question.result["within"][0].get("further", [])
    )


def _primary_note(report: Report, questions: list[Question]) -> str:
    names = dict.fromkeys(" ".join(part for part in _primary(report, q) if part) for q in questions)
    words = ", ".join(name.replace("_", " ") for name in names)
    return f"Planned: {words}; the other coefficients are exploratory."


def _primary(report: Report, question: Question) -> tuple[str, str]:
    return report.standing.primary_of(question.key)
