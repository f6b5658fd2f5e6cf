"""Sheets of a workbook written as columns: rows of cells in the words of the file format (ECMA-376, part 1,
18.3.1), put together a page at a time without an object for each cell.

The workbook itself is made by its library, with a sheet in each large one's place that holds the header and
one time: from it come the frame of the sheet and the style of times.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from rating.services.column_text import bytes_of, in_words, joined
from rating.services.csv_cells import number_text, safe_text

if TYPE_CHECKING:
    import pyarrow as pa

# What a sheet can hold, the header among it.
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
EMPTY = "<c/>"
# Sheets repeat themselves so much that a better packing gains little for several times the time.
LEVEL = 1
# The file format counts days from the 30th of December 1899.
DAYS_BEFORE_1970, SECONDS_OF_DAY = 25_569, 86_400
_SECOND_ROW = re.compile(r'<row r="2".*?</row>', re.DOTALL)
_STYLE = re.compile(r' s="(\d+)"')
# Signs that XML cannot hold.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Frame:
    """What stands before and after the rows of a sheet, and the number of the style of times."""

    before: bytes
    after: bytes
    time_style: str

    @classmethod
    def of(cls, sheet: str) -> Frame:
        """From a sheet with a header and one row that holds a time."""
        row = _SECOND_ROW.search(sheet)
        style = _STYLE.search(row[0]) if row else None
        if row is None or style is None:
            raise ValueError("The workbook's library writes sheets otherwise than expected.")
        return cls(sheet[: row.start()].encode(), sheet[row.end() :].encode(), style[1])


@lru_cache(maxsize=65536)
def text_cell(text: str) -> str:
    """A text that runs nothing; no cell content for an empty one. Names come again and again."""
    if not text:
        return EMPTY
    # A carriage return as it stands would be read as the end of a line.
    kept = escape(safe_text(_FORBIDDEN.sub("", text)), {"\r": "&#13;"})
    space = ' xml:space="preserve"' if kept != kept.strip() else ""
    return f'<c t="inlineStr"><is><t{space}>{kept}</t></is></c>'


def _number_cell(value: float) -> str:
    return f"<c><v>{number_text(float(value))}</v></c>"


def cells_of(column: pa.Array, time_style: str) -> pa.Array:
    """A column's cells: numbers, truth, times without a zone in UTC, texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_boolean(column.type):
        return joined('<c t="b"><v>', pc.if_else(column, "1", "0"), "</v></c>").fill_null(EMPTY)
    if pa.types.is_integer(column.type):
        return joined("<c><v>", column.cast(pa.string()), "</v></c>").fill_null(EMPTY)
    if pa.types.is_timestamp(column.type):
        return joined(f'<c s="{time_style}"><v>', _days(column), "</v></c>").fill_null(EMPTY)
    return in_words(column, _number_cell if pa.types.is_floating(column.type) else text_cell, null=EMPTY)


def _days(column: pa.Array) -> pa.Array:
    """Days with a fraction, to the second."""
    import pyarrow as pa
    import pyarrow.compute as pc

    seconds = pc.divide(column.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()), 1_000_000)
    days = pc.divide(seconds.cast(pa.float64()), float(SECONDS_OF_DAY))
    return pc.add(days, float(DAYS_BEFORE_1970)).cast(pa.string())


def rows_of(cells: Sequence[pa.Array]) -> pa.Array:
    return joined("<row>", *cells, "</row>")


class Sheets:
    """The same table over as many sheets as its rows need."""

    def __init__(self, pages: Iterator[pa.Array]) -> None:
        self._pages = pages
        self._waiting: Any = None

    def fill(self, write: Callable[[bytes], Any], room: int) -> None:
        """The next rows, `room` at most."""
        while room:
            page = self._waiting if self._waiting is not None else next(self._pages, None)
            if page is None:
                return
            write(bytes_of(page[:room]))
            self._waiting = page[room:] if len(page) > room else None
            room -= min(room, len(page))


def n_sheets(n_rows: int) -> int:
    return max(1, -(-n_rows // (MAX_ROWS - 1)))


def fill_sheets(
    book: Path, path: Path, names: Sequence[str], pages: Callable[[str], Iterator[pa.Array]]
) -> None:
    """Copy a workbook and put rows into the sheets of these names inside it. `pages`: the rows as texts,
    given the style of times."""
    packed = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
    with zipfile.ZipFile(book) as frames, packed as out:
        sheets: Sheets | None = None
        for entry in frames.namelist():
            with out.open(entry, "w", force_zip64=True) as file:
                if entry not in names:
                    with frames.open(entry) as same:
                        shutil.copyfileobj(same, file)
                    continue
                frame = Frame.of(frames.read(entry).decode())
                sheets = sheets or Sheets(pages(frame.time_style))
                file.write(frame.before)
                sheets.fill(file.write, MAX_ROWS - 1)
                file.write(frame.after)
