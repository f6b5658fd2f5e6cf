"""Rows whose references their writer has itself made or locked: PostgreSQL need not look for each again.

A foreign key is checked row by row, with a lock for each: of many rows written together it takes half of the
database's time. Whoever writes parents and children in one transaction knows that they are there, and locks
what stood there before with a query for each table. The constraints stay, for all others and for every other
write. Where the database's user may not set `session_replication_role` (docs/operations.md), rows are checked
one by one, as ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError

# The first version in which this can be granted; before it only superusers may.
_GRANTED_SINCE = 150_000


def may_hold_references() -> bool:
    """Whether the database lets this user answer for references."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        if cursor.connection.info.server_version >= _GRANTED_SINCE:
            cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        else:
            cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        is_allowed: bool = cursor.fetchone()[0]
    return is_allowed


@contextmanager
def references_held(earlier: Mapping[type[Model], Collection[int]]) -> Iterator[None]:
    """Inside a transaction, for rows that refer to rows of the same transaction and to `earlier` ones.

    Nothing but inserting: triggers are silent meanwhile. An error takes the setting back with the
    transaction. At the end `earlier` is locked, as the deferred check of foreign keys does it.

    Raises:
        DomainError: one of the earlier rows is gone.
    """
    _set_role("replica")
    yield
    _set_role("origin")
    for model, keys in earlier.items():
        _hold(model, keys)


def _hold(model: type[Model], keys: Collection[int]) -> None:
    if not keys:
        return
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 (Django's documented interface)
    held = f"SELECT id FROM {table} WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"  # noqa: S608 (no input)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({held}) AS held", [sorted(keys)])  # noqa: S608 (no input)
        n = cursor.fetchone()[0]
    if n != len(keys):
        raise DomainError(
            Code.LOST_RACE, _("Something that these rows belong to was removed meanwhile. Start again.")
        )


def _set_role(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL session_replication_role TO {role}")
