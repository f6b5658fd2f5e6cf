"""A stage that grows, and what coordinators decide by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from annotation.design.eligibility import Eligibility
from annotation.errors import DomainError
from annotation.models import AuditPayload, Factor, Item, ItemFactor, Plan, Rater, Slot, Study, User
from annotation.queries.designs import Design
from annotation.services import plans, queue
from annotation.services.overrides import assign_item, reopen_slot, withhold_item
from annotation.services.top_ups import Growth, later_items, top_up
from rating.models import CurrentRating
from rating.services.snapshots import read_snapshot, take_snapshot
from tests.conftest import make_item, user_of
from tests.rating.services.submitting import submit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def claim(rater: Rater) -> Slot | None:
    served = queue.claim_next(rater, actor=user_of(rater), now=NOW)
    return served.slot if served else None


def finish(rater: Rater) -> Slot:
    slot = claim(rater)
    assert slot is not None
    return queue.complete_slot(slot, rater, now=NOW)


def finish_all(rater: Rater) -> list[Slot]:
    done = []
    while claim(rater) is not None:
        done.append(finish(rater))
    return done


@pytest.fixture
def crossed(plan: Plan, owner: User) -> Plan:
    """Instead of the pool: one seat for a peer, two for clinicians, everybody rates everything."""
    return seated(plan, owner, Design("crossed", {"peer": 1, "clinician": 2}))


def seated(plan: Plan, owner: User, design: Design) -> Plan:
    plans.close_plan(plan, actor=owner)
    made = plans.make_plan(
        plan.study,
        actor=owner,
        stage="main",
        rubric_version=plan.rubric_version,
        quotas={"peer": 1, "clinician": 1},
        seed=3,
        design=design,
    )
    return plans.open_plan(made, actor=owner)


def by_item(plan: Plan, group: str = "peer") -> Counter[int]:
    return Counter(plan.slots.filter(group__key=group).counting().values_list("item_id", flat=True))


def test_top_up_of_a_pool_adds_ratings_and_takes_up_later_items(
    plan: Plan, study: Study, owner: User, rater: Rater
) -> None:
    before = set(plan.slots.values_list("pk", flat=True))
    late = make_item(study, 9)
    assert later_items(plan) == [late]
    growth = Growth({"peer": 3, "clinician": 2}, takes_later_items=True)
    assert top_up(plan, actor=owner, growth=growth) == 4 + 5
    assert set(by_item(plan).values()) == {3}
    assert set(by_item(plan, "clinician").values()) == {2}
    assert before < set(plan.slots.values_list("pk", flat=True))
    assert len(finish_all(rater)) == 5
    assert top_up(plan, actor=owner, growth=growth) == 0


def test_top_up_that_would_take_away_or_comes_too_late_is_refused(plan: Plan, owner: User) -> None:
    with pytest.raises(DomainError, match="not taken away"):
        top_up(plan, actor=owner, growth=Growth({"peer": 1, "clinician": 2}))
    plans.close_plan(plan, actor=owner)
    with pytest.raises(DomainError, match="is closed"):
        top_up(plan, actor=owner, growth=Growth({"peer": 3, "clinician": 2}))


def test_top_up_of_sequences_adds_seats_that_late_joiners_take(
    crossed: Plan, owner: User, rater: Rater, second_rater: Rater, study: Study
) -> None:
    assert len(finish_all(rater)) == 4
    assert claim(second_rater) is None
    make_item(study, 9)
    growth = Growth({"peer": 1, "clinician": 1}, {"peer": 2}, takes_later_items=True)
    assert top_up(crossed, actor=owner, growth=growth) == 4 + 2 + 2
    assert set(by_item(crossed).values()) == {2}
    assert crossed.quotas.get(group__key="peer").per_item == 2
    assert [slot.position for slot in finish_all(second_rater)] == [1, 2, 3, 4, 5]
    assert [slot.position for slot in finish_all(rater)] == [5]


def test_top_up_of_sequences_without_seats_enough_says_so(plan: Plan, owner: User) -> None:
    made = seated(plan, owner, Design("incomplete", {"peer": 2, "clinician": 2}))
    with pytest.raises(DomainError, match="Add seats"):
        top_up(made, actor=owner, growth=Growth({"peer": 3, "clinician": 1}))
    assert top_up(made, actor=owner, growth=Growth({"peer": 2, "clinician": 1})) == 4


def test_top_up_with_seats_that_would_have_nothing_to_rate_says_so(plan: Plan, owner: User) -> None:
    made = seated(plan, owner, Design("incomplete", {"peer": 2, "clinician": 2}))
    with pytest.raises(DomainError, match="nothing to rate: 1"):
        top_up(made, actor=owner, growth=Growth({"peer": 1, "clinician": 1}, {"peer": 3}))
    assert made.seats.filter(group__key="peer").count() == 2
    assert top_up(made, actor=owner, growth=Growth({"peer": 2, "clinician": 1}, {"peer": 3})) == 4


def test_assigned_item_of_a_pool_comes_next_and_for_this_rater_only(
    plan: Plan, items: list[Item], rater: Rater, second_rater: Rater, owner: User
) -> None:
    for item in items[::-1]:
        slot = assign_item(plan, item, rater, actor=owner, reason="knows the setting")
        assert slot.purpose == "quota"
    assert by_item(plan) == {item.pk: 2 for item in items}
    assert [finish(rater).item_id for _ in items] == [item.pk for item in items[::-1]]
    assert len(finish_all(second_rater)) == 4
    told = AuditPayload.objects.filter(event__kind="slot.assigned")
    assert told.count() == 4
    assert all(payload.data["reason"] == "knows the setting" for payload in told)
    with pytest.raises(DomainError, match="already"):
        assign_item(plan, items[0], rater, actor=owner, reason="again")


def test_assigned_item_beyond_the_plan_is_one_rating_more(
    crossed: Plan, items: list[Item], rater: Rater, second_rater: Rater, owner: User
) -> None:
    finish_all(rater)
    slot = assign_item(crossed, items[0], second_rater, actor=owner, reason="a second look")
    assert by_item(crossed)[items[0].pk] == 2
    assert [one.pk for one in finish_all(second_rater)] == [slot.pk]


def test_assigning_against_a_rule_or_without_a_reason_is_refused(
    plan: Plan, items: list[Item], rater: Rater, owner: User, study: Study
) -> None:
    factor = Factor.objects.create(study=study, key="topic", name="Topic")
    ItemFactor.objects.create(item=items[0], factor=factor, value="crisis")
    rules = (Eligibility("topic", "crisis", needs="practised"),)
    made = seated(plan, owner, Design(rules=rules))
    with pytest.raises(DomainError, match="A rule"):
        assign_item(made, items[0], rater, actor=owner, reason="please")
    with pytest.raises(DomainError, match="say why"):
        assign_item(made, items[1], rater, actor=owner, reason="")
    assert not Slot.objects.filter(plan=made, seat__isnull=False).exists()


@pytest.mark.parametrize("is_seated", [False, True])
def test_withheld_item_is_given_back_and_never_served_again(
    is_seated: bool, plan: Plan, rater: Rater, second_rater: Rater, owner: User
) -> None:
    used = seated(plan, owner, Design("crossed", {"peer": 1, "clinician": 1})) if is_seated else plan
    slot = claim(rater)
    assert slot is not None
    withhold_item(used, slot.item, rater, actor=owner, reason="knows the person")
    slot.refresh_from_db()
    assert (slot.state, slot.is_shared) == ("open", True)
    assert slot.item_id not in {one.item_id for one in finish_all(rater)}
    assert slot.item_id in {one.item_id for one in finish_all(second_rater)}
    done = Slot.objects.filter(plan=used, rater=rater).done().first()
    assert done is not None
    with pytest.raises(DomainError, match="have rated"):
        withhold_item(used, done.item, rater, actor=owner, reason="late")


def test_reopened_rating_is_kept_outside_quota_and_snapshot_and_given_anew_by_another(
    plan: Plan,
    study: Study,
    rater: Rater,
    second_rater: Rater,
    make_rater: Callable[..., Rater],
    owner: User,
) -> None:
    rated = submit(rater).rating.slot
    submit(second_rater)
    before = read_snapshot(take_snapshot(study, actor=owner))
    again = reopen_slot(rated, actor=owner, reason="read the wrong reply")
    rated.refresh_from_db()
    assert (rated.purpose, rated.state, again.state, again.number) == ("surplus", "done", "open", 1)
    assert CurrentRating.objects.filter(slot=rated).exists()
    assert len(finish_all(rater)) == 3
    assert rated.item_id in {slot.item_id for slot in finish_all(make_rater("petra"))}
    after = read_snapshot(take_snapshot(study, actor=owner))
    assert len(after.rows) == len(before.rows) / 2
    with pytest.raises(DomainError, match="no part of the plan"):
        reopen_slot(rated, actor=owner, reason="again")


def test_reopened_claim_is_free_for_others(plan: Plan, rater: Rater, owner: User) -> None:
    slot = claim(rater)
    assert slot is not None
    assert reopen_slot(slot, actor=owner, reason="away").pk == slot.pk
    slot.refresh_from_db()
    assert (slot.state, slot.rater) == ("open", None)
