"""Rules that cross rows or tables, kept by triggers on SQLite and PostgreSQL alike.

A rule refuses a write when its condition holds. Conditions are written in SQL that both databases
read. Rules are installed after every migration; `tests/annotation/test_rules.py` breaks each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connections

EVENTS_THAT_WRITE: tuple[Literal["INSERT", "UPDATE"], ...] = ("INSERT", "UPDATE")
NO_PERMIT = "NOT EXISTS (SELECT 1 FROM annotation_erasurepermit)"


@dataclass(frozen=True)
class Rule:
    """Refuse `event` on `table` when `condition` holds (NEW and OLD name the row).

    `when`: the part of the condition that the row alone answers. Where it does not hold, PostgreSQL does not
    even call the rule's function.
    """

    name: str
    table: str
    event: Literal["INSERT", "UPDATE", "DELETE"]
    condition: str
    message: str
    when: str = ""


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


def _at_claim(name: str, when: str, condition: str, message: str) -> list[Rule]:
    """When a slot comes into another rater's hands; renewing a claim is none."""
    claimed = f"NEW.state = 'claimed' AND {when}"
    moved = f"{claimed} AND NOT (OLD.rater_id IS NOT NULL AND OLD.rater_id = NEW.rater_id)"
    return [
        Rule(f"{name}_insert", "annotation_slot", "INSERT", condition, message, claimed),
        Rule(f"{name}_update", "annotation_slot", "UPDATE", condition, message, moved),
    ]


_VERSION = (
    "EXISTS (SELECT 1 FROM annotation_rubricversion v "
    "WHERE v.id = {row}.version_id AND v.state = 'published')"
)
_SCALE = (
    "EXISTS (SELECT 1 FROM annotation_scale s JOIN annotation_rubricversion v ON v.id = s.version_id "
    "WHERE s.id = {row}.scale_id AND v.state = 'published')"
)
_QUESTION = (
    "EXISTS (SELECT 1 FROM annotation_question q JOIN annotation_rubricversion v ON v.id = q.version_id "
    "WHERE q.id = {row}.question_id AND v.state = 'published')"
)
_PUBLISHED = f"{NO_PERMIT} AND OLD.state = 'published'"
_FROZEN = "a published rubric version never changes"

RULES: list[Rule] = [
    *append_only("annotation_auditevent", "audit events are never changed or deleted"),
    *append_only("annotation_auditseal", "seals of the audit trail are never changed or deleted"),
    *append_only("annotation_accessevent", "the access log is never changed"),
    *append_only("annotation_consentversion", "a published consent text never changes: publish a new one"),
    *append_only("annotation_consenttick", "a published consent text never changes: publish a new one"),
    Rule(
        "consenttick_with_its_version",
        "annotation_consenttick",
        "INSERT",
        "EXISTS (SELECT 1 FROM annotation_consent c WHERE c.version_id = NEW.version_id)",
        "a consent text gets no tick once somebody has agreed to it",
    ),
    *append_only("annotation_consent", "what somebody agreed to stays on record"),
    *append_only("annotation_incidententry", "an entry is never changed: write a correction"),
    *append_only("annotation_incidentreading", "who read an incident stays on record"),
    *append_only("annotation_logentry", "an entry is never changed: write a correction"),
    *append_only("annotation_protectionsignature", "a signature is never changed"),
    *append_only("annotation_locksignature", "a signature is never changed"),
    *append_only("annotation_tickanswer", "what somebody agreed to stays on record"),
    Rule("rubricversion_no_update", "annotation_rubricversion", "UPDATE", _PUBLISHED, _FROZEN),
    Rule("rubricversion_no_delete", "annotation_rubricversion", "DELETE", _PUBLISHED, _FROZEN),
    *_frozen_with_version("annotation_question", _VERSION),
    *_frozen_with_version("annotation_scale", _VERSION),
    *_frozen_with_version("annotation_level", _SCALE),
    *_frozen_with_version("annotation_wording", _QUESTION),
    *(
        Rule(
            f"slot_check_not_heavy_{event.lower()}",
            "annotation_slot",
            event,
            "EXISTS (SELECT 1 FROM annotation_item i WHERE i.id = NEW.item_id AND i.is_heavy)",
            "nobody is checked by a heavy item",
            "NEW.purpose IN ('repeat', 'gold', 'attention') AND NEW.state = 'claimed'",
        )
        for event in EVENTS_THAT_WRITE
    ),
    *_at_claim(
        "slot_in_own_sequence",
        "NEW.seat_id IS NOT NULL AND NOT NEW.is_shared",
        "NOT EXISTS (SELECT 1 FROM annotation_seat s WHERE s.id = NEW.seat_id AND s.rater_id = NEW.rater_id)",
        "a planned sequence is claimed by the rater in its seat only",
    ),
    *_at_claim(
        "slot_needs_met",
        "NEW.needs <> ''",
        "NOT EXISTS (SELECT 1 FROM annotation_clearance c "
        "WHERE c.rater_id = NEW.rater_id AND (c.state IN ('passed', 'by_hand') "
        "OR (NEW.needs = 'practised' AND c.practised_at IS NOT NULL)))",
        "this item is for raters who have practised or qualified",
    ),
    *(
        Rule(
            f"seat_rater_of_its_group_{event.lower()}",
            "annotation_seat",
            event,
            "NEW.rater_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM annotation_rater r "
            "WHERE r.id = NEW.rater_id AND r.group_id = NEW.group_id)",
            "a seat is filled by a rater of its group",
        )
        for event in EVENTS_THAT_WRITE
    ),
]


def _sqlite(rule: Rule) -> list[str]:
    condition = f"({rule.when}) AND {rule.condition}" if rule.when else rule.condition
    create = (
        f"CREATE TRIGGER {rule.name} BEFORE {rule.event} ON {rule.table} FOR EACH ROW "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{rule.message}'); END"
    )
    return [f"DROP TRIGGER IF EXISTS {rule.name}", create]


def _postgresql(rule: Rule) -> list[str]:
    row = "OLD" if rule.event == "DELETE" else "NEW"
    when = f"WHEN ({rule.when})" if rule.when else ""
    function = (
        f"CREATE OR REPLACE FUNCTION {rule.name}() RETURNS trigger AS $body$ BEGIN "
        f"IF {rule.condition} THEN RAISE EXCEPTION '{rule.message}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {row}; END $body$ LANGUAGE plpgsql"
    )
    trigger = (
        f"CREATE TRIGGER {rule.name} BEFORE {rule.event} ON {rule.table} "
        f"FOR EACH ROW {when} EXECUTE FUNCTION {rule.name}()"
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


_TRIGGERS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE NOT t.tgisinternal AND n.nspname = current_schema()",
}


def lift_rules(*, using: str = "default", plan: Sequence[Any] = (), **_: Any) -> None:
    """Take every trigger away before tables change, those of earlier releases included.

    SQLite rebuilds a table by copying it under a new name: triggers would refuse the copy or follow the
    wrong table. `install_rules` brings them back after the last migration.
    """
    connection = connections[using]
    if not plan:
        return
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS[connection.vendor])
        for name, table in cursor.fetchall():
            place = "" if connection.vendor == "sqlite" else f" ON {table}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{place}")


def install_rules(*, using: str = "default", **_: Any) -> None:
    write_rules(using, RULES)
