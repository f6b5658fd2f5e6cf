"""Whether a result was laid down beforehand: planned, or exploratory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Word(StrEnum):
    """What stands on every figure and table. Partly: its note says which part was planned."""

    PLANNED = "planned"
    PARTLY = "partly planned"
    EXPLORATORY = "exploratory"


@dataclass(frozen=True)
class Standing:
    """How an analysis stands to its plan. `options` are the plan's, as stored; empty without one.

    `is_planned`: the plan was locked before the ratings were frozen.
    """

    is_planned: bool = False
    number: int = 0
    title: str = ""
    code: str = ""
    locked_at: datetime | None = None
    n_ratings_before: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def word(self) -> Word:
        return Word.PLANNED if self.is_planned else Word.EXPLORATORY

    @property
    def sentence(self) -> str:
        """Why it is what it is."""
        if self.locked_at is None:
            return "No analysis plan was followed: every result is exploratory."
        at = f"{self.locked_at:%-d %B %Y, %H:%M} UTC"
        if not self.is_planned:
            return f"The plan was locked on {at}, after the ratings were frozen: all results are exploratory."
        when = "before the first rating" if not self.n_ratings_before else _after(self.n_ratings_before)
        return f"The plan was locked on {at}, {when}."

    def primary_of(self, question: str) -> tuple[str, str]:
        """Name and variant of the question's primary coefficient."""
        found = self.options.get("primary", {}).get(question, {})
        return found.get("coefficient", "alpha"), found.get("variant", "")

    def declares_pair(self, pair: Sequence[str]) -> bool:
        """Whether these two groups, in any order, are among the declared pairs."""
        declared = [sorted(one) for one in self.options.get("pairs", [])]
        return not declared or sorted(pair) in declared


def _after(n: int) -> str:
    return f"when {n:,} ratings had been submitted" if n > 1 else "when 1 rating had been submitted"


EXPLORATORY = Standing()
