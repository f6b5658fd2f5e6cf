"""The way from one item to the next where nothing special lies between: as few statements as it takes.

Whatever is not plain (a seat, a check, an opt-out, a claim that ran out, a lost race) is left to
`annotation.services.queue`, which knows all of it. The same rows change in the same way on both.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from annotation.chains import Link
from annotation.design.pool import key_ranges
from annotation.kept import Written, fetched, written
from annotation.models import Exposure, Plan, QueueCursor, Rater, Slot
from annotation.queries.care import REST
from annotation.queries.gates import Gates, remember_count
from annotation.queries.open_slots import shared_between
from annotation.services.checks import due_kind
from annotation.services.own_slots import expiry

# What is read of a slot that is claimed; the rest follows from the claim.
_READ = (
    *("id", "code", "item_id", "rubric_version_id", "number", "occurrence", "random_key"),
    *("seat_id", "position", "needs", "side"),
)
_READ_OF = "(SELECT {} FROM taken)"
_OF_TAKEN = {"item": "item_id", "slot": "id", "rater": "rater_id"}
_TAKE = """
UPDATE annotation_slot SET state = 'claimed', rater_id = %s, claimed_at = %s, claim_expires_at = %s
WHERE id = ({first}) AND (state = 'open' OR (state = 'claimed' AND claim_expires_at <= %s))
RETURNING {read}
"""
_MOVE = "UPDATE annotation_queuecursor SET last_key = {key}, n_served = n_served + 1 WHERE id = %s"
# What is claimed comes as the first row of what is asked beside it.
_TAKE_AND_MOVE = """
WITH taken AS ({take}, rater_id), moved AS ({move} AND EXISTS (SELECT 1 FROM taken))
SELECT -1, 0, '', 0, '', CAST(row_to_json(taken) AS text), 0, '' FROM taken UNION ALL {beside}
"""
# COALESCE keeps the index of raters' slots out of it: where statistics are older than the first claim,
# PostgreSQL takes that for empty, and reads all of it rather than look up the key.
_DONE = """
UPDATE annotation_slot SET state = 'done', completed_at = %s, claim_expires_at = NULL
WHERE id = %s AND COALESCE(rater_id, 0) = %s AND state = 'claimed'
"""
_NOTED = """
UPDATE annotation_exposure SET n_since_checkin = %s, n_heavy_in_row = %s, began_at = %s, last_at = %s
WHERE id = %s
"""
# Each lock waits for the one before: leaving locks the rater before it deletes the cursor. A row that changed
# while this waited is looked at anew, as it is then.
_HELD = """
WITH place AS {kept} (SELECT id FROM annotation_rater WHERE id = %s {lock}),
spot AS {kept} (SELECT c.* FROM annotation_queuecursor c
    WHERE c.plan_id = %s AND c.rater_id = (SELECT id FROM place) {lock}),
hand AS {kept} (SELECT s.id FROM annotation_slot s
    WHERE s.id = %s AND COALESCE(s.rater_id, 0) = (SELECT rater_id FROM spot) AND s.state = 'claimed' {lock})
SELECT id, "offset", last_key, n_served, (SELECT id FROM hand) FROM spot
"""
_LOCKED = {"postgresql": {"kept": "MATERIALIZED", "lock": "FOR NO KEY UPDATE"}}


@dataclass(frozen=True)
class HeldPlace:
    """A rater's place in a plan under lock, and whether the slot they rate is in their hands, locked too."""

    cursor: QueueCursor
    has_slot: bool


def held_place(plan: Plan, rater: Rater, slot: Slot) -> HeldPlace | None:
    """None where there is no cursor yet or it is gone: `queue.lock_rater` says why.

    That the rater has not left is asked after it (`Gates.is_away`), when nobody can leave any more.
    """
    words = _LOCKED.get(connection.vendor, {"kept": "", "lock": ""})
    rows = fetched(_HELD.format(**words), [rater.pk, plan.pk, slot.pk])
    if not rows:
        return None
    pk, offset, last_key, n_served, in_hand = rows[0]
    cursor = QueueCursor(pk=pk, plan=plan, rater=rater, offset=offset, last_key=last_key, n_served=n_served)
    return HeldPlace(cursor, in_hand is not None)


def links_of_done(slot: Slot, rater: Rater, gates: Gates, *, now: datetime) -> list[Link]:
    """Mark the slot in the rater's hands (`HeldPlace.has_slot`) as done and count it as read.

    Called under the rater's lock; there are counters (`Gates.exposure`).
    """
    slot.state, slot.rater, slot.completed_at, slot.claim_expires_at = Slot.State.DONE, rater, now, None
    done = Link("done", _DONE, [_stored(now), slot.pk, rater.pk])
    remember_count(rater, slot.plan, n_done=gates.n_done + 1, last_at=_stored(now))
    return [done, _noted(gates.exposure, slot, now=now)] if gates.exposure else [done]


