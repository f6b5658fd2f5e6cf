"""All wellbeing rows of a study at once, for the day on which they go. Weekly totals name nobody and stay."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Manager

from annotation.models import CheckIn, ContactWish, Exposure, Pass, Pause, Study, TopicOptOut

ROWS: tuple[Manager[Any], ...] = (
    CheckIn.objects,
    Pause.objects,
    ContactWish.objects,
    Exposure.objects,
    TopicOptOut.objects,
)


def n_wellbeing_rows(study: Study) -> int:
    reasons = Pass.objects.filter(rater__study=study).exclude(reason="")
    return reasons.count() + sum(rows.filter(rater__study=study).count() for rows in ROWS)


def delete_all_wellbeing(study: Study, now: datetime) -> int:
    """Check-ins, breaks, wishes, topics and reasons for skipping; the skips themselves stay for the queue."""
    del now
    with transaction.atomic():
        n = Pass.objects.filter(rater__study=study).exclude(reason="").update(reason="")
        return n + sum(rows.filter(rater__study=study).delete()[0] for rows in ROWS)
