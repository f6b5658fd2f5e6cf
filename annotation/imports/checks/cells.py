"""Single cells: numbers, yes and no, times. Each raises ValueError with a sentence."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,9})?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_YES = {"yes", "true", "1"}
_NO = {"no", "false", "0", ""}


def number_of(cell: str) -> float:
    """A finite decimal number with a point.

    >>> number_of("4.0")
    4.0
    """
    if _NUMBER.fullmatch(cell):
        return float(cell)
    if _DECIMAL_COMMA.fullmatch(cell):
        raise ValueError(f"“{cell}” is not a number here: write a point ({cell.replace(',', '.')}).")
    raise ValueError(f"“{cell[:40]}” is not a number. Leave the cell empty where there is no answer.")


def yes_or_no(cell: str) -> bool:
    word = cell.lower()
    if word not in _YES | _NO:
        raise ValueError(f"“{cell}” should be yes or no.")
    return word in _YES


def time_of(cell: str) -> datetime | None:
    """An aware time; UTC where the cell names no zone, None where it is empty."""
    if not cell:
        return None
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"“{cell}” is not a time such as 2026-03-02T09:30:00Z.") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
