"""Whether this process can do its work: each thing it leans on by name, and what is wrong in two words."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.cache import cache as shared_cache
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from annotation.broker import NoBrokerError, n_waiting

log = logging.getLogger(__name__)

OK = "ok"
# Below this a database or a snapshot is about to fail half-way.
LEAST_FREE_BYTES = 100 * 1024 * 1024


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """What this release's code brings: read once, it does not change while the process lives."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _migrations() -> str:
    """Newer ones are no fault: the next release may have brought them while this one still serves."""
    is_missing = known_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    return "not applied" if is_missing else OK


def _broker() -> str:
    n_waiting()
    return OK


def _cache() -> str:
    shared_cache.set("readiness", 1, timeout=10)
    return OK if shared_cache.get("readiness") == 1 else "does not keep"


def _storage() -> str:
    """Asked, not tried: a GET writes nothing."""
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK | os.X_OK):
        return "not writable"
    return OK if shutil.disk_usage(folder).free >= LEAST_FREE_BYTES else "full"


PARTS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "cache": _cache,
    "storage": _storage,
}


def readiness() -> dict[str, str]:
    """What each part says: "ok", or what is wrong. Nothing of addresses, names or keys."""
    return {name: _told(name, ask) for name, ask in PARTS.items()}


def _told(name: str, ask: Callable[[], str]) -> str:
    try:
        return ask()
    except (DatabaseError, NoBrokerError, OSError):
        log.exception("not ready: %s", name)
    except Exception:
        # Each cache has errors of its own kind.
        log.exception("not ready, and for a new reason: %s", name)
    return "not reached"
