"""One `migrate` at a time: two hosts that start the same release together must not both change the tables."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

# Any number, as long as nothing else in this database takes the same advisory lock.
ADVISORY_LOCK = 0x61746D67


@contextmanager
def only_migration(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Wait until nobody else migrates this database, then hold that right.

    PostgreSQL's lock belongs to the connection, so it goes with whoever dies. A SQLite database belongs to
    one machine: there a lock on a file beside it does the same.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
    else:
        with (Path(settings.DATA_DIR) / "migrate.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
