"""A workbook: ratings one row each; codebook, comments, decisions, items, raters on sheets of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from annotation.errors import Code, DomainError
from rating.services.adjudication_passages import passage_table
from rating.services.adjudication_table import adjudication_table
from rating.services.codebook import codebook_table
from rating.services.csv_cells import safe_text
from rating.services.export_formats import sheet_xml
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_formats.sheet_xml import MAX_COLUMNS, cells_of, fill_sheets, n_sheets, rows_of
from rating.services.export_formats.wide_arrays import wide_arrays
from rating.services.export_tables import Cell, Row, comment_table, item_table, rater_table, wide_header

if TYPE_CHECKING:
    import pyarrow as pa

NAME, RATINGS = "ratings.xlsx", "Ratings"


def _cell(value: Cell) -> Any:
    """Texts that run nothing and hold no sign that the file format forbids; times without a zone, in UTC."""
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
        if sheet is None or n == sheet_xml.MAX_ROWS:
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


def _too_wide(n: int) -> DomainError:
    return DomainError(
        Code.INVALID,
        _gettext("The table has %(n)s columns; a sheet of a workbook holds %(most)s. Take CSV or Parquet.")
        % {"n": n, "most": MAX_COLUMNS},
    )


def _write_frames(book: Any, header: Row, n: int) -> list[str]:
    """Sheets that wait for their rows, with their places in the file."""
    for number in range(1, n + 1):
        sheet = _sheet(book, RATINGS if number == 1 else f"{RATINGS} {number}", header)
        sheet.append([datetime(2000, 1, 1)])  # noqa: DTZ001 (a sheet knows no zones)
    return [f"xl/worksheets/sheet{number}.xml" for number in range(1, n + 1)]


def _rows(source: ExportSource, time_style: str) -> Iterator[pa.Array]:
    for columns in wide_arrays(source):
        yield rows_of([cells_of(column, time_style) for column in columns])


def write(source: ExportSource, folder: Path) -> None:
    from openpyxl import Workbook

    source.keep_pages()
    header = wide_header(source.columns)
    if len(header) > MAX_COLUMNS:
        raise _too_wide(len(header))
    book = Workbook(write_only=True)
    names = _write_frames(book, header, n_sheets(source.n_kept))
    _write_sheets(book, "Codebook", codebook_table(source))
    _write_sheets(book, "Comments", comment_table(source.scope, source.gate))
    _write_sheets(book, "Adjudications", adjudication_table(source.scope))
    _write_sheets(book, "Adjudication passages", passage_table(source.scope))
    _write_sheets(book, "Items", item_table(source.scope))
    _write_sheets(book, "Raters", rater_table(source.scope))
    frames = folder / "frames.xlsx"
    book.save(frames)
    fill_sheets(frames, folder / NAME, names, lambda style: _rows(source, style))
    frames.unlink()


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
