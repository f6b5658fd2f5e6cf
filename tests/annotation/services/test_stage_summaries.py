"""Large stages are counted by the scheduler; pages show those numbers with their time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from annotation.models import Factor, ItemFactor, Plan, Rater, Slot, StagePace, StageSummary, Study, User
from annotation.queries import stage_counts
from annotation.queries.course import progress_by_factor, stage_course, stage_progress
from annotation.queries.items import stage_view
from annotation.queries.messages import behind_raters
from annotation.queries.plans import stage_rows
from annotation.queries.studies import current_plan, pace_table, study_progress, study_totals
from annotation.services import stage_summaries
from annotation.services.stage_summaries import take_summary, tend_summaries
from tests.conftest import user_of


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def large(plan: Plan, rater: Rater, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """A stage that counts as large, with one item rated by one rater, of a factor."""
    monkeypatch.setattr(stage_counts, "LARGE", 3)
    factor = Factor.objects.create(study=plan.study, key="tone", name="Tone")
    slot = Slot.objects.filter(plan=plan, group=rater.group).order_by("pk")[0]
    ItemFactor.objects.create(item=slot.item, factor=factor, value="warm")
    done = {"state": Slot.State.DONE, "rater": rater, "completed_at": timezone.now()}
    Slot.objects.filter(pk=slot.pk).update(**done)
    return plan


def shown(study: Study, now: datetime) -> list[Any]:
    """Whatever pages read of a stage, counted now or taken from its summary."""
    plan = current_plan(study)
    assert plan is not None
    progress = stage_progress(study, plan, now=now)
    course = stage_course(plan, progress, now=now)
    factor = Factor.objects.get(study=study)
    groups = [row.group for row in progress]
    view = stage_view(plan, now=now)
    row = stage_rows(study)[0]
    paces = [(pace.pseudonym, pace.is_behind, pace.last_at) for pace in pace_table(study, plan, now=now)]
    totals = [(one.n_planned, one.n_done, one.n_claimed) for one in study_progress(study, plan, now=now)]
    return [
        totals,
        study_totals(study, plan),
        (course.days, course.lines) if course else None,
        progress_by_factor(plan, factor, groups),
        (view.groups, view.exhausted),
        (row.n_items, row.n_planned, row.n_done),
        paces,
        sorted(rater.pseudonym for rater in behind_raters(study, now=now)),
    ]


def test_summary_of_a_large_stage_tells_what_counting_tells(
    large: Plan, make_rater: Callable[..., Rater], now: datetime
) -> None:
    make_rater("slow")
    counted = shown(large.study, now)
    assert tend_summaries(now=now) == 1
    plan = current_plan(large.study)
    assert stage_counts.counted_at(plan, now=now) == now
    assert shown(large.study, now) == counted


def test_tend_summaries_leaves_a_stage_of_ordinary_size_alone(plan: Plan, now: datetime) -> None:
    assert tend_summaries(now=now) == 0
    assert stage_counts.counted_at(current_plan(plan.study), now=now) is None


def test_tend_summaries_counts_again_once_the_numbers_are_old(large: Plan, now: datetime) -> None:
    tend_summaries(now=now)
    assert tend_summaries(now=now + timedelta(seconds=30)) == 0
    assert tend_summaries(now=now + timedelta(minutes=3)) == 1


def test_summary_that_is_too_old_is_not_shown(large: Plan, now: datetime) -> None:
    tend_summaries(now=now)
    later = now + timedelta(hours=1)
    assert stage_counts.counted_at(current_plan(large.study), now=later) is None


def test_overview_of_a_large_stage_says_when_it_was_counted(
    large: Plan, client_of: Callable[[User], Client], owner: User, now: datetime
) -> None:
    address = f"/studies/{large.study.code}/"
    words = "This is a large stage"
    assert words not in client_of(owner).get(address).content.decode()
    tend_summaries(now=now)
    for page in (address, f"{address}plan/"):
        body = client_of(owner).get(page).content.decode()
        assert words in body
        assert f"{now:%Y-%m-%d %H:%M}" in body


def test_line_of_a_rater_who_left_is_not_shown(large: Plan, rater: Rater, now: datetime) -> None:
    tend_summaries(now=now)
    assert rater.member is not None
    rater.member.left_at = now
    rater.member.save()
    plan = current_plan(large.study)
    assert [pace.pseudonym for pace in pace_table(large.study, plan, now=now)] == []
    assert user_of(rater).is_active


def test_summary_counted_twice_keeps_one_line_for_each_rater(large: Plan, now: datetime) -> None:
    for hours in (0, 1):
        tend_summaries(now=now + timedelta(hours=hours))
    assert StagePace.objects.filter(plan=large).count() == 1
    assert StageSummary.objects.filter(plan=large).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_count_a_stage_at_once_leave_the_numbers_of_one(
    large: Plan, now: datetime, needs_postgresql: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, lines_of = threading.Barrier(2, timeout=30), stage_summaries._lines

    def lines(*counted: Any) -> list[StagePace]:
        """Both have counted before either writes."""
        found = lines_of(*counted)
        both.wait()
        return found

    def count(_number: int) -> int:
        try:
            return take_summary(large, now=now).pk
        finally:
            connection.close()

    monkeypatch.setattr(stage_summaries, "_lines", lines)
    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(count, range(2)))) == 1
    assert StagePace.objects.filter(plan=large).count() == 1
