"""A backup holds everything, and goes back into an empty place without those who had their data erased."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from annotation.models import Plan, Rater
from annotation.models.leaving import new_receipt_code
from annotation.services import leaving
from annotation.services.tombstones import erasures_file
from rating.models import Rating
from rating.services.backup_restore import check_backup
from rating.services.backups import BackupError, delete_old_backups, make_backup, read_manifest
from tests.conftest import ROOT, user_of
from tests.rating.services.submitting import submit

MakeEnvironment = Callable[[str, Path], dict[str, str]]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Files of a server, and none of another test's erasures."""
    files = tmp_path / "files" / "snapshots"
    files.mkdir(parents=True)
    (files / "a.parquet").write_bytes(b"frozen")
    with override_settings(MEDIA_ROOT=tmp_path / "files", DATA_DIR=tmp_path):
        yield tmp_path


@pytest.mark.django_db(transaction=True)
def test_backup_while_data_are_there_goes_back_whole_without_the_erased(
    place: Path,
    plan: Plan,
    rater: Rater,
    second_rater: Rater,
    empty_database: MakeEnvironment,
) -> None:
    del plan
    submit(rater)
    submit(second_rater)
    made = make_backup(place / "backups", now=NOW)
    # Erased after the backup was made: the list of erasures knows, the backup does not.
    erased = {"choice": "erase", "receipt_code": new_receipt_code(), "now": timezone.now()}
    leaving.leave_study(second_rater, actor=user_of(second_rater), **erased)  # type: ignore[arg-type]
    newest = shutil.copy(erasures_file(), place / "newest.jsonl")

    env = empty_database("restored", place)
    done = manage(env, "restore_backup", str(made.folder), "--erasures", str(newest))

    assert done.returncode == 0, done.stderr
    assert "Erased again: 1." in done.stdout
    assert raters_of_ratings(env) == [rater.code]
    assert (Path(env["ATTUNE_DATA_DIR"]) / "files/snapshots/a.parquet").read_bytes() == b"frozen"
    assert Rating.objects.count() == 1


def raters_of_ratings(env: dict[str, str]) -> list[str]:
    """Read past the program, from the restored database itself."""
    sql = "SELECT p.code FROM rating_rating r JOIN annotation_rater p ON p.id = r.rater_id"
    if "DATABASE_URL" in env:
        with psycopg.connect(env["DATABASE_URL"]) as server:
            return [row[0] for row in server.execute(sql)]
    with closing(sqlite3.connect(Path(env["ATTUNE_DATA_DIR"]) / "attune.sqlite3")) as file:
        return [row[0] for row in file.execute(sql)]


def manage(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (our own words)
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def run_on_server(sql: str) -> None:
    """Beside the tests' own database: in the one that every server has."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql)


@pytest.fixture
def empty_database() -> Iterator[MakeEnvironment]:
    """Environments of servers with an empty database of the kind that the tests run on."""
    names: list[str] = []

    def make(name: str, place: Path) -> dict[str, str]:
        data = place / name
        data.mkdir()
        url = os.environ.get("DATABASE_URL", "")
        if connection.vendor == "postgresql":
            names.append(f"attune_{name}_{os.getpid()}")
            run_on_server(f"CREATE DATABASE {names[-1]}")
            url = urlsplit(url)._replace(path=f"/{names[-1]}").geturl()
        kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        given = {"ATTUNE_DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "config.settings"}
        return {**kept, **given, **({"DATABASE_URL": url} if url.startswith("postgres") else {})}

    yield make
    for name in names:
        run_on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def backup(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup with an empty copy of the database: what is checked about it does not depend on rows."""
    monkeypatch.setattr("rating.services.backups._copy_database", fake_copy)
    return make_backup(place / "backups", now=NOW).folder


def fake_copy(folder: Path) -> str:
    name = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}[connection.vendor]
    sqlite3.connect(folder / name).close()
    return name


@pytest.mark.django_db
def test_manifest_tells_every_file_and_no_secret(backup: Path, settings: object) -> None:
    manifest = read_manifest(backup)

    assert "files/snapshots/a.parquet" in manifest["files"]
    assert settings.SECRET_KEY not in (backup / "manifest.json").read_text()  # type: ignore[attr-defined]
    assert check_backup(backup) == manifest
    assert backup.stat().st_mode & 0o077 == 0


@pytest.mark.django_db
@pytest.mark.parametrize("harm", ["altered", "missing", "more"])
def test_backup_that_is_not_what_it_was_is_refused_by_name(backup: Path, harm: str) -> None:
    file = backup / "files/snapshots/a.parquet"
    if harm == "altered":
        file.write_bytes(b"frosty")
    elif harm == "missing":
        file.unlink()
    else:
        (backup / "files/snapshots/b.parquet").write_bytes(b"more")
    with pytest.raises(BackupError, match=r"not what it was: files/snapshots/[ab]\.parquet"):
        check_backup(backup)


def rewrite(backup: Path, **fields: object) -> None:
    told = read_manifest(backup) | fields
    (backup / "manifest.json").write_text(json.dumps(told))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"migrations": ["annotation.9999_later"]}, "made by a newer release: it has annotation.9999_later"),
        ({"database": "database.other"}, "another kind of database"),
        ({"format": 99}, "made by another release"),
    ],
)
def test_backup_of_another_world_is_refused(backup: Path, fields: dict[str, object], words: str) -> None:
    rewrite(backup, **fields)
    with pytest.raises(BackupError, match=words):
        check_backup(backup)


@pytest.mark.django_db
def test_restore_into_a_database_in_use_is_refused(backup: Path) -> None:
    with pytest.raises(CommandError, match="The database is not empty"):
        call_command("restore_backup", str(backup))
    with pytest.raises(CommandError, match="is no backup"):
        call_command("restore_backup", str(backup.parent))


@pytest.mark.django_db
def test_backup_that_fails_leaves_nothing_behind(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path) -> str:
        del folder
        raise BackupError("pg_dump is not installed")

    monkeypatch.setattr("rating.services.backups._copy_database", fail)
    with pytest.raises(CommandError, match="pg_dump is not installed"):
        call_command("backup", str(place / "backups"))
    assert list((place / "backups").iterdir()) == []
    with pytest.raises(CommandError, match="choose another folder"):
        call_command("backup", str(place / "files/backups"))


@pytest.mark.django_db
def test_old_backups_are_deleted_and_nothing_else(backup: Path) -> None:
    (backup.parent / "attune-notes").mkdir()
    with override_settings(BACKUP_DAYS=35):
        assert delete_old_backups(backup.parent, now=NOW + timedelta(days=35)) == []
        assert delete_old_backups(backup.parent, now=NOW + timedelta(days=36)) == [backup]
    assert [path.name for path in backup.parent.iterdir()] == ["attune-notes"]
