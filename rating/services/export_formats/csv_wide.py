"""Wide CSV: one row per rating."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from rating.services.csv_cells import csv_line
from rating.services.export_formats.csv_long import rating_cells
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_tables import WideCells, wide_header

NAME = "ratings-wide.csv"


def pieces(source: ExportSource) -> Iterator[bytes]:
    """The file, a page of ratings at a time."""
    cells = WideCells(source.columns, source.known.rows)
    yield f"{csv_line(wide_header(source.columns))}\r\n".encode()
    for page in source.pages():
        lines = (
            f"{rating_cells(row)},{csv_line(cells.of(given))}\r\n"
            for row, given in zip(page.ratings, page.answers, strict=True)
        )
        yield "".join(lines).encode()


def write(source: ExportSource, folder: Path) -> None:
    with (folder / NAME).open("wb") as file:
        file.writelines(pieces(source))


FORMAT = ExportFormat(
    key="csv-wide",
    label=_("CSV, wide"),
    words=_("One row per rating, a column per question: for spreadsheets and R."),
    ending="csv",
    media_type="text/csv",
    write=write,
)
