"""Many rows at once, as each database takes them fastest: COPY on PostgreSQL, one statement on SQLite.

For rows whose values were checked before: neither `save` nor validation is called, and what a model fills in
by itself (codes, times) has to be among the values. Both inside a transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Model

from annotation.models.base import ALPHABET

Value = str | int | bool | datetime | None
CODE_LETTERS = 12
# 256 is a multiple of 32: every letter is as likely as another.
_LETTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))


def new_codes(n: int) -> list[str]:
    """Random codes like `new_code`, drawn together.

    >>> len(new_codes(3)), {len(code) for code in new_codes(3)}
    (3, {12})
    """
    letters = secrets.token_bytes(CODE_LETTERS * n).translate(_LETTERS).decode("ascii")
    return [letters[place : place + CODE_LETTERS] for place in range(0, len(letters), CODE_LETTERS)]


def take_keys(model: type[Model], n: int) -> Sequence[int]:
    """Primary keys for rows that this transaction is going to write."""
    table = model._meta.db_table  # noqa: SLF001 (Django's documented interface)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, n]
            )
            return [key for (key,) in cursor.fetchall()]
        # A transaction that writes holds the whole file: nobody else takes these.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    first = last[0] + 1 if last else 1
    return range(first, first + n)


def write_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Insert rows, their values in the order of `fields`; JSON as text."""
    quoted, described = connection.ops.quote_name, model._meta  # noqa: SLF001 (Django's documented interface)
    columns = [quoted(str(described.get_field(name).column)) for name in fields]  # type: ignore[union-attr]
    into = f"{quoted(described.db_table)} ({', '.join(columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                copy.write("".join(["\t".join(map(_copied, row)) + "\n" for row in rows]))
        else:
            marks = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {into} VALUES ({marks})"  # noqa: S608 (names of the model alone)
            cursor.executemany(statement, [list(map(_bound, row)) for row in rows])


def _copied(value: Value) -> str:
    """As COPY reads it. Searching for what is not there costs next to nothing."""
    if isinstance(value, str):
        marked = value.replace("\\", "\\\\").replace("\n", "\\n")
        return marked.replace("\r", "\\r").replace("\t", "\\t")
    if value is None:
        return "\\N"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _bound(value: Value) -> Value:
    if isinstance(value, datetime):
        adapted: str | None = connection.ops.adapt_datetimefield_value(value)
        return adapted
    return value
