"""From a format to one ZIP: its files, codebook, README, description and digests.

Other parts of the program add documents of their own (a protocol card, metadata for a catalogue): they sign
up with `register_documents`.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from textwrap import wrap
from typing import Any

from django.template.loader import render_to_string

from rating.queries.exports import withheld_counts
from rating.queries.shown_raters import SUPPRESSED
from rating.services.codebook import codebook_markdown, codebook_table
from rating.services.csv_cells import csv_pieces
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_tables import in_utc
from rating.software import software_version

BLOCK = 1 << 20
SUMS = "SHA256SUMS.txt"
# Bytes that are packed already gain nothing by it.
PACKED_ENDINGS = frozenset({".parquet", ".xlsx", ".zip"})
# The fastest level: tables repeat themselves so much that the best one gains a fifth for four times the time.
LEVEL = 1
# Of a line of the README.
WIDTH = 112


@dataclass(frozen=True)
class PackedFile:
    """A file of the export as its digest list and its metadata name it."""

    name: str
    size: int
    digest: str


Documents = Callable[[ExportSource, ExportFormat, Sequence[PackedFile]], Iterable[tuple[str, bytes]]]
_FURTHER: dict[str, Documents] = {}


def register_documents(name: str, documents: Documents) -> None:
    """Put more documents into every ZIP: named pairs of file name and content, in English.

    `documents` gets the source, the format and the data files with their digests. Signing up twice under one
    name changes nothing.
    """
    _FURTHER[name] = documents


def digested(path: Path) -> PackedFile:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return PackedFile(path.name, path.stat().st_size, digest.hexdigest())


def rubric_versions(source: ExportSource) -> list[dict[str, Any]]:
    """Which versions the ratings answer, with the digests of their documents."""
    versions = {question.version_id: question.version for question in source.questions}
    return [
        {
            "rubric": version.rubric.key,
            "name": version.rubric.name,
            "version": version.number,
            "language": version.language,
            "digest": version.digest,
        }
        for version in versions.values()
    ]


def description_of(source: ExportSource, form: ExportFormat, now: datetime) -> dict[str, Any]:
    """What an export holds and what was left out of it, as its export.json says."""
    scope = source.scope
    withheld = withheld_counts(scope) if scope.is_public else (0, 0)
    shown = source.raters
    return {
        "study": scope.study.code,
        "title": scope.study.title,
        "stage": scope.stage,
        "format": form.key,
        "made_at": in_utc(now),
        "software": f"Attune {software_version()}",
        "revisions": "current" if scope.is_current_only else "all",
        "with_checks": scope.with_checks,
        "audience": "public" if scope.is_public else "team",
        "n_ratings": source.n_ratings,
        "n_raters": len(shown),
        "rubric_versions": rubric_versions(source),
        "min_cell": scope.min_cell,
        "n_raters_suppressed": sum(one.group == SUPPRESSED for one in shown),
        "restricted_passages": "unlocked" if scope.with_restricted else "withheld",
        "n_comments_masked": len(source.gate.held),
        "n_ratings_not_shared": withheld[0],
        "n_raters_not_sharing": withheld[1],
    }


def _readme(source: ExportSource, form: ExportFormat, about: dict[str, Any], names: Sequence[str]) -> bytes:
    context: dict[str, object] = {
        "scope": source.scope,
        "study": source.scope.study,
        "form": form,
        "about": about,
    }
    context |= {"names": names, "notes": wrap(form.notes, WIDTH)}
    return render_to_string("exports/format_readme.txt", context).encode()


def write_documents(source: ExportSource, form: ExportFormat, folder: Path, now: datetime) -> dict[str, Any]:
    """Codebook, further documents, description and README beside the data files."""
    data = [digested(path) for path in sorted(folder.iterdir())]
    with (folder / "codebook.csv").open("wb") as file:
        file.writelines(csv_pieces(codebook_table(source)))
    (folder / "codebook.md").write_text(codebook_markdown(source), encoding="utf-8")
    for documents in _FURTHER.values():
        for name, content in documents(source, form, data):
            (folder / name).write_bytes(content)
    about = description_of(source, form, now)
    listed = {**about, "files": [asdict(one) for one in data]}
    words = json.dumps(listed, ensure_ascii=False, indent=2)
    (folder / "export.json").write_text(words + "\n", encoding="utf-8")
    names = [path.name for path in sorted(folder.iterdir())]
    (folder / "README.txt").write_bytes(_readme(source, form, about, names))
    return about


def write_members(source: ExportSource, form: ExportFormat, folder: Path, now: datetime) -> dict[str, Any]:
    """Every file of an export into an empty folder, last the digests of all; returns its description."""
    form.write(source, folder)
    about = write_documents(source, form, folder, now)
    sums = [f"{one.digest}  {one.name}\n" for one in map(digested, sorted(folder.iterdir()))]
    (folder / SUMS).write_text("".join(sums), encoding="utf-8")
    return about


def pack(folder: Path, path: Path, now: datetime) -> PackedFile:
    """The folder's files as one ZIP; each is removed once it is in, so that the disk holds it only once."""
    with zipfile.ZipFile(path, "w", compresslevel=LEVEL) as archive:
        for member in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(member.name, now.timetuple()[:6])
            is_packed = member.suffix in PACKED_ENDINGS
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            with member.open("rb") as file, archive.open(entry, "w", force_zip64=True) as packed:
                while block := file.read(BLOCK):
                    packed.write(block)
            member.unlink()
    return digested(path)
