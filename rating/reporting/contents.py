"""Every table of a report, by the page that shows it."""

from __future__ import annotations

from collections.abc import Callable

from rating.reporting import (
    further_tables,
    group_tables,
    overview_tables,
    question_tables,
    rater_tables,
    sensitivity_tables,
    stratum_tables,
)
from rating.reporting.cautions import with_cautions
from rating.reporting.report import Question, Report
from rating.reporting.statuses import with_status
from rating.reporting.tables import Table

Tables = Callable[[Report, Question], list[Table]]
# Pages beside a question's first, by the last part of their address; in the order of their tabs.
PARTS: dict[str, Tables] = {
    "strata": stratum_tables.stratum_tables,
    "sensitivity": sensitivity_tables.sensitivity_tables,
    "coefficients": further_tables.further_tables,
    "groups": group_tables.group_tables,
    "raters": lambda report, question: [group_tables.raters(report, question)],
}
PART_LABELS = {
    "strata": "By stratum",
    "sensitivity": "Other choices",
    "coefficients": "All coefficients",
    "groups": "Groups and labels",
    "raters": "Raters",
}


def _told(report: Report, tables: list[Table]) -> list[Table]:
    """What is true of every table: its standing, and where groups read different words."""
    return with_cautions(report, with_status(report, tables))


def main_tables(report: Report, question: Question) -> list[Table]:
    """The tables of a question's first page, in reading order."""
    return _told(report, question_tables.question_tables(report, question))


def part_tables(report: Report, question: Question, part: str) -> list[Table]:
    """The tables of another page of the question; those without rows are left out."""
    return [table for table in _told(report, PARTS[part](report, question)) if table.rows]


def parts_of(report: Report, question: Question) -> list[str]:
    """The pages that have something to show."""
    return [part for part in PARTS if part_tables(report, question, part)]


def overview(report: Report) -> list[Table]:
    """The tables over all questions."""
    return _told(report, overview_tables.overview_tables(report))


def raters_at_work(report: Report) -> Table:
    """The table of the raters' page."""
    return _told(report, [rater_tables.raters_at_work(report)])[0]


def all_tables(report: Report) -> list[Table]:
    """Every table of the report, in reading order."""
    tables = overview(report)
    for question in report.questions:
        tables += main_tables(report, question)
        tables += [table for part in PARTS for table in part_tables(report, question, part)]
    at_work = raters_at_work(report)
    return [*tables, *([at_work] if at_work.rows else [])]
