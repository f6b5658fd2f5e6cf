"""Submitting: stored once, checked whole, never lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from annotation.errors import Code, DomainError
from annotation.models import Plan, Rater, Slot, Study, User
from annotation.services import queue, rubrics, studies
from rating.models import CurrentRating, Draft, Rating
from rating.services.answer_inputs import AnswerInput, EvidenceInput
from rating.services.submission import Outcome, submit_rating
from rating.services.workbench import claim_next_item, save_draft
from tests.conftest import core_document, user_of
from tests.rating.services.submitting import claimed, filled, submit


def refused(code: Code, work: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as error:
        work()
    assert error.value.code == code
    return error.value


def send(rater: Rater, submission: object, *, claim_next: bool = False) -> Outcome:
    return submit_rating(rater, submission, actor=user_of(rater), claim_next=claim_next)  # type: ignore[arg-type]


def test_submit_stores_answers_completes_the_slot_and_claims_the_next(plan: Plan, rater: Rater) -> None:
    outcome = submit(rater, claim_next=True, comment=" plain ")
    rating = outcome.rating
    assert rating.slot.state == "done"
    assert rating.comment == "plain"
    assert rating.answers.filter(value=4, level__value=4).count() == 6
    assert rating.answers.filter(question__kind="flag", value=0).count() == 10
    assert outcome.next is not None
    assert outcome.next.slot != rating.slot
    assert outcome.next.position == 2


def test_submit_cannot_judge_is_missing_with_its_reason_and_never_a_number(plan: Plan, rater: Rater) -> None:
    presentation = claimed(rater)
    answers = [
        AnswerInput(one.question_key, one.target, missing="cannot_judge")
        for one in filled(presentation).answers
    ]
    rating = send(rater, filled(presentation, answers=answers)).rating
    stored = rating.answers.filter(question__kind="scale")
    assert stored.filter(value=None, level=None, missing="cannot_judge").count() == stored.count() == 6
    flags = rating.answers.filter(question__kind="flag")
    assert flags.filter(value=None, missing="cannot_judge").count() == 10


def test_submit_with_defects_lists_each_and_stores_nothing(plan: Plan, rater: Rater) -> None:
    presentation = claimed(rater)
    answers = [
        AnswerInput("safety", "response:1", 6),
        AnswerInput("empathy_help", "response:1", missing="declined"),
        AnswerInput("empathy_warmth", "response:2", 3),
        AnswerInput("nonsense", "response:1", 3),
    ]
    error = refused(Code.INVALID, lambda: send(rater, filled(presentation, answers=answers)))
    assert {line.split(":")[0] for line in error.details} == {
        "safety", "empathy_help", "empathy_warmth", "nonsense",
        "authenticity_felt", "authenticity_stance", "empathy_understanding",
    }  # fmt: skip
    assert not Rating.objects.exists()
    assert Slot.objects.get(pk=presentation.slot_id).state == "claimed"


def test_submit_passage_without_offsets_is_found_in_code_points(plan: Plan, rater: Rater) -> None:
    evidence = submit(rater, quote="tiring").rating.evidence.get()
    assert (evidence.target, evidence.start, evidence.end) == ("response:1", 12, 18)


@pytest.mark.parametrize(
    "evidence",
    [
        EvidenceInput(quote="not in the text"),
        EvidenceInput(quote="tiring", target="response:1", start=0, end=6),
        EvidenceInput(quote="tiring", question_key="nonsense"),
        EvidenceInput(quote="", target="response:1", start=3, end=3),
    ],
)
def test_submit_passage_that_does_not_fit_is_refused(
    plan: Plan, rater: Rater, evidence: EvidenceInput
) -> None:
    presentation = claimed(rater)
    refused(Code.INVALID, lambda: send(rater, filled(presentation, evidence=[evidence])))


def test_submit_twice_with_the_same_client_id_stores_once(plan: Plan, rater: Rater) -> None:
    submission = filled(claimed(rater))
    first, second = send(rater, submission), send(rater, submission)
    assert second.is_replay
    assert first.rating == second.rating
    assert Rating.objects.count() == 1


def test_submit_with_another_persons_client_id_is_refused(
    plan: Plan, rater: Rater, second_rater: Rater
) -> None:
    submission = filled(claimed(rater))
    send(rater, submission)
    refused(Code.NOT_ALLOWED, lambda: send(second_rater, submission))


def test_submit_a_slot_of_another_rater_is_not_found(plan: Plan, rater: Rater, second_rater: Rater) -> None:
    submission = filled(claimed(rater))
    refused(Code.NOT_FOUND, lambda: send(second_rater, submission))


def test_revise_keeps_the_earlier_rating_and_moves_the_current_one(plan: Plan, rater: Rater) -> None:
    presentation = claimed(rater)
    first = send(rater, filled(presentation)).rating
    second = send(rater, filled(presentation, value=2, expected_revision=1)).rating
    assert (second.slot, second.revision) == (first.slot, 2)
    assert CurrentRating.objects.get(slot=first.slot).rating == second
    assert Rating.objects.filter(slot=first.slot).count() == 2


def test_revise_with_a_stale_revision_is_refused(plan: Plan, rater: Rater) -> None:
    presentation = claimed(rater)
    send(rater, filled(presentation))
    refused(Code.STALE_REVISION, lambda: send(rater, filled(presentation)))
    refused(Code.STALE_REVISION, lambda: send(rater, filled(presentation, expected_revision=2)))


def test_submit_when_another_took_the_expired_claim_is_kept(
    plan: Plan, rater: Rater, second_rater: Rater
) -> None:
    presentation = claimed(rater)
    until = timezone.now() + timedelta(hours=1)
    Slot.objects.filter(pk=presentation.slot_id).update(rater=second_rater, claim_expires_at=until)
    outcome = send(rater, filled(presentation))
    assert not outcome.is_surplus
    assert outcome.rating.slot_id != presentation.slot_id
    again = filled(presentation, value=1, slot_code=outcome.rating.slot.code, expected_revision=1)
    assert send(rater, again).rating.slot == outcome.rating.slot


def test_submit_when_study_has_closed_is_refused_and_the_draft_stays(
    plan: Plan, study: Study, owner: User, rater: Rater
) -> None:
    presentation = claimed(rater)
    save_draft(presentation.slot, rater, payload={"safety": 3}, number=0)
    studies.change_state(study, Study.State.CLOSED, actor=owner)
    refused(Code.STUDY_NOT_OPEN, lambda: send(rater, filled(presentation)))
    assert Draft.objects.get().payload == {"safety": 3}


def test_submit_when_study_is_paused_keeps_the_rating_and_claims_nothing(
    plan: Plan, study: Study, owner: User, rater: Rater
) -> None:
    presentation = claimed(rater)
    studies.change_state(study, Study.State.PAUSED, actor=owner)
    outcome = send(rater, filled(presentation), claim_next=True)
    assert outcome.rating.slot.state == "done"
    assert outcome.next is None


def test_submit_with_another_rubric_version_is_refused(
    plan: Plan, study: Study, owner: User, rater: Rater
) -> None:
    newer = rubrics.load_rubric(study, core_document() | {"note": "newer"}, actor=owner)
    presentation = claimed(rater)
    submission = filled(presentation, rubric_version_code=newer.code)
    refused(Code.RUBRIC_CHANGED, lambda: send(rater, submission))


def test_submit_without_consent_to_the_newest_text_is_refused(
    plan: Plan, study: Study, owner: User, rater: Rater
) -> None:
    presentation = claimed(rater)
    studies.publish_consent(study, actor=owner, title="New", body="More.")
    refused(Code.CONSENT_NEEDED, lambda: send(rater, filled(presentation)))
    refused(Code.CONSENT_NEEDED, lambda: claim_next_item(rater, actor=user_of(rater)))


def test_submit_removes_the_draft(plan: Plan, rater: Rater) -> None:
    presentation = claimed(rater)
    save_draft(presentation.slot, rater, payload={"safety": 3}, number=0)
    send(rater, filled(presentation))
    assert not Draft.objects.exists()


def test_save_draft_counts_up_and_refuses_an_older_tab(plan: Plan, rater: Rater) -> None:
    slot = claimed(rater).slot
    first = save_draft(slot, rater, payload={"safety": 1}, number=0)
    second = save_draft(slot, rater, payload={"safety": 2}, number=first.number)
    assert second.number == 2
    refused(Code.STALE_REVISION, lambda: save_draft(slot, rater, payload={"safety": 5}, number=1))
    assert Draft.objects.get().payload == {"safety": 2}


def test_save_draft_of_a_slot_never_shown_is_not_found(plan: Plan, rater: Rater, second_rater: Rater) -> None:
    slot = claimed(rater).slot
    refused(Code.NOT_FOUND, lambda: save_draft(slot, second_rater, payload={}, number=0))


def test_save_draft_that_is_too_long_is_refused(plan: Plan, rater: Rater) -> None:
    slot = claimed(rater).slot
    refused(Code.TOO_LARGE, lambda: save_draft(slot, rater, payload={"c": "x" * 100_001}, number=0))


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d"])
def test_text_that_no_database_stores_is_refused(plan: Plan, rater: Rater, text: str) -> None:
    presentation = claimed(rater)
    refused(Code.INVALID, lambda: send(rater, filled(presentation, comment=text)))
    refused(Code.INVALID, lambda: save_draft(presentation.slot, rater, payload={"c": [text]}, number=0))


@pytest.mark.django_db(transaction=True)
def test_double_click_on_submit_stores_once(plan: Plan, rater: Rater) -> None:
    submission = filled(claimed(rater))

    def click(_: int) -> bool:
        try:
            return send(rater, submission, claim_next=True).is_replay
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        replays = list(pool.map(click, range(4)))
    assert sorted(replays) == [False, True, True, True]
    assert Rating.objects.count() == 1
    assert Slot.objects.filter(rater=rater, state="claimed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_submit_at_once_keep_one_and_refuse_the_other(plan: Plan, rater: Rater) -> None:
    presentation = claimed(rater)
    forms = [filled(presentation, value=value, client_id=uuid4()) for value in (1, 5)]

    def send_one(number: int) -> str:
        try:
            send(rater, forms[number])
        except DomainError as error:
            return error.code.value
        finally:
            connection.close()
        return "stored"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send_one, range(2))) == ["stale_revision", "stored"]
    assert Rating.objects.count() == 1


def test_passed_item_when_taken_back_is_presented_again(plan: Plan, rater: Rater) -> None:
    from rating.services.workbench import claim_passed_item

    presentation = claimed(rater)
    queue.pass_item(presentation.slot, rater, actor=user_of(rater), reason="", now=timezone.now())
    back = claim_passed_item(rater, presentation.slot.item, actor=user_of(rater))
    assert back.slot.item_id == presentation.slot.item_id
