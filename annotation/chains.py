"""Several statements that build on one another, as one on PostgreSQL and one by one on SQLite.

A rating is a row in each of seven tables. Each statement of its own costs a turn to the database and back,
its parsing and its bookkeeping on both sides, which together is more than the writing itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BooleanField,
    CharField,
    Field,
    FloatField,
    ForeignKey,
    IntegerField,
    Model,
    TextField,
)

from annotation.kept import fetched

_UNTYPED = "SELECT {columns} FROM json_each(%s)"
_TYPED = "SELECT {columns} FROM jsonb_to_recordset(%s) AS given({types})"
_ONE_ID, _LOWEST_ID = "(SELECT id FROM {name})", "(SELECT min(id) FROM {name})"
_INSERT = "INSERT INTO {table} ({names}) {rows}"


@dataclass(frozen=True)
class Link:
    """One statement that returns `id`s. `{name}` in its text: the id that the link of this name returned.

    Nothing of what a link writes is seen by the others of its chain but through these ids, by database
    rules, and by foreign keys.
    """

    name: str
    sql: str
    values: Sequence[object] = ()


def chained(links: Sequence[Link]) -> dict[str, int | None]:
    """Run statements in their order: the (lowest) id that each has returned, None where it returned none."""
    if connection.vendor == "postgresql":
        row = fetched(_as_one(tuple((one.name, one.sql) for one in links)), _values(links))[0]
        return {one.name: id_ for one, id_ in zip(links, row, strict=True)}
    found: dict[str, int | None] = {}
    for one in links:
        text, values = _by_itself(one, found)
        found[one.name] = min((row[0] for row in fetched(text, values)), default=None)
    return found


def _values(links: Sequence[Link]) -> list[object]:
    return [value for one in links for value in one.values]


@lru_cache(maxsize=200)
def _as_one(links: tuple[tuple[str, str], ...]) -> str:
    """Each in turn: what is read of one makes it run, and min() reads all of it."""
    names = {name: _ONE_ID.format(name=name) for name, _sql in links}
    bodies = ", ".join(f"{name} AS ({sql.format(**names)} RETURNING id)" for name, sql in links)
    return f"WITH {bodies} SELECT " + ", ".join(_LOWEST_ID.format(name=name) for name in names)


def _by_itself(link: Link, found: dict[str, int | None]) -> tuple[str, list[object]]:
    # Ids are numbers of the database's own.
    names = {name: "NULL" if id_ is None else str(int(id_)) for name, id_ in found.items()}
    return f"{link.sql.format(**names)} RETURNING id", list(link.values)


def row_link(name: str, row: Model, **refers: str) -> Link:
    """Insert one row. `refers`: columns that hold the id of another link, by its name."""
    mine = connections[DEFAULT_DB_ALIAS]
    sql, fields = _insert_one(type(row), tuple(refers.items()), mine.vendor)
    return Link(name, sql, [_stored(field, row, mine) for field in fields])


def rows_link(name: str, rows: Sequence[Model], **refers: str) -> Link:
    """Insert rows of numbers, words and truth values, all of one model."""
    mine = connections[DEFAULT_DB_ALIAS]
    sql, fields = _insert_many(type(rows[0]), tuple(refers.items()), mine.vendor)
    given = [{field.column: _stored(field, row, mine) for field in fields} for row in rows]
    return Link(name, sql, [json.dumps(given)])


# Of these kinds of columns, a value of these types is stored as it is.
_AS_IT_IS = (CharField, TextField, IntegerField, FloatField, BooleanField, ForeignKey)
_TYPES = frozenset({str, int, float, bool, type(None)})


@lru_cache(maxsize=500)
def _is_plain(field: Field[Any, Any]) -> bool:
    kind = type(field)
    by_key = isinstance(field, ForeignKey) and not isinstance(field.target_field, _AS_IT_IS)
    # One that makes its value itself (a time, a file) is asked for it.
    return isinstance(field, _AS_IT_IS) and not by_key and kind.pre_save is Field.pre_save


def _stored(field: Field[Any, Any], row: Model, mine: BaseDatabaseWrapper) -> object:
    if _is_plain(field):
        value: object = getattr(row, str(field.attname))
        if type(value) in _TYPES:
            return value
    return field.get_db_prep_save(field.pre_save(row, add=True), mine)


def _columns(model: type[Model], refers: tuple[tuple[str, str], ...]) -> list[Field[Any, Any]]:
    """The columns whose values are given: neither the key nor what another link returns."""
    known = {name for name, _link in refers}
    fields = model._meta.concrete_fields  # noqa: SLF001 (open to all)
    return [one for one in fields if not one.primary_key and one.attname not in known]


def _insert(
    model: type[Model], fields: Sequence[Field[Any, Any]], refers: tuple[tuple[str, str], ...], rows: str
) -> str:
    quote = connection.ops.quote_name
    names = [quote(name) for name in (*(one for one, _link in refers), *(str(one.column) for one in fields))]
    table = quote(model._meta.db_table)  # noqa: SLF001 (open to all)
    return _INSERT.format(table=table, names=", ".join(names), rows=rows)


@lru_cache
def _insert_one(
    model: type[Model], refers: tuple[tuple[str, str], ...], _vendor: str
) -> tuple[str, list[Field[Any, Any]]]:
    fields = _columns(model, refers)
    values = ", ".join([*(f"{{{link}}}" for _name, link in refers), *(["%s"] * len(fields))])
    return _insert(model, fields, refers, f"VALUES ({values})"), fields


@lru_cache
def _insert_many(
    model: type[Model], refers: tuple[tuple[str, str], ...], vendor: str
) -> tuple[str, list[Field[Any, Any]]]:
    fields = _columns(model, refers)
    quote = connection.ops.quote_name
    own, ids = [quote(str(one.column)) for one in fields], [f"{{{link}}}" for _name, link in refers]
    if vendor == "postgresql":
        types = [f"{name} {one.db_type(connection)}" for name, one in zip(own, fields, strict=True)]
        rows = _TYPED.format(columns=", ".join([*ids, *own]), types=", ".join(types))
    else:
        read = [f"json_extract(value, '$.{one.column}')" for one in fields]
        rows = _UNTYPED.format(columns=", ".join([*ids, *read]))
    return _insert(model, fields, refers, rows), fields
