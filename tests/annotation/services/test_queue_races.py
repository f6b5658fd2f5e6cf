"""Many at once: never the same slot twice, never more than planned (PostgreSQL threads)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from annotation.errors import Code, DomainError
from annotation.models import Plan, Rater, Slot, Study
from annotation.queries.designs import Design
from annotation.services import plans, queue, studies
from annotation.services.seats import share_slots
from tests.conftest import make_item, user_of

pytestmark = pytest.mark.django_db(transaction=True)


def in_threads(work: Callable[[Rater], int], raters: list[Rater]) -> list[int]:
    def run(rater: Rater) -> int:
        try:
            return work(rater)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(raters)) as pool:
        return list(pool.map(run, raters))


def rate_until_nothing_is_left(rater: Rater) -> int:
    n = lost = 0
    while lost < 20:
        try:
            claim = queue.claim_next(rater, actor=user_of(rater), now=timezone.now())
        except DomainError as error:
            if error.code != Code.LOST_RACE:
                raise
            lost += 1
            continue
        if claim is None:
            return n
        with transaction.atomic():
            queue.complete_slot(claim.slot, rater, now=timezone.now())
        n += 1
    return n


@pytest.fixture
def crowd(plan: Plan, make_rater: Callable[..., Rater]) -> list[Rater]:
    return [make_rater(f"p{number}") for number in range(8)]


@pytest.mark.parametrize("per_item", [1, 3])
def test_raters_racing_over_a_plan_complete_exactly_what_was_planned(
    plan: Plan, study: Study, crowd: list[Rater], per_item: int
) -> None:
    owner = study.members.get(grants__role="owner").user
    plans.close_plan(plan, actor=owner)
    items = [make_item(study, number) for number in range(100, 120)]
    raced = plans.make_plan(
        study,
        actor=owner,
        stage="main",
        rubric_version=plan.rubric_version,
        quotas={"peer": per_item},
        items=items,
    )
    plans.open_plan(raced, actor=owner)
    counts = in_threads(rate_until_nothing_is_left, crowd)
    assert sum(counts) == 20 * per_item
    done = Slot.objects.filter(plan=raced).done()
    assert done.counting().count() == 20 * per_item
    assert Slot.objects.filter(plan=raced, purpose="surplus").count() == 0
    assert done.values("rater", "item").distinct().count() == 20 * per_item


def test_one_rater_in_many_tabs_holds_one_slot(plan: Plan, crowd: list[Rater]) -> None:
    def claim(rater: Rater) -> int:
        served = queue.claim_next(rater, actor=user_of(rater), now=timezone.now())
        assert served is not None
        return served.slot.pk

    slots = in_threads(claim, [crowd[0]] * 6)
    assert len(set(slots)) == 1
    assert Slot.objects.filter(rater=crowd[0]).count() == 1


def test_claim_next_skips_a_slot_that_another_transaction_holds(
    needs_postgresql: None, plan: Plan, crowd: list[Rater]
) -> None:
    with transaction.atomic():
        first = queue.claim_next(crowd[0], actor=user_of(crowd[0]), now=timezone.now())
        assert first is not None

        def claim(rater: Rater) -> int:
            served = queue.claim_next(rater, actor=user_of(rater), now=timezone.now())
            return -1 if served is None else served.slot.pk

        (second,) = in_threads(claim, [crowd[1]])
    assert second not in {-1, first.slot.pk}


def test_change_state_while_raters_claim_leaves_no_claim_after_the_pause(
    plan: Plan, study: Study, crowd: list[Rater]
) -> None:
    studies.change_state(study, Study.State.PAUSED, actor=user_of(crowd[0]))

    def refused(rater: Rater) -> int:
        try:
            queue.claim_next(rater, actor=user_of(rater), now=timezone.now())
        except DomainError as error:
            return int(error.code == Code.STUDY_NOT_OPEN)
        return 0

    assert sum(in_threads(refused, crowd)) == len(crowd)


def test_raters_racing_for_seats_fill_each_once_and_keep_to_their_sequences(
    plan: Plan, study: Study, crowd: list[Rater]
) -> None:
    owner = study.members.get(grants__role="owner").user
    plans.close_plan(plan, actor=owner)
    raced = plans.make_plan(
        study,
        actor=owner,
        stage="main",
        rubric_version=plan.rubric_version,
        quotas={"peer": 2},
        design=Design("incomplete", {"peer": 6}),
    )
    plans.open_plan(raced, actor=owner)
    counts = in_threads(rate_until_nothing_is_left, crowd)
    # Eight raters, six seats: two find none and get nothing.
    assert sorted(counts)[:2] == [0, 0]
    assert sum(counts) == 8
    assert raced.seats.filter(rater__isnull=False).count() == 6
    assert raced.slots.done().filter(seat__rater=F("rater")).count() == 8


def test_raters_racing_for_what_is_shared_rate_each_once(
    plan: Plan, study: Study, crowd: list[Rater]
) -> None:
    owner = study.members.get(grants__role="owner").user
    plans.close_plan(plan, actor=owner)
    raced = plans.make_plan(
        study,
        actor=owner,
        stage="main",
        rubric_version=plan.rubric_version,
        quotas={"peer": 1},
        design=Design("crossed", {"peer": 2}),
    )
    plans.open_plan(raced, actor=owner)
    share_slots(raced, actor=owner)
    counts = in_threads(rate_until_nothing_is_left, crowd)
    assert sum(counts) == 8
    done = Slot.objects.filter(plan=raced).done()
    assert done.values("rater", "item").distinct().count() == 8
    assert not Slot.objects.filter(plan=raced, purpose="surplus").exists()
