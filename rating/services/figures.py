"""The figures of an analysis: which ones there are, drawn once, kept with the numbers they show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from textwrap import wrap
from typing import Any

from rating.models import Analysis, Figure
from rating.plots.distributions import GroupBars, distribution_chart
from rating.plots.intervals import interval_chart
from rating.plots.shares import Share, share_chart
from rating.plots.svg import draw_png, draw_svg
from rating.reporting import overview_tables, question_tables
from rating.reporting.cautions import table_caution
from rating.reporting.overview_tables import yes_share
from rating.reporting.question_tables import PART_LABELS
from rating.reporting.report import Question, Report
from rating.reporting.sentences import LIMIT, is_apart, summary, within_sentence
from rating.services.comparison_figures import Drawing, comparison_drawings, mark

# Characters in a line of a drawing's caution.
CAUTION_WIDTH = 70


def draw_figures(report: Report, progress: Callable[[float], None]) -> list[Figure]:
    """All figures of the report, unsaved and without their analysis."""
    from altair.utils.schemapi import debug_mode

    # Else every part of a chart is held against the schema as it is made, and then the whole chart again.
    with debug_mode(arg=False):
        drawings = list(_drawings(report))
    figures = []
    for position, drawing in enumerate(drawings):
        figures.append(_figure(_cautioned(report, drawing), position))
        progress((position + 1) / len(drawings))
    return figures


def replace_figures(analysis: Analysis, figures: list[Figure]) -> None:
    """Keep these figures and no others; called inside the transaction that stores the results."""
    Figure.objects.filter(analysis=analysis).delete()
    for figure in figures:
        figure.analysis = analysis
    Figure.objects.bulk_create(figures)


def _drawings(report: Report) -> Iterator[Drawing]:
    if report.rated:
        if report.has_pairs:
            yield _overview_misalignment(report)
        yield _overview_agreement(report)
    for question in report.rated:
        yield _distribution(report, question)
        if any(pair["misalignment"]["parts"]["printed"] for pair in question.result["pairs"]):
            yield _parts(report, question)
        yield from comparison_drawings(report, question)
    if report.flags:
        yield _flags(report)


def _cautioned(report: Report, drawing: Drawing) -> Drawing:
    """The drawing itself says where groups read different words: it travels without its page."""
    words = table_caution(report, drawing.table)
    if not words:
        return drawing
    title = {"text": wrap(words, CAUTION_WIDTH), "anchor": "start", "fontSize": 11, "fontWeight": "normal"}
    return replace(
        drawing, description=f"{words} {drawing.description}", spec={**drawing.spec, "title": title}
    )


def _figure(drawing: Drawing, position: int) -> Figure:
    svg = draw_svg(drawing.spec)
    columns, rows = drawing.table.flat()
    return Figure(
        key=drawing.table.key,
        position=position,
        question_key=drawing.table.question,
        title=drawing.title,
        description=drawing.description,
        spec=drawing.spec,
        svg=svg,
        png=draw_png(svg),
        table={"columns": columns, "rows": rows},
    )


def _overview_misalignment(report: Report) -> Drawing:
    marks = [
        mark(
            question.label,
            report.pair_name(pair["pair"]),
            pair["misalignment"]["rms_gap"],
            is_hollow=not is_apart(report.adjusted_p(question.key, pair["pair"])),
        )
        for question in report.rated
        for pair in question.result["pairs"]
    ]
    table = overview_tables.misalignment(report, report.rated, overview_tables.MISALIGNMENT)
    spec = interval_chart(marks, title="RMS gap, scale points")
    words = " ".join(f"{question.label}: {summary(report, question)}" for question in report.rated)
    return Drawing(table, "How far groups pull apart, question by question", words, spec)


def _overview_agreement(report: Report) -> Drawing:
    marks = [
        mark(
            question.label,
            report.scope_name(part["scope"]),
            part["estimates"]["alpha"],
            number=0 if part["pooled"] else report.groups[part["scope"]].number,
            is_hollow=part["pooled"],
        )
        for question in report.rated
        for part in question.result["within"]
    ]
    spec = interval_chart(marks, title="Krippendorff’s alpha")
    words = " ".join(f"{question.label}: {within_sentence(report, question)}" for question in report.rated)
    title = "How far each group agrees within itself"
    return Drawing(overview_tables.agreement(report), title, words, spec)


def _distribution(report: Report, question: Question) -> Drawing:
    values = [float(value) for value in question.scale["values"]]
    groups = [
        GroupBars(
            report.scope_name(group["group"]),
            report.groups[group["group"]].number,
            [n / max(1, sum(group["counts"])) for n in group["counts"]],
            group["mean"],
        )
        for group in question.result["groups"]
    ]
    spec = distribution_chart(values, groups, title=f"{question.label}, % of each group’s ratings")
    means = [f"{group.name} {group.mean:.2f}" for group in groups if group.mean is not None]
    words = f"Bars of the share of ratings at each point, one row per group. Means: {', '.join(means)}."
    title = f"{question.label}: how each group uses the scale"
    return Drawing(question_tables.distribution(report, question), title, words, spec)


def _parts(report: Report, question: Question) -> Drawing:
    marks, words = [], []
    for pair in question.result["pairs"]:
        parts, name = pair["misalignment"]["parts"], report.pair_name(pair["pair"])
        marks += [mark(name, PART_LABELS[part], parts[part]) for part in parts["printed"]]
        said = [f"{PART_LABELS[part].lower()} {_said(parts[part])}" for part in parts["printed"]]
        words.append(f"{name}: {', '.join(said)}." if said else f"{name}: not defined.")
    spec = interval_chart(marks, title="Part of M, squared scale points")
    title = f"{question.label}: what the misalignment is made of"
    return Drawing(question_tables.parts(report, question), title, " ".join(words), spec)


def _flags(report: Report) -> Drawing:
    shares = [
        Share(question.label, report.groups[group["group"]].number, yes_share(group))
        for question in report.flags
        for group in question.result["groups"]
    ]
    spec = share_chart(shares, title="Yes, % of each group’s answers")
    known = [share.share for share in shares if share.share is not None]
    reach = f"between {100 * min(known):.0f} and {100 * max(known):.0f} %" if known else "never"
    words = f"Over all groups and questions the answer is yes in {reach} of the answers."
    return Drawing(overview_tables.flags(report), "How often each group says yes", words, spec)


def _said(estimate: dict[str, Any]) -> str:
    value = estimate["estimate"]
    return "not defined" if value is None else f"{value:.2f}"


# How the page explains full and hollow marks: one place for the limit that decides.
HOLLOW = f"A full mark: the adjusted permutation test finds a gap (p at most {LIMIT}). Hollow: it does not."
