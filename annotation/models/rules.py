"""Rules that cross rows or tables, kept by triggers on SQLite and PostgreSQL alike.

A rule refuses a write when its condition holds. Conditions are written in SQL that both databases
read. Rules are installed after every migration; `tests/annotation/test_rules.py` breaks each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connections

NO_PERMIT = "NOT EXISTS (SELECT 1 FROM annotation_erasurepermit)"


@dataclass(frozen=True)
class Rule:
    """Refuse `event` on `table` when `condition` holds (NEW and OLD name the row)."""

    name: str
    table: str
    event: Literal["INSERT", "UPDATE", "DELETE"]
    condition: str
    message: str


def append_only(table: str, message: str) -> list[Rule]:
    """No update ever; no delete but under an erasure permit."""
    return [
        Rule(f"{table}_no_update", table, "UPDATE", NO_PERMIT, message),
        Rule(f"{table}_no_delete", table, "DELETE", NO_PERMIT, message),
    ]


def _frozen_with_version(table: str, published: str) -> list[Rule]:
    """Rows that belong to a rubric version cannot come, change or go once it is published."""
    message = "a published rubric version never changes"
    rules = []
    for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        condition = f"{NO_PERMIT} AND {published.format(row=row)}"
        rules.append(Rule(f"{table}_frozen_{event.lower()}", table, event, condition, message))  # type: ignore[arg-type]
    return rules


_VERSION = (
    "EXISTS (SELECT 1 FROM annotation_rubricversion v "
    "WHERE v.id = {row}.version_id AND v.state = 'published')"
)
_SCALE = (
    "EXISTS (SELECT 1 FROM annotation_scale s JOIN annotation_rubricversion v ON v.id = s.version_id "
    "WHERE s.id = {row}.scale_id AND v.state = 'published')"
)
_PUBLISHED = f"{NO_PERMIT} AND OLD.state = 'published'"
_FROZEN = "a published rubric version never changes"

RULES: list[Rule] = [
    *append_only("annotation_auditevent", "audit events are never changed or deleted"),
    Rule("rubricversion_no_update", "annotation_rubricversion", "UPDATE", _PUBLISHED, _FROZEN),
    Rule("rubricversion_no_delete", "annotation_rubricversion", "DELETE", _PUBLISHED, _FROZEN),
    *_frozen_with_version("annotation_question", _VERSION),
    *_frozen_with_version("annotation_scale", _VERSION),
    *_frozen_with_version("annotation_level", _SCALE),
]


def _sqlite(rule: Rule) -> list[str]:
    create = (
        f"CREATE TRIGGER {rule.name} BEFORE {rule.event} ON {rule.table} FOR EACH ROW "
        f"WHEN {rule.condition} BEGIN SELECT RAISE(ABORT, '{rule.message}'); END"
    )
    return [f"DROP TRIGGER IF EXISTS {rule.name}", create]


def _postgresql(rule: Rule) -> list[str]:
    row = "OLD" if rule.event == "DELETE" else "NEW"
    function = (
        f"CREATE OR REPLACE FUNCTION {rule.name}() RETURNS trigger AS $body$ BEGIN "
        f"IF {rule.condition} THEN RAISE EXCEPTION '{rule.message}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {row}; END $body$ LANGUAGE plpgsql"
    )
    trigger = (
        f"CREATE TRIGGER {rule.name} BEFORE {rule.event} ON {rule.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {rule.name}()"
    )
    return [function, f"DROP TRIGGER IF EXISTS {rule.name} ON {rule.table}", trigger]


def _drop(rule: Rule, vendor: str) -> str:
    return f"DROP TRIGGER IF EXISTS {rule.name}" + (f" ON {rule.table}" if vendor != "sqlite" else "")


def _present(alias: str, rules: Sequence[Rule]) -> list[Rule]:
    tables = set(connections[alias].introspection.table_names())
    return [rule for rule in rules if rule.table in tables]


def write_rules(alias: str, rules: Sequence[Rule]) -> None:
    """Create or replace the triggers of `rules` whose table exists."""
    connection = connections[alias]
    statements = _sqlite if connection.vendor == "sqlite" else _postgresql
    with connection.cursor() as cursor:
        for rule in _present(alias, rules):
            for statement in statements(rule):
                cursor.execute(statement)


def drop_rules(alias: str, rules: Sequence[Rule]) -> None:
    """Take the triggers away, for emptying a test database; `write_rules` brings them back."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for rule in _present(alias, rules):
            cursor.execute(_drop(rule, connection.vendor))


def install_rules(*, using: str = "default", **_: Any) -> None:
    write_rules(using, RULES)
