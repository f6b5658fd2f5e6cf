"""Take indexes away that repeat others, while the program runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.migrations.operations.base import Operation
from django.db.models import Field

_AS_PREFIX = " varchar_pattern_ops"


class WithoutIndexes(Operation):
    """Foreign keys found by a longer index lose their own, codes the one for beginnings of words.

    Each index goes by itself, without a lock that others would wait for; from the state of all models only
    these fields change, and models are rendered once, not once for each field. Whoever is interrupted
    begins anew: what is gone already is passed over.
    """

    def __init__(self, fields: Sequence[tuple[str, str, Field[Any, Any]]]) -> None:
        self.fields = fields

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.clear_delayed_apps_cache()
        state.__dict__.pop("apps", None)
        for model, name, field in self.fields:
            state.alter_field(app_label, model, name, field, preserve_default=True)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        del from_state, to_state
        for index, _table, _column, _kind in self._indexes(app_label, schema_editor):
            schema_editor.execute(f"DROP INDEX {_way(schema_editor)} IF EXISTS {index}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        del from_state, to_state
        for index, table, column, kind in self._indexes(app_label, schema_editor):
            way = _way(schema_editor)
            schema_editor.execute(f"CREATE INDEX {way} IF NOT EXISTS {index} ON {table} ({column}{kind})")

    def _indexes(self, app_label: str, schema_editor: Any) -> Iterator[tuple[str, str, str, str]]:
        """Name, table, column and kind of each, as Django named it when it made the table."""
        for model, name, field in self.fields:
            if not field.is_relation and schema_editor.connection.vendor != "postgresql":
                continue
            table, column = f"{app_label}_{model}", f"{name}_id" if field.is_relation else name
            suffix, kind = ("", "") if field.is_relation else ("_like", _AS_PREFIX)
            index = schema_editor._create_index_name(table, [column], suffix=suffix)  # noqa: SLF001
            quote = schema_editor.quote_name
            yield quote(index), quote(table), quote(column), kind

    def describe(self) -> str:
        return f"Drop indexes of {len(self.fields)} fields that repeat others"


def _way(schema_editor: Any) -> str:
    connection = schema_editor.connection
    can_wait = connection.vendor == "postgresql" and not connection.in_atomic_block
    return "CONCURRENTLY" if can_wait else ""
