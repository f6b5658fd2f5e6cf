"""The pages of an analysis: overview, a question, its items, one item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotation.errors import Code, DomainError
from rating.agreement.wording import missing_phrase
from rating.models import Analysis
from rating.queries.report_blocks import Blocks, FigureBlock, TableBlock
from rating.reporting import overview_tables, question_tables, sentences
from rating.reporting.report import GroupName, Question, Report, question_label
from rating.reporting.tables import Table
from rating.reporting.words import CAPTIONS, TERMS

N_TOP_ITEMS = 5


@dataclass(frozen=True)
class QuestionSection:
    """One question of the report."""

    question: Question
    summary: str
    sentences: list[str]
    within: str
    levels: str
    check: str
    figures: list[FigureBlock]
    tables: list[TableBlock]
    more: list[TableBlock]
    readings: list[str]
    top_items: list[dict[str, Any]]
    groups: list[str]


@dataclass(frozen=True)
class ReportPage:
    """The whole report."""

    report: Report
    summaries: list[tuple[Question, str]]
    figures: list[FigureBlock]
    sections: list[QuestionSection]
    flag_figure: FigureBlock | None
    flag_tables: list[TableBlock]
    # Yes/no questions with a gap, each with its sentence; then those without.
    flag_summaries: list[tuple[Question, str]]
    quiet_flags: list[Question]
    left_out: str
    missing: list[tuple[str, int]]
    groups: list[GroupName]
    not_analysed: list[dict[str, str]]
    n_warnings: int
    words: Sequence[tuple[str, str]] = TERMS


def report_of(analysis: Analysis) -> Report:
    """The finished analysis's results; NOT_FOUND while there are none."""
    if analysis.finished_at is None or analysis.snapshot is None:
        raise DomainError(Code.NOT_FOUND, "This analysis has no results yet.")
    return Report(analysis.results, analysis.snapshot.description)


def question_of(report: Report, key: str) -> Question:
    question = report.question(key)
    if question is None:
        raise DomainError(Code.NOT_FOUND, "This analysis has no such question.")
    return question


def all_tables(report: Report) -> list[Table]:
    """Every table of the report, in reading order."""
    tables = overview_tables.overview_tables(report)
    return [*tables, *(t for q in report.questions for t in question_tables.question_tables(report, q))]


def table_of(report: Report, key: str) -> Table:
    """One table by its key."""
    for table in all_tables(report):
        if table.key == key:
            return table
    raise DomainError(Code.NOT_FOUND, "This analysis has no such table.")


def report_page(analysis: Analysis) -> ReportPage:
    """The report's page, rated questions first, yes/no questions together after them."""
    report, blocks = report_of(analysis), Blocks.of(analysis)
    tables = {table.key: table for table in overview_tables.overview_tables(report)}
    groups = _legend(report)
    return ReportPage(
        report=report,
        summaries=_summaries(report, report.rated),
        figures=_present(
            blocks.figure(tables[key], CAPTIONS[name], groups if name == "agreement" else ())
            for key, name in (
                (overview_tables.MISALIGNMENT, "misalignment"),
                (overview_tables.AGREEMENT, "agreement"),
            )
            if key in tables
        ),
        sections=[question_section(report, blocks, question) for question in report.rated],
        flag_figure=blocks.figure(tables[overview_tables.FLAGS], CAPTIONS["flags"], groups)
        if report.flags
        else None,
        flag_tables=[
            blocks.table(tables[key])
            for key in (overview_tables.FLAGS, overview_tables.FLAG_PAIRS)
            if key in tables
        ],
        flag_summaries=_summaries(report, [q for q in report.flags if sentences.has_gap(report, q)]),
        quiet_flags=[q for q in report.flags if not sentences.has_gap(report, q)],
        left_out=snapshot_left_out(analysis),
        missing=_missing(analysis),
        groups=groups,
        not_analysed=[
            {"label": question_label(part["question"]), "why": part["why"]}
            for part in analysis.results["not_analysed"]
        ],
        n_warnings=sum(entry["kind"] == "warning" for entry in analysis.log),
    )


def question_section(report: Report, blocks: Blocks, question: Question) -> QuestionSection:
    """Everything the report says about one question."""
    tables = {table.key.removeprefix(f"{question.key}-"): table for table in _tables(report, question)}
    shown = [tables[name] for name in ("misalignment", "tests", "across", "within") if name in tables]
    more = [tables[name] for name in ("levels", "distances", "overall") if name in tables]
    if question.is_flag:
        shown += [tables[name] for name in ("distribution", "parts") if name in tables]
    return QuestionSection(
        question=question,
        summary=sentences.summary(report, question),
        sentences=sentences.pair_sentences(report, question),
        within=sentences.within_sentence(report, question),
        levels=sentences.level_sentence(report, question),
        check=sentences.check_sentence(question),
        figures=_present(
            blocks.figure(tables[name], CAPTIONS[name], _legend(report) if name == "distribution" else ())
            for name in ("distribution", "parts")
            if name in tables
        ),
        tables=[blocks.table(table) for table in shown],
        more=[blocks.table(table) for table in more],
        readings=[report.reading(found) for found in question.result["diagnostics"]],
        top_items=ranked_items(report, question, blocks.items)[:N_TOP_ITEMS],
        groups=[report.scope_name(key) for key in question.result["item_gaps"]["groups"]],
    )


def ranked_items(report: Report, question: Question, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Items by how far groups pull apart on them: code, names of the pair, gaps, means and n by group."""
    gaps = question.result["item_gaps"]
    return [
        {
            **row,
            "code": row["item"].partition("#")[0],
            "label": labels.get(row["item"].partition("#")[0], row["item"]),
            "pair_name": report.pair_name(row["pair"]),
            "cells": [row["groups"][key] for key in gaps["groups"]],
        }
        for row in gaps["rows"]
    ]


def snapshot_left_out(analysis: Analysis) -> str:
    """What the snapshot did not take, in words."""
    snapshot = analysis.snapshot
    parts = snapshot.description["left_out"] if snapshot else []
    return "; ".join(_part_words(part) for part in parts) or "nothing"


def _missing(analysis: Analysis) -> list[tuple[str, int]]:
    counts = analysis.snapshot.description["counts"]["missing"] if analysis.snapshot else {}
    return [(missing_phrase(reason), n) for reason, n in counts.items()]


def _part_words(part: dict[str, Any]) -> str:
    if part["purpose"] == "answered_again":
        return f"{part['n']:,} answers that the same rater gave again later"
    kind = "" if part["purpose"] == "quota" else f", {part['purpose']}"
    return f"{part['n']:,} ratings (stage {part['stage']}{kind})"


def _tables(report: Report, question: Question) -> list[Table]:
    return question_tables.question_tables(report, question)


def _summaries(report: Report, questions: list[Question]) -> list[tuple[Question, str]]:
    return [(question, sentences.summary(report, question)) for question in questions]


def _legend(report: Report) -> list[GroupName]:
    present = set(report.results["groups"])
    return [group for group in report.groups.values() if group.key in present]


def _present(figures: Iterable[FigureBlock | None]) -> list[FigureBlock]:
    return [figure for figure in figures if figure is not None]
