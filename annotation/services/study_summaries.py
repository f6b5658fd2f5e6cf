"""Counting large studies from time to time, so that pages need not. For the scheduler."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic

from annotation.models import StageSummary, Study, StudySummary
from annotation.services.stage_summaries import AGAIN, AGAIN_WHEN_OVER, AT_LEAST_EVERY, SHARE
from annotation.study_numbers import registered


def tend_study_summaries(*, now: datetime) -> int:
    """Count the studies with a large stage whose numbers have become old; how many were counted."""
    large = Study.objects.filter(pk__in=StageSummary.objects.values("plan__study"))
    held = {one.study_id: one for one in StudySummary.objects.filter(study__in=large)}
    due = [study for study in large.order_by("pk") if _is_due(study, held.get(study.pk), now)]
    for study in due:
        take_study_summary(study, now=now)
    return len(due)


def _is_due(study: Study, summary: StudySummary | None, now: datetime) -> bool:
    if summary is None or summary.numbers.keys() != registered().keys():
        return True
    if study.state != Study.State.OPEN:
        return summary.taken_at <= now - AGAIN_WHEN_OVER
    pause = min(max(AGAIN, timedelta(seconds=summary.seconds * SHARE)), AT_LEAST_EVERY)
    return summary.taken_at <= now - pause


def take_study_summary(study: Study, *, now: datetime) -> StudySummary:
    """Count everything that apps have signed up for, in place of the numbers before. Takes no lock."""
    start = monotonic()
    numbers = {name: count(study) for name, count in registered().items()}
    counted = {"taken_at": now, "numbers": numbers, "seconds": monotonic() - start}
    return StudySummary.objects.update_or_create(study=study, defaults=counted)[0]
