"""Rows of a workbook (XLSX) and of a Parquet file, a few at a time, and what guards the memory meanwhile."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from annotation.imports.checks.file_bytes import Data, stream_of
from annotation.imports.checks.report import CheckReport

MAX_COLUMNS = 300
MAX_ENTRIES = 2_000
# How much a packed file may hold unpacked, by its size limit; real ones shrink to a fifth to a tenth.
MAX_GROWTH = 12
# However large other files may be: parts of workbooks are unpacked in memory.
MAX_PACKED = 50 * 1024 * 1024
_BATCH = 200
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})

# What the reader of workbooks raises deep inside of a damaged one.
_BROKEN_PARTS = (KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError)
_DAMAGE = (*_BROKEN_PARTS, zipfile.BadZipFile, zlib.error, EOFError, OSError)

Cells = dict[str, Any]


def workbook_rows(data: Data, *, max_bytes: int, report: CheckReport) -> Iterator[tuple[int, Cells]]:
    """The rows of the first sheet, with the sheet's own numbers; the first row names the columns."""
    report.unit = "row"
    if not _is_safe_archive(data, max_bytes, report):
        return
    from openpyxl import load_workbook

    try:
        book = load_workbook(stream_of(data), read_only=True, data_only=True, keep_links=False)
        if not book.worksheets:
            report.add(0, "the workbook has no sheet with cells.")
            return
        if len(book.worksheets) > 1:
            report.left_out["further sheets"] += len(book.worksheets) - 1
        yield from _sheet_rows(book.worksheets[0], report)
    except _DAMAGE:
        report.add(0, "the file cannot be read as a workbook (XLSX). Save it again, or as “CSV UTF-8”.")


def _sheet_rows(sheet: Any, report: CheckReport) -> Iterator[tuple[int, Cells]]:
    header: list[str] = []
    for number, values in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True), start=1):
        if all(value is None or value == "" for value in values):
            continue
        if not header:
            header = _header(values, report)
            if not header:
                return
            continue
        if any(value is not None for value in values[len(header) :]):
            report.add(number, f"the row has cells to the right of the {len(header)} named columns.")
            continue
        wrong = [name for name, value in zip(header, values, strict=False) if value in _ERRORS]
        if wrong:
            report.add(number, f"“{wrong[0]}” holds the error of a formula.")
            continue
        yield number, dict(zip(header, values, strict=False))


def _header(values: Sequence[Any], report: CheckReport) -> list[str]:
    names = [str(value).strip() if value is not None else "" for value in values]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        report.add(1, f"the sheet has more than {MAX_COLUMNS} columns.")
        return []
    if "" in names:
        report.add(1, "a column has no name.")
        return []
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        report.add(1, f"the column “{twice[0]}” stands there twice.")
        return []
    return names


def _is_safe_archive(data: Data, max_bytes: int, report: CheckReport) -> bool:
    """Refuse what would unpack to far more than it is, and documents that define entities of their own."""
    try:
        archive = zipfile.ZipFile(stream_of(data))
        entries = archive.infolist()
        # Reading never yields more than an entry says it holds, so what is said can be trusted as a bound.
        unpacked = sum(entry.file_size for entry in entries)
        texts = sum(
            entry.file_size for entry in entries if entry.filename.lower().endswith("sharedstrings.xml")
        )
        most = min(max_bytes, MAX_PACKED)
        if len(entries) > MAX_ENTRIES or unpacked > MAX_GROWTH * most or texts > 2 * most:
            report.add(0, f"the workbook holds {unpacked:,} bytes unpacked: too many to read.")
            return False
        if any(
            _defines_entities(archive, entry)
            for entry in entries
            if entry.filename.endswith((".xml", ".rels"))
        ):
            report.add(0, "the workbook holds definitions that no spreadsheet program writes.")
            return False
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        report.add(0, "the file is no workbook (XLSX), or it is damaged or protected by a password.")
        return False
    return True


def _defines_entities(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    with archive.open(entry) as file:
        tail = b""
        while chunk := file.read(1 << 20):
            # A zero byte: UTF-16, in which the words below would hide.
            if b"<!DOCTYPE" in tail + chunk or b"<!ENTITY" in tail + chunk or b"\0" in chunk:
                return True
            tail = chunk[-10:]
    return False


def parquet_rows(data: Data, *, max_bytes: int, report: CheckReport) -> Iterator[tuple[int, Cells]]:
    """The rows of a Parquet file, numbered from 1, read in small batches."""
    report.unit = "row"
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(pa.BufferReader(data))
        if not _is_safe_parquet(file.metadata, max_bytes, report):
            return
        number = 0
        for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
            for row in batch.to_pylist():
                number += 1
                yield number, row
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        report.add(0, "the file cannot be read as Parquet, or it is damaged.")


def _is_safe_parquet(metadata: Any, max_bytes: int, report: CheckReport) -> bool:
    unpacked = sum(metadata.row_group(n).total_byte_size for n in range(metadata.num_row_groups))
    if metadata.num_columns > MAX_COLUMNS:
        report.add(0, f"the file has {metadata.num_columns:,} columns; at most {MAX_COLUMNS} are accepted.")
    if unpacked > MAX_GROWTH * min(max_bytes, MAX_PACKED):
        report.add(0, f"the file holds {unpacked:,} bytes unpacked: too many to read.")
    return report.is_clean()


def plain(value: Any) -> Any:
    """A cell's value as JSON would hold it: times as words, nothing as nothing."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return value
