"""Practice, qualification and the gate before the study's own items."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest
import time_machine

from annotation.errors import Code, DomainError
from annotation.imports.checks.known_answers import KeyInput
from annotation.models import (
    AuditPayload,
    Clearance,
    GoldKey,
    Item,
    KeyedItem,
    PassMark,
    Plan,
    QualificationTry,
    Rater,
    Slot,
    Study,
    User,
)
from annotation.queries.clearance import Where, open_plans, standing_of
from annotation.services import clearance, known_items, queue
from rating.agreement import PanelAnswers, Ratings, ReferencePanel, Scale, panel_scores
from rating.models import Rating
from rating.queries.known_answers import Judged
from rating.services.qualification import mark_result
from rating.services.workbench import claim_next_item
from tests.conftest import make_item, user_of
from tests.rating.services.submitting import claimed, submit
from tests.rating.training_sets import (
    keyed_items,
    open_practice,
    open_qualification,
    purposes_of,
    rate_all,
)


def where(rater: Rater, now: datetime) -> Where:
    return standing_of(rater, open_plans(rater.study), now=now).where


def refusal(rater: Rater) -> DomainError:
    with pytest.raises(DomainError) as error:
        claim_next_item(rater, actor=user_of(rater))
    return error.value


def test_claim_before_practice_hands_out_practice_in_its_order_then_the_study(
    plan: Plan, owner: User, rater: Rater, frozen_now: datetime
) -> None:
    items = open_practice(plan, owner)
    served = [submit(rater).rating.slot for _ in range(2)]
    assert [slot.item for slot in served] == items
    assert {slot.plan.stage for slot in served} == {"training"}
    assert claimed(rater).slot.plan == plan
    assert Clearance.objects.get(rater=rater).practised_at == frozen_now


def test_submit_of_a_practice_item_hands_out_no_next_item(plan: Plan, owner: User, rater: Rater) -> None:
    open_practice(plan, owner)
    assert submit(rater, claim_next=True).next is None


def test_practice_answer_sent_again_is_refused_once_its_key_was_shown(
    plan: Plan, owner: User, rater: Rater
) -> None:
    open_practice(plan, owner)
    presentation = claimed(rater)
    submit(rater)
    from rating.services.submission import submit_rating
    from tests.rating.services.submitting import filled

    with pytest.raises(DomainError) as error:
        submit_rating(
            rater, filled(presentation, expected_revision=1), actor=user_of(rater), claim_next=False
        )
    assert error.value.code == Code.STATE_FORBIDS


def test_skipped_practice_items_are_not_asked_for_again(plan: Plan, owner: User, rater: Rater) -> None:
    open_practice(plan, owner, n=1)
    slot = claimed(rater).slot
    queue.pass_item(slot, rater, actor=user_of(rater), reason="", now=datetime.now().astimezone())
    assert claimed(rater).slot.plan == plan


def test_try_within_the_marks_clears_the_rater(plan: Plan, owner: User, rater: Rater) -> None:
    open_qualification(plan, owner)
    assert submit(rater, claim_next=True).next is not None
    assert submit(rater, claim_next=True).next is None
    assert Clearance.objects.get(rater=rater).state == "passed"
    assert claimed(rater).slot.plan == plan


def test_try_outside_the_marks_makes_the_rater_wait_then_draws_other_items(
    plan: Plan, owner: User, rater: Rater, frozen_now: datetime
) -> None:
    open_qualification(plan, owner, retry_hours=24)
    first = {outcome.rating.slot.item_id for outcome in rate_all(rater, at_most=2, value=1)}
    error = refusal(rater)
    assert (error.code, error.status) == (Code.NOT_CLEARED, 403)
    assert where(rater, frozen_now) == Where.WAITING
    with time_machine.travel(frozen_now + timedelta(hours=24), tick=False):
        second = {outcome.rating.slot.item_id for outcome in rate_all(rater, at_most=2, value=1)}
    assert not first & second
    assert Clearance.objects.get(rater=rater).state == "not_passed"
    assert [one.state for one in QualificationTry.objects.filter(rater=rater)] == ["not_passed"] * 2


def test_last_try_not_passed_is_told_to_the_study_and_refuses_the_main_items(
    plan: Plan, owner: User, rater: Rater
) -> None:
    open_qualification(plan, owner, max_tries=1)
    rate_all(rater, at_most=2, value=1)
    assert refusal(rater).code == Code.NOT_CLEARED
    told = AuditPayload.objects.filter(event__kind="qualification.not_passed", event__study=plan.study)
    assert told.count() == 1
    assert not Slot.objects.filter(plan=plan, rater=rater).exists()


def test_let_pass_needs_a_reason_and_keeps_it(plan: Plan, owner: User, rater: Rater) -> None:
    open_qualification(plan, owner, max_tries=1)
    rate_all(rater, at_most=2, value=1)
    with pytest.raises(DomainError):
        clearance.let_pass(rater, actor=owner, reason="  ")
    clearance.let_pass(rater, actor=owner, reason="Talked it over by phone")
    assert claimed(rater).slot.plan == plan
    payload = AuditPayload.objects.get(event__kind="clearance.by_hand")
    assert payload.data["reason"] == "Talked it over by phone"
    with pytest.raises(DomainError):
        clearance.let_pass(rater, actor=owner, reason="again")


def test_invited_again_practises_again_and_has_one_more_try_at_once(
    plan: Plan, owner: User, rater: Rater, frozen_now: datetime
) -> None:
    practice = open_practice(plan, owner, n=1)
    open_qualification(plan, owner, max_tries=1)
    rate_all(rater, at_most=3, value=1)
    assert where(rater, frozen_now) == Where.NOT_PASSED
    clearance.invite_again(rater, actor=owner)
    assert submit(rater).rating.slot.item == practice[0]
    assert [outcome.rating.slot.plan.stage for outcome in rate_all(rater, at_most=2)] == ["qualification"] * 2
    assert where(rater, frozen_now) == Where.CLEARED
    with pytest.raises(DomainError):
        clearance.invite_again(rater, actor=owner)


def test_try_of_which_most_was_skipped_is_undecided_and_counts_as_no_try(
    plan: Plan, owner: User, rater: Rater, frozen_now: datetime
) -> None:
    open_qualification(plan, owner, max_tries=1)
    for _ in range(2):
        slot = claimed(rater).slot
        queue.pass_item(slot, rater, actor=user_of(rater), reason="", now=frozen_now)
    assert claim_next_item(rater, actor=user_of(rater)) is None
    assert QualificationTry.objects.get(rater=rater).state == "undecided"
    found = Clearance.objects.get(rater=rater)
    assert (found.state, found.n_tries) == ("not_passed", 0)


def test_skipped_qualification_item_is_replaced_while_there_are_others(
    plan: Plan, owner: User, rater: Rater, frozen_now: datetime
) -> None:
    open_qualification(plan, owner, n_per_try=2, max_tries=2)
    first = claimed(rater).slot
    queue.pass_item(first, rater, actor=user_of(rater), reason="", now=frozen_now)
    done = rate_all(rater, at_most=2)
    assert first.item_id not in {outcome.rating.slot.item_id for outcome in done}
    assert Clearance.objects.get(rater=rater).state == "passed"


def test_two_raters_begin_their_tries_with_different_items(
    plan: Plan, owner: User, rater: Rater, second_rater: Rater
) -> None:
    open_qualification(plan, owner)
    assert claimed(rater).slot.item_id != claimed(second_rater).slot.item_id


def judged(value: float | None, steps: int | None, *, mean: float | None = None) -> Judged:
    key = GoldKey(question_key="safety", value=4, panel_mean=mean, panel_n=5)
    from annotation.models import Question

    return Judged(1, 1, 1, Question(key="safety"), key, value, steps)


@pytest.mark.parametrize(
    ("rule", "steps", "share", "is_passed"),
    [
        ("exact", [0, 0, 1], 2 / 3, True),
        ("exact", [0, 1, 1], 2 / 3, False),
        ("within_one", [1, 0, 1], 1, True),
        ("within_one", [1, 2, None], 0.5, False),
        ("exact", [0] * 7 + [1] * 3, 0.7, True),
    ],
)
def test_pass_mark_counts_answers_as_its_rule_says(
    rule: str, steps: list[int | None], share: float, is_passed: bool
) -> None:
    answers = [judged(3, one) for one in steps]
    mark = PassMark(question_key="safety", rule=rule, share=share)
    assert mark_result(mark, answers)["is_passed"] is is_passed


def test_pass_mark_of_a_question_never_answered_is_not_passed() -> None:
    mark = PassMark(question_key="safety", rule="exact", share=0.1)
    assert mark_result(mark, [judged(None, None)])["is_passed"] is False


def test_pass_mark_by_panel_sums_distances_as_the_panel_score_does() -> None:
    values, means = [5, 2, 3], [3.6, 2.2, 4.1]
    frame = pd.DataFrame({"item": list("abc"), "rater": "r", "group": "g", "value": values})
    norms = pd.DataFrame({"item": list("abc"), "mean": means, "sd": 0.5})
    ratings = Ratings.from_frame(frame, Scale((1, 2, 3, 4, 5), "ordinal"))
    panel = ReferencePanel.from_frame(norms, divisor="n-1", n=5)
    (score,) = panel_scores(PanelAnswers(ratings, panel))["score"]
    answers = [judged(value, None, mean=mean) for value, mean in zip(values, means, strict=True)]
    mark = PassMark(question_key="safety", rule="panel", distance=0.9)
    found = mark_result(mark, answers)
    assert found["score"] == pytest.approx(score)
    # 1.4 + 0.2 + 1.1 = 2.7, and three answers at 0.9 points each are 2.7.
    assert found["is_passed"] is True


def test_start_training_says_all_that_is_missing(plan: Plan, owner: User, study: Study) -> None:
    with pytest.raises(DomainError) as error:
        known_items.start_training(
            study, actor=owner, stage="qualification", rubric_version=plan.rubric_version
        )
    assert len(error.value.details) == 3
    keyed_items(study, owner, KeyedItem.Use.QUALIFICATION, n=10)
    marks = [PassMark(study=study, question_key="safety", rule="panel", distance=1)]
    known_items.write_pass_marks(study, marks, actor=owner)
    assert "needs a panel's mean on every item" in known_items.lacking(study, "qualification")[0]


def test_planned_items_cannot_be_set_aside_and_set_aside_ones_are_not_planned(
    plan: Plan, owner: User, study: Study, items: list[Item]
) -> None:
    with pytest.raises(DomainError):
        known_items.keep_item(study, items[0], actor=owner, use=KeyedItem.Use.PRACTICE)
    kept = keyed_items(study, owner, KeyedItem.Use.PRACTICE, n=1)
    assert kept[0] not in Item.objects.plannable()
    assert items[0] in Item.objects.plannable()


@pytest.mark.parametrize("use", ["qualification", "gold", "attention"])
def test_heavy_items_neither_examine_nor_check(study: Study, owner: User, use: str) -> None:
    marked: list[dict[str, Any]] = [{"is_heavy": True}, {"content_notes": ["loss"]}]
    for number, marks in enumerate(marked):
        item = make_item(study, 700 + number, **marks)
        with pytest.raises(DomainError):
            known_items.keep_item(study, item, actor=owner, use=use)


def test_item_that_raters_met_stays_set_aside(plan: Plan, owner: User, rater: Rater) -> None:
    items = open_practice(plan, owner)
    submit(rater)
    with pytest.raises(DomainError):
        known_items.release_item(KeyedItem.objects.get(item=items[0]), actor=owner)
    known_items.release_item(KeyedItem.objects.get(item=items[1]), actor=owner)
    assert items[1] in Item.objects.plannable()


def test_practice_beside_the_open_stage_stays_out_of_its_numbers(
    plan: Plan, owner: User, rater: Rater, make_rater: Callable[..., Rater]
) -> None:
    open_practice(plan, owner)
    rate_all(rater, at_most=2)
    assert purposes_of(rater) == ["practice", "practice"]
    assert Slot.objects.filter(plan=plan).done().count() == 0
    assert Slot.objects.counting().done().count() == 0
    assert Rating.objects.filter(slot__plan__in=Plan.objects.of_work()).count() == 0


def test_keys_keep_what_a_panel_said(study: Study, owner: User) -> None:
    item = make_item(study, 800)
    keyed = known_items.keep_item(study, item, actor=owner, use=KeyedItem.Use.GOLD)
    key = KeyInput("safety", "response:1", panel_mean=3.4, panel_sd=0.8, panel_n=9)
    known_items.write_keys(keyed, [key], actor=owner)
    stored = GoldKey.objects.get(keyed=keyed)
    assert (stored.value, stored.panel_mean, stored.panel_n) == (None, 3.4, 9)
