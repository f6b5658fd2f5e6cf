"""Statements of the way every rating takes: written once by each process, planned once by each connection.

Django writes a query anew each time it is asked, and PostgreSQL plans it anew; on the way from one rating to
the next that costs more than what is asked. A `Kept` query is still one of Django's, so that its conditions
stand in one place; only its values differ from one asking to the next.

A pool between us and PostgreSQL that hands out another connection for each transaction cannot keep plans:
Django's own setting for such pools, `DISABLE_SERVER_SIDE_CURSORS`, switches them off here too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import local
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)
# Each thread has a connection of its own.
_own = local()
# Only what asks to be planned once is.
_NEVER = 2**30


def fetched(sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    """The rows of a statement that is asked again and again."""
    # Looked up once: through `connection` each word of it costs as much as a small statement's planning.
    mine = connections[DEFAULT_DB_ALIAS]
    settings = mine.settings_dict
    is_watched = mine.queries_logged or mine.execute_wrappers
    if mine.vendor != "postgresql" or is_watched or settings.get("DISABLE_SERVER_SIDE_CURSORS"):
        with mine.cursor() as cursor:
            cursor.execute(sql, list(values))  # type: ignore[arg-type]
            return list(cursor.fetchall())
    return _planned_once(mine, sql, values)


def _planned_once(connection: Any, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    # Opens it, and checks its health where it was idle: what Django does before it makes a cursor.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    raw: Any = connection.connection
    # A cursor of psycopg's is made anew at the cost of a short statement, so each thread keeps one.
    cursor = getattr(_own, "cursor", None)
    if cursor is None or cursor.connection is not raw:
        cursor = _own.cursor = _cursor_of(raw)
    with connection.wrap_database_errors:
        cursor.execute(sql, values, prepare=True)
        return list(cursor.fetchall())


def _cursor_of(raw: Any) -> Any:
    from psycopg import Cursor
    from psycopg.types.numeric import Int8Dumper

    if raw.prepare_threshold is None:
        raw.prepare_threshold = _NEVER
    cursor = Cursor(raw)
    # One width for all numbers: by their own widths, the same statement would be planned many times.
    cursor.adapters.register_dumper(int, Int8Dumper)
    return cursor


@dataclass(frozen=True)
class Written:
    """A query as SQL. `places`: for each of its values the name it is given by, or the value itself."""

    sql: str
    places: Sequence[tuple[str, object]]
    compiler: Any

    def values(self, given: dict[str, object]) -> list[object]:
        return [given[name] if name else value for name, value in self.places]


def written(queryset: QuerySet[Any], stand_ins: dict[str, object]) -> Written:
    """The SQL of a query that was made with stand-ins for its values. A stand-in must not occur otherwise.

    Our own words stand in it as they are, so that both databases know their partial indexes again.
    """
    compiler = queryset.query.get_compiler(connection=connection)
    sql, values = compiler.as_sql()
    names = {value: name for name, value in stand_ins.items()}
    parts = sql.split("%s")
    text, places = parts[0], []
    for value, part in zip(values, parts[1:], strict=True):
        name = names.get(value, "")
        if isinstance(value, str) and not name:
            text += f"'{value}'{part}"
        else:
            text += f"%s{part}"
            places.append((name, value))
    return Written(text, places, compiler)


class Kept(Generic[M]):
    """A query whose values alone differ. `stand_ins`: a value of the right kind for each of its names."""

    def __init__(self, build: Callable[..., QuerySet[M]], **stand_ins: object) -> None:
        self._build, self._stand_ins = build, stand_ins
        self._made: dict[str, tuple[Written, Callable[[tuple[Any, ...]], M]]] = {}

    def first(self, **values: object) -> M | None:
        """The first row; None where there is none."""
        vendor = connection.vendor
        made = self._made.get(vendor)
        if made is None:
            query = written(self._build(**self._stand_ins)[:1], self._stand_ins)
            made = self._made[vendor] = query, _reader(query.compiler)
        query, read = made
        rows = fetched(query.sql, query.values(values))
        return read(rows[0]) if rows else None


def _reader(compiler: Any) -> Callable[[tuple[Any, ...]], Any]:
    """How a row becomes a model with what is joined to it: as Django's own iterable reads it."""
    select, info = compiler.select, compiler.klass_info
    own = info["select_fields"]
    begin, end = own[0], own[-1] + 1
    names = [one[0].target.attname for one in select[begin:end]]
    related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg]
    converters = compiler.get_converters([one[0] for one in select[: compiler.col_count]])
    annotations = compiler.annotation_col_map

    def read(row: tuple[Any, ...]) -> Any:
        values, mine = list(row), connections[DEFAULT_DB_ALIAS]
        for at, (converts, expression) in converters.items():
            for convert in converts:
                values[at] = convert(values[at], expression, mine)
        found = info["model"].from_db(mine.alias, names, values[begin:end])
        for one in related:
            one.populate(values, found)
        for name, at in (annotations or {}).items():
            setattr(found, name, values[at])
        return found

    return read
