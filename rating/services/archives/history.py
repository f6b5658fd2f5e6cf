"""The audit trail in an archive, event by event: its chain can be computed again from the file alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from annotation.audit import commitment
from annotation.models import AuditEvent, Study
from annotation.services.audit_seals import BEGINNING, EventFields, actor_mark, seal_digest
from rating.services.archives.rows import CHUNK, People, plain

NAME = "history"
COLUMNS = frozenset(
    {"position", "number", "event_code", "at", "kind", "object_kind", "object_code", "actor", "actor_mark"}
    | {"commitment", "salt", "data", "digest"}
)
_READ = (
    *("seal__number", "code", "created_at", "kind", "object_kind", "object_code", "actor_id", "commitment"),
    *("payload__salt", "payload__data", "seal__digest"),
)


def history_of(study: Study, people: People) -> Iterator[dict[str, Any]]:
    """Sealed events in the order of their chain, then those that no seal covers yet."""
    events = AuditEvent.objects.filter(study=study).order_by(F("seal__number").asc(nulls_last=True), "pk")
    for position, row in enumerate(events.values_list(*_READ).iterator(chunk_size=CHUNK), start=1):
        number, code, at, kind, about, about_code, actor, sworn, salt, data, digest = row
        yield {
            "position": position,
            "number": number,
            "event_code": code,
            "at": plain(at),
            "kind": kind,
            "object_kind": about,
            "object_code": about_code,
            "actor": people.label(actor) or "",
            "actor_mark": actor_mark(code, actor),
            "commitment": sworn,
            "salt": salt or "",
            "data": data,
            "digest": digest or "",
        }


@dataclass
class Chain:
    """What became of the origin's chain when it was computed again."""

    study: str
    n_events: int = 0
    n_sealed: int = 0
    n_defects: int = 0
    head: str = BEGINNING

    def follow(self, events: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Pass the events on, looking at each."""
        for event in events:
            self.n_events += 1
            if event["number"] is not None:
                self._link(event)
            if event["salt"] and commitment(event["salt"], event["data"]) != event["commitment"]:
                self.n_defects += 1
            yield event

    def _link(self, event: dict[str, Any]) -> None:
        self.n_sealed += 1
        fields = EventFields(
            event["event_code"],
            datetime.fromisoformat(event["at"]),
            event["kind"],
            event["object_kind"],
            event["object_code"],
            self.study,
            event["actor_mark"],
            event["commitment"],
        )
        fits = event["digest"] == seal_digest(self.head, event["number"], fields)
        self.n_defects += not (fits and event["number"] == self.n_sealed)
        self.head = event["digest"]
