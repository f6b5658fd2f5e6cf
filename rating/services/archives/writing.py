"""Writing an archive: one table after another straight into the ZIP, digested on the way."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.models import Study
from rating.models import Snapshot
from rating.services.archives import history
from rating.services.archives.rows import CHUNK, Source, rows_of
from rating.services.archives.tables import LEFT_OUT, STUDY, meta, tables_of
from rating.software import software_version

FORMAT, VERSION = "attune-study-archive", 1
MANIFEST, README = "manifest.json", "README.txt"
TABLES, SNAPSHOTS = "tables", "files/snapshots"
APPS = ("annotation", "rating")
BLOCK = 1 << 20
LEVEL = 6
Tell = Callable[[float, str], None]


@dataclass(frozen=True)
class Part:
    """A file of the archive as its manifest names it; `rows` of a table, 0 of a file."""

    name: str
    size: int
    sha256: str
    rows: int = 0


def migration_state() -> dict[str, list[str]]:
    """The migrations this database has behind it, by app."""
    applied = MigrationRecorder(connection).applied_migrations()
    return {app: sorted(name for of, name in applied if of == app) for app in APPS}


def part_name(table: str) -> str:
    return f"{TABLES}/{table}.jsonl"


class Writer:
    """A ZIP that grows part by part."""

    def __init__(self, archive: zipfile.ZipFile, now: datetime) -> None:
        self.archive, self.now = archive, now
        self.parts: list[Part] = []

    def add(self, name: str, pieces: Iterable[bytes], *, is_packed: bool = False) -> Part:
        entry = zipfile.ZipInfo(name, self.now.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
        digest, size, n = hashlib.sha256(), 0, 0
        with self.archive.open(entry, "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size, n = size + len(piece), n + 1
        part = Part(name, size, digest.hexdigest(), 0 if is_packed else n)
        self.parts.append(part)
        return part


def _lines(rows: Iterable[dict[str, Any]], tell: Callable[[], None]) -> Iterator[bytes]:
    for place, row in enumerate(rows):
        if place % CHUNK == 0:
            tell()
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _blocks(name: str, tell: Callable[[], None]) -> Iterator[bytes]:
    with default_storage.open(name) as file:
        while block := file.read(BLOCK):
            tell()
            yield block


def _add_snapshots(writer: Writer, study: Study, tell: Callable[[], None]) -> None:
    """Each file once: snapshots of the same data share it."""
    kept = (
        Snapshot.objects.filter(study=study).order_by("digest").values_list("digest", "file_name").distinct()
    )
    for digest, name in kept:
        if not default_storage.exists(name):
            raise DomainError(
                Code.STATE_FORBIDS, _("The file of snapshot %(digest)s is gone.") % {"digest": digest[:12]}
            )
        writer.add(f"{SNAPSHOTS}/{digest}.parquet", _blocks(name, tell), is_packed=True)


def _manifest(study: Study, parts: list[Part], asked: frozenset[str], now: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "study": study.code,
        "title": study.title,
        "made_at": now.isoformat(),
        "software": software_version(),
        "migrations": migration_state(),
        "with": sorted(asked),
        "left_out": {meta(model).label_lower: why for model, why in LEFT_OUT.items()},
        "parts": [asdict(part) for part in parts],
    }


def write_archive(study: Study, path: Path, *, parts: frozenset[str], now: datetime, tell: Tell) -> None:
    """The whole study as one ZIP at `path`; memory stays flat however many ratings there are.

    Raises:
        DomainError: the file of a snapshot is gone.
    """
    source = Source.of(study)
    tables = [STUDY, *tables_of(parts)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        writer = Writer(archive, now)
        for place, table in enumerate(tables):
            share = place / (len(tables) + 2)
            rows = rows_of(table, source)
            writer.add(part_name(table.name), _lines(rows, lambda share=share: tell(share, "Writing tables")))  # type: ignore[misc]
        events = history.history_of(study, source.people)
        writer.add(part_name(history.NAME), _lines(events, lambda: tell(0.9, "Writing the audit trail")))
        _add_snapshots(writer, study, lambda: tell(0.95, "Adding snapshots"))
        told = _manifest(study, writer.parts, parts, now)
        archive.writestr(MANIFEST, json.dumps(told, ensure_ascii=False, indent=1))
        archive.writestr(README, render_to_string("archives/readme.txt", {"study": study, "told": told}))
