"""Long CSV: one row per answer.

A rating's own cells are written once for all its answers, an answer's once for all ratings that gave it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rating.queries.export_columns import WHOLE, ColumnPage
from rating.queries.exports import AnswerRow
from rating.services.column_text import (
    bytes_of,
    in_words,
    joined,
    moments,
    truths,
    whole_numbers,
)
from rating.services.csv_cells import csv_line, csv_text, number_text
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_tables import ANSWER_COLUMNS, GIVEN_COLUMNS, RATING_COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "ratings-long.csv"
# Texts that a spreadsheet might run, and those that the program itself made.
NAMES = ("item_id", "conversation_id", "rater", "group")
PLAIN = ("stage", "purpose", "rubric", "shown_order")
SAID = [name for name in ANSWER_COLUMNS if name not in GIVEN_COLUMNS]


def shared_cells(page: ColumnPage) -> pa.Array:
    """The cells of RATING_COLUMNS of every rating, with commas between."""
    cells = dict(page.ratings)
    for name in WHOLE:
        cells[name] = whole_numbers(cells[name])
    for name in NAMES:
        cells[name] = in_words(cells[name], csv_text)
    for name in PLAIN:
        cells[name] = cells[name].cast("string")
    cells["is_current"] = truths(cells["is_current"])
    cells["submitted_at"] = moments(cells["submitted_at"])
    return joined(*(cells[name] for name in RATING_COLUMNS), between=",")


def answer_cells(answer: AnswerRow) -> str:
    """Those that all who gave an answer share."""
    return csv_line(getattr(answer, name) for name in SAID)


def page_text(page: ColumnPage, said: list[str]) -> bytes:
    """The lines of one page. `said`: the cells of every answer known by now."""
    import pyarrow as pa

    return bytes_of(
        joined(
            shared_cells(page).take(pa.array(page.places)),
            ",",
            pa.array(said, pa.string()).take(pa.array(page.numbers)),
            ",",
            in_words(page.confidence, number_text),
            ",",
            whole_numbers(page.question_ms),
            "\r\n",
        )
    )


def pieces(source: ExportSource) -> Iterator[bytes]:
    """The file, a page of ratings at a time."""
    answers, said = source.known.rows, list[str]()
    yield f"{csv_line([*RATING_COLUMNS, *ANSWER_COLUMNS])}\r\n".encode()
    for page in source.columns_of_pages():
        said += map(answer_cells, answers[len(said) :])
        yield page_text(page, said)


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
