"""An items file in lots: many rows of a large CSV file as columns where they are plain, else row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotation.imports.checks.columns import ITEM_COLUMNS, MAX_ID
from annotation.imports.checks.csv_rows import (
    HEADER_BYTES,
    MAX_ROWS,
    Row,
    csv_records_from,
    decodes,
    header_of,
)
from annotation.imports.checks.file_bytes import Data, FileBytes
from annotation.imports.checks.item_stream import RowReader, item_rows
from annotation.imports.checks.mapping import ITEM_PREFIX, Reading, targets_of
from annotation.imports.checks.records import Format, format_of
from annotation.imports.checks.report import CheckReport

if TYPE_CHECKING:
    from annotation.imports.checks.csv_columns import Block

# Smaller files are read row by row: the libraries that read columns cost more to load.
LARGE_BYTES = 1_000_000
# What is looked at together, where rows are not longer: little enough for a processor's own memory.
LOT_BYTES = 1 << 21
_LIMITS = {column.name: column.max_length for column in ITEM_COLUMNS}
# Much longer than any row that is taken.
_LONGEST_ROW = 1 << 24
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Lot:
    """Many rows that nobody has looked at: as columns (by our name), or one by one."""

    block: Block
    places: Mapping[str, int]
    reader: RowReader
    names: list[str]
    line: int

    @property
    def lines(self) -> Any:
        """On which line each row begins."""
        return self.block.lines + self.line

    def columns(self) -> dict[str, Any]:
        return {own: self.block.column(place) for own, place in self.places.items()}

    def limit_of(self, own: str) -> int:
        return _LIMITS.get(own, MAX_ID)

    def take_whole(self) -> None:
        """The rows count as read."""
        self.reader.n_read += len(self.block)

    def rows(self) -> Iterator[Row]:
        """One by one: what is wrong goes into the report."""
        data, report = self.block.data[: self.block.n_bytes], self.reader.report
        records = csv_records_from(data, 0, self.names, line=self.line, report=report)
        return self.reader.rows(records, self.names)


def item_lots(
    data: Data, reading: Reading, *, max_bytes: int, report: CheckReport
) -> Iterator[Lot | Iterator[Row]]:
    """All rows in their order. The rows of a lot have to be gone through before the next is asked for."""
    names = _plain_names(data, reading, max_bytes)
    begun = _behind_header(data, len(names)) if names else None
    if begun is None:
        yield item_rows(data, reading, max_bytes=max_bytes, report=report)
        return
    (place, line), reader = begun, RowReader(reading, report, names_items=False)
    reader.learn(names)
    places = {own: names.index(name) for name, _, own, _ in reader.columns}
    let_go = data.let_go if isinstance(data, FileBytes) else None
    while place < len(data):
        block = _next_block(data, place)
        if block is None or reader.n_read + len(block) > MAX_ROWS:
            # Where rows begin cannot be told so, or not all of them are wanted.
            yield reader.rows(csv_records_from(data, place, names, line=line, report=report), names)
            return
        lot = Lot(block, places, reader, names, line)
        yield lot if block.is_regular(len(names)) else lot.rows()
        place, line = place + block.n_bytes, line + block.n_lines
        if let_go is not None:
            let_go(place)
    if not reader.n_read and report.is_clean():
        report.add(0, "the file has a header but no rows.")


def _plain_names(data: Data, reading: Reading, max_bytes: int) -> list[str]:
    """The names of the columns of a large file in UTF-8 that has one of each; else none."""
    is_plain = LARGE_BYTES <= len(data) <= max_bytes and not reading.encoding
    if not is_plain or format_of(data) != Format.CSV:
        return []
    names, trial = header_of(data), CheckReport()
    if len(names) < 2 or "" in names or len(set(names)) < len(names):
        return []
    targets = targets_of(names, reading.mapping, names_items=False, report=trial)
    is_one_for_one = not any(target.startswith(ITEM_PREFIX) for target in targets.values())
    return names if trial.is_clean() and is_one_for_one and decodes(data, "utf-8") else []


def _behind_header(data: Data, n_names: int) -> tuple[int, int] | None:
    """Where the first row begins, and on which line; None where the header is not what was taken for it."""
    start = len(_MARK) * data[: len(_MARK)].startswith(_MARK)
    block = _next_block(data, start)
    if block is None or not len(block) or block.begins[0] or block.widths[0] != n_names:
        return None
    if len(block) == 1:
        return start + block.n_bytes, block.n_lines + 1
    return (start + int(block.begins[1]), int(block.lines[1]) + 1) if block.begins[1] < HEADER_BYTES else None


def _next_block(data: Data, place: int) -> Block | None:
    """The next rows, as many as fit into a lot, or one longer one; None where they are not regular."""
    from annotation.imports.checks.csv_columns import block_of

    size = LOT_BYTES
    while size <= _LONGEST_ROW:
        block = block_of(bytes(data[place : place + size]), is_last=place + size >= len(data))
        if block is None or block.n_bytes:
            return block
        size *= 2
    return None
