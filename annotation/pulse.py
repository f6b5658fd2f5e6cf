"""Signs of life of long work, from a thread of its own: one step of the work may last for minutes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

log = logging.getLogger(__name__)

BEAT_SECONDS: float = settings.JOB_SILENCE_SECONDS / 6


@contextmanager
def pulse(beat: Callable[[], object], *, every: float = BEAT_SECONDS) -> Iterator[None]:
    """Call `beat` every so many seconds while the block runs, on a database connection of its own.

    A beat that the database refuses is left out: the next one may come through, and if none does, whoever
    waits for them rightly takes the work for dead.
    """
    over = threading.Event()

    def beating() -> None:
        try:
            while not over.wait(every):
                try:
                    beat()
                except (DatabaseError, InterfaceError):
                    log.warning("a sign of life could not be written")
                    connection.close()
        finally:
            connection.close()

    thread = threading.Thread(target=beating, name="pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
