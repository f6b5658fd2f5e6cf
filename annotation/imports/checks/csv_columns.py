"""A CSV file some megabytes at a time, as columns: where cells lie is found by looking at all bytes at once.

Only where quotation marks stand as programs write them: around a whole cell, doubled inside it. Everything
else is left to the reader that goes from row to row, which also says what is wrong. Rows begin on the same
lines and cells hold the same letters either way (`tests/annotation/imports/test_csv_columns.py`).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotation.imports.checks.text_arrays import letters_of

# Arrays: of bytes, of places of bytes, and of texts.
Letters = Any
Places = Any
Texts = Any

_QUOTE, _COMMA, _LINE, _RETURN = b'",\n\r'


@dataclass(frozen=True, slots=True)
class Block:
    """Whole rows. `begins`: where each does, in bytes; `first`: the number of its first cell, of all cells.

    `n_bytes`, `n_lines`: of the rows together, blank lines included.
    """

    data: bytes
    starts: Places
    ends: Places
    begins: Places
    first: Places
    widths: Places
    lines: Places
    n_bytes: int
    n_lines: int

    def __len__(self) -> int:
        return len(self.first)

    def is_regular(self, width: int) -> bool:
        return bool((self.widths == width).all())

    def column(self, place: int) -> Texts:
        """The cells of one column; all rows have it."""
        offsets = np.empty(2 * len(self.starts) + 1, dtype=np.int32)
        offsets[:-1:2], offsets[1::2], offsets[-1] = self.starts, self.ends, self.n_bytes
        # Cells and what stands between them by turns, without copying a letter.
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(self.data)]
        cells = pa.Array.from_buffers(pa.string(), len(offsets) - 1, buffers)
        found = cells.take(pa.array(2 * (self.first + place)))
        _, letters = letters_of(found)
        return pc.replace_substring(found, '""', '"') if (letters == _QUOTE).any() else found


def block_of(data: bytes, *, is_last: bool) -> Block | None:
    """The whole rows with which the data begins; of none where the first row ends further behind.

    None: quotation marks or ends of lines stand in another way than this understands.
    """
    letters = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(letters == _QUOTE)
    every_line = np.flatnonzero(letters == _LINE)
    marks = _outside(np.sort(np.concatenate([np.flatnonzero(letters == _COMMA), every_line])), quotes)
    is_end = letters[marks] == _LINE
    if is_last and len(data) and not (len(marks) and marks[-1] == len(data) - 1 and is_end[-1]):
        marks, is_end = np.append(marks, len(data)), np.append(is_end, [True])
    row_ends = np.flatnonzero(is_end)
    n_cells = row_ends[-1] + 1 if len(row_ends) else 0
    marks = marks[:n_cells]
    n_bytes = min(int(marks[-1]) + 1, len(data)) if n_cells else 0
    quotes = quotes[: np.searchsorted(quotes, n_bytes)]
    if not _is_usual(letters[:n_bytes], quotes):
        return None
    every_line = _line_ends(letters[:n_bytes], every_line)
    starts = np.concatenate([[0], marks[:-1] + 1]) if n_cells else marks
    widths = np.diff(row_ends, prepend=-1)
    first = row_ends - widths + 1
    begins = starts[first]
    is_blank = (widths == 1) & (_trimmed_ends(letters, marks)[row_ends] <= begins)
    first, begins, widths = first[~is_blank], begins[~is_blank], widths[~is_blank]
    starts, ends = _unquoted(letters, starts, _trimmed_ends(letters, marks))
    if n_cells and (ends - starts).max() > csv.field_size_limit():
        return None
    lines = np.searchsorted(every_line, begins)
    return Block(data, starts, ends, begins, first, widths, lines, n_bytes, len(every_line))


def _outside(places: Places, quotes: Places) -> Places:
    """Those that stand in no quoted cell: behind an even number of quotation marks."""
    return places[np.searchsorted(quotes, places) & 1 == 0]


def _is_usual(letters: Letters, quotes: Places) -> bool:
    """Whether quotes enclose whole cells or are doubled inside them, and lines end as they usually do."""
    returns = np.flatnonzero(letters == _RETURN)
    outer = _outside(returns, quotes)
    if len(quotes) % 2 or (
        len(outer) and (outer[-1] + 1 == len(letters) or (letters[outer + 1] != _LINE).any())
    ):
        return False
    if not len(quotes):
        return True
    opening, closing = quotes[::2], quotes[1::2]
    doubled = opening[1:] == closing[:-1] + 1
    before = letters[np.maximum(opening - 1, 0)]
    opens = (before == _COMMA) | (before == _LINE) | (opening == 0)
    opens[1:] |= doubled
    behind = np.where(closing + 1 < len(letters), letters[np.minimum(closing + 1, len(letters) - 1)], _LINE)
    closes = (behind == _COMMA) | (behind == _LINE) | (behind == _RETURN)
    closes[:-1] |= doubled
    return bool(opens.all() and closes.all())


def _line_ends(letters: Letters, lines: Places) -> Places:
    """Where lines end, inside of cells too: a return alone ends one there."""
    lines = lines[: np.searchsorted(lines, len(letters))]
    returns = np.flatnonzero(letters == _RETURN)
    alone = returns[letters[np.minimum(returns + 1, len(letters) - 1)] != _LINE]
    return np.sort(np.concatenate([lines, alone])) if len(alone) else lines


def _trimmed_ends(letters: Letters, marks: Places) -> Places:
    """Where cells end: before the return with which a line ends on some systems."""
    before = letters[np.maximum(marks - 1, 0)]
    return marks - ((before == _RETURN) & (marks > 0))


def _unquoted(letters: Letters, starts: Places, ends: Places) -> tuple[Places, Places]:
    is_quoted = (starts < ends) & (letters[np.minimum(starts, len(letters) - 1)] == _QUOTE)
    return starts + is_quoted, ends - is_quoted
