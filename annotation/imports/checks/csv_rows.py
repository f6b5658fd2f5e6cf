"""From bytes to rows with the line on which each begins: encoding, header, shape."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from annotation.imports.checks.columns import Column, column_places
from annotation.imports.checks.file_bytes import Data, stream_of
from annotation.imports.checks.report import CheckReport

MAX_ROWS = 500_000
# A header is looked for in so much of a file.
HEADER_BYTES = 20_000
_PIECE = 1 << 20
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Row:
    """Cells by column, outer white space removed; a column that the file lacks reads as empty."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)


def read_table(
    data: Data, columns: Sequence[Column], *, extra: Sequence[str] = (), max_bytes: int, report: CheckReport
) -> Table:
    """The rows of a CSV file in UTF-8, with or without a byte order mark.

    Rows that do not fit the header or hold too long a cell are left out and reported. A file whose
    encoding or header is wrong gives an empty table: what its rows mean would be a guess.

    Args:
        extra: names of further columns to read, as they stand in the header.
        max_bytes: longest file accepted.
    """
    if is_too_large(data, max_bytes, report):
        return Table()
    opened = _opened(data, "", report)
    if opened is None:
        return Table()
    header, records = opened
    places = column_places(header, columns, extra=extra, report=report)
    if not report.is_clean():
        return Table()
    limits = {column.name: column.max_length for column in columns}
    rows = list(_rows(records, places, len(header), limits=limits, report=report))
    if not rows and report.is_clean():
        report.add(0, "the file has a header but no rows.")
    return Table(tuple(places), rows)


def csv_records(data: Data, *, encoding: str, report: CheckReport) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows as objects, one at a time. A header that cannot be used is a defect, and nothing follows."""
    opened = _opened(data, encoding, report)
    if opened is None:
        return
    names = [name.strip() for name in opened[0]]
    for name in {name for name in names if names.count(name) > 1 or not name}:
        report.add(1, f"the column “{name}” stands there twice." if name else "a column has no name.")
    if report.is_clean():
        yield from _named(opened[1], names, report)


def csv_records_from(
    data: Data, place: int, names: Sequence[str], *, line: int, report: CheckReport
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows behind that byte, which begins `line`, as objects: of a file that is known to be text."""
    stream = stream_of(data)
    stream.seek(place)
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    yield from _named(_records(text, report, begins=line), names, report)


def _named(
    records: Iterator[tuple[int, list[str]]], names: Sequence[str], report: CheckReport
) -> Iterator[tuple[int, dict[str, str]]]:
    for line, cells in records:
        if len(cells) == len(names):
            yield line, dict(zip(names, cells, strict=True))
        else:
            report.add(line, f"the row has {len(cells)} cells, the header has {len(names)}.")


def header_of(data: Data, encoding: str = "") -> list[str]:
    """The column names, for telling what kind of file it is; empty where they cannot be read."""
    first = data[:HEADER_BYTES].decode(encoding or "utf-8-sig", errors="replace")
    try:
        return [name.strip() for name in next(csv.reader(io.StringIO(first, newline="")), [])]
    except csv.Error:
        return []


def is_too_large(data: Data, max_bytes: int, report: CheckReport) -> bool:
    if len(data) > max_bytes:
        report.add(0, f"the file has {len(data):,} bytes; at most {max_bytes:,} are accepted.")
    return len(data) > max_bytes


def _opened(
    data: Data, encoding: str, report: CheckReport
) -> tuple[list[str], Iterator[tuple[int, list[str]]]] | None:
    """Header and the records behind it; None where the file is no CSV file, which the report then says."""
    if not _is_text(data, encoding, report):
        return None
    text = io.TextIOWrapper(stream_of(data), encoding=encoding or "utf-8-sig", newline="")
    records = _records(text, report)
    first = next(records, None)
    if first is None:
        if report.is_clean():
            report.add(0, "the file is empty.")
        return None
    if _other_separator(first[1]):
        report.add(1, "the columns are not separated by commas. Save the file as “CSV, comma separated”.")
        return None
    return first[1], records


def _is_text(data: Data, encoding: str, report: CheckReport) -> bool:
    if data.startswith(_UTF16):
        report.add(0, "the file is in UTF-16. Save it as “CSV UTF-8”.")
        return False
    if decodes(data, encoding or "utf-8"):
        return True
    for number, ended in enumerate(stream_of(data), start=1):
        line = ended.removesuffix(b"\n")
        if b"\0" in line:
            report.add(number, "there is a zero byte: this is not a text file, or it is damaged.")
        try:
            line.decode(encoding or "utf-8")
        except UnicodeDecodeError as error:
            kind = encoding or "UTF-8. Save the file as “CSV UTF-8”"
            report.add(number, f"byte {error.start + 1} of the line is not {kind}.")
    return False


def decodes(data: Data, encoding: str) -> bool:
    """Whether all of it is text. In pieces: at once it would take up to four times the memory of the file."""
    decoder, stream = codecs.getincrementaldecoder(encoding)(), stream_of(data)
    try:
        while piece := stream.read(_PIECE):
            if b"\0" in piece:
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _records(text: TextIO, report: CheckReport, begins: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins; lines without any cell are passed over."""
    reader, before = csv.reader(text, strict=True), begins
    try:
        for cells in reader:
            # Mostly the first cell says it: looking further costs as much as reading.
            if cells and (cells[0].strip() or any(map(str.strip, cells))):
                yield begins, cells
            begins = before + reader.line_num
    except csv.Error as error:
        report.add(begins, f"the row cannot be read ({error}). Look for a quotation mark that is not closed.")


def _other_separator(header: Sequence[str]) -> bool:
    return len(header) == 1 and any(mark in header[0] for mark in ";\t|")


def _rows(
    records: Iterator[tuple[int, list[str]]],
    places: Mapping[str, int],
    width: int,
    *,
    limits: Mapping[str, int],
    report: CheckReport,
) -> Iterator[Row]:
    for number, (line, cells) in enumerate(records, start=1):
        if number > MAX_ROWS:
            report.add(line, f"the file has more than {MAX_ROWS:,} rows. Divide it.")
            return
        if len(cells) != width:
            report.add(line, f"the row has {len(cells)} cells, the header has {width}.")
            continue
        row = Row(line, {name: cells[place].strip() for name, place in places.items()})
        long = [name for name, cell in row.cells.items() if len(cell) > limits.get(name, 200)]
        for name in long:
            report.add(line, f"“{name}” is longer than {limits.get(name, 200):,} characters.")
        if not long:
            yield row
