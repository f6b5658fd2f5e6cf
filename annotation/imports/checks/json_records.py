"""Objects of a JSON file, one at a time, with the line on which each begins: a list, or one to a line."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from annotation.imports.checks.file_bytes import Data
from annotation.imports.checks.report import CheckReport

MAX_DEPTH = 40
MAX_OBJECT_BYTES = 4_000_000
_MARKS = re.compile(rb'[{}\[\]"\\]')

Found = tuple[int, dict[str, Any]]


def json_lines(data: Data, report: CheckReport) -> Iterator[Found]:
    """The objects of a JSONL file: one to a line; empty lines are passed over."""
    start, line = _after_mark(data), 0
    while start < len(data):
        line += 1
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        if data[start:end].strip():
            yield from _object(data[start:end], line, report)
        start = end + 1


def json_list(data: Data, report: CheckReport) -> Iterator[Found]:
    """The objects of a JSON list, found by counting brackets: nothing but the one at hand is decoded."""
    begins, line, counted, depth = 0, 1, 0, 0
    for place, depth, is_opening in _brackets(data):
        if depth > MAX_DEPTH:
            break
        if is_opening and depth == 2:
            line += data.count(b"\n", counted, place)
            begins = counted = place
        elif not is_opening and depth == 1:
            yield from _object(data[begins : place + 1], line, report)
        elif depth == 0:
            return
    if depth > MAX_DEPTH:
        report.add(line, f"the file is nested deeper than {MAX_DEPTH} levels.")
    else:
        report.add(line, "the list is not closed: the file is cut off or damaged.")


def _brackets(data: Data) -> Iterator[tuple[int, int, bool]]:
    """Every bracket outside of texts: its place, the depth behind it, and whether it opens."""
    depth, is_text, skip_to = 0, False, 0
    for match in _MARKS.finditer(data):
        mark = match.group()
        if match.start() < skip_to:
            continue
        if mark == b"\\":
            skip_to = match.end() + 1
        elif mark == b'"':
            is_text = not is_text
        elif not is_text:
            depth += 1 if mark in b"{[" else -1
            yield match.start(), depth, mark in b"{["


def _after_mark(data: Data) -> int:
    return len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0


def _object(piece: bytes, line: int, report: CheckReport) -> Iterator[Found]:
    if len(piece) > MAX_OBJECT_BYTES:
        report.add(line, f"the object has {len(piece):,} bytes; at most {MAX_OBJECT_BYTES:,} are accepted.")
        return
    if _is_too_deep(piece):
        report.add(line, f"the object is nested deeper than {MAX_DEPTH} levels.")
        return
    try:
        found = json.loads(piece.decode("utf-8"), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        report.add(line, f"byte {error.start + 1} of the object is not UTF-8. Save the file as UTF-8.")
    except ValueError as error:
        report.add(line, f"this is not JSON ({str(error).split(':', maxsplit=1)[0][:80]}).")
    else:
        if isinstance(found, dict):
            yield line, found
        else:
            report.add(line, "an object with names and values is expected here.")


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _is_too_deep(piece: bytes) -> bool:
    """A cheap upper bound first: most objects have fewer brackets than levels are allowed."""
    if piece.count(b"{") + piece.count(b"[") <= MAX_DEPTH:
        return False
    return any(depth > MAX_DEPTH for _, depth, _ in _brackets(piece))
