"""Writing rows of a model by the thousand, straight by SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

# Keys begin here, far behind those of the demo.
USER, RATER, ITEM = 1_000_000, 1_000_000, 1_000_000


def insert(model: type[models.Model], rows: str, values: Mapping[str, str]) -> None:
    """INSERT … SELECT: SQL expressions by column over `rows`; other columns as Django would fill them."""
    columns: dict[str, str] = {}
    for field in model._meta.concrete_fields:  # noqa: SLF001 (Django's documented API)
        column = str(field.column)
        if column in values:
            columns[column] = values[column]
        elif not field.primary_key and not field.null:
            columns[column] = _filled(field)
    names = ", ".join(f'"{name}"' for name in columns)
    sql = f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(columns.values())} {rows}"  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _filled(field: models.Field[Any, Any]) -> str:
    if getattr(field, "auto_now_add", False):
        return "now()"
    default = field.get_default()
    if field.default is not NOT_PROVIDED and not callable(field.default):
        return "true" if default is True else "false" if default is False else f"'{default}'"
    if isinstance(field, models.JSONField):
        return "'[]'" if field.default is list else "'{}'"
    return "''"


def code(letter: str, number: str) -> str:
    """A code of twelve characters; drawn ones would take longer to make than the rows."""
    return f"'{letter}' || lpad(({number})::text, 11, '0')"
