"""Many rows at once, as each database takes them fastest: COPY on PostgreSQL, one statement on SQLite.

For rows whose values were checked before: neither `save` nor validation is called, and what a model fills in
by itself (codes, times) has to be among the values. Both inside a transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from annotation.models.base import ALPHABET

# One value for all rows, or one for each: a sequence, or an array of pyarrow.
Column = Any
NOTHING = "\\N"
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
            drawn = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS key FROM generate_series(1, %s)"
            cursor.execute(f"SELECT min(key), max(key) FROM ({drawn}) AS drawn", [table, n])  # noqa: S608 (no input)
            first, last = cursor.fetchone() if n else (1, 0)
            if last - first + 1 == n:
                return range(first, last + 1)
            # Somebody else drew in between: these stay unused.
            cursor.execute(drawn, [table, n])
            return [key for (key,) in cursor.fetchall()]
        # A transaction that writes holds the whole file: nobody else takes these.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        told = cursor.fetchone()
    first = told[0] + 1 if told else 1
    return range(first, first + n)


def write_columns(model: type[Model], columns: Mapping[str, Column], n: int) -> None:
    """Insert `n` rows given as columns by field, the last one best a short one; JSON as text."""
    if not n:
        return
    quoted, described = connection.ops.quote_name, model._meta  # noqa: SLF001 (Django's documented interface)
    names = [quoted(str(described.get_field(name).column)) for name in columns]  # type: ignore[union-attr]
    into = f"{quoted(described.db_table)} ({', '.join(names)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                copy.write(_copied(list(columns.values()), n))
        else:
            marks = ", ".join(["%s"] * len(columns))
            rows = zip(*[_bound(one, n) for one in columns.values()], strict=True)
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", list(rows))  # noqa: S608 (names of the model)


def _copied(columns: Sequence[Column], n: int) -> memoryview:
    """The rows as COPY reads them, made column by column."""
    import pyarrow as pa

    *words, last = [_words(one) for one in columns]
    ends = pa.scalar(f"{last}\n") if isinstance(last, pa.Scalar) else _joined(last, pa.scalar(""), "\n")
    rows = _joined(*words, ends, "\t")
    places = memoryview(rows.buffers()[1]).cast("i")
    return memoryview(rows.buffers()[2])[places[rows.offset] : places[rows.offset + n]]


def _joined(*columns_and_mark: Any) -> Any:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*columns_and_mark, null_handling="replace", null_replacement=NOTHING)


def _words(column: Column) -> Any:
    """A column, or the value of all rows, as texts in which nothing means anything to COPY."""
    import pyarrow as pa

    if isinstance(column, datetime):
        return pa.scalar(column.isoformat())
    if column is None or isinstance(column, str | int):
        one = pa.array([NOTHING if column is None else str(column)])
        return (one if column is None else _marked(one))[0]
    array = column if isinstance(column, pa.Array) else pa.array(column)
    return _marked(array) if pa.types.is_string(array.type) else array.cast(pa.string())


def _marked(texts: Any) -> Any:
    """Looking for what is not there costs next to nothing; putting marks before it does."""
    import numpy as np
    import pyarrow.compute as pc

    _, places, letters = texts.buffers()
    if letters is None:
        return texts
    ends = memoryview(places).cast("i")
    seen = np.frombuffer(letters, dtype=np.uint8)[ends[texts.offset] : ends[texts.offset + len(texts)]]
    for letter, marked in (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        if (seen == ord(letter)).any():
            texts = pc.replace_substring(texts, letter, marked)
    return texts


def _bound(column: Column, n: int) -> Sequence[Any]:
    """A column as SQLite takes it."""
    if isinstance(column, datetime):
        return [connection.ops.adapt_datetimefield_value(column)] * n
    if column is None or isinstance(column, str | int):
        return [column] * n
    listed: Sequence[Any] = column.tolist() if hasattr(column, "tolist") else column
    return listed
