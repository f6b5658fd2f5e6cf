"""The sealer: chains committed audit events by hash, after the services that wrote them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Min, Q
from django.utils import timezone

from annotation.models import AuditEvent, AuditSeal

# The regular sealer looks this far back for events that came into sight late; `seal_audit` looks everywhere.
from annotation.queries.audit_trail import LOOK_BACK
from annotation.services.webhooks import write_outbox

# The first link of every chain follows this.
BEGINNING = "0" * 64
# SQLite lets nobody else write meanwhile: a piece takes well under a quarter second.
PIECE = 1000
# Any number, as long as nothing else in this database takes the same advisory lock.
ADVISORY_LOCK = 0x61747475


class EventFields(NamedTuple):
    """What a seal covers of an event. `actor` is a mark that names nobody (`actor_mark`)."""

    code: str
    at: datetime
    kind: str
    object_kind: str
    object_code: str
    study: str
    actor: str
    commitment: str


def actor_mark(event_code: str, actor_id: int | None) -> str:
    """Differs from event to event, so that a download shows no one's key and no one's trail."""
    if actor_id is None:
        return ""
    return hashlib.sha256(f"{event_code}:{actor_id}".encode()).hexdigest()[:32]


def seal_digest(before: str, number: int, fields: EventFields) -> str:
    """SHA-256 over the link before, the place in the chain and the event, as a JSON list.

    >>> at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> seal_digest(BEGINNING, 1, EventFields("e", at, "study.created", "study", "s", "s", "", "c"))[:12]
    '10e0b4dcff4a'
    """
    at = fields.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [before, number, fields.code, at, *fields[2:]]
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class Unsealed(NamedTuple):
    """A committed event as the sealer reads it: key, key of its study, what the seal covers."""

    pk: int
    study_id: int | None
    fields: EventFields

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> Unsealed:
        pk, study_id, actor, *fields, study = row
        code, at, kind, about, about_code, sworn = fields
        mark = actor_mark(code, actor)
        return cls(pk, study_id, EventFields(code, at, kind, about, about_code, study or "", mark, sworn))


READ = (
    *("pk", "study_id", "actor_id"),
    *("code", "created_at", "kind", "object_kind", "object_code", "commitment", "study__code"),
)


@dataclass
class Head:
    """The end of a chain so far."""

    number: int = 0
    digest: str = BEGINNING

    def link(self, event: Unsealed) -> tuple[int | None, int, int, str]:
        self.number += 1
        self.digest = seal_digest(self.digest, self.number, event.fields)
        return event.study_id, self.number, event.pk, self.digest


def chain_head(study_id: int | None) -> Head:
    chain = Q(study__isnull=True) if study_id is None else Q(study_id=study_id)
    last = AuditSeal.objects.filter(chain).order_by("-number").first()
    return Head() if last is None else Head(last.number, last.digest)


def _is_only_sealer() -> bool:
    """On SQLite the transaction itself holds the only right to write; PostgreSQL has a lock for us."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        return bool(cursor.fetchone()[0])


def _floor(look_back: int | None) -> int:
    """The id above which there may be events without a seal."""
    if look_back is None:
        first = AuditEvent.objects.filter(seal__isnull=True).aggregate(first=Min("id"))["first"]
        return 0 if first is None else int(first) - 1
    newest = AuditSeal.objects.order_by("-event_id").values_list("event_id", flat=True).first()
    return 0 if newest is None else max(0, newest - look_back)


def _waiting(above: int) -> tuple[list[Unsealed], int]:
    """Events without a seal among the next `PIECE` ids, and the last of these ids (0: there are none).

    Two range scans. One query with a join makes PostgreSQL read both tables whole for each piece.
    """
    rows = AuditEvent.objects.filter(id__gt=above).order_by("id").values_list(*READ)[:PIECE]
    events = [Unsealed.of(row) for row in rows]
    if not events:
        return [], 0
    last = events[-1].pk
    sealed = set(
        AuditSeal.objects.filter(event_id__gt=above, event_id__lte=last).values_list("event_id", flat=True)
    )
    return [event for event in events if event.pk not in sealed], last


def _write(links: Sequence[tuple[int | None, int, int, str]]) -> None:
    """Rows as they are: building a model for each takes three times as long."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    sql = (
        "INSERT INTO annotation_auditseal (study_id, number, event_id, digest, sealed_at) "
        "VALUES (%s, %s, %s, %s, %s)"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(*link, now) for link in links])


def _seal_piece(above: int) -> tuple[int, int]:
    """How many were sealed, and the id to go on above (0: nothing is left, or another sealer is at work)."""
    with transaction.atomic():
        if not _is_only_sealer():
            return 0, 0
        events, last = _waiting(above)
        if events:
            heads = {study_id: chain_head(study_id) for study_id in {event.study_id for event in events}}
            _write([heads[event.study_id].link(event) for event in events])
            write_outbox([event.pk for event in events])
        return len(events), last


def seal_events(*, look_back: int | None = LOOK_BACK) -> int:
    """Chain every committed event that has no seal yet, by id; returns how many.

    Safe to run at the same time from several places: whoever finds another sealer at work stops.
    An id can come into sight after higher ones were sealed (PostgreSQL draws ids before it commits):
    the next run seals such an event at the end of its chain. So the chain's order is that of sealing.

    Args:
        look_back: how many ids before the newest sealed one are searched for latecomers; None: all.
    """
    n, above = 0, _floor(look_back)
    while True:
        made, above = _seal_piece(above)
        n += made
        if not above:
            return n
