"""Wide CSV: one row per rating."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rating.services.column_text import bytes_of, in_words, joined, truths
from rating.services.csv_cells import csv_line, csv_text, number_text
from rating.services.export_formats.csv_long import shared_cells
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_formats.wide_arrays import WideArrays
from rating.services.export_tables import wide_header

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "ratings-wide.csv"


def pieces(source: ExportSource) -> Iterator[bytes]:
    """The file, a page of ratings at a time."""
    source.keep_pages()
    answers = WideArrays(source.columns, source.known)
    yield f"{csv_line(wide_header(source.columns))}\r\n".encode()
    for page in source.columns_of_pages():
        cells = joined(shared_cells(page), *map(_cells, answers.of(page)), between=",")
        yield bytes_of(joined(cells, "\r\n"))


def _cells(column: pa.Array) -> pa.Array:
    import pyarrow as pa

    if pa.types.is_boolean(column.type):
        return truths(column).fill_null("")
    return in_words(column, number_text if pa.types.is_floating(column.type) else csv_text)


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
