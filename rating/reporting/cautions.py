"""Where groups read different words: every comparison of them says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rating.reporting.overview_tables import AGREEMENT, FLAG_PAIRS, FLAGS, MISALIGNMENT
from rating.reporting.report import Question, Report
from rating.reporting.tables import Table

WHY = "A difference between groups may come from the words."


def caution(report: Report, question: Question) -> str:
    """One sentence where a group that rated the question read words of its own; else nothing."""
    names = [report.scope_name(key) for key in worded_apart(report, question)]
    if not names:
        return ""
    return f"Groups read different words for this question (words of their own: {', '.join(names)}). {WHY}"


def worded_apart(report: Report, question: Question) -> list[str]:
    """Groups with words of their own among those that rated; of one group alone there is no comparison."""
    rated = [group["group"] for group in question.result["groups"]]
    return [key for key in question.worded_for if key in rated] if len(rated) > 1 else []


def caution_over(report: Report, questions: Sequence[Question]) -> str:
    """The same for a table or figure over several questions."""
    labels = [question.label for question in questions if worded_apart(report, question)]
    if not labels:
        return ""
    return f"Groups read different words for: {', '.join(labels)}. {WHY}"


def table_caution(report: Report, table: Table) -> str:
    """What a table has to say, by the question or the questions it is about."""
    question = report.question(table.question) if table.question else None
    if question:
        return caution(report, question)
    of_kind = {
        MISALIGNMENT: report.rated,
        AGREEMENT: report.rated,
        FLAGS: report.flags,
        FLAG_PAIRS: report.flags,
    }
    return caution_over(report, of_kind.get(table.key, report.questions))


def with_cautions(report: Report, tables: Iterable[Table]) -> list[Table]:
    """The tables, each saying where its groups read different words."""
    return [replace(table, caution=table_caution(report, table)) for table in tables]
