"""Rows of an items file of any format under our own column names, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from annotation.imports.checks.columns import ITEM_COLUMNS, MAX_ID
from annotation.imports.checks.csv_rows import MAX_ROWS, Row, is_too_large
from annotation.imports.checks.file_bytes import Data
from annotation.imports.checks.mapping import ITEM_PREFIX, Reading, targets_of
from annotation.imports.checks.mojibake import repaired
from annotation.imports.checks.records import Format, format_of, names_of, read_records, words_of
from annotation.imports.checks.report import CheckReport

_LIMITS = {column.name: column.max_length for column in ITEM_COLUMNS}
# Objects without a name for the item are usual here: it is made from the text.
NAMELESS = frozenset({Format.JSON, Format.JSONL})


def item_rows(data: Data, reading: Reading, *, max_bytes: int, report: CheckReport) -> Iterator[Row]:
    """Each sound row; a file whose columns cannot be told gives none. Reads the file in pieces."""
    if is_too_large(data, max_bytes, report):
        return
    form = format_of(data)
    names = names_of(data, encoding=reading.encoding, max_bytes=max_bytes)
    records = read_records(data, encoding=reading.encoding, max_bytes=max_bytes, report=report)
    reader = RowReader(reading, report, names_items=form in NAMELESS)
    yield from reader.rows(records, names)
    if not reader.n_read and report.is_clean() and (not names or reader.learn(names)):
        report.add(0, "the file has a header but no rows." if form == Format.CSV else "the file has no rows.")


class RowReader:
    """Turns objects into rows; what it learns of the columns holds for the whole file."""

    def __init__(self, reading: Reading, report: CheckReport, *, names_items: bool) -> None:
        self.reading = reading
        self.report = report
        self.names_items = names_items
        # Name in the file, what it is read as, our column, and the most letters of a cell.
        self.columns: list[tuple[str, str, str, int]] = []
        self.known: set[str] = set()
        self.n_read = 0

    def rows(self, records: Iterable[tuple[int, Mapping[str, Any]]], names: list[str]) -> Iterator[Row]:
        """The sound rows among objects of the file; none where its columns cannot be told."""
        for line, record in records:
            if not self.n_read and not self.columns and not self.learn(names):
                return
            self.n_read += 1
            if self.n_read > MAX_ROWS:
                self.report.add(line, f"the file has more than {MAX_ROWS:,} rows. Divide it.")
                return
            row = self.row(line, record)
            if row is not None:
                yield row

    def learn(self, names: list[str]) -> bool:
        before = self.report.n_defects
        self._read_as(
            targets_of(names, self.reading.mapping, names_items=self.names_items, report=self.report)
        )
        self.known = set(names)
        return self.report.n_defects == before

    def _read_as(self, targets: Mapping[str, str]) -> None:
        own = {name: "item" if target.startswith(ITEM_PREFIX) else target for name, target in targets.items()}
        self.columns = [
            (name, target, own[name], _LIMITS.get(own[name], MAX_ID)) for name, target in targets.items()
        ]

    def row(self, line: int, record: Mapping[str, Any]) -> Row | None:
        strange = [name for name in record if name not in self.known]
        if strange and not self._learns_late(line, strange):
            return None
        cells = {
            own: self._cell(line, name, target, record[name])
            for name, target, own, _ in self.columns
            if name in record
        }
        if any(map(_is_unstorable, cells.values())):
            self.report.add(line, "there is a zero or half a letter in a text: the file is damaged.")
            return None
        long = [(own, most) for _, _, own, most in self.columns if own in cells and len(cells[own]) > most]
        for own, most in long:
            self.report.add(line, f"“{own}” is longer than {most:,} characters.")
        return None if long else Row(line, cells)

    def _learns_late(self, line: int, strange: list[str]) -> bool:
        """Names that only later objects have, in formats without a header."""
        trial = CheckReport()
        late = targets_of(
            [*self.known, *strange], self.reading.mapping, names_items=self.names_items, report=trial
        )
        if trial.is_clean():
            self._read_as(late)
            self.known |= set(strange)
        else:
            self.report.add(line, f"the name “{strange[0][:60]}” is not expected.")
        return trial.is_clean()

    def _cell(self, line: int, name: str, target: str, value: Any) -> str:
        cell = words_of(value)
        if target == "item" or target.startswith(ITEM_PREFIX):
            return f"{target.removeprefix('item').removeprefix(':')}{cell}" if cell else ""
        if self.reading.keep_broken or cell.isascii():
            return cell
        mended = repaired(cell)
        if mended != cell:
            self.report.note_repair(line, name, cell, mended)
        return mended


def _is_unstorable(cell: str) -> bool:
    if cell.isascii():
        return "\0" in cell
    try:
        # JSON can spell out half a letter; databases cannot store it.
        return b"\0" in cell.encode()
    except UnicodeEncodeError:
        return True
