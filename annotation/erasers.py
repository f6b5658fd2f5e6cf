"""Who erases what when somebody leaves: apps that hold rows of a rater sign up here.

`annotation` never knows that ratings exist, yet erasing a rater must reach them. An app registers its
`Eraser` when it starts (`apps.py`). Tables whose rows cascade with the rater need none, unless they hold
what must go also when the rater leaves the ratings behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from annotation.models import Rater


@dataclass(frozen=True)
class Eraser:
    """`counts`: what the rater gave, for the receipt (health data are never counted there).
    `erase`: deletes it, inside the transaction of the leaving, under an erasure permit.
    `is_always`: runs also where the rater leaves what they gave to the study.
    """

    name: str
    counts: Callable[[Rater], dict[str, int]]
    erase: Callable[[Rater], None]
    is_always: bool = False


_REGISTERED: dict[str, Eraser] = {}


def register(eraser: Eraser) -> None:
    """Signing up twice under one name changes nothing."""
    _REGISTERED[eraser.name] = eraser


def erasers(*, always_only: bool = False) -> list[Eraser]:
    return [one for one in _REGISTERED.values() if one.is_always or not always_only]


def counts_of(rater: Rater) -> dict[str, int]:
    """What a rater has given, by kind, over all apps."""
    found: dict[str, int] = {}
    for eraser in _REGISTERED.values():
        found |= eraser.counts(rater)
    return found
