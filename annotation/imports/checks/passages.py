"""Where a quoted passage stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotation.imports.checks.turns import TurnText


@dataclass(frozen=True, slots=True)
class Place:
    """`target` as stored with evidence ("turn:2", "response:1"); offsets in code points of that text."""

    target: str
    start: int
    end: int


def texts_in_order(turns: Sequence[TurnText], responses: Iterable[str]) -> list[tuple[str, str]]:
    """Targets and texts, those first in which a passage most likely lies: what is judged is what was
    said to the person, so responses and the supporter's turns come before the seeker's."""
    numbered = [(turn.speaker, f"turn:{number}", turn.text) for number, turn in enumerate(turns, start=1)]
    said = [(f"response:{number}", text) for number, text in enumerate(responses, start=1)]
    said += [(target, text) for speaker, target, text in numbered if speaker == "supporter"]
    return said + [(target, text) for speaker, target, text in numbered if speaker != "supporter"]


def place_of(quote: str, texts: Iterable[tuple[str, str]]) -> Place | None:
    """The first text that holds the quote word for word; None when none does.

    >>> place_of("tiring", [("turn:2", "That sounds tiring.")])
    Place(target='turn:2', start=12, end=18)
    """
    for target, text in texts:
        start = text.find(quote)
        if quote and start >= 0:
            return Place(target, start, start + len(quote))
    return None
