"""Which changes of tables the release before cannot stand, while it still runs.

Tables are changed in two steps: a release adds what it needs (expand), the next takes away what nobody reads
any more (contract). A migration of the second kind says so by `contracts = "why"`.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.migrations import (
    AddField,
    AlterField,
    AlterModelTable,
    DeleteModel,
    Migration,
    RemoveField,
    RenameField,
    RenameModel,
)
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED, Field, ManyToManyField


def _must_be_filled(field: Field[object, object]) -> bool:
    """A default of Python's does not count: the database forgets it, and old code knows no such column."""
    is_column = not isinstance(field, ManyToManyField)
    return is_column and not field.null and field.db_default is NOT_PROVIDED


def _of_field(operation: Operation) -> str:
    match operation:
        case AddField() if _must_be_filled(operation.field):
            return "must be filled, and code of the release before does not know it: null=True or db_default"
        case AlterField():
            return "is altered, and code of the release before writes the old kind: add a new column"
        case RemoveField():
            return "is removed, and code of the release before reads it"
    return ""


def _danger(operation: Operation) -> str:
    match operation:
        case RenameField():
            return f"{operation.model_name}.{operation.old_name} is renamed: add, copy, remove later"
        case AddField() | AlterField() | RemoveField():
            words = _of_field(operation)
            return f"{operation.model_name}.{operation.name} {words}" if words else ""
        case DeleteModel():
            return f"{operation.name} is deleted, and code of the release before reads it"
        case RenameModel():
            return f"{operation.old_name} is renamed: its table goes under another name"
        case AlterModelTable():
            return f"{operation.name} gets another table"
    return ""


def dangers(migration: Migration) -> list[str]:
    """What must not be done in one step, in sentences; none where the migration is declared a second step."""
    if getattr(migration, "contracts", ""):
        return []
    find: Callable[[Operation], str] = _danger
    return [words for words in map(find, migration.operations) if words]
