"""The ticks of a consent text: what a text may ask, and the ones that are offered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from annotation.errors import Code, DomainError
from annotation.queries.consent import CHECKS_SENTENCE, HIDDEN_CHECKS, SHARE_PUBLICLY
from annotation.text import is_storable

MAX_TICKS = 12
MAX_WORDS = 500
KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
# Names that the page's form has for itself.
RESERVED = frozenset({"version", "csrfmiddlewaretoken"})


@dataclass(frozen=True)
class Tick:
    key: str
    words: str
    is_required: bool = True


AGREE = Tick("agree", "I have read this and agree to take part.")
CAN_STOP = Tick("can_stop", "I know that I can stop at any time without giving a reason.")
SHARE = Tick(
    SHARE_PUBLICLY,
    "My answers may be shared in a public data set without my name.",
    is_required=False,
)
CONTACT = Tick("contact_again", "You may write to me about further studies.", is_required=False)
CHECKS = Tick(HIDDEN_CHECKS, f"I know: {CHECKS_SENTENCE[0].lower()}{CHECKS_SENTENCE[1:]}")
# What the editor offers, by key.
OFFERED = {tick.key: tick for tick in (AGREE, CAN_STOP, SHARE, CONTACT, CHECKS)}


def _defects(ticks: Sequence[Tick]) -> list[str]:
    found = []
    keys = [tick.key for tick in ticks]
    if not any(tick.is_required for tick in ticks):
        found.append(f"One tick must be needed to take part, such as “{AGREE.words}”")
    if len(ticks) > MAX_TICKS:
        found.append(f"At most {MAX_TICKS} ticks: nobody reads more with care.")
    for number, tick in enumerate(ticks, start=1):
        if not tick.words or len(tick.words) > MAX_WORDS or not is_storable(tick.words):
            found.append(f"Tick {number}: write one sentence of at most {MAX_WORDS} characters.")
        if not KEY.fullmatch(tick.key) or tick.key in RESERVED:
            found.append(
                f"Tick {number}: a key is made of small letters, figures, - and _, from a letter on."
            )
        elif keys.index(tick.key) != number - 1:
            found.append(f"Tick {number}: the key “{tick.key}” is taken by another tick.")
        if tick.key == SHARE_PUBLICLY and tick.is_required:
            found.append(f"Tick {number}: sharing in public must stay a free choice.")
    return found


def checked_ticks(ticks: Sequence[Tick] | None) -> list[Tick]:
    """The ticks of a text, cleaned; without any, the one that every text needs.

    Raises:
        DomainError: INVALID, one sentence for each defect.
    """
    if not ticks:
        return [AGREE]
    keys = {tick.key for tick in ticks}
    free = (key for number in range(1, 1000) if (key := f"tick-{number}") not in keys)
    cleaned = [
        Tick(tick.key.strip() or next(free), " ".join(tick.words.split()), tick.is_required) for tick in ticks
    ]
    defects = _defects(cleaned)
    if defects:
        raise DomainError(Code.INVALID, "Please look at the ticks again.", defects)
    return cleaned
