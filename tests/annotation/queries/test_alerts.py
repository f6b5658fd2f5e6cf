"""Seats and ratings that nobody moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from annotation.models import Plan, Rater, Slot, User
from annotation.queries.alerts import stuck_alerts
from annotation.queries.designs import Design
from annotation.queries.studies import current_plan
from annotation.services import plans, queue, seats
from annotation.services.stage_summaries import take_summary
from tests.annotation.services.test_seats import NOW
from tests.conftest import user_of

pytestmark = pytest.mark.django_db
Queries = Callable[[int], object]


def told(plan: Plan, now: datetime) -> list[str]:
    return [alert.words.partition(":")[0] for alert in stuck_alerts(plan, now=now)]


def claim(rater: Rater, now: datetime) -> Slot:
    with time_machine.travel(now, tick=False):
        claimed = queue.claim_next(rater, actor=user_of(rater), now=now)
    assert claimed is not None
    return claimed.slot


@pytest.fixture
def seated(plan: Plan, owner: User) -> Plan:
    """One seat for each group, everybody rates everything."""
    plans.close_plan(plan, actor=owner)
    design = Design("crossed", {"peer": 1, "clinician": 1})
    with time_machine.travel(NOW, tick=False):
        made = plans.make_plan(
            plan.study,
            actor=owner,
            stage="main",
            rubric_version=plan.rubric_version,
            quotas={"peer": 1, "clinician": 1},
            seed=5,
            design=design,
        )
        return plans.open_plan(made, actor=owner)


def test_stuck_alerts_when_a_seat_stands_still_for_a_week_says_so_and_where_to_go(
    seated: Plan, rater: Rater
) -> None:
    claim(rater, NOW)
    assert told(seated, NOW + timedelta(days=6)) == []
    week = NOW + timedelta(days=7)
    assert told(seated, week) == [
        "1 seat has stood still for a week",
        "1 seat has nobody in it",
        "1 rating was begun a week ago or earlier and is not finished.",
    ]
    page = reverse("study_plan_stage", args=[seated.study.code, seated.code])
    assert {alert.url for alert in stuck_alerts(seated, now=week)} == {page}


def test_stuck_alerts_when_the_rater_goes_on_or_others_can_take_the_rest_do_not_count_the_seat(
    seated: Plan, rater: Rater, owner: User
) -> None:
    slot = claim(rater, NOW)
    queue.complete_slot(slot, rater, now=NOW + timedelta(days=2))
    assert told(seated, NOW + timedelta(days=8)) == ["1 seat has nobody in it"]
    assert "1 seat has stood still for a week" in told(seated, NOW + timedelta(days=9))
    seats.share_slots(seated, actor=owner)
    assert told(seated, NOW + timedelta(days=9)) == []


def test_stuck_alerts_of_a_pool_count_what_was_begun_alone_and_of_a_closed_stage_nothing(
    plan: Plan, rater: Rater, owner: User
) -> None:
    claim(rater, NOW)
    week = NOW + timedelta(days=7)
    assert told(plan, week) == ["1 rating was begun a week ago or earlier and is not finished."]
    assert told(plans.close_plan(plan, actor=owner), week) == []


def test_stuck_alerts_of_a_counted_stage_ask_nothing(
    seated: Plan, rater: Rater, django_assert_num_queries: Queries
) -> None:
    claim(rater, NOW)
    week = NOW + timedelta(days=7)
    take_summary(seated, now=week)
    plan = current_plan(seated.study)
    assert plan is not None
    assert plan.study == seated.study
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        assert len(told(plan, week)) == 3


def test_stuck_seat_stands_on_the_page_of_progress(
    seated: Plan, rater: Rater, coordinator: User, client_of: Callable[[User], Client]
) -> None:
    claim(rater, NOW)
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        page = client_of(coordinator).get(reverse("study_watch", args=[seated.study.code]))
    assert "1 seat has stood still for a week" in page.content.decode()
