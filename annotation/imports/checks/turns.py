"""Conversations: from a labelled text or a JSON list to turns."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

SPEAKERS = ("seeker", "supporter")
_LABEL = re.compile(r"^(seeker|supporter):[ \t]*", re.IGNORECASE | re.MULTILINE)
MAX_TURNS = 2_000


@dataclass(frozen=True, slots=True)
class TurnText:
    speaker: str
    text: str


def turns_of_text(text: str) -> tuple[TurnText, ...]:
    """Turns of a text whose lines begin with “Seeker:” or “Supporter:”; other lines belong to the turn above.

    White space around a turn is removed, inside it is kept.

    Raises:
        ValueError: words before the first label, a turn without words.

    >>> turns_of_text("Seeker: Hi.\\nAre you there?\\nSupporter: Yes.")[0].text
    'Hi.\\nAre you there?'
    """
    before, *parts = _LABEL.split(text.replace("\r\n", "\n").replace("\r", "\n"))
    if before.strip() or not parts:
        start = before.strip()[:40]
        raise ValueError(f"the conversation begins with “{start}”, not with “Seeker:” or “Supporter:”.")
    labels, words = parts[0::2], parts[1::2]
    return checked_turns(
        [TurnText(label.lower(), said.strip()) for label, said in zip(labels, words, strict=True)]
    )


def turns_of_json(cell: str) -> tuple[TurnText, ...]:
    """Turns of a JSON list of objects with “speaker” and “text”. Raises ValueError."""
    try:
        given = json.loads(cell)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("“turns” is not JSON.") from None
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise ValueError("“turns” is not a list of objects with “speaker” and “text”.")
    turns = []
    for number, one in enumerate(given, start=1):
        speaker, text = one.get("speaker"), one.get("text")
        if speaker not in SPEAKERS or not isinstance(text, str):
            raise ValueError(f"turn {number} needs a “speaker” (seeker or supporter) and a “text”.")
        turns.append(TurnText(speaker, text.strip()))
    return checked_turns(turns)


def checked_turns(turns: list[TurnText]) -> tuple[TurnText, ...]:
    """The turns, between one and `MAX_TURNS`, none without words. Raises ValueError."""
    if not 0 < len(turns) <= MAX_TURNS:
        raise ValueError(
            f"a conversation has between 1 and {MAX_TURNS:,} turns; this one has {len(turns):,}."
        )
    for number, turn in enumerate(turns, start=1):
        if not turn.text:
            raise ValueError(f"turn {number} has no words.")
    return tuple(turns)
