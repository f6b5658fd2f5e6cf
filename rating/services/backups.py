"""One folder that holds everything: the database as of one moment, the files, the list of erasures.

The database is copied first. Every file that a row of it names was there then, so it is copied after; what is
deleted between the two was meant to go. Files that came later do no harm.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.crypto import salted_hmac

from annotation.services.tombstones import FILE as ERASURES
from annotation.services.tombstones import erasures_file

MANIFEST = "manifest.json"
FILES = "files"
# Both read their own format alone: a copy goes back into the kind of database that it came from.
DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
FORMAT = 1
PREFIX = "attune-"
UNFINISHED = ".unfinished"


class BackupError(Exception):
    """A backup that could not be made or read; the message is for whoever runs the server."""


@dataclass(frozen=True)
class Backup:
    folder: Path
    n_files: int
    n_bytes: int


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def key_mark() -> str:
    """Tells whether two servers have the same SECRET_KEY, and nothing of it."""
    return salted_hmac("attune.backup", "key", algorithm="sha256").hexdigest()[:16]


def run_tool(name: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs on our database. The pass phrase goes by its environment.

    Raises:
        BackupError: the program is not installed, or says that it failed.
    """
    given, env = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    # As for psql: options, then the database's name.
    *options, database = given[1:]
    command = [name, *options, f"--dbname={database}", "--no-password", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 (our own words and settings)
            command, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise BackupError(f"{name} is not installed: it comes with PostgreSQL's client programs.") from error
    if done.returncode:
        raise BackupError(f"{name} failed:\n{done.stderr.strip()[-2000:]}")


def _copy_database(folder: Path) -> str:
    name = DATABASE[connection.vendor]
    target = folder / name
    if connection.vendor == "postgresql":
        run_tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    else:
        connection.ensure_connection()
        # SQLite's own way: whole and consistent while others write.
        with sqlite3.connect(target) as copy:
            connection.connection.backup(copy)
            # One file that can be read where nothing may be written: the copy needs no log of its own.
            copy.execute("PRAGMA journal_mode=DELETE")
        copy.close()
    return name


def _copy_files(folder: Path) -> None:
    source, target = Path(settings.MEDIA_ROOT), folder / FILES
    target.mkdir()
    for path in sorted(one for one in source.rglob("*") if one.is_file()):
        wanted = target / path.relative_to(source)
        wanted.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copy2(path, wanted)
        except FileNotFoundError:
            # Expired or erased a moment ago.
            wanted.unlink(missing_ok=True)


def copied(folder: Path) -> Iterator[Path]:
    """Every file of a backup but its manifest."""
    yield from sorted(one for one in folder.rglob("*") if one.is_file() and one.name != MANIFEST)


def _release() -> str:
    try:
        return version("attune")
    except PackageNotFoundError:
        return ""


def _manifest(folder: Path, database: str, made_at: datetime) -> dict[str, Any]:
    applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    return {
        "format": FORMAT,
        "made_at": made_at.isoformat(),
        "release": _release(),
        "database": database,
        "key_mark": key_mark(),
        "migrations": applied,
        "files": {
            str(path.relative_to(folder)): {"sha256": digest_of(path), "bytes": path.stat().st_size}
            for path in copied(folder)
        },
    }


def make_backup(target: Path, *, now: datetime) -> Backup:
    """Write a new folder below `target`, under its final name only once it is whole.

    Raises:
        BackupError: the database's own program is missing or fails; `target` lies among the files.
    """
    if target.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve()):
        raise BackupError("The backup would lie among the files that it copies: choose another folder.")
    folder = target / f"{PREFIX}{now:%Y%m%dT%H%M%SZ}"
    work = folder.with_name(folder.name + UNFINISHED)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, mode=0o700)
    try:
        database = _copy_database(work)
        _copy_files(work)
        if erasures_file().exists():
            shutil.copy2(erasures_file(), work / ERASURES)
        manifest = _manifest(work, database, now)
        (work / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        work.rename(folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    sizes = [one["bytes"] for one in manifest["files"].values()]
    return Backup(folder, len(sizes), sum(sizes))


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a backup says of itself.

    Raises:
        BackupError: it is none, or one of another format.
    """
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        is_known = told["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{folder} is no backup: its {MANIFEST} is missing or cannot be read.") from error
    if not is_known:
        raise BackupError(f"{folder} was made by another release: format {told['format']}.")
    return dict(told)


def delete_old_backups(target: Path, *, now: datetime | None = None) -> list[Path]:
    """Delete what is older than BACKUP_DAYS, as receipts promise. Touches backups alone."""
    limit = (now or timezone.now()) - timedelta(days=settings.BACKUP_DAYS)
    old = [
        folder
        for folder in sorted(target.glob(f"{PREFIX}*"))
        if (folder / MANIFEST).is_file() and datetime.fromisoformat(read_manifest(folder)["made_at"]) < limit
    ]
    for folder in old:
        shutil.rmtree(folder)
    return old
