"""A workbook: ratings one row each; codebook, comments, decisions, items, raters on sheets of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from rating.services.adjudication_passages import passage_table
from rating.services.adjudication_table import adjudication_table
from rating.services.codebook import codebook_table
from rating.services.csv_cells import safe_text
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_formats.tables import wide_pages
from rating.services.export_tables import Cell, Row, comment_table, item_table, rater_table, wide_header

NAME = "ratings.xlsx"
# What a sheet can hold, the header among it.
MAX_ROWS = 1_048_576


def _cell(value: Cell) -> Any:
    """Texts that run nothing and hold no sign that the file format forbids; times without a zone, in UTC."""
    from datetime import UTC, datetime

    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, str):
        return safe_text(ILLEGAL_CHARACTERS_RE.sub("", value)) or None
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return value


def _write_sheets(book: Any, title: str, rows: Iterable[Row]) -> None:
    """As many sheets as the rows need, each with the header: "Ratings", "Ratings 2", …"""
    remaining = iter(rows)
    header = next(remaining)
    sheet, n, number = None, 0, 0
    for row in remaining:
        if sheet is None or n == MAX_ROWS:
            number += 1
            sheet, n = _sheet(book, title if number == 1 else f"{title} {number}", header), 1
        sheet.append([_cell(value) for value in row])
        n += 1
    if sheet is None:
        _sheet(book, title, header)


def _sheet(book: Any, title: str, header: Row) -> Any:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.append([_cell(name) for name in header])
    return sheet


def _ratings(source: ExportSource) -> Iterator[Row]:
    yield wide_header(source.columns)
    for page in wide_pages(source):
        yield from page


def write(source: ExportSource, folder: Path) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _write_sheets(book, "Ratings", _ratings(source))
    _write_sheets(book, "Codebook", codebook_table(source))
    _write_sheets(book, "Comments", comment_table(source.scope, source.gate))
    _write_sheets(book, "Adjudications", adjudication_table(source.scope))
    _write_sheets(book, "Adjudication passages", passage_table(source.scope))
    _write_sheets(book, "Items", item_table(source.scope))
    _write_sheets(book, "Raters", rater_table(source.scope))
    book.save(folder / NAME)


FORMAT = ExportFormat(
    key="xlsx",
    label=_("Excel workbook"),
    words=_("Ratings one row each, with sheets for codebook, comments, adjudications, items and raters."),
    ending="xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write=write,
    notes=(
        "ratings.xlsx: the sheets Ratings (continued on Ratings 2 where one is full), Codebook, "
        "Comments, Adjudications, Adjudication passages, Items, Raters have the columns of ratings-wide.csv, "
        "codebook.csv, comments.csv, adjudications.csv, adjudication-passages.csv, items.csv and raters.csv."
    ),
)
