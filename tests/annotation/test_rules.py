"""Every database rule is broken on purpose, on whichever database the tests run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from annotation.models import (
    AuditEvent,
    ErasurePermit,
    Level,
    Plan,
    Question,
    Rater,
    RubricVersion,
    Scale,
    Study,
    User,
    Wording,
)
from annotation.models.rules import RULES
from annotation.services import rubrics, studies
from rating.models import Answer, Rating, Snapshot
from rating.models.rules import RATING_RULES
from tests.conftest import core_document
from tests.rating.services.submitting import submit

pytestmark = pytest.mark.django_db


def refused(write: Callable[[], object], message: str) -> None:
    with pytest.raises(DatabaseError, match=message), transaction.atomic():
        write()


def test_every_rule_is_installed(db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        names = {row[0] for row in cursor.fetchall()}
    assert {rule.name for rule in [*RULES, *RATING_RULES]} <= names


def test_audit_event_when_changed_or_deleted_is_refused(study: Study) -> None:
    events = AuditEvent.objects.filter(study=study)
    refused(lambda: events.update(kind="other"), "never changed or deleted")
    refused(events.all().delete, "never changed or deleted")


def test_published_rubric_when_touched_is_refused(rubric_version: RubricVersion) -> None:
    question = Question.objects.filter(version=rubric_version)
    scale = Scale.objects.filter(version=rubric_version)
    level = Level.objects.filter(scale__version=rubric_version)
    version = RubricVersion.objects.filter(pk=rubric_version.pk)
    for write in (
        lambda: version.update(note="x"),
        lambda: version._raw_delete("default"),
        lambda: question.update(text="x"),
        lambda: question._raw_delete("default"),
        lambda: scale.update(measurement="interval"),
        lambda: scale._raw_delete("default"),
        lambda: level.update(label="x"),
        lambda: level._raw_delete("default"),
        lambda: Scale.objects.create(version=rubric_version, key="late", measurement="nominal"),
        lambda: Level.objects.create(scale=scale[0], value=9, label="late"),
    ):
        refused(write, "never changes")


def test_published_rubric_when_question_is_added_is_refused(rubric_version: RubricVersion) -> None:
    question = Question.objects.filter(version=rubric_version)[0]
    question.pk, question.key, question.position = None, "late", 99
    refused(question.save, "never changes")


def test_draft_rubric_when_changed_is_let_through(study: Study, owner: User) -> None:
    draft = rubrics.load_rubric(study, core_document(), actor=owner)
    assert Question.objects.filter(version=draft).update(text="x") == 16


def test_rating_answer_and_evidence_when_touched_are_refused(plan: Plan, rater: Rater) -> None:
    rating = submit(rater, quote="tiring").rating
    for rows in (Rating.objects.filter(pk=rating.pk), rating.answers.all(), rating.evidence.all()):
        assert rows
        refused(partial(rows.update, id=1_000_000), "never changes")
        refused(partial(rows._raw_delete, "default"), "never changes")


def test_rating_when_deleted_under_a_permit_is_let_through(plan: Plan, rater: Rater) -> None:
    rating = submit(rater).rating
    with transaction.atomic():
        permit = ErasurePermit.objects.create(reason="test")
        Answer.objects.filter(rating=rating).delete()
        permit.delete()
    refused(Rating.objects.filter(pk=rating.pk).delete, "never changes")


def test_answer_of_another_version_is_refused(plan: Plan, rater: Rater, study: Study, owner: User) -> None:
    rating = submit(rater).rating
    document = core_document() | {"note": "another"}
    other = Question.objects.filter(version=rubrics.load_rubric(study, document, actor=owner))[0]
    answer = Answer(rating=rating, question=other, value=1, level=other.levels[0])
    refused(answer.save, "rubric version")


def test_answer_off_its_scale_is_refused(plan: Plan, rater: Rater, rubric_version: RubricVersion) -> None:
    rating = submit(rater).rating
    asked = {question.key: question for question in Question.objects.filter(version=rubric_version)}
    foreign = asked["empathy_warmth"].levels[0]
    answer = Answer(rating=rating, question=asked["safety"], target="x", value=foreign.value, level=foreign)
    refused(answer.save, "lies on the scale")
    own = asked["safety"].levels[0]
    answer = Answer(rating=rating, question=asked["safety"], target="x", value=own.value + 1, level=own)
    refused(answer.save, "lies on the scale")


def test_words_alone_are_refused_as_the_answer_to_a_scale(
    plan: Plan, rater: Rater, rubric_version: RubricVersion
) -> None:
    rating = submit(rater).rating
    question = Question.objects.get(version=rubric_version, key="safety")
    refused(
        Answer(rating=rating, question=question, target="x", text="Kind enough").save, "free text is answered"
    )


def test_wording_of_a_published_version_is_refused(rubric_version: RubricVersion) -> None:
    question = Question.objects.get(version=rubric_version, key="safety")
    refused(Wording(question=question, language="de", text="Sicher?").save, "never changes")


def test_snapshot_when_touched_is_refused(study: Study) -> None:
    Snapshot.objects.create(study=study, stage="main", digest="0" * 64, file_name="x", software_version="0")
    rows = Snapshot.objects.filter(study=study)
    refused(lambda: rows.update(digest="1" * 64), "never changes")
    refused(lambda: rows._raw_delete("default"), "never changes")


def test_one_open_plan_per_study_is_kept_by_the_database(plan: Plan) -> None:
    plan.pk, plan.code = None, "another-code"
    plan.created_at = timezone.now()
    refused(plan.save, "(?i)unique|one_open_plan")


def test_rules_come_back_after_a_migration(study: Study) -> None:
    from django.core.management import call_command

    with connection.cursor() as cursor:
        suffix = "" if connection.vendor == "sqlite" else " ON annotation_auditevent"
        cursor.execute(f"DROP TRIGGER annotation_auditevent_no_update{suffix}")
    call_command("migrate", verbosity=0)
    refused(lambda: AuditEvent.objects.filter(study=study).update(kind="x"), "never changed")


def test_change_state_is_audited_with_a_commitment_that_holds(study: Study, owner: User) -> None:
    from annotation.audit import commitment

    studies.add_group(study, actor=owner, name="Patients")
    event = AuditEvent.objects.filter(study=study, kind="group.added").latest("id")
    assert event.commitment == commitment(event.payload.salt, event.payload.data)
