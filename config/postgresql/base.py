"""Whether a connection still works, looked at before each request.

A server that ends a connection says so on the wire, which can be seen without asking. Only what has lain idle
longer is asked: something between us and the server may have forgotten it without a word.
"""

from __future__ import annotations

import select
from time import monotonic

from django.db.backends.postgresql import base

TRUSTED_FOR = 10.0


class DatabaseWrapper(base.DatabaseWrapper):
    _asked_at = 0.0

    def is_usable(self) -> bool:
        now = monotonic()
        if now - self._asked_at < TRUSTED_FOR and not self._has_word():
            return True
        self._asked_at = now
        return bool(super().is_usable())

    def _has_word(self) -> bool:
        """Whether the server has sent anything that nobody asked for; also of what is closed already."""
        raw = self.connection
        if raw is None or raw.closed:
            return True
        seen = select.poll()
        seen.register(raw.fileno(), select.POLLIN)
        return bool(seen.poll(0))
