"""Submissions of one process take turns, so that none of them is overtaken again and again.

A thread that talks to the database lets go of the interpreter at every word. With eight of them on the way,
each waits for the seven others at every word, and the processor spends a quarter of its time on changing
between them. On SQLite, which takes one writer at a time and lets those who wait sleep and ask again, the
unlucky wait for seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Lock
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
# A turn is a courtesy: what is right, the database sees to. Behind one that hangs, nobody waits longer.
PATIENCE = 5.0


class Turns:
    """Lets so many in at once, in the order in which they came."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()

    @contextmanager
    def taken(self, patience: float = PATIENCE) -> Iterator[None]:
        """One's turn; after so many seconds of waiting, without one."""
        is_mine = self._comes(patience)
        try:
            yield
        finally:
            if is_mine:
                self._hand_on()

    def _comes(self, patience: float) -> bool:
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            # Held until whoever goes out lets go of it.
            called = Lock()
            called.acquire()
            self._waiting.append(called)
        return called.acquire(timeout=patience) or not self._leaves(called)

    def _leaves(self, called: Lock) -> bool:
        """Whether the queue was left before being called: then there is no turn to hand on."""
        with self._lock:
            if called not in self._waiting:
                return False
            self._waiting.remove(called)
            return True

    def _hand_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


_submissions = Turns(settings.SUBMISSIONS_AT_ONCE)


def in_turn(view: View[P]) -> View[P]:
    """Outermost, so that everything the request asks of the database is within its turn."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with _submissions.taken():
            return view(request, *args, **kwargs)

    return answer
