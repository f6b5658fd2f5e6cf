"""The pages of an analysis: overview, a question, its items, one item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotation.errors import Code, DomainError
from rating.agreement.wording import missing_phrase
from rating.models import Analysis
from rating.queries.report_blocks import Blocks, FigureBlock, TableBlock
from rating.queries.standing import standing_of
from rating.reporting import contents, overview_tables, sentences, stratum_tables
from rating.reporting.cautions import caution
from rating.reporting.contents import all_tables
from rating.reporting.report import GroupName, Question, Report, question_label
from rating.reporting.sensitivity_tables import unchanged
from rating.reporting.tables import Table
from rating.reporting.version_words import version_lines
from rating.reporting.words import CAPTIONS, TERMS

N_TOP_ITEMS = 5


@dataclass(frozen=True)
class QuestionSection:
    """One question of the report. `caution`: said where groups read different words."""

    question: Question
    caution: str
    summary: str
    sentences: list[str]
    within: str
    levels: str
    check: str
    figures: list[FigureBlock]
    tables: list[TableBlock]
    more: list[TableBlock]
    strata: FigureBlock | None
    parts: list[tuple[str, str]]
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
    # What the rules left out of the main result, each with its counts.
    excluded: list[dict[str, Any]]
    n_warnings: int
    # How ratings made with several versions of the rubric come together; empty where there is one.
    versions: list[str]
    words: Sequence[tuple[str, str]] = TERMS


def report_of(analysis: Analysis, *, sees_hidden: bool = True) -> Report:
    """The finished analysis's results; NOT_FOUND while there are none."""
    if analysis.finished_at is None or analysis.snapshot is None:
        raise DomainError(Code.NOT_FOUND, "This analysis has no results yet.")
    return Report(analysis.results, analysis.snapshot.description, standing_of(analysis), sees_hidden)


def question_of(report: Report, key: str) -> Question:
    question = report.question(key)
    if question is None:
        raise DomainError(Code.NOT_FOUND, "This analysis has no such question.")
    return question


def table_of(report: Report, key: str) -> Table:
    """One table by its key."""
    for table in all_tables(report):
        if table.key == key:
            return table
    raise DomainError(Code.NOT_FOUND, "This analysis has no such table.")


def report_page(analysis: Analysis, report: Report) -> ReportPage:
    """The report's page, rated questions first, yes/no questions together after them."""
    blocks = Blocks.of(analysis)
    tables = {table.key: table for table in contents.overview(report)}
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
        excluded=analysis.results.get("excluded", []),
        versions=_versions(analysis),
        n_warnings=sum(entry["kind"] == "warning" for entry in analysis.log),
    )


def question_section(report: Report, blocks: Blocks, question: Question) -> QuestionSection:
    """Everything the report says about one question."""
    own = [*contents.main_tables(report, question), *contents.part_tables(report, question, "strata")]
    tables = {table.key.removeprefix(f"{question.key}-"): table for table in own}
    shown = [tables[name] for name in ("misalignment", "tests", "across", "within") if name in tables]
    more = [tables[name] for name in ("levels", "distances", "overall") if name in tables]
    if question.is_flag:
        shown += [tables[name] for name in ("distribution", "parts") if name in tables]
    strata = None if report.hides_strata(question) else tables.get(stratum_tables.WITHIN)
    return QuestionSection(
        question=question,
        caution=caution(report, question),
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
        strata=blocks.figure(strata, CAPTIONS[stratum_tables.WITHIN]) if strata else None,
        parts=[(part, contents.PART_LABELS[part]) for part in contents.parts_of(report, question)],
        readings=[report.reading(found) for found in question.result["diagnostics"]],
        top_items=ranked_items(report, question, blocks.items)[:N_TOP_ITEMS],
        groups=[report.scope_name(key) for key in question.result["item_gaps"]["groups"]],
    )


@dataclass(frozen=True)
class PartPage:
    """One of the further pages of a question."""

    question: Question
    part: str
    label: str
    figures: list[FigureBlock]
    tables: list[TableBlock]
    # Versions that changed nothing, each with its reason.
    remarks: list[str]
    # Items on which a group's watched answers are credible: name of the group, then code and name of each.
    watched: list[tuple[str, list[tuple[str, str]]]]


def part_page(report: Report, blocks: Blocks, question: Question, part: str) -> PartPage:
    """A further page of a question; NOT_FOUND for one that there is not."""
    if part not in contents.PARTS:
        raise DomainError(Code.NOT_FOUND, "This report has no such page.")
    tables = contents.part_tables(report, question, part)
    drawn = [] if part == "strata" and report.hides_strata(question) else tables
    return PartPage(
        question=question,
        part=part,
        label=contents.PART_LABELS[part],
        figures=_present(
            blocks.figure(table, CAPTIONS.get(table.key.removeprefix(f"{question.key}-"), ""))
            for table in drawn
        ),
        tables=[blocks.table(table) for table in tables],
        remarks=unchanged(question) if part == "sensitivity" else [],
        watched=_watched(report, blocks, question) if part == "groups" else [],
    )


def _watched(report: Report, blocks: Blocks, question: Question) -> list[tuple[str, list[tuple[str, str]]]]:
    found = []
    for group, summary in question.result.get("labels", {}).items():
        units = (summary["watched"] or {}).get("examples", [])
        codes = dict.fromkeys(unit.partition("#")[0] for unit in units)
        if codes:
            links = [(code, blocks.items.get(code, code)) for code in codes]
            found.append((report.scope_name(group), links))
    return found


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


def _versions(analysis: Analysis) -> list[str]:
    """How versions of the rubric came together, and whether that was laid down."""
    head = analysis.snapshot.description if analysis.snapshot else {}
    lines = version_lines(head)
    is_chosen = bool(lines) and head["pooling"]["use"] != "equivalent"
    if is_chosen and analysis.plan is not None and not analysis.plan.options.get("versions"):
        lines.append("This was chosen when the analysis was started: its plan says nothing of versions.")
    return lines


def _missing(analysis: Analysis) -> list[tuple[str, int]]:
    counts = analysis.snapshot.description["counts"]["missing"] if analysis.snapshot else {}
    return [(missing_phrase(reason), n) for reason, n in counts.items()]


def _part_words(part: dict[str, Any]) -> str:
    if part["purpose"] == "answered_again":
        return f"{part['n']:,} answers that the same rater gave again later"
    if part["purpose"] == "other_version":
        return f"{part['n']:,} ratings made with another version of the rubric"
    kind = "" if part["purpose"] == "quota" else f", {part['purpose']}"
    return f"{part['n']:,} ratings (stage {part['stage']}{kind})"


def _summaries(report: Report, questions: list[Question]) -> list[tuple[Question, str]]:
    return [(question, sentences.summary(report, question)) for question in questions]


def _legend(report: Report) -> list[GroupName]:
    present = set(report.results["groups"])
    return [group for group in report.groups.values() if group.key in present]


def _present(figures: Iterable[FigureBlock | None]) -> list[FigureBlock]:
    return [figure for figure in figures if figure is not None]
