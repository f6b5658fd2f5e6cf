"""The queue: what is served, to whom, and what happens when time runs out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from annotation.errors import Code, DomainError
from annotation.models import Item, Pass, Plan, QueueCursor, Rater, Slot, Study
from annotation.services import plans, queue, studies
from tests.conftest import user_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)


def claim(rater: Rater, now: datetime = NOW) -> queue.Claim | None:
    return queue.claim_next(rater, actor=user_of(rater), now=now)


def finish(rater: Rater, now: datetime = NOW) -> Slot:
    served = claim(rater, now)
    assert served is not None
    return queue.complete_slot(served.slot, rater, now=now)


def taken_over(slot: Slot, other: Rater) -> None:
    """The claim ran out and another rater holds the slot now."""
    fresh = LATER + timedelta(minutes=30)
    Slot.objects.filter(pk=slot.pk).update(rater=other, claim_expires_at=fresh)


def test_claim_next_when_slot_is_held_returns_the_same_slot(plan: Plan, rater: Rater) -> None:
    first, second = claim(rater), claim(rater)
    assert first is not None
    assert second is not None
    assert first.slot == second.slot
    assert second.position == 1


def test_claim_next_serves_every_item_once_and_then_nothing(
    plan: Plan, rater: Rater, items: list[Item]
) -> None:
    served = [finish(rater).item for _ in items]
    assert sorted(item.pk for item in served) == [item.pk for item in items]
    assert claim(rater) is None


def test_claim_next_is_in_the_order_of_keys_from_the_raters_own_start(plan: Plan, rater: Rater) -> None:
    keys = [finish(rater).random_key for _ in range(4)]
    offset = QueueCursor.objects.get(rater=rater).offset
    assert keys == sorted(keys, key=lambda key: (key < offset, key))


def test_claim_next_never_exceeds_the_quota_of_a_group(
    plan: Plan, make_rater: Callable[..., Rater], items: list[Item]
) -> None:
    raters = [make_rater(f"p{number}") for number in range(3)]
    for rater in raters[:2]:
        for _ in items:
            finish(rater)
    assert claim(raters[2]) is None
    assert Slot.objects.filter(plan=plan, group__key="peer").done().count() == 8


def test_claim_next_serves_slots_of_the_raters_group_only(
    plan: Plan, make_rater: Callable[..., Rater]
) -> None:
    clinician = make_rater("cleo", group="clinician")
    assert finish(clinician).group.key == "clinician"


def test_claim_next_when_study_is_paused_says_so(plan: Plan, study: Study, rater: Rater) -> None:
    studies.change_state(study, Study.State.PAUSED, actor=user_of(rater))
    with pytest.raises(DomainError) as error:
        claim(rater)
    assert error.value.code == Code.STUDY_NOT_OPEN


def test_claim_next_when_stage_is_closed_says_so(plan: Plan, rater: Rater) -> None:
    plans.close_plan(plan, actor=user_of(rater))
    with pytest.raises(DomainError) as error:
        claim(rater)
    assert error.value.code == Code.STUDY_NOT_OPEN


def test_expired_claim_is_served_to_another_on_the_second_pass(
    plan: Plan, rater: Rater, make_rater: Callable[..., Rater], items: list[Item]
) -> None:
    Slot.objects.filter(plan=plan, number=2).delete()
    held = claim(rater)
    other = make_rater("paul")
    served = {finish(other).item_id for _ in range(3)}
    assert held is not None
    assert held.slot.item_id not in served
    assert claim(other) is None
    late = claim(other, LATER)
    assert late is not None
    assert late.slot.item_id == held.slot.item_id


def test_expired_claim_that_nobody_took_is_still_the_raters(plan: Plan, rater: Rater) -> None:
    held = claim(rater)
    again = claim(rater, LATER)
    assert held is not None
    assert again is not None
    assert again.slot == held.slot
    assert again.slot.claim_expires_at == LATER + timedelta(minutes=60)


def test_complete_slot_when_claim_was_taken_uses_another_free_slot_of_the_item(
    plan: Plan, rater: Rater, second_rater: Rater
) -> None:
    held = claim(rater)
    assert held is not None
    taken_over(held.slot, second_rater)
    done = queue.complete_slot(held.slot, rater, now=LATER)
    assert done.pk != held.slot.pk
    assert (done.item_id, done.purpose, done.state) == (held.slot.item_id, "quota", "done")


def test_complete_slot_when_quota_is_full_keeps_the_rating_as_surplus(
    plan: Plan, rater: Rater, second_rater: Rater, make_rater: Callable[..., Rater]
) -> None:
    held = claim(rater)
    assert held is not None
    taken_over(held.slot, second_rater)
    third = make_rater("petra")
    others = Slot.objects.filter(plan=plan, item=held.slot.item, group=rater.group).exclude(pk=held.slot.pk)
    others.update(state="done", rater=third)
    done = queue.complete_slot(held.slot, rater, now=LATER)
    assert (done.purpose, done.state, done.rater_id) == ("surplus", "done", rater.pk)
    assert Slot.objects.filter(plan=plan, item=held.slot.item, group=rater.group).counting().count() == 2


def test_complete_slot_twice_is_refused(plan: Plan, rater: Rater) -> None:
    slot = finish(rater)
    with pytest.raises(DomainError) as error:
        queue.complete_slot(slot, rater, now=NOW)
    assert error.value.code == Code.LOST_RACE


def test_pass_item_opens_the_slot_for_others_and_not_for_this_rater(
    plan: Plan, rater: Rater, items: list[Item]
) -> None:
    held = claim(rater)
    assert held is not None
    queue.pass_item(held.slot, rater, actor=user_of(rater), reason="", now=NOW)
    held.slot.refresh_from_db()
    assert (held.slot.state, held.slot.rater) == ("open", None)
    served = {finish(rater).item_id for _ in range(3)}
    assert held.slot.item_id not in served
    assert claim(rater) is None


def test_pass_item_when_claim_is_lost_is_refused(plan: Plan, rater: Rater, second_rater: Rater) -> None:
    held = claim(rater)
    assert held is not None
    with pytest.raises(DomainError) as error:
        queue.pass_item(held.slot, second_rater, actor=user_of(second_rater), reason="", now=NOW)
    assert error.value.code == Code.CLAIM_EXPIRED
    assert not Pass.objects.exists()


def test_return_to_item_brings_a_passed_item_back(plan: Plan, rater: Rater) -> None:
    held = claim(rater)
    assert held is not None
    queue.pass_item(held.slot, rater, actor=user_of(rater), reason="too close", now=NOW)
    other = claim(rater)
    back = queue.return_to_item(held.slot.item, rater, actor=user_of(rater), now=NOW)
    assert other is not None
    assert back.slot.item_id == held.slot.item_id
    assert Slot.objects.filter(rater=rater, state="claimed").count() == 1


def test_release_claim_gives_the_slot_back(plan: Plan, rater: Rater) -> None:
    held = claim(rater)
    assert held is not None
    queue.release_claim(held.slot, rater, actor=user_of(rater))
    held.slot.refresh_from_db()
    assert held.slot.state == "open"
    queue.release_claim(held.slot, rater, actor=user_of(rater))
