"""The audit trail: one event for each change of state, written inside the change's transaction."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from annotation.models import AuditEvent, AuditPayload, Study, User
from annotation.models.base import Coded


def commitment(salt: str, data: dict[str, Any]) -> str:
    """SHA-256 over salt and canonical JSON: proves the payload without holding it."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


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
