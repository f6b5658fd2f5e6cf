"""Planned sequences: who is served what, and what happens when people come, go and pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from annotation.design.eligibility import Eligibility
from annotation.errors import Code, DomainError
from annotation.models import (
    AuditEvent,
    Clearance,
    Factor,
    Item,
    ItemFactor,
    Pass,
    Plan,
    Rater,
    Response,
    RubricVersion,
    Seat,
    Slot,
    Study,
    TopicOptOut,
    User,
)
from annotation.queries.designs import Design
from annotation.services import members, plans, queue, seats, studies
from rating.queries.workbench import rater_progress
from tests.conftest import user_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
MakePlan = Callable[..., Plan]
MakeRater = Callable[..., Rater]


@pytest.fixture
def seated(study: Study, owner: User, rubric_version: RubricVersion, items: list[Item]) -> MakePlan:
    """seated("crossed", peer=2, per_item=2) -> an open plan of seats for peers, in an open study."""

    def make(kind: str, *, peer: int, per_item: int = 2, **more: object) -> Plan:
        plan = plans.make_plan(
            study,
            actor=owner,
            stage="main",
            rubric_version=rubric_version,
            quotas={"peer": per_item},
            seed=7,
            design=Design(kind, {"peer": peer}, **more),  # type: ignore[arg-type]
        )
        opened = plans.open_plan(plan, actor=owner)
        study.refresh_from_db()
        if study.state != Study.State.OPEN:
            studies.change_state(study, Study.State.OPEN, actor=owner)
        return opened

    return make


def claim(rater: Rater, now: datetime = NOW) -> Slot | None:
    served = queue.claim_next(rater, actor=user_of(rater), now=now)
    return served.slot if served else None


def held(rater: Rater) -> Slot:
    slot = claim(rater)
    assert slot is not None
    return slot


def finish_all(rater: Rater) -> list[Slot]:
    done = []
    while (slot := claim(rater)) is not None:
        done.append(queue.complete_slot(slot, rater, now=NOW))
    return done


def test_make_plan_with_seats_plans_every_rating_once(seated: MakePlan, items: list[Item]) -> None:
    plan = seated("incomplete", peer=4)
    slots = Slot.objects.filter(plan=plan)
    assert (plan.design, plan.seats.count(), slots.count()) == ("incomplete", 4, 8)
    assert sorted(slots.values_list("item", "number")) == [(item.pk, n) for item in items for n in (1, 2)]
    assert sorted(slots.values_list("seat__number", "position")) == [
        (s, p) for s in (1, 2, 3, 4) for p in (1, 2)
    ]
    assert not slots.filter(is_shared=True).exists()


def test_claim_next_walks_the_raters_own_sequence_in_its_order(
    seated: MakePlan, rater: Rater, second_rater: Rater
) -> None:
    plan = seated("incomplete", peer=4)
    for number, one in enumerate((rater, second_rater), start=1):
        done = finish_all(one)
        assert [(slot.seat.number, slot.position) for slot in done if slot.seat] == [(number, 1), (number, 2)]
    assert set(Seat.objects.filter(plan=plan, rater=None).values_list("number", flat=True)) == {3, 4}


def test_progress_of_who_has_no_seat_yet_counts_the_one_that_waits(
    seated: MakePlan, rater: Rater, second_rater: Rater
) -> None:
    plan = seated("crossed", peer=1)
    assert rater_progress(plan, rater, NOW).n_left == 4
    held(rater)
    assert rater_progress(plan, rater, NOW).n_left == 4
    assert rater_progress(plan, second_rater, NOW).n_left == 0


def test_claim_next_when_all_seats_are_filled_serves_only_what_is_shared(
    seated: MakePlan, rater: Rater, second_rater: Rater, owner: User
) -> None:
    plan = seated("crossed", peer=1)
    first = held(rater)
    assert claim(second_rater) is None
    assert seats.share_slots(plan, actor=owner, group_key="peer") == 4
    served = held(second_rater)
    assert served.pk != first.pk
    assert queue.complete_slot(served, second_rater, now=NOW).rater == second_rater


def test_passed_item_of_a_sequence_goes_to_others_after_their_own(
    seated: MakePlan, rater: Rater, second_rater: Rater
) -> None:
    seated("incomplete", peer=2, per_item=1)
    slot = held(rater)
    queue.pass_item(slot, rater, actor=user_of(rater), reason="", now=NOW)
    done = finish_all(second_rater)
    assert [one.pk for one in done][-1] == slot.pk
    assert len(done) == 3
    assert slot.item_id not in {one.item_id for one in finish_all(rater)}


def test_passed_item_of_a_sequence_can_be_taken_back(seated: MakePlan, rater: Rater) -> None:
    seated("crossed", peer=2)
    slot = held(rater)
    queue.pass_item(slot, rater, actor=user_of(rater), reason="", now=NOW)
    back = queue.return_to_item(slot.item, rater, actor=user_of(rater), now=NOW)
    assert back.slot.pk == slot.pk


def test_items_a_rater_opted_out_of_are_left_to_others_at_the_end(
    seated: MakePlan, rater: Rater, second_rater: Rater, items: list[Item]
) -> None:
    plan = seated("incomplete", peer=2, per_item=1)
    own = Slot.objects.get(plan=plan, seat__number=1, position=1)
    Item.objects.filter(pk=own.item_id).update(content_notes=["loss"])
    TopicOptOut.objects.create(rater=rater, topic="loss", chosen_at=NOW)
    assert len(finish_all(rater)) == 1
    assert own.item_id in {slot.item_id for slot in finish_all(second_rater)}


def test_late_joiner_takes_the_seat_of_who_left_with_what_was_left(
    seated: MakePlan, rater: Rater, make_rater: MakeRater, owner: User
) -> None:
    plan = seated("crossed", peer=1)
    done = queue.complete_slot(held(rater), rater, now=NOW)
    waiting = held(rater)
    assert rater.member is not None
    members.remove_member(rater.member, actor=owner)
    late = make_rater("lena")
    assert next(slot.pk for slot in finish_all(late)) == waiting.pk
    done.refresh_from_db()
    assert (done.rater, Seat.objects.get(plan=plan).rater) == (rater, late)


def test_freed_seat_gives_back_what_was_held_and_a_late_rating_is_surplus(
    seated: MakePlan, rater: Rater, second_rater: Rater, owner: User
) -> None:
    plan = seated("crossed", peer=1)
    slot = held(rater)
    with pytest.raises(DomainError, match="say why"):
        seats.free_seat(plan.seats.get(), actor=owner, reason=" ")
    seats.free_seat(plan.seats.get(), actor=owner, reason="away for good")
    assert held(second_rater).pk == slot.pk
    late = queue.complete_slot(slot, rater, now=NOW)
    assert (late.purpose, late.seat_id, late.rater) == ("surplus", None, rater)
    assert queue.complete_slot(slot, second_rater, now=NOW).pk == slot.pk
    assert AuditEvent.objects.filter(kind="seat.freed").count() == 1


def test_late_rating_takes_its_own_slot_while_that_is_free_and_never_one_of_anothers_sequence(
    seated: MakePlan, rater: Rater, second_rater: Rater, owner: User
) -> None:
    plan = seated("crossed", peer=2)
    slot = held(rater)
    seats.free_seat(plan.seats.get(rater=rater), actor=owner, reason="away")
    assert queue.complete_slot(slot, rater, now=LATER).pk == slot.pk
    assert Slot.objects.filter(plan=plan, item=slot.item, state="open").count() == 1


def with_topic(item: Item, value: str) -> None:
    factor, _ = Factor.objects.get_or_create(study=item.study, key="topic", defaults={"name": "Topic"})
    ItemFactor.objects.create(item=item, factor=factor, value=value)


def test_rule_for_one_group_makes_no_slots_for_the_others(
    study: Study, owner: User, rubric_version: RubricVersion, items: list[Item]
) -> None:
    with_topic(items[0], "crisis")
    plan = plans.make_plan(
        study,
        actor=owner,
        stage="main",
        rubric_version=rubric_version,
        quotas={"peer": 1, "clinician": 1},
        design=Design(rules=(Eligibility("topic", "crisis", groups=("clinician",)),)),
    )
    assert list(plan.slots.filter(item=items[0]).values_list("group__key", flat=True)) == ["clinician"]
    assert plan.slots.count() == 7


@pytest.mark.parametrize("kind", ["pool", "crossed"])
def test_rule_for_the_cleared_is_kept_by_queue_and_database(
    kind: str, seated: MakePlan, rater: Rater, items: list[Item]
) -> None:
    with_topic(items[0], "crisis")
    plan = seated(kind, peer=1, per_item=1, rules=(Eligibility("topic", "crisis", needs="cleared"),))
    slot = plan.slots.get(item=items[0])
    assert len(finish_all(rater)) == 3
    taken = {"state": "claimed", "rater": rater, "claim_expires_at": LATER}
    with pytest.raises(DatabaseError, match="practised or qualified"), transaction.atomic():
        Slot.objects.filter(pk=slot.pk).update(**taken)
    Clearance.objects.create(rater=rater, state=Clearance.State.BY_HAND)
    assert [one.pk for one in finish_all(rater)] == [slot.pk]


def test_sequence_of_another_is_refused_by_the_database(
    seated: MakePlan, rater: Rater, second_rater: Rater
) -> None:
    plan = seated("crossed", peer=1)
    held(rater)
    taken = {"state": "claimed", "rater": second_rater, "claim_expires_at": LATER}
    with pytest.raises(DatabaseError, match="rater in its seat only"), transaction.atomic():
        plan.slots.filter(state="open").update(**taken)


def test_seat_of_another_group_is_refused_by_the_database(seated: MakePlan, make_rater: MakeRater) -> None:
    plan = seated("crossed", peer=1)
    clinician = make_rater("cleo", group="clinician")
    with pytest.raises(DatabaseError, match="rater of its group"), transaction.atomic():
        plan.seats.update(rater=clinician)


def test_sides_of_pairs_are_balanced_over_raters_and_items(
    study: Study, seated: MakePlan, items: list[Item]
) -> None:
    for item in items[:3]:
        Response.objects.create(item=item, position=2, text="Another reply.")
    plan = seated("crossed", peer=4)
    sides = list(plan.slots.values_list("item", "seat", "side"))
    assert [side for item, _, side in sides if item == items[3].pk] == [None] * 4
    for item in items[:3]:
        assert sorted(side or 0 for one, _, side in sides if one == item.pk) == [0, 0, 1, 1]
    for seat in plan.seats.all():
        own = sorted(side for _, one, side in sides if one == seat.pk and side is not None)
        assert own in ([0, 0, 1], [0, 1, 1])


def test_discard_plan_deletes_a_stage_nobody_has_worked_in(
    seated: MakePlan, rater: Rater, owner: User
) -> None:
    plan = seated("crossed", peer=2)
    with pytest.raises(DomainError) as error:
        plans.discard_plan(plan, actor=owner)
    assert error.value.code == Code.STATE_FORBIDS
    plans.close_plan(plan, actor=owner)
    plans.discard_plan(plan, actor=owner)
    assert not Plan.objects.exists()
    assert not Slot.objects.exists()
    again = seated("crossed", peer=2)
    held(rater)
    plans.close_plan(again, actor=owner)
    with pytest.raises(DomainError, match="have worked"):
        plans.discard_plan(again, actor=owner)


@pytest.mark.parametrize(
    ("design", "words"),
    [
        (Design("incomplete", {"peer": 1}), "1 seats"),
        (Design("incomplete", {}), "at least one seat"),
        (Design("anchored", {"peer": 3}, n_anchors=5), "between 1 and 4"),
        (Design("batched", {"peer": 3}, batch_size=5), "between 1 and 4"),
    ],
)
def test_make_plan_when_the_design_cannot_be_says_why(
    design: Design, words: str, study: Study, owner: User, rubric_version: RubricVersion, items: list[Item]
) -> None:
    with pytest.raises(DomainError, match=words):
        plans.make_plan(
            study, actor=owner, stage="main", rubric_version=rubric_version, quotas={"peer": 2}, design=design
        )
    assert not Plan.objects.exists()


def test_pass_leaves_a_trace_of_nobody(seated: MakePlan, rater: Rater) -> None:
    seated("crossed", peer=2)
    slot = held(rater)
    queue.pass_item(slot, rater, actor=user_of(rater), reason="", now=NOW)
    event = AuditEvent.objects.get(kind="item.passed")
    assert (event.actor, event.object_code, Pass.objects.count()) == (None, "", 1)
