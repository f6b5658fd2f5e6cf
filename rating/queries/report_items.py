"""The page of one item in an analysis: what was read, and how each group rated it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from annotation.errors import Code, DomainError
from annotation.models import Item
from rating.models import Analysis
from rating.plots.strips import Strip, strip_chart
from rating.plots.svg import inline_svg
from rating.queries.report_blocks import Download, FigureBlock
from rating.reporting.item_tables import item_row, item_table
from rating.reporting.report import Question, Report
from rating.reporting.tables import Table, number_text


@dataclass(frozen=True)
class ItemQuestion:
    """One question's ratings of the item; the figure is absent for yes/no questions."""

    question: Question
    rank: int
    n_items: int
    words: str
    figure: FigureBlock


@dataclass(frozen=True)
class ItemPage:
    turns: list[dict[str, Any]]
    responses: list[str]
    content_notes: list[str]
    factors: list[dict[str, str]]
    questions: list[ItemQuestion]
    flags: Table | None


def item_page(analysis: Analysis, report: Report, item: Item) -> ItemPage:
    """What raters read, then every rated question's dots, then how often each flag was set."""
    units = _units(item)
    rows = [
        (question, unit)
        for question in report.rated
        for unit in units
        if item_row(question, unit) is not None
    ]
    return ItemPage(
        turns=_turns(item),
        responses=[response.text for response in item.responses.all() if response.text],
        content_notes=list(item.content_notes),
        factors=[
            {"label": value.factor.name, "value": value.value}
            for value in item.factors.select_related("factor").order_by("factor__name")
            if report.sees_hidden or not value.factor.is_hidden
        ],
        questions=[_question(analysis, report, question, item, unit) for question, unit in rows],
        flags=_flags(report, units),
    )


def item_drawing(report: Report, key: str, item: Item) -> tuple[Table, str]:
    """Table and drawing of one question about the item, by the table's key."""
    for question in report.rated:
        for unit in _units(item):
            table = item_table(report, question, unit)
            if table is not None and table.key == key:
                return table, _drawing(report, question, unit)
    raise DomainError(Code.NOT_FOUND, "There is no such figure of this item.")


def _units(item: Item) -> Sequence[str]:
    """The item, and its second, third … response: see `rating.services.numbers`."""
    further = [response.position for response in item.responses.all() if response.position > 1]
    return [item.code, *(f"{item.code}#{position}" for position in further)]


def _turns(item: Item) -> list[dict[str, Any]]:
    speakers = {"seeker": ("person", "Person seeking support"), "supporter": ("supporter", "Supporter")}
    return [
        {"role": speakers[turn.speaker][0], "speaker": speakers[turn.speaker][1], "text": turn.text}
        for turn in item.conversation.turns.all()
    ]


def _question(analysis: Analysis, report: Report, question: Question, item: Item, unit: str) -> ItemQuestion:
    row, table = item_row(question, unit), item_table(report, question, unit)
    if row is None or table is None:
        raise AssertionError("only units with ratings come here")
    means = [
        f"{report.scope_name(key)} {number_text(row['groups'][key]['mean'])}"
        for key in question.result["item_gaps"]["groups"]
        if row["groups"][key]["mean"] is not None
    ]
    args = [analysis.study.code, analysis.code, item.code, table.key]
    kinds = (("svg", "SVG"), ("png", "PNG"), ("csv", "CSV"), ("tex", "LaTeX"))
    figure = FigureBlock(
        id=f"figure-{table.key}",
        title=question.label,
        caption=question.text,
        alt=f"Ratings of this item by group. Means: {', '.join(means)}.",
        svg=_inlined(_drawing(report, question, unit)),
        table=table.shown(),
        downloads=[
            Download(reverse("analysis_item_file", args=[*args, kind]), label) for kind, label in kinds
        ],
    )
    gap, shrunk = number_text(row["gap"]), number_text(row["shrunk_gap"])
    words = f"{report.pair_name(row['pair'])}: gap {gap}, shrunk {shrunk}"
    return ItemQuestion(question, row["rank"], question.result["item_gaps"]["n_items"], words, figure)


def _inlined(svg: str) -> SafeString:
    # Our own drawing: words in it are escaped.
    return mark_safe(inline_svg(svg))  # noqa: S308


def _drawing(report: Report, question: Question, unit: str) -> str:
    row = item_row(question, unit)
    groups = question.result["item_gaps"]["groups"]
    strips = [
        Strip(report.groups[key].name, report.groups[key].number, row["groups"][key]["counts"] if row else [])
        for key in groups
    ]
    return strip_chart(question.scale["values"], strips)


def _flags(report: Report, units: Sequence[str]) -> Table | None:
    """How many raters of each group said yes: one row per flag that anybody set."""
    from rating.reporting.tables import Column, Kind

    found = [(question, item_row(question, unit)) for question in report.flags for unit in units]
    rows = [
        (question, row)
        for question, row in found
        if row is not None and any(group["counts"][-1] for group in row["groups"].values())
    ]
    if not rows:
        return None
    keys = rows[0][0].result["item_gaps"]["groups"]
    columns = [Column("Question"), *(Column(report.scope_name(key), Kind.TEXT) for key in keys)]
    cells = [
        [
            question.label,
            *(f"{row['groups'][key]['counts'][-1]} of {row['groups'][key]['n']}" for key in keys),
        ]
        for question, row in rows
    ]
    return Table("item-flags", "How many said yes", columns, cells)
