"""The way from one item to the next where nothing special lies between: as few statements as it takes.

Whatever is not plain (a seat, a check, an opt-out, a claim that ran out, a lost race) is left to
`annotation.services.queue`, which knows all of it. The same rows change in the same way on both.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from django.db import connection
from django.db.models import QuerySet

from annotation.design.pool import key_ranges
from annotation.kept import Kept, Written, fetched, written
from annotation.models import Exposure, Plan, QueueCursor, Rater, Slot
from annotation.queries.care import REST
from annotation.queries.gates import Gates
from annotation.queries.open_slots import shared_between
from annotation.services.checks import due_kind
from annotation.services.own_slots import expiry
from annotation.services.presence import is_away

# What is read of a slot that is claimed; the rest follows from the claim.
_READ = (
    *("id", "code", "item_id", "rubric_version_id", "number", "occurrence", "random_key"),
    *("seat_id", "position", "needs", "side"),
)
_TAKE = """
UPDATE annotation_slot SET state = 'claimed', rater_id = %s, claimed_at = %s, claim_expires_at = %s
WHERE id = ({first}) AND (state = 'open' OR (state = 'claimed' AND claim_expires_at <= %s))
RETURNING {read}
"""
_DONE = """
UPDATE annotation_slot SET state = 'done', completed_at = %s, claim_expires_at = NULL
WHERE id = %s AND rater_id = %s AND state = 'claimed' RETURNING id
"""
_NOTED = """
UPDATE annotation_exposure SET n_since_checkin = %s, n_heavy_in_row = %s, began_at = %s, last_at = %s
WHERE id = %s RETURNING id
"""
_MOVED = "UPDATE annotation_queuecursor SET last_key = %s, n_served = %s WHERE id = %s RETURNING id"


def _places(rater: int) -> QuerySet[Rater]:
    raters = Rater.objects.select_for_update(no_key=True, of=("self",)).filter(pk=rater)
    return raters.exclude(is_away()).only("code")


def _cursors(plan: int, rater: int) -> QuerySet[QueueCursor]:
    cursors = QueueCursor.objects.select_for_update(no_key=True, of=("self",))
    cursors = cursors.only("plan", "rater", "offset", "last_key", "n_served")
    return cursors.filter(plan=plan, rater=rater)


# Two statements in this order: leaving locks the rater before it deletes the cursor.
_PLACE = Kept(_places, rater=910_000_002)
_CURSOR = Kept(_cursors, plan=910_000_001, rater=910_000_002)


def locked_cursor(plan: Plan, rater: Rater) -> QueueCursor | None:
    """The rater's cursor, with their place held as `presence.hold_place` holds it; None where there is no
    cursor yet or the rater has left: `queue.lock_rater` says which."""
    if _PLACE.first(rater=rater.pk) is None:
        return None
    return _CURSOR.first(plan=plan.pk, rater=rater.pk)


def complete_plainly(slot: Slot, rater: Rater, gates: Gates, *, now: datetime) -> bool:
    """Mark the slot in the rater's hands as done and count it as read; whether it was in their hands.

    Called under the rater's lock.
    """
    if gates.exposure is None:
        return False
    if not fetched(_DONE, [_stored(now), slot.pk, rater.pk]):
        return False
    slot.state, slot.rater, slot.completed_at, slot.claim_expires_at = Slot.State.DONE, rater, now, None
    _note(gates.exposure, is_heavy=slot.item.is_heavy, now=now)
    return True


def _note(mine: Exposure, *, is_heavy: bool, now: datetime) -> None:
    """As `wellbeing.note_item`, of counters that were read under the rater's lock."""
    if now - mine.last_at >= REST:
        mine.began_at, mine.n_heavy_in_row = now, 0
    mine.n_since_checkin += 1
    mine.n_heavy_in_row = mine.n_heavy_in_row + 1 if is_heavy else 0
    mine.last_at = now
    counters = [mine.n_since_checkin, mine.n_heavy_in_row, _stored(mine.began_at), _stored(now), mine.pk]
    fetched(_NOTED, counters)


def claim_plainly(plan: Plan, rater: Rater, cursor: QueueCursor, *, now: datetime) -> Slot | None:
    """The next shared slot on the rater's way, claimed; None where the way is not plain or leads nowhere.

    Called under the rater's lock, once `Gates.is_clear`.
    """
    if plan.is_training or plan.is_seated or due_kind(plan, rater, place=cursor.n_served + 1):
        return None
    for low, high in key_ranges(cursor.offset, cursor.last_key):
        slot = _take(plan, rater, low, high, now=now)
        if slot is not None:
            cursor.last_key, cursor.n_served = slot.random_key, cursor.n_served + 1
            fetched(_MOVED, [cursor.last_key, cursor.n_served, cursor.pk])
            return slot
    return None


def _take(plan: Plan, rater: Rater, low: int, high: int, *, now: datetime) -> Slot | None:
    until = expiry(rater, now)
    given: dict[str, object] = {"plan": plan.pk, "rater": rater.pk, "group": rater.group_id}
    given |= {"low": low, "high": high, "now": _stored(now), "until": _stored(until)}
    statement = _statement(connection.vendor, has_rules=bool(plan.rules))
    rows = fetched(statement.sql, statement.values(given))
    if not rows:
        return None
    slot = Slot.from_db(connection.alias, _READ, rows[0])
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
def _statement(vendor: str, *, has_rules: bool) -> Written:
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
    return Written(taken, places, first.compiler)
