"""Leaving a study: what goes, what stays, until when, and that nothing slips past it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import TestCase
from django.utils import timezone

from annotation.audit import commitment
from annotation.errors import Code, DomainError
from annotation.models import (
    AuditEvent,
    AuditPayload,
    Consent,
    Departure,
    ErasurePermit,
    Member,
    Pass,
    Plan,
    ProblemReport,
    Rater,
    Role,
    Slot,
    Study,
    User,
)
from annotation.models.leaving import new_receipt_code
from annotation.queries.leaving import left_rows, receipt_of
from annotation.services import people, problems, queue
from annotation.services.leaving import Choice, erase_after_leaving, leave_study, set_data_terms
from annotation.services.plain_way import held_place
from annotation.services.tombstones import signature_of, tombstone_of
from rating.models import Answer, CurrentRating, Draft, Evidence, Presentation, Rating
from rating.services import submission as submission_service
from rating.services.submission import submit_rating
from rating.services.workbench import claim_next_item, save_draft
from tests.conftest import user_of
from tests.rating.services.submitting import claimed, filled, submit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Path:
    """Tombstones of a test stay in the test's own folder."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def busy(plan: Plan, rater: Rater, second_rater: Rater) -> Rater:
    """Has rated two items, one with a passage, a comment and a revision; skipped one, reported it, holds
    the fourth with a draft. The second rater has rated one item."""
    actor, now = user_of(rater), timezone.now()
    first = claimed(rater)
    submit_rating(rater, filled(first, quote="tiring", comment="Slow."), actor=actor, claim_next=False)
    again = filled(first, value=2, quote="tiring", comment="Slower.", expected_revision=1)
    submit_rating(rater, again, actor=actor, claim_next=False)
    submit(rater)
    skipped = claimed(rater)
    problems.report_problem(rater, skipped.slot.item, actor=actor, text="It breaks off.")
    queue.pass_item(skipped.slot, rater, actor=actor, reason="Too near.", now=now)
    save_draft(claimed(rater).slot, rater, payload={"fields": {}}, number=0)
    submit(second_rater)
    return rater


class RestoredError(Exception):
    """The database goes back to what it was."""


def keep_tombstone_now(departure: Departure, rater: Rater, path: Path) -> None:
    """The line that the erasure writes once it is committed."""
    tombstone = tombstone_of(departure, rater.code)
    line = {**tombstone, "signature": signature_of(tombstone)}
    path.write_text(json.dumps(line, sort_keys=True) + "\n")


def leave(rater: Rater, choice: Choice = "erase", **more: Any) -> Departure:
    arguments: dict[str, Any] = {
        "actor": user_of(rater),
        "receipt_code": new_receipt_code(),
        "now": timezone.now(),
    }
    return leave_study(rater, choice=choice, **(arguments | more))


