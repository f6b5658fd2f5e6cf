"""From the bytes of any accepted format to one stream: objects with names, each with its line or row."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import islice
from typing import Any

from annotation.imports.checks.csv_rows import csv_records, header_of
from annotation.imports.checks.file_bytes import Data
from annotation.imports.checks.json_records import json_lines, json_list
from annotation.imports.checks.report import CheckReport
from annotation.imports.checks.sheet_records import parquet_rows, plain, workbook_rows

Found = tuple[int, Mapping[str, Any]]
# How many objects are looked at to learn which names a file has, where it has no header.
N_PEEKED = 200
MAX_LEVELS = 3


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"
    XLSX = "xlsx"
    PARQUET = "parquet"


def format_of(data: Data) -> Format:
    """Told from the content alone: names of files lie.

    >>> format_of(b'[{"id": 1}]').value, format_of(b'{"id": 1}').value, format_of(b"id,text").value
    ('json', 'jsonl', 'csv')
    """
    if data.startswith(b"PAR1"):
        return Format.PARQUET
    if data.startswith(b"PK\x03\x04"):
        return Format.XLSX
    start = data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{"):
        return Format.JSONL
    if start.startswith(b"[") and start[1:].lstrip()[:1] in (b"{", b"]", b"["):
        return Format.JSON
    return Format.CSV


def read_records(data: Data, *, encoding: str = "", max_bytes: int, report: CheckReport) -> Iterator[Found]:
    """The sound objects of a file, flattened, with their lines; what is wrong goes into the report."""
    form = format_of(data)
    if form == Format.CSV:
        yield from csv_records(data, encoding=encoding, report=report)
    elif form == Format.XLSX:
        yield from workbook_rows(data, max_bytes=max_bytes, report=report)
    else:
        read = {Format.JSONL: json_lines, Format.JSON: json_list}.get(form)
        found = read(data, report) if read else parquet_rows(data, max_bytes=max_bytes, report=report)
        for line, record in found:
            yield line, _flat(_task(record, report))


def _task(record: Mapping[str, Any], report: CheckReport) -> Mapping[str, Any]:
    """What a Label Studio task asks about: its “data”. Labels given to it are counted and left out."""
    data = record.get("data")
    if not isinstance(data, dict) or not {"id", "annotations", "predictions", "completions"} & set(record):
        return record
    for name in ("annotations", "completions", "predictions"):
        if record.get(name):
            report.left_out[f"{name} of Label Studio"] += len(record[name])
    if "id" in record and "id" not in data:
        return {"id": record["id"], **data}
    return data


def _flat(record: Mapping[str, Any], before: str = "", level: int = 1) -> dict[str, Any]:
    """Objects in objects as “outer.inner”; lists stay whole."""
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict) and value and level < MAX_LEVELS:
            flat |= _flat(value, f"{before}{name}.", level + 1)
        else:
            flat[f"{before}{name}"] = value
    return flat


def names_of(data: Data, *, encoding: str = "", max_bytes: int) -> list[str]:
    """The names of a file's columns, in order; of a file without header those of its first objects."""
    if format_of(data) == Format.CSV:
        return header_of(data, encoding)
    found = read_records(data, encoding=encoding, max_bytes=max_bytes, report=CheckReport())
    return list(dict.fromkeys(name for _, record in islice(found, N_PEEKED) for name in record))


def words_of(value: Any) -> str:
    """A value as a cell: nothing is empty, lists and objects are JSON.

    >>> words_of(None), words_of(True), words_of(4), words_of(["a"])
    ('', 'yes', '4', '["a"]')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(plain(value)).strip()
