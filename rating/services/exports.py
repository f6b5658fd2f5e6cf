"""Exports as files: streamed CSV, the codebook, and a ZIP of all with digests.

Everything is made in pieces: memory does not grow with the number of ratings.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from rating.queries.exports import ExportScope, withheld_counts
from rating.services import adjudication_passages, adjudication_table
from rating.services.codebook import codebook_markdown, codebook_table
from rating.services.comment_scan import comment_gate
from rating.services.csv_cells import csv_pieces
from rating.services.export_formats import csv_long, csv_wide
from rating.services.export_formats.registered import ExportSource
from rating.services.export_tables import (
    Row,
    comment_table,
    evidence_table,
    in_utc,
    item_table,
    rater_table,
)

CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True)
class ExportFile:
    name: str
    title: str
    words: str
    content_type: str
    pieces: Callable[[ExportScope], Iterator[bytes]]


def _csv_file(name: str, title: str, words: str, table: Callable[[ExportScope], Iterator[Row]]) -> ExportFile:
    return ExportFile(name, title, words, CSV, lambda scope: csv_pieces(table(scope)))


FILES = [
    ExportFile(
        csv_long.NAME,
        "Ratings, long",
        "One row per answer.",
        CSV,
        lambda scope: csv_long.pieces(ExportSource(scope)),
    ),
    ExportFile(
        csv_wide.NAME,
        "Ratings, wide",
        "One row per rating; a column per question or part and one for the reason where a value is missing.",
        CSV,
        lambda scope: csv_wide.pieces(ExportSource(scope)),
    ),
    _csv_file(
        "comments.csv",
        "Comments",
        "One row per comment, and per answer in the rater's own words; masked where an identifier was found.",
        lambda scope: comment_table(scope, comment_gate(scope.study)),
    ),
    _csv_file(
        "evidence.csv",
        "Marked passages",
        "One row per passage; restricted ones are withheld.",
        evidence_table,
    ),
    _csv_file(
        adjudication_table.NAME,
        "Adjudications",
        "One row per answer of every decided item: own rating, decision, what it rests on.",
        adjudication_table.adjudication_table,
    ),
    _csv_file(
        adjudication_passages.NAME,
        "Passages that adjudicators marked",
        "One row per passage of every decided item; restricted ones are withheld.",
        adjudication_passages.passage_table,
    ),
    _csv_file("items.csv", "Items", "One row per item: factors and who wrote the responses.", item_table),
    _csv_file("raters.csv", "Raters", "One row per rater: pseudonym, group, origin.", rater_table),
    _csv_file(
        "codebook.csv",
        "Codebook as a table",
        "Every column, question, level and reason.",
        lambda scope: codebook_table(ExportSource(scope)),
    ),
    ExportFile(
        "codebook.md",
        "Codebook to read",
        "The same as text (Markdown).",
        "text/markdown; charset=utf-8",
        lambda scope: iter([codebook_markdown(ExportSource(scope)).encode()]),
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
    withheld = withheld_counts(scope) if scope.is_public else None
    context = {
        "withheld": withheld,
        "scope": scope,
        "study": scope.study,
        "files": FILES,
        "made_at": in_utc(now),
    }
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
    raise DomainError(Code.NOT_FOUND, _("An export has no file of this name."))


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
