"""Counting large stages from time to time, so that pages need not. For the scheduler."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction

from annotation.models import Factor, Plan, Rater, StagePace, StageSummary
from annotation.queries.items import exhausted_pairs
from annotation.queries.stage_counts import (
    count_days,
    count_done,
    count_factor,
    count_group_items,
    count_groups,
    count_items,
    count_stuck,
    count_study_items,
    is_large,
    unplanned_items,
)
from annotation.queries.studies import RaterPace, rater_paces

# So old numbers are counted again while the stage is open, and once it is over.
AGAIN, AGAIN_WHEN_OVER = timedelta(minutes=2), timedelta(hours=1)
# Counting a stage takes a twentieth of the time at most, and comes before its numbers are too old to show.
SHARE, AT_LEAST_EVERY = 20, timedelta(minutes=10)
# A factor of more levels than this is a text, not a level to follow a stage by.
MAX_LEVELS = 200
BATCH = 1000


def tend_summaries(*, now: datetime) -> int:
    """Count the large stages whose numbers have become old; how many were counted."""
    plans = Plan.objects.visible().select_related("summary", "study")
    due = [plan for plan in plans if _is_due(plan, now) and is_large(plan)]
    for plan in due:
        take_summary(plan, now=now)
    return len(due)


def _is_due(plan: Plan, now: datetime) -> bool:
    summary: StageSummary | None = getattr(plan, "summary", None)
    if summary is None:
        return True
    if plan.state != Plan.State.OPEN:
        return summary.taken_at <= now - AGAIN_WHEN_OVER
    pause = min(max(AGAIN, timedelta(seconds=summary.seconds * SHARE)), AT_LEAST_EVERY)
    return summary.taken_at <= now - pause


def take_summary(plan: Plan, *, now: datetime) -> StageSummary:
    """Count the stage and keep the numbers with their time, in place of those before.

    Reading comes first and takes no lock: on SQLite raters submit meanwhile.
    """
    start = monotonic()
    paces = rater_paces(plan.study, plan, now=now)
    numbers = _numbers(plan, now=now) | {"n_behind": sum(pace.is_behind for pace in paces)}
    lines = _lines(plan, paces)
    # Raters go on meanwhile: the numbers are of this moment at the earliest.
    told = {"taken_at": now, "numbers": numbers, "seconds": monotonic() - start}
    with transaction.atomic():
        # First, for it locks the row: of two who have counted the same stage the second waits here, and
        # deletes the lines of the first.
        summary = StageSummary.objects.update_or_create(plan=plan, defaults=told)[0]
        StagePace.objects.filter(plan=plan).delete()
        StagePace.objects.bulk_create(lines, BATCH)
    return summary


def _numbers(plan: Plan, *, now: datetime) -> dict[str, Any]:
    items = count_study_items(plan.study)
    factors = {
        factor.key: count_factor(plan, factor.key) for factor in Factor.objects.filter(study=plan.study)
    }
    return {
        "groups": [[group, *three] for group, three in count_groups(plan, now=now).items()],
        "done": count_done(plan),
        "n_items": count_items([plan]).get(plan.pk, 0),
        "days": [[group, day.isoformat(), n] for (group, day), n in count_days(plan).items()],
        "factors": {
            key: [[*place, *numbers] for place, numbers in counts.items()]
            for key, counts in factors.items()
            if len({level for level, _group in counts}) <= MAX_LEVELS
        },
        "exhausted": sorted(exhausted_pairs(plan, now=now)),
        "stuck": list(astuple(count_stuck(plan, now=now))),
        "items": [items.n, items.n_without_text],
        "n_unplanned": unplanned_items(plan).count(),
        "group_items": [[group, n] for group, n in count_group_items(plan).items()],
    }


def _lines(plan: Plan, paces: list[RaterPace]) -> list[StagePace]:
    keys = dict(Rater.objects.filter(study=plan.study_id).values_list("pseudonym", "pk"))
    return [
        StagePace(
            plan=plan,
            rater_id=keys[pace.pseudonym],
            position=position,
            is_behind=pace.is_behind,
            last_at=pace.last_at,
        )
        for position, pace in enumerate(paces, start=1)
        if pace.pseudonym in keys
    ]
