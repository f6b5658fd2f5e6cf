"""What the overview reminds of: dates that a study has promised to keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from annotation.models import Study
from annotation.queries.enrolment import approval_warning
from annotation.queries.retention import retention_warning


@dataclass(frozen=True)
class Duty:
    """A sentence, and the URL name of the page where something can be done about it."""

    words: str
    page: str


def open_duties(study: Study, *, now: datetime) -> list[Duty]:
    """What has come due or soon will. Two queries."""
    warnings = {
        "study_ethics": approval_warning(study, now=now),
        "study_retention": retention_warning(study, now=now),
    }
    return [Duty(words, page) for page, words in warnings.items() if words]
