"""What belongs to one rater, for the file that a rater may ask for: apps that hold such rows sign up here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from annotation.models import Rater

Reader = Callable[[Rater], Any]
_REGISTERED: dict[str, Reader] = {}


def register(name: str, read: Reader) -> None:
    """`read` returns JSON. Signing up twice under one name changes nothing."""
    _REGISTERED[name] = read


def own_data(rater: Rater) -> dict[str, Any]:
    """Everything that is stored of this rater, by part; nothing of how the study checks or compares."""
    return {name: read(rater) for name, read in _REGISTERED.items()}
