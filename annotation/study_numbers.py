"""Numbers of a whole study that take long to count: apps that show such numbers sign up here.

A page counts them when somebody looks; of a study with a large stage the scheduler counts them every few
minutes (`annotation.services.study_summaries`), and the page shows those with their time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from annotation.models import Study, StudySummary

# Older numbers are not shown: the scheduler stands still, and the page counts by itself.
FRESH, FRESH_WHEN_OVER = timedelta(minutes=20), timedelta(hours=3)

Count = Callable[[Study], Any]
_REGISTERED: dict[str, Count] = {}


@dataclass(frozen=True)
class Told:
    """`number`: whatever JSON can hold. `at`: when it was counted; None: just now."""

    number: Any
    at: datetime | None


def register(name: str, count: Count) -> None:
    """Signing up twice under one name changes nothing."""
    _REGISTERED[name] = count


def registered() -> dict[str, Count]:
    return dict(_REGISTERED)


def stored(study: Study, name: str, *, now: datetime) -> Told | None:
    """The stored number where there is a fresh one. One query."""
    summary = StudySummary.objects.filter(study=study).first()
    fresh = FRESH if study.state == Study.State.OPEN else FRESH_WHEN_OVER
    if summary is not None and summary.taken_at > now - fresh and name in summary.numbers:
        return Told(summary.numbers[name], summary.taken_at)
    return None


def told(study: Study, name: str, *, now: datetime) -> Told:
    """The stored number where there is a fresh one, else counted now. One query, and those of counting."""
    return stored(study, name, now=now) or Told(_REGISTERED[name](study), None)
