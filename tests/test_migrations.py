"""New migrations let the release before them go on working; one `migrate` runs at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations import AddField, Migration, RemoveField, RenameField
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.test import override_settings

from annotation.migration_lock import ADVISORY_LOCK, only_migration
from annotation.migration_safety import dangers

# Of the first release: before it there is no code that could still be running.
FIRST_RELEASE = {"annotation": 25, "rating": 15}


def ours() -> Iterator[tuple[str, Migration]]:
    for (app, name), migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items():
        if app in FIRST_RELEASE and int(name[:4]) > FIRST_RELEASE[app]:
            yield f"{app}.{name}", migration


def test_new_migrations_do_nothing_that_running_code_cannot_stand() -> None:
    found = [f"{name}: {words}" for name, migration in ours() for words in dangers(migration)]
    assert found == [], "see “Changing tables while the program runs” in docs/operations.md"


def migration(*operations: Operation, contracts: str = "") -> Migration:
    made = Migration("x", "annotation")
    made.operations = list(operations)  # type: ignore[misc]
    if contracts:
        made.contracts = contracts  # type: ignore[attr-defined]
    return made


REQUIRED = models.CharField(max_length=9, default="")


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (RemoveField("slot", "number"), "slot.number is removed"),
        (RenameField("slot", "number", "n"), "slot.number is renamed"),
        (AddField("slot", "colour", REQUIRED), "slot.colour must be filled, and code of the release before"),
        (AddField("slot", "colour", models.CharField(max_length=9)), "slot.colour must be filled"),
    ],
)
def test_dangerous_operation_is_found_and_may_be_declared_the_second_step(
    operation: Operation, words: str
) -> None:
    assert words in dangers(migration(operation))[0]
    assert dangers(migration(operation, contracts="0.2 reads it no more")) == []


def test_fields_that_old_code_may_leave_out_are_fine() -> None:
    empty = models.CharField(max_length=9, null=True)
    filled = models.CharField(max_length=9, db_default="red")
    assert dangers(migration(AddField("slot", "a", empty), AddField("slot", "b", filled))) == []


@pytest.mark.django_db
def test_migrate_while_another_migrates_waits_for_it(tmp_path: Path) -> None:
    """Held by somebody else: the right is not to be had; given back: it is."""
    with override_settings(DATA_DIR=tmp_path):
        with only_migration(connection):
            assert not can_be_had(tmp_path)
        assert can_be_had(tmp_path)
    call_command("migrate", "annotation", verbosity=0, stdout=StringIO())


def can_be_had(folder: Path) -> bool:
    if connection.vendor == "postgresql":
        settings = connection.get_connection_params()
        names = {"dbname", "user", "password", "host", "port"}
        with psycopg.connect(**{key: value for key, value in settings.items() if key in names}) as other:
            row = other.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK]).fetchone()
            return bool(row and row[0])
    with (folder / "migrate.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
