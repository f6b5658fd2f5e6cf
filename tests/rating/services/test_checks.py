"""Hidden checks among the study's own items: served, stored, counted nowhere, never on heavy items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from annotation.access import study_for
from annotation.design.checks import check_places
from annotation.imports.checks.known_answers import KeyInput
from annotation.models import Item, KeyedItem, Plan, Rater, Slot, Study, User
from annotation.queries.checks import repeatable, study_checks
from annotation.services import known_items, plans, queue
from annotation.services.study_summaries import take_study_summary
from rating.models import Presentation, Rating
from rating.queries.exports import export_scope, exported_ratings, stage_counts
from rating.queries.quality import Share, own_consistency, rater_quality
from rating.queries.rating_list import listed_ratings, own_ratings
from rating.queries.ratings import counting_answers
from rating.queries.workbench import is_passed, open_plan, rater_progress
from rating.services.repeat_figures import consistency_seen
from rating.services.snapshots import take_snapshot
from rating.services.submission import submit_rating
from tests.conftest import make_item, user_of
from tests.rating.services.submitting import claimed, filled, submit
from tests.rating.training_sets import keyed_items, open_practice, purposes_of, rate_all, use_checks


@pytest.fixture
def long_plan(plan: Plan, study: Study, owner: User) -> Plan:
    """Fourteen items, every fourth of them heavy or with a content note; one rating each per group."""
    plans.close_plan(plan, actor=owner)
    items = [
        make_item(study, 100 + n, is_heavy=n % 8 == 0, content_notes=["loss"] if n % 8 == 4 else [])
        for n in range(14)
    ]
    made = plans.make_plan(
        study,
        actor=owner,
        stage=Plan.Stage.MAIN,
        rubric_version=plan.rubric_version,
        quotas={"peer": 2},
        items=items,
        seed=11,
    )
    return plans.open_plan(made, actor=owner)


@pytest.fixture
def checked_plan(long_plan: Plan, study: Study, owner: User) -> Plan:
    """Gold, repeats and attention checks, one each in four to six items."""
    keyed_items(study, owner, KeyedItem.Use.GOLD, n=5, start=300)
    card = known_items.AttentionCard("Seeker: Hello.", "Please choose 2 everywhere.", ["safety"], 2)
    for _ in range(3):
        known_items.add_attention_check(study, card, actor=owner)
    use_checks(long_plan, owner, gold_every=4, repeat_every=5, attention_every=6, repeat_distance=3)
    return long_plan


def finished(rater: Rater, *, at_most: int = 60) -> list[Slot]:
    """Slots handed out and completed one after the other; no answers are stored, which takes long."""
    done: list[Slot] = []
    while len(done) < at_most:
        claim = queue.claim_next(rater, actor=user_of(rater), now=timezone.now())
        if claim is None:
            break
        done.append(queue.complete_slot(claim.slot, rater, now=timezone.now()))
    return done


def finished_until(rater: Rater, purpose: str) -> Slot:
    """The rater holds a slot of this purpose."""
    while True:
        claim = queue.claim_next(rater, actor=user_of(rater), now=timezone.now())
        assert claim is not None
        if claim.slot.purpose == purpose:
            return claim.slot
        queue.complete_slot(claim.slot, rater, now=timezone.now())


def test_checks_are_served_at_their_rate_and_leave_the_quota_whole(checked_plan: Plan, rater: Rater) -> None:
    found = [slot.purpose for slot in finished(rater)]
    assert found.count("quota") == 14
    # 14 regular items and 8 to 12 checks: blocks of 4, 5 and 6 in about 24 places.
    assert 4 <= found.count("gold") <= 5
    assert 2 <= found.count("repeat") <= 5
    assert 2 <= found.count("attention") <= 3
    assert Slot.objects.filter(plan=checked_plan).counting().done().count() == 14


def test_checks_never_land_on_heavy_items_and_repeats_keep_their_distance(
    checked_plan: Plan, rater: Rater, second_rater: Rater
) -> None:
    for one in (rater, second_rater):
        slots = finished(one)
        checks = [slot for slot in slots if slot.purpose != "quota"]
        assert not [slot for slot in checks if slot.item.is_heavy or slot.item.content_notes]
        for place, slot in enumerate(slots):
            if slot.purpose == "repeat":
                first = next(n for n, other in enumerate(slots) if other.item_id == slot.item_id)
                assert place - first - 1 >= 3
                assert slot.occurrence == 2


def test_checks_come_where_the_seed_puts_them_and_the_bar_does_not_tell(
    checked_plan: Plan, rater: Rater
) -> None:
    plan = open_plan(rater.study)
    assert plan is not None
    rates = {"gold": 4, "repeat": 5, "attention": 6}
    drawn = check_places(checked_plan.seed, rater.pseudonym, rates, up_to=60)
    before = rater_progress(plan, rater, timezone.now()).n_total
    for place in range(1, 60):
        done = finished(rater, at_most=1)
        if not done:
            break
        slot = done[0]
        after = rater_progress(plan, rater, timezone.now()).n_total
        if slot.purpose != "quota":
            assert (drawn[place], after) == (slot.purpose, before)
        # Where a check finds nothing to check by, a regular item takes its place and fewer come.
        assert after <= before
        before = after


def test_heavy_item_as_a_check_is_refused_by_the_database(plan: Plan, rater: Rater) -> None:
    heavy = make_item(plan.study, 900, is_heavy=True)
    for purpose in ("gold", "repeat", "attention"):
        slot = Slot(
            plan=plan, item=heavy, group=rater.group, rubric_version=plan.rubric_version, purpose=purpose
        )
        slot.state, slot.rater = Slot.State.CLAIMED, rater
        with pytest.raises(DatabaseError, match="nobody is checked by a heavy item"), transaction.atomic():
            slot.save()


def repeated(rater: Rater) -> tuple[Slot, Presentation]:
    """The rater holds a repeat of an item they have rated: the original slot and what is shown now."""
    shown = claimed(rater)
    while shown.slot.purpose != "repeat":
        submit(rater)
        shown = claimed(rater)
    original = Slot.objects.get(plan=shown.slot.plan, item=shown.slot.item, purpose="quota", rater=rater)
    return original, shown


def test_repeat_is_a_rating_of_its_own_not_a_revision(checked_plan: Plan, owner: User, rater: Rater) -> None:
    use_checks(checked_plan, owner, gold_every=0, attention_every=0, repeat_every=4, repeat_distance=1)
    original, shown = repeated(rater)
    before = Rating.objects.get(slot=original)
    outcome = submit_rating(rater, filled(shown, value=2), actor=user_of(rater), claim_next=False)
    assert outcome.rating.slot == shown.slot
    assert outcome.rating.revision == 1
    assert Rating.objects.get(slot=original) == before


def test_skipped_repeat_leaves_its_original_open_for_revision(
    checked_plan: Plan, owner: User, rater: Rater
) -> None:
    use_checks(checked_plan, owner, gold_every=0, attention_every=0, repeat_every=4, repeat_distance=1)
    original, shown = repeated(rater)
    queue.pass_item(shown.slot, rater, actor=user_of(rater), reason="", now=timezone.now())
    assert not is_passed(Presentation.objects.get(slot=original, rater=rater))
    assert is_passed(shown)
    again = queue.return_to_item(shown.slot.item, rater, actor=user_of(rater), now=timezone.now())
    assert again.slot == shown.slot


def test_check_that_was_released_is_taken_by_nobody_else_and_completes_late(
    checked_plan: Plan, rater: Rater, second_rater: Rater
) -> None:
    held = finished_until(rater, "gold")
    queue.release_claim(held, rater, actor=user_of(rater))
    assert held.pk not in {slot.pk for slot in finished(second_rater)}
    assert queue.complete_slot(held, rater, now=timezone.now()) == held


def test_study_without_checks_serves_regular_items_only(long_plan: Plan, rater: Rater) -> None:
    assert {slot.purpose for slot in finished(rater)} == {"quota"}
    assert study_checks(long_plan.study).sentences == []


def test_study_checks_name_what_is_in_use(checked_plan: Plan, owner: User) -> None:
    use_checks(checked_plan, owner, attention_every=0)
    found = study_checks(checked_plan.study)
    assert (found.uses_gold, found.uses_repeats, found.uses_attention) == (True, True, False)
    assert len(found.sentences) == 2


def test_repeatable_leaves_out_the_newest_and_what_is_heavy(long_plan: Plan, rater: Rater) -> None:
    done = finished(rater, at_most=6)
    light = {slot.item_id for slot in done[:4] if not slot.item.is_heavy and not slot.item.content_notes}
    assert set(repeatable(long_plan, rater, distance=2)) == light


def test_checks_and_practice_are_in_no_snapshot_analysis_or_default_export(
    checked_plan: Plan, owner: User, rater: Rater, second_rater: Rater, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    study = checked_plan.study
    use_checks(checked_plan, owner, repeat_distance=1)
    rate_all(rater, at_most=12)
    open_practice(checked_plan, owner)
    rate_all(second_rater, at_most=3)
    n_regular = purposes_of(rater).count("quota") + 1
    scope = export_scope(study, stage="main", is_current_only=True)
    purposes = set(exported_ratings(scope).values_list("slot__purpose", flat=True))
    assert purposes == {"quota"}
    every = export_scope(study, stage="main", is_current_only=True, with_checks=True)
    assert set(exported_ratings(every).values_list("slot__purpose", flat=True)) == {
        "quota",
        "gold",
        "repeat",
        "attention",
    }
    practice = export_scope(study, stage="training", is_current_only=False, with_checks=True)
    assert not exported_ratings(practice).exists()
    assert [count.stage for count in stage_counts(study)] == ["main"]
    assert not counting_answers(study, "training").exists()
    snapshot = take_snapshot(study, actor=owner)
    assert snapshot.description["counts"]["n_ratings"] == n_regular
    left_out = {(part["stage"], part["purpose"]) for part in snapshot.description["left_out"]}
    assert {("main", "gold"), ("main", "repeat"), ("training", "practice")} <= left_out
    assert not listed_ratings(study, stage="training").exists()
    assert {one.slot.plan.stage for one in own_ratings(second_rater)} == {"main"}


def test_quality_counts_gold_repeats_and_attention_of_each_rater(
    checked_plan: Plan, owner: User, rater: Rater, second_rater: Rater
) -> None:
    use_checks(checked_plan, owner, repeat_distance=1)
    # Gold is known to be 4: fives are within one step, twos are not; attention asks for 2 in one question.
    rate_all(rater, at_most=12, value=5)
    rate_all(second_rater, at_most=7, value=2)
    access, now = study_for(owner, checked_plan.study.code), timezone.now()
    found = {row.rater: row for row in rater_quality(access)}
    n_gold = purposes_of(rater).count("gold")
    assert found[rater].gold == Share(2 * n_gold, 2 * n_gold)
    assert found[second_rater].gold.n_right == 0
    assert found[rater].attention.n_right == 0
    n_cards = purposes_of(second_rater).count("attention")
    assert found[second_rater].attention == Share(n_cards, n_cards)
    assert found[rater].repeats_same.n == found[rater].repeats_same.n_right > 0
    assert own_consistency(rater).repeats_same == found[rater].repeats_same
    assert own_consistency(rater).gold.n == 0
    assert rater_quality(access, [rater]) == [found[rater]]
    counted, counted_at = consistency_seen(access, now=now)
    assert (sum(row.n_pairs for row in counted) > 0, counted_at) == (True, None)
    take_study_summary(access.study, now=now)
    assert consistency_seen(access, now=now) == (counted, now)


def test_gold_is_balanced_over_raters(checked_plan: Plan, make_rater: Callable[..., Rater]) -> None:
    raters = [make_rater(name) for name in ("ann", "ben", "cem", "dee", "eva")]
    firsts = [finished_until(rater, "gold").item_id for rater in raters]
    assert sorted(firsts) == sorted(KeyedItem.objects.filter(use="gold").values_list("item_id", flat=True))


def test_gold_item_that_was_rated_as_a_regular_one_is_not_served_again(
    long_plan: Plan, owner: User, rater: Rater
) -> None:
    item = Item.objects.filter(slots__plan=long_plan, is_heavy=False, content_notes=[]).distinct()[0]
    keyed = known_items.keep_item(long_plan.study, item, actor=owner, use=KeyedItem.Use.GOLD)
    known_items.write_keys(keyed, [KeyInput("safety", "response:1", value=4)], actor=owner)
    use_checks(long_plan, owner, gold_every=4)
    assert [slot.item_id for slot in finished(rater)].count(item.pk) == 1
