"""How a value stands in a CSV file or spreadsheet, whatever the file: formulas never run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice

from rating.services.export_tables import Cell, Row

ROWS_PER_PIECE = 500
# Apostrophes before it count, so that taking one away restores every text.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED = re.compile(r'[",\r\n]')


def safe_text(text: str) -> str:
    """A text that no spreadsheet runs as a formula: a leading apostrophe where it could."""
    return f"'{text}" if FORMULA.match(text) else text


def number_text(value: float) -> str:
    """In full and without ".0"."""
    return str(int(value)) if value.is_integer() else repr(value)


def csv_cell(value: Cell) -> str:
    """Numbers in full and without ".0", truth as true/false, times in UTC, no value as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return safe_text(value) if isinstance(value, str) else str(value)


def quoted(cell: str) -> str:
    """A cell as RFC 4180 has it among others."""
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell


@lru_cache(maxsize=65536)
def csv_text(text: str) -> str:
    """A text as a whole cell. Names of items and raters come again and again."""
    return quoted(safe_text(text))


def csv_line(cells: Iterable[Cell]) -> str:
    """Cells of a row between commas, without the end of the line."""
    return ",".join(quoted(csv_cell(cell)) for cell in cells)


def csv_pieces(rows: Iterable[Row]) -> Iterator[bytes]:
    """CSV after RFC 4180 in UTF-8, a few hundred rows at a time."""
    remaining = iter(rows)
    while batch := list(islice(remaining, ROWS_PER_PIECE)):
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerows([csv_cell(value) for value in row] for row in batch)
        yield buffer.getvalue().encode()
