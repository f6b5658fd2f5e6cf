"""Rows whose references are held are written without a check of each; what is gone is found all the same."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from annotation.errors import Code, DomainError
from annotation.models import Conversation, Factor, Study
from annotation.services.bulk_rows import new_codes, take_keys, write_columns
from annotation.services.held_references import may_hold_references, references_held

NOBODY = 987_654_321


def write_conversation(study: int) -> None:
    told = {"external_id": "c", "language": "en", "content_hash": "", "created_at": timezone.now()}
    keys = take_keys(Conversation, 1)
    write_columns(Conversation, {**told, "study": study, "batch": None, "code": new_codes(1), "id": keys}, 1)


def write_checked(study: int) -> None:
    write_conversation(study)
    connection.check_constraints()


@pytest.fixture
def on_postgresql(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite checks references at the end of a transaction")
    # Of the tests' user this is known: otherwise nothing below is reached.
    assert may_hold_references()


@pytest.mark.django_db
def test_references_are_not_held_where_the_database_cannot() -> None:
    assert may_hold_references() is (connection.vendor == "postgresql")


def test_references_held_writes_rows_and_checks_references_again_afterwards(
    on_postgresql: None, study: Study
) -> None:
    with transaction.atomic(), references_held({Study: {study.pk}}):
        write_conversation(study.pk)
    assert Conversation.objects.filter(study=study, external_id="c").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        write_checked(NOBODY)


def test_references_held_with_a_row_that_is_gone_writes_nothing(on_postgresql: None, study: Study) -> None:
    with (
        pytest.raises(DomainError) as refused,
        transaction.atomic(),
        references_held({Study: {study.pk}, Factor: {NOBODY}}),
    ):
        write_conversation(study.pk)
    assert refused.value.code == Code.LOST_RACE
    assert not Conversation.objects.filter(study=study, external_id="c").exists()


def test_references_held_after_an_error_leaves_no_setting_behind(on_postgresql: None, study: Study) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic(), references_held({}):
        raise ZeroDivisionError
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)
