"""Does the chores when they are due, as long as no other scheduler does."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from time import monotonic

from annotation.services.leases import give_lease_back, hold_lease
from rating.services.chores import CHORES, Chore

log = logging.getLogger(__name__)

LEASE = "scheduler"
# Whoever dies is followed by the next one after so long.
LEASE_SECONDS = 30.0
RENEW_SECONDS = 10.0


def _own_name() -> str:
    """Tells where to look; the random part keeps two processes of two containers apart."""
    return f"{socket.gethostname()[:20]}:{os.getpid()}:{token_hex(4)}"


@dataclass
class Scheduler:
    """Call `round` about every second, after `close_old_connections`: a broken connection is then made anew.

    `is_in_charge`: whether this one does the work at the moment.
    """

    chores: Sequence[Chore] = CHORES
    clock: Callable[[], float] = monotonic
    holder: str = field(default_factory=_own_name)
    is_in_charge: bool = False
    _due_at: dict[str, float] = field(default_factory=dict)
    _renew_at: float = 0.0

    def round(self) -> None:
        """Everything that is due. Whatever fails is logged and tried again at its next time."""
        for chore in self.chores:
            if self.clock() >= self._due_at.get(chore.name, 0.0):
                if not self._holds_lease():
                    return
                self._due_at[chore.name] = self.clock() + chore.every
                self._do(chore)

    def stop(self) -> None:
        """Let the next one begin at once."""
        if self.is_in_charge:
            self.is_in_charge = False
            try:
                give_lease_back(LEASE, holder=self.holder)
            except Exception:
                # The lease runs out by itself.
                log.exception("the scheduler's lease could not be given back")

    def _holds_lease(self) -> bool:
        if self.clock() < self._renew_at:
            return self.is_in_charge
        self._renew_at = self.clock() + RENEW_SECONDS
        try:
            holds = hold_lease(LEASE, holder=self.holder, seconds=LEASE_SECONDS)
        except Exception:
            # No database: nobody can act, and this one keeps trying.
            log.exception("the scheduler's lease could not be had")
            holds = False
        if holds and not self.is_in_charge:
            # What the one before did is unknown: all is due, and all may be done twice.
            self._due_at.clear()
        self.is_in_charge = holds
        return holds

    def _do(self, chore: Chore) -> None:
        try:
            chore.do()
        except Exception:
            log.exception("the chore %s failed", chore.name)
