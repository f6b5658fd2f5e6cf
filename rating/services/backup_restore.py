"""A backup goes back into an empty place; who had their data erased since does not come back."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from annotation.queries.readiness import known_migrations
from annotation.services.leaving import erase_again
from annotation.services.tombstones import FILE as ERASURES
from annotation.services.tombstones import erasures_file, list_all_begun, listed_tombstones
from rating.models import Snapshot
from rating.services.backups import (
    DATABASE,
    FILES,
    BackupError,
    copied,
    digest_of,
    key_mark,
    read_manifest,
    run_tool,
)


@dataclass(frozen=True)
class Restored:
    """`n_refused`: erasures whose signature does not fit; `missing`: files of snapshots."""

    n_files: int
    n_erased: int
    n_refused: int
    missing: list[str]


def check_backup(folder: Path) -> dict[str, Any]:
    """The manifest of a backup that is whole and can be restored here.

    Raises:
        BackupError: something is missing, altered or too much; another kind of database; a newer release.
    """
    manifest = read_manifest(folder)
    listed = manifest["files"]
    there = {str(path.relative_to(folder)): path for path in copied(folder)}
    wrong = sorted(listed.keys() ^ there.keys())
    wrong += [name for name in sorted(listed.keys() & there.keys()) if not _fits(there[name], listed[name])]
    if wrong:
        raise BackupError("The backup is not what it was: " + ", ".join(wrong[:10]))
    if manifest["database"] != DATABASE[connection.vendor]:
        raise BackupError(f"The backup is of another kind of database: {manifest['database']}.")
    ours = {app for app, _ in known_migrations()}
    known = {f"{app}.{name}" for app, name in known_migrations()}
    newer = [one for one in manifest["migrations"] if one not in known and one.partition(".")[0] in ours]
    if newer:
        raise BackupError("The backup was made by a newer release: it has " + ", ".join(newer[:5]))
    return manifest


def _fits(path: Path, listed: dict[str, Any]) -> bool:
    return (path.stat().st_size, digest_of(path)) == (listed["bytes"], listed["sha256"])


def refuse_unless_empty() -> None:
    """Raises:
    BackupError: there are tables in the database, or files where they would go.
    """
    if connection.introspection.table_names():
        raise BackupError("The database is not empty. A backup is restored into an empty one only.")
    if any(one.is_file() for one in Path(settings.MEDIA_ROOT).rglob("*")):
        raise BackupError("The folder of files is not empty. A backup is restored into an empty one only.")


def _put_database(folder: Path) -> None:
    source = folder / DATABASE[connection.vendor]
    if connection.vendor == "postgresql":
        run_tool(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            str(source),
        )
    else:
        connection.ensure_connection()
        copy = sqlite3.connect(f"{source.as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            copy.backup(connection.connection)
        finally:
            copy.close()


def _merge_erasures(lists: Iterable[Path]) -> None:
    """Every line of every list, once: an older list never takes the place of a newer one."""
    lines: dict[str, None] = {}
    for path in lists:
        if path.exists():
            lines.update(dict.fromkeys(filter(str.strip, path.read_text(encoding="utf-8").splitlines())))
    if lines:
        erasures_file().write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _repeat_erasures() -> tuple[int, int]:
    n_erased, n_refused = 0, 0
    if erasures_file().exists():
        for tombstone, signature in listed_tombstones(erasures_file()):
            if not signature:
                n_refused += 1
            elif erase_again(tombstone):
                n_erased += 1
    return n_erased, n_refused


def restore_backup(folder: Path, *, newer_erasures: Path | None = None) -> Restored:
    """Database, files and erasures, in this order. Later migrations of this release are applied.

    Args:
        newer_erasures: the newest list of erasures that was kept by itself, where there is one.

    Raises:
        BackupError: see `check_backup` and `refuse_unless_empty`; or this server has another SECRET_KEY.
    """
    manifest = check_backup(folder)
    refuse_unless_empty()
    if manifest["key_mark"] != key_mark():
        # Erasures could not be told from forgeries, and every second step of signing in would be locked.
        raise BackupError("This server has another SECRET_KEY than the one that the backup was made with.")
    _put_database(folder)
    shutil.copytree(folder / FILES, settings.MEDIA_ROOT, dirs_exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    # Whoever was shut out since the backup was made must not come back by a session of then.
    Session.objects.all().delete()
    list_all_begun()
    _merge_erasures([folder / ERASURES, erasures_file(), *([newer_erasures] if newer_erasures else [])])
    n_erased, n_refused = _repeat_erasures()
    names = Snapshot.objects.exclude(file_name="").values_list("file_name", flat=True).distinct()
    missing = [name for name in names.iterator() if not default_storage.exists(name)]
    return Restored(len(manifest["files"]), n_erased, n_refused, missing)