def _noted(mine: Exposure, slot: Slot, *, now: datetime) -> Link:
    """As `wellbeing.note_item`, of counters that were read under the rater's lock."""
    if now - mine.last_at >= REST:
        mine.began_at, mine.n_heavy_in_row = now, 0
    mine.n_since_checkin += 1
    mine.n_heavy_in_row = mine.n_heavy_in_row + 1 if slot.item.is_heavy else 0
    mine.last_at = now
    counters = [mine.n_since_checkin, mine.n_heavy_in_row, _stored(mine.began_at), _stored(now), mine.pk]
    return Link("noted", _NOTED, counters)


@dataclass(frozen=True)
class Taken:
    """A slot claimed, and what was asked beside it; None where that has to be asked still."""

    slot: Slot
    beside: list[tuple[Any, ...]] | None


def claim_plainly(
    plan: Plan, rater: Rater, cursor: QueueCursor, *, beside: str, now: datetime
) -> Taken | None:
    """The next shared slot on the rater's way, claimed; None where the way is not plain or leads nowhere.

    Called under the rater's lock, once `Gates.is_clear`. `beside`: a SELECT of eight columns (a number, an
    id, a word, a number, two texts, a number, a text) about `{item}`, `{slot}` and `{rater}`.
    """
    if plan.is_training or plan.is_seated or due_kind(plan, rater, place=cursor.n_served + 1):
        return None
    for low, high in key_ranges(cursor.offset, cursor.last_key):
        taken = _take(plan, cursor, low, high, beside=beside, now=now)
        if taken is not None:
            cursor.last_key, cursor.n_served = taken.slot.random_key, cursor.n_served + 1
            return taken
    return None


def _take(
    plan: Plan, cursor: QueueCursor, low: int, high: int, *, beside: str, now: datetime
) -> Taken | None:
    rater = cursor.rater
    until = expiry(rater, now)
    given: dict[str, object] = {"plan": plan.pk, "rater": rater.pk, "group": rater.group_id}
    given |= {"low": low, "high": high, "now": _stored(now), "until": _stored(until), "cursor": cursor.pk}
    is_one = connection.vendor == "postgresql"
    statement = _statement(connection.vendor, beside if is_one else "", has_rules=bool(plan.rules))
    rows = fetched(statement.sql, statement.values(given))
    if not rows:
        return None
    if is_one:
        first, *rest = rows
        told = json.loads(first[5])
        return Taken(_slot([told[name] for name in _READ], plan, rater, now=now, until=until), rest)
    slot = _slot(rows[0], plan, rater, now=now, until=until)
    fetched(_MOVE.format(key="%s") + " RETURNING id", [slot.random_key, cursor.pk])
    return Taken(slot, None)


def _slot(row: Sequence[Any], plan: Plan, rater: Rater, *, now: datetime, until: datetime) -> Slot:
    slot = Slot.from_db(connection.alias, _READ, row)
    slot.plan, slot.group, slot.rater = plan, rater.group, rater
    slot.purpose, slot.state, slot.is_shared = Slot.Purpose.QUOTA, Slot.State.CLAIMED, True
    slot.claimed_at, slot.claim_expires_at, slot.completed_at = now, until, None
    return slot


def _stored(moment: datetime) -> object:
    return connection.ops.adapt_datetimefield_value(moment)


# Stand for what differs from claim to claim while the statement is written.
_STAND_INS: dict[str, object] = {"plan": 910_000_001, "rater": 910_000_002, "group": 910_000_003}
_STAND_INS |= {"low": 910_000_004, "high": 910_000_005}
_THEN = datetime(2000, 1, 1, 1, 1, 1, 1, tzinfo=UTC)


@lru_cache
def _statement(vendor: str, beside: str, *, has_rules: bool) -> Written:
    """The statement that claims the first slot of a stretch, by database.

    Written once from `shared_between`, the one place that says what may be taken.
    """
    ids = {name: int(str(value)) for name, value in _STAND_INS.items()}
    plan = Plan(pk=ids["plan"], rules=[{}] if has_rules else [])
    rater = Rater(pk=ids["rater"], group_id=ids["group"])
    free = shared_between(plan, rater, _THEN, ids["low"], ids["high"])
    if connection.features.has_select_for_update_skip_locked:
        free = free.select_for_update(skip_locked=True)
    first = written(free.values("pk")[:1], _STAND_INS | {"now": _stored(_THEN)})
    taken = _TAKE.format(first=first.sql, read=", ".join(_READ))
    places = [("rater", 0), ("now", 0), ("until", 0), *first.places, ("now", 0)]
    if not beside:
        return Written(taken, places, first.compiler)
    one = {name: _READ_OF.format(column) for name, column in _OF_TAKEN.items()}
    move = _MOVE.format(key=_READ_OF.format("random_key"))
    whole = _TAKE_AND_MOVE.format(take=taken, move=move, beside=beside.format(**one))
    return Written(whole, [*places, ("cursor", 0)], first.compiler)
