"""Progress, pace and the checklist, read from a stage with known slots."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotation.models import Group, Item, Plan, Rater, Slot, Study, User
from annotation.queries.studies import (
    RaterPace,
    current_plan,
    opening_steps,
    rater_paces,
    study_progress,
    study_totals,
)
from annotation.services import queue
from annotation.services.plans import close_plan, make_plan
from tests.conftest import make_item, user_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def rate(rater: Rater, *, times: int, now: datetime = NOW) -> None:
    for _ in range(times):
        claim = queue.claim_next(rater, actor=user_of(rater), now=now)
        assert claim is not None
        queue.complete_slot(claim.slot, rater, now=now)


def test_study_progress_counts_done_in_hand_and_planned(
    plan: Plan, rater: Rater, second_rater: Rater
) -> None:
    rate(rater, times=3)
    queue.claim_next(second_rater, actor=user_of(second_rater), now=NOW)
    peer, clinician = study_progress(plan.study, plan, now=NOW)
    assert (peer.n_planned, peer.n_done, peer.n_claimed, peer.n_raters, peer.per_item) == (8, 3, 1, 2, 2)
    assert (clinician.n_planned, clinician.n_done, clinician.n_raters) == (8, 0, 0)


def test_study_progress_when_a_claim_expired_counts_it_as_free(plan: Plan, rater: Rater) -> None:
    queue.claim_next(rater, actor=user_of(rater), now=NOW)
    later = NOW + timedelta(minutes=plan.study.claim_minutes)
    assert study_progress(plan.study, plan, now=later)[0].n_claimed == 0


def test_study_progress_leaves_surplus_out_of_the_quota(plan: Plan, rater: Rater, items: list[Item]) -> None:
    Slot.objects.create(
        plan=plan,
        item=items[0],
        group=rater.group,
        rubric_version=plan.rubric_version,
        purpose=Slot.Purpose.SURPLUS,
        state=Slot.State.DONE,
        rater=rater,
    )
    assert study_progress(plan.study, plan, now=NOW)[0].n_done == 0
    totals = study_totals(plan.study, plan)
    assert (totals.n_done, totals.n_surplus) == (0, 1)


def test_rater_paces_compares_with_median_and_equal_share(
    plan: Plan, make_rater: Callable[..., Rater]
) -> None:
    quick, slow, other = (make_rater(name) for name in ("quinn", "sam", "oda"))
    rate(quick, times=4)
    rate(other, times=3)
    paces = {pace.pseudonym: pace for pace in rater_paces(plan.study, plan, now=NOW)}
    # 8 slots over 3 raters: an equal share is 2.67; the median of 0, 3 and 4 is 3.
    pace = paces[slow.pseudonym]
    assert (pace.n_done, pace.group_median, round(pace.equal_share, 2)) == (0, 3, 2.67)
    assert {name for name, pace in paces.items() if pace.is_behind} == {slow.pseudonym}
    assert next(iter(paces)) == slow.pseudonym
    assert (paces[quick.pseudonym].last_at, pace.last_at) == (NOW, None)


@pytest.mark.parametrize(
    ("n_done", "middle", "share", "is_behind"),
    [(4, 10, 20, True), (5, 10, 20, False), (4, 20, 8, False), (3, 20, 8, True), (0, 0, 8, False)],
)
def test_is_behind_below_half_of_the_lesser_of_median_and_share(
    n_done: int, middle: float, share: float, is_behind: bool
) -> None:
    assert RaterPace("P", Group(), n_done, None, middle, share).is_behind is is_behind


def test_rater_paces_leaves_out_who_has_left(plan: Plan, rater: Rater) -> None:
    assert rater.member is not None
    rater.member.left_at = timezone.now()
    rater.member.save()
    assert rater_paces(plan.study, plan, now=NOW) == []


def test_current_plan_is_the_open_one_else_the_newest(plan: Plan, owner: User) -> None:
    pilot = make_plan(
        plan.study, actor=owner, stage="pilot", rubric_version=plan.rubric_version, quotas={"peer": 1}
    )
    assert current_plan(plan.study) == plan
    close_plan(plan, actor=owner)
    assert current_plan(plan.study) == pilot


def test_opening_steps_when_a_study_is_new_asks_for_what_it_lacks(study: Study) -> None:
    missing = [step.page for step in opening_steps(study) if not step.is_done]
    assert missing == ["study_rubric", "study_items", "study_plan", "study_people"]


def test_opening_steps_when_open_and_staffed_has_nothing_left(plan: Plan, rater: Rater) -> None:
    assert all(step.is_done for step in opening_steps(plan.study))


def test_overview_reads_ask_as_many_queries_for_many_items_as_for_few(
    plan: Plan, make_rater: Callable[..., Rater], django_assert_num_queries: Any
) -> None:
    for number in range(5, 41):
        make_item(plan.study, number)
    for number in range(6):
        make_rater(f"rater{number}")
    with django_assert_num_queries(3):
        study_progress(plan.study, plan, now=NOW)
    with django_assert_num_queries(8):
        rater_paces(plan.study, plan, now=NOW)
    with django_assert_num_queries(3):
        study_totals(plan.study, plan)
    with django_assert_num_queries(8):
        opening_steps(plan.study)
