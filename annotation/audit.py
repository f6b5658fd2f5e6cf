"""The audit trail: one event for each change of state, written inside the change's transaction."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from annotation.chains import Link, chained, row_link
from annotation.models import AuditEvent, AuditPayload, Study, User
from annotation.models.base import Coded


def commitment(salt: str, data: dict[str, Any]) -> str:
    """SHA-256 over salt and canonical JSON: proves the payload without holding it."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


@dataclass(frozen=True)
class Told:
    """An event to be written: see `record`."""

    kind: str
    about: Coded | None = None
    data: dict[str, Any] = field(default_factory=dict)


def links_of(events: Sequence[Told], *, actor: User | None, study: Study | None) -> list[Link]:
    """What writes several events of one deed, in their order."""
    links = []
    for n, one in enumerate(events):
        salt = secrets.token_hex(16)
        row = AuditEvent(
            kind=one.kind,
            actor=actor,
            study=study,
            object_kind=type(one.about).__name__.lower() if one.about is not None else "",
            object_code=one.about.code if one.about is not None else "",
            commitment=commitment(salt, one.data),
        )
        payload = AuditPayload(salt=salt, data=one.data)
        links += [row_link(f"event_{n}", row), row_link(f"payload_{n}", payload, event_id=f"event_{n}")]
    return links


def record_all(events: Sequence[Told], *, actor: User | None, study: Study | None) -> None:
    """Write several events of one deed, in their order."""
    chained(links_of(events, actor=actor, study=study))


def record(
    kind: str, *, actor: User | None, study: Study | None, about: Coded | None = None, **data: Any
) -> AuditEvent:
    """Write an event. `data` must be JSON; pseudonyms and codes, never names or texts people wrote."""
    salt = secrets.token_hex(16)
    event = AuditEvent.objects.create(
        kind=kind,
        actor=actor,
        study=study,
        object_kind=type(about).__name__.lower() if about is not None else "",
        object_code=about.code if about is not None else "",
        commitment=commitment(salt, data),
    )
    AuditPayload.objects.create(event=event, salt=salt, data=data)
    return event
