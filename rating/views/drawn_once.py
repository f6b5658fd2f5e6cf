"""What templates make, drawn once for each shape and filled anew.

A sign stands for what differs from one item to the next, and what is kept are the parts between signs.
Everything else that the outcome depends on is part of its name.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

from annotation.models.base import new_code

# Nobody can guess a sign and write it into a text.
_MARK = new_code()
_SIGN = re.compile(f"{_MARK}(\\d+)x")


def sign(number: int) -> str:
    """Letters and digits that stand for the value of this number; no template changes them."""
    return f"{_MARK}{number}x"


class DrawnOnce:
    """At most so many outcomes by name; the one that was used longest ago goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._drawn: OrderedDict[tuple[Any, ...], list[str]] = OrderedDict()
        self._lock = Lock()

    def filled(self, name: tuple[Any, ...], draw: Callable[[], str], values: Sequence[str]) -> str:
        """The outcome with `values` in place of their signs: HTML, escaped already."""
        # Every second part is the number of a sign.
        parts = list(self._parts(name, draw))
        parts[1::2] = [values[int(number)] for number in parts[1::2]]
        return "".join(parts)

    def _parts(self, name: tuple[Any, ...], draw: Callable[[], str]) -> list[str]:
        with self._lock:
            found = self._drawn.get(name)
            if found is not None:
                self._drawn.move_to_end(name)
                return found
        found = _SIGN.split(draw())
        with self._lock:
            self._drawn[name] = found
            while len(self._drawn) > self._most:
                self._drawn.popitem(last=False)
        return found
