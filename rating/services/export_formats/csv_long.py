"""Long CSV: one row per answer.

A rating's own cells are written once for all its answers, an answer's once for all ratings that gave it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from rating.queries.export_stream import Given, RatingPage
from rating.queries.exports import AnswerRow, RatingRow
from rating.services.csv_cells import csv_line, csv_text, number_text
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_tables import ANSWER_COLUMNS, GIVEN_COLUMNS, RATING_COLUMNS, time_of

NAME = "ratings-long.csv"
SAID = [name for name in ANSWER_COLUMNS if name not in GIVEN_COLUMNS]


def rating_cells(row: RatingRow) -> str:
    """The cells of RATING_COLUMNS as `csv_line` writes them."""
    active = "" if row.active_ms is None else row.active_ms
    submitted = row.submitted_at.astimezone(UTC).isoformat(timespec="seconds")[:19]
    return (
        f"{row.rating},{csv_text(row.item_id)},{csv_text(row.conversation_id)},{csv_text(row.rater)},"
        f"{csv_text(row.group)},{row.stage},{row.purpose},{row.occurrence},{row.rubric},"
        f"{row.rubric_version},{row.revision},{'true' if row.is_current else 'false'},{submitted}Z,{active},"
        f"{row.shown_order}"
    )


class AnswerCells:
    """The cells of an answer, in words once for all who gave it."""

    def __init__(self, answers: list[AnswerRow]) -> None:
        self._answers = answers
        self._cells: list[str] = []

    def known(self) -> list[str]:
        """Of every answer met by now, by its number."""
        for answer in self._answers[len(self._cells) :]:
            self._cells.append(csv_line(getattr(answer, name) for name in SAID))
        return self._cells


def _own_cells(row: RatingRow, one: Given, answers: list[AnswerRow]) -> str:
    """The cells of GIVEN_COLUMNS."""
    sure = "" if one.confidence is None else number_text(one.confidence)
    time = time_of(row, answers[one.number]) if row.question_ms else None
    return f"{sure},{'' if time is None else time}"


def page_text(page: RatingPage, cells: AnswerCells, answers: list[AnswerRow]) -> str:
    """The lines of one page."""
    lines, said = list[str](), cells.known()
    for row, given in zip(page.ratings, page.answers, strict=True):
        shared = rating_cells(row)
        lines += [f"{shared},{said[one[0]]},{_own_cells(row, one, answers)}\r\n" for one in given]
    return "".join(lines)


def pieces(source: ExportSource) -> Iterator[bytes]:
    """The file, a page of ratings at a time."""
    known = source.known
    cells = AnswerCells(known.rows)
    yield f"{csv_line([*RATING_COLUMNS, *ANSWER_COLUMNS])}\r\n".encode()
    for page in source.pages():
        yield page_text(page, cells, known.rows).encode()


def write(source: ExportSource, folder: Path) -> None:
    with (folder / NAME).open("wb") as file:
        file.writelines(pieces(source))


FORMAT = ExportFormat(
    key="csv-long",
    label=_("CSV, long"),
    words=_("One row per answer: for R, Python and databases."),
    ending="csv",
    media_type="text/csv",
    write=write,
)