def refusal(deed: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        deed()
    return caught.value


def rows_of(pk: int) -> dict[str, int]:
    """How many rows of a rater each table holds."""
    return {
        "ratings": Rating.objects.filter(rater=pk).count(),
        "answers": Answer.objects.filter(rating__rater=pk).count(),
        "passages": Evidence.objects.filter(rating__rater=pk).count(),
        "current": CurrentRating.objects.filter(rating__rater=pk).count(),
        "presentations": Presentation.objects.filter(rater=pk).count(),
        "drafts": Draft.objects.filter(rater=pk).count(),
        "skips": Pass.objects.filter(rater=pk).count(),
        "problems": ProblemReport.objects.filter(rater=pk).count(),
        "consents": Consent.objects.filter(rater=pk).count(),
        "slots": Slot.objects.filter(rater=pk).count(),
        "raters": Rater.objects.filter(pk=pk).count(),
    }


def test_leave_study_with_erase_takes_every_row_and_leaves_others_alone(
    busy: Rater, second_rater: Rater
) -> None:
    others = rows_of(second_rater.pk)
    leave(busy)
    assert set(rows_of(busy.pk).values()) == {0}
    assert rows_of(second_rater.pk) == others
    assert not ErasurePermit.objects.exists()


def test_leave_study_with_erase_frees_the_slots_for_others(busy: Rater, plan: Plan) -> None:
    leave(busy)
    slots = Slot.objects.filter(plan=plan, group=busy.group)
    assert (slots.count(), slots.done().count()) == (8, 1)
    assert slots.filter(state=Slot.State.OPEN, rater__isnull=True, completed_at__isnull=True).count() == 7


def test_leave_study_with_erase_leaves_a_tombstone_of_counts(busy: Rater, study: Study) -> None:
    departure = leave(busy)
    departure.refresh_from_db()
    assert departure.is_erased
    assert departure.rater is None
    assert departure.pseudonym == busy.pseudonym
    given = departure.statement["given"]
    assert (given["ratings"], given["revisions"], given["passages"], given["comments"]) == (2, 1, 1, 1)
    assert (given["skips"], given["drafts"], given["problem_reports"]) == (1, 1, 1)
    # Two ratings of six scales and ten flags each.
    assert given["answers"] == 32
    assert "Slow" not in str(departure.statement)
    assert [(line.number, len(line.ticks)) for line in receipt_of(departure).consents] == [(1, 1)]


def test_leave_study_with_erase_closes_a_login_that_has_no_other_place(busy: Rater, study: Study) -> None:
    user = user_of(busy)
    leave(busy)
    user.refresh_from_db()
    assert (user.username, user.email, user.is_active) == (f"gone-{user.pk}", "", False)
    assert not user.has_usable_password()
    assert not Member.objects.filter(user=user).exists()


def test_leave_study_with_erase_keeps_a_login_that_takes_part_elsewhere(busy: Rater, outsider: User) -> None:
    user = user_of(busy)
    elsewhere = Study.objects.get(title="Another study")
    people.add_member(elsewhere, actor=outsider, user=user, roles=[Role.RESEARCHER])
    leave(busy)
    user.refresh_from_db()
    assert user.is_active
    assert [member.study for member in Member.objects.filter(user=user)] == [elsewhere]


def test_leave_study_when_also_coordinating_stays_in_the_team(busy: Rater, owner: User) -> None:
    user = user_of(busy)
    people.add_member(busy.study, actor=owner, user=user, roles=[Role.COORDINATOR])
    leave(busy)
    member = Member.objects.get(user=user, study=busy.study)
    assert member.left_at is None
    assert member.role_set() == {Role.COORDINATOR}


def test_leave_study_with_keep_ends_the_part_and_keeps_the_ratings(busy: Rater) -> None:
    before = rows_of(busy.pk)
    departure = leave(busy, "keep")
    # The item in hand is free again; nothing else is touched.
    assert rows_of(busy.pk) == before | {"slots": before["slots"] - 1}
    assert departure.rater == busy
    assert not departure.is_erased
    busy.refresh_from_db()
    assert busy.member is not None
    assert busy.member.left_at is not None


def test_audit_trail_after_an_erasure_keeps_every_event_and_fits_its_commitments(
    busy: Rater, study: Study
) -> None:
    before = list(AuditEvent.objects.order_by("pk").values())
    user = user_of(busy)
    leave(busy)
    events = AuditEvent.objects.order_by("pk")
    assert list(events.values())[: len(before)] == before
    later = set(events.values_list("kind", flat=True)[len(before) :])
    assert later == {"slot.released", "rater.left", "ratings.erased"}
    for payload in AuditPayload.objects.select_related("event"):
        assert commitment(payload.salt, payload.data) == payload.event.commitment
    rated = AuditEvent.objects.filter(actor=user, kind__startswith="rating.")
    assert rated.count() == 3
    assert not AuditPayload.objects.filter(event__in=rated).exists()


def test_leave_study_sent_twice_gives_the_same_receipt(busy: Rater) -> None:
    code, actor = new_receipt_code(), user_of(busy)
    first = leave(busy, receipt_code=code)
    second = leave_study(busy, actor=actor, choice="erase", receipt_code=code, now=timezone.now())
    assert first == second
    assert Departure.objects.count() == 1


def test_leave_study_with_the_receipt_code_of_another_is_refused(busy: Rater, second_rater: Rater) -> None:
    taken = leave(second_rater, "keep").receipt_code
    assert refusal(lambda: leave(busy, receipt_code=taken)).code == Code.INVALID
    assert refusal(lambda: leave(busy, receipt_code="short")).code == Code.INVALID


def test_what_is_written_after_leaving_is_refused_with_409(busy: Rater) -> None:
    actor = user_of(busy)
    held = Slot.objects.get(rater=busy, state=Slot.State.CLAIMED)
    presentation = Presentation.objects.get(slot=held, rater=busy)
    submission = filled(presentation)
    item = held.item
    leave(busy, "keep")
    deeds: list[Callable[[], object]] = [
        lambda: submit_rating(busy, submission, actor=actor, claim_next=False),
        lambda: claim_next_item(busy, actor=actor),
        lambda: save_draft(held, busy, payload={}, number=1),
        lambda: problems.report_problem(busy, item, actor=actor, text="Late."),
        lambda: queue.pass_item(held, busy, actor=actor, reason="", now=timezone.now()),
        lambda: leave(busy),
    ]
    assert [refusal(deed).status for deed in deeds] == [409] * len(deeds)
    assert Rating.objects.filter(rater=busy).count() == 3


def test_submit_rating_on_its_way_when_the_rater_is_erased_stores_nothing(
    busy: Rater, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The erasure comes between what submitting checks first and what it stores."""
    actor = user_of(busy)
    held = Slot.objects.get(rater=busy, state=Slot.State.CLAIMED)
    submission = filled(Presentation.objects.get(slot=held, rater=busy))

    def erased_first(plan: Plan, rater: Rater, slot: Slot) -> object:
        monkeypatch.undo()
        leave(busy)
        return held_place(plan, rater, slot)

    monkeypatch.setattr(submission_service, "held_place", erased_first)
    error = refusal(lambda: submit_rating(busy, submission, actor=actor, claim_next=True))
    assert error.status == 409
    # The test's erasure ran inside the transaction that was refused, so it is rolled back with it.
    assert Rating.objects.filter(client_id=submission.client_id).count() == 0


def freeze(study: Study, at: datetime) -> None:
    Study.objects.filter(pk=study.pk).update(data_freeze_at=at)


def test_leave_study_with_erase_after_the_freeze_is_refused_and_keeping_works(
    busy: Rater, study: Study
) -> None:
    freeze(study, timezone.now())
    before = rows_of(busy.pk)
    error = refusal(lambda: leave(busy))
    assert error.status == 409
    assert "were frozen" in error.message
    assert rows_of(busy.pk) == before
    assert not leave(busy, "keep").is_erased


def test_erase_after_leaving_until_the_freeze_takes_every_row(busy: Rater, study: Study) -> None:
    departure = leave(busy, "keep")
    freeze(study, timezone.now() + timedelta(hours=1))
    erase_after_leaving(departure, now=timezone.now())
    erase_after_leaving(departure, now=timezone.now())
    assert set(rows_of(busy.pk).values()) == {0}
    assert Departure.objects.get().is_erased


def test_erase_after_leaving_when_frozen_or_back_is_refused(busy: Rater, study: Study, owner: User) -> None:
    user = user_of(busy)
    departure = leave(busy, "keep")
    freeze(study, timezone.now())
    assert refusal(lambda: erase_after_leaving(departure, now=timezone.now())).status == 409
    Study.objects.filter(pk=study.pk).update(data_freeze_at=None)
    people.add_member(study, actor=owner, user=user, roles=[Role.RATER])
    assert refusal(lambda: erase_after_leaving(departure, now=timezone.now())).status == 409
    assert Rating.objects.filter(rater=busy).exists()


def test_leave_study_by_letter_reaches_who_left_before_and_gives_the_same_receipt(
    busy: Rater, coordinator: User
) -> None:
    departure = leave(busy, "keep")
    recorded = leave(busy, "erase", actor=coordinator, by_letter=True)
    assert recorded == departure
    assert recorded.is_erased
    assert set(rows_of(busy.pk).values()) == {0}


def test_left_rows_tell_pseudonym_and_day_of_who_left_or_was_taken_out(
    busy: Rater, second_rater: Rater, study: Study, owner: User
) -> None:
    from annotation.services.members import remove_member

    leave(busy)
    assert second_rater.member is not None
    remove_member(second_rater.member, actor=owner)
    assert {row.pseudonym for row in left_rows(study)} == {busy.pseudonym, second_rater.pseudonym}
    people.add_member(study, actor=owner, user=user_of(second_rater), roles=[Role.RATER])
    assert [row.pseudonym for row in left_rows(study)] == [busy.pseudonym]


def terms(study: Study, owner: User, at: datetime | None) -> Study:
    return set_data_terms(study, actor=owner, contact="Dr Example", data_freeze_at=at, now=timezone.now())


def test_set_data_terms_moves_the_freeze_back_and_never_forward_once_promised(
    study: Study, owner: User, rater: Rater
) -> None:
    now = timezone.now()
    assert refusal(lambda: terms(study, owner, now - timedelta(1))).code == Code.INVALID
    terms(study, owner, now + timedelta(10))
    assert refusal(lambda: terms(study, owner, now + timedelta(5))).status == 409
    assert terms(study, owner, now + timedelta(20)).contact == "Dr Example"
    freeze(study, now)
    assert refusal(lambda: terms(study, owner, now + timedelta(30))).status == 409
    assert refusal(lambda: terms(study, owner, None)).status == 409


def test_repeat_erasures_erases_who_came_back_with_a_backup(
    busy: Rater, second_rater: Rater, data_dir: Path
) -> None:
    path = data_dir / "erasures.jsonl"
    before, others = rows_of(busy.pk), rows_of(second_rater.pk)
    with TestCase.captureOnCommitCallbacks(execute=True), suppress(RestoredError), transaction.atomic():
        departure = leave(busy)
        # What a backup brings back: the list is written, the database is as it was before.
        keep_tombstone_now(departure, busy, path)
        raise RestoredError
    assert rows_of(busy.pk) == before
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command("repeat_erasures", stdout=StringIO())
    assert set(rows_of(busy.pk).values()) == {0}
    assert rows_of(second_rater.pk) == others
    again = Departure.objects.get()
    assert (again.code, again.pseudonym, again.erased_at) == (
        departure.code,
        departure.pseudonym,
        departure.erased_at,
    )
    assert path.read_text().count("\n") == 1


def test_repeat_erasures_with_a_changed_line_erases_nobody_and_says_so(
    busy: Rater, second_rater: Rater, data_dir: Path
) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        leave(busy)
    path = data_dir / "erasures.jsonl"
    path.write_text(path.read_text().replace(busy.code, second_rater.code))
    with pytest.raises(CommandError, match="1 lines do not fit"):
        call_command("repeat_erasures", stdout=StringIO())
    assert Rating.objects.filter(rater=second_rater).exists()
