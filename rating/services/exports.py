"""Exports as files: streamed CSV, the codebook, and a ZIP of all with digests.

Everything is made in pieces: memory does not grow with the number of ratings.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import timezone

from annotation.errors import Code, DomainError
from rating.queries.exports import ExportScope
from rating.services.codebook import codebook_markdown, codebook_table
from rating.services.export_tables import (
    Cell,
    Row,
    comment_table,
    evidence_table,
    in_utc,
    item_table,
    long_table,
    rater_table,
    wide_table,
)

ROWS_PER_PIECE = 500
# Apostrophes before it count, so that taking one away restores every text.
FORMULA = re.compile(r"'*[=+\-@\t\r]")


@dataclass(frozen=True)
class ExportFile:
    name: str
    title: str
    words: str
    content_type: str
    pieces: Callable[[ExportScope], Iterator[bytes]]


def safe_text(text: str) -> str:
    """A text that no spreadsheet runs as a formula: a leading apostrophe where it could."""
    return f"'{text}" if FORMULA.match(text) else text


def csv_cell(value: Cell) -> str:
    """Numbers in full and without ".0", truth as true/false, times in UTC, no value as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return in_utc(value)
    return safe_text(value) if isinstance(value, str) else str(value)


def csv_pieces(rows: Iterable[Row]) -> Iterator[bytes]:
    """CSV after RFC 4180 in UTF-8, a few hundred rows at a time."""
    remaining = iter(rows)
    while batch := list(islice(remaining, ROWS_PER_PIECE)):
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerows([csv_cell(value) for value in row] for row in batch)
        yield buffer.getvalue().encode()


def _csv_file(name: str, title: str, words: str, table: Callable[[ExportScope], Iterator[Row]]) -> ExportFile:
    return ExportFile(name, title, words, "text/csv; charset=utf-8", lambda scope: csv_pieces(table(scope)))


FILES = [
    _csv_file("ratings-long.csv", "Ratings, long", "One row per answer.", long_table),
    _csv_file(
        "ratings-wide.csv",
        "Ratings, wide",
        "One row per rating; a column per question and one for the reason where a value is missing.",
        wide_table,
    ),
    _csv_file("comments.csv", "Comments", "One row per comment.", comment_table),
    _csv_file(
        "evidence.csv",
        "Marked passages",
        "One row per passage; restricted ones are withheld.",
        evidence_table,
    ),
    _csv_file("items.csv", "Items", "One row per item: factors and who wrote the responses.", item_table),
    _csv_file("raters.csv", "Raters", "One row per rater: pseudonym, group, origin.", rater_table),
    _csv_file(
        "codebook.csv", "Codebook as a table", "Every column, question, level and reason.", codebook_table
    ),
    ExportFile(
        "codebook.md",
        "Codebook to read",
        "The same as text (Markdown).",
        "text/markdown; charset=utf-8",
        lambda scope: iter([codebook_markdown(scope).encode()]),
    ),
]


class _Outbox(io.RawIOBase):
    """Takes what `zipfile` writes and hands it on; it can neither seek nor tell, so nothing is kept."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(data))
        return len(data)

    def emptied(self) -> bytes:
        pieces, self._pieces = b"".join(self._pieces), []
        return pieces


def readme(scope: ExportScope, now: datetime) -> str:
    context = {"scope": scope, "study": scope.study, "files": FILES, "made_at": in_utc(now)}
    return render_to_string("exports/readme.txt", context)


def _documents(scope: ExportScope, now: datetime) -> Iterator[tuple[str, Iterator[bytes]]]:
    yield "README.txt", iter([readme(scope, now).encode()])
    for file in FILES:
        yield file.name, file.pieces(scope)


def _digested(pieces: Iterable[bytes], name: str, sums: list[str]) -> Iterator[bytes]:
    """Pass pieces through; when they end, note their SHA-256 as `sha256sum` writes it."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    sums.append(f"{digest.hexdigest()}  {name}\n")


def export_members(scope: ExportScope, now: datetime) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Every file of a full export by name; last SHA256SUMS.txt, over those before it.

    Each file's pieces must be read to their end before the next file is asked for.
    """
    sums: list[str] = []
    for name, pieces in _documents(scope, now):
        yield name, _digested(pieces, name, sums)
    yield "SHA256SUMS.txt", iter(["".join(sums).encode()])


def zip_pieces(scope: ExportScope) -> Iterator[bytes]:
    """A ZIP of all files, written while it is read."""
    outbox, now = _Outbox(), timezone.now()
    with zipfile.ZipFile(outbox, "w") as archive:
        for name, pieces in export_members(scope, now):
            entry = zipfile.ZipInfo(name, now.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as member:
                for piece in pieces:
                    member.write(piece)
                    yield outbox.emptied()
    yield outbox.emptied()


ARCHIVE = ExportFile(
    "all.zip", "Everything", "All files with a README and SHA-256 digests.", "application/zip", zip_pieces
)


def export_file(name: str) -> ExportFile:
    """The file of this name; 404 where an export has none."""
    for file in [*FILES, ARCHIVE]:
        if file.name == name:
            return file
    raise DomainError(Code.NOT_FOUND, "An export has no file of this name.")


def write_export(scope: ExportScope, folder: Path) -> list[Path]:
    """Write every file into `folder`, which is made when missing; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, pieces in export_members(scope, timezone.now()):
        path = folder / name
        with path.open("wb") as handle:
            handle.writelines(pieces)
        written.append(path)
    return written
