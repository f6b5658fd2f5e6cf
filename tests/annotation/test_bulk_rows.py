"""Rows written at once are those that `save` would have written."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from annotation.models import Conversation, Item, Response, ResponseSource, Study, Turn
from annotation.models.base import ALPHABET
from annotation.services.bulk_rows import new_codes, take_keys, write_rows
from annotation.services.item_imports import ITEM_FIELDS

pytestmark = pytest.mark.django_db


def test_new_codes_are_of_the_alphabet_and_differ() -> None:
    codes = new_codes(500)
    assert len(set(codes)) == 500
    assert {len(code) for code in codes} == {12}
    assert set("".join(codes)) == set(ALPHABET)


@pytest.mark.parametrize("text", ["a\tb\nc\r\n\\N \\.", "\\", "ü 🙂 “x”", "'; --", "%s", " "])
def test_write_rows_with_marks_that_mean_something_stores_them_as_they_are(study: Study, text: str) -> None:
    with transaction.atomic():
        (key,) = take_keys(Conversation, 1)
        moment = timezone.now()
        fields = ("id", "code", "created_at", "study", "external_id", "language", "batch", "content_hash")
        write_rows(Conversation, fields, [(key, *new_codes(1), moment, study.pk, text, "en", None, "")])
        write_rows(Turn, ("conversation", "position", "speaker", "text"), [(key, 1, "seeker", text)])
    conversation = Conversation.objects.get(pk=key)
    assert (conversation.external_id, conversation.created_at, conversation.batch) == (text, moment, None)
    assert conversation.turns.get().text == text


def test_take_keys_then_save_gives_keys_behind_them(study: Study) -> None:
    with transaction.atomic():
        keys = take_keys(Conversation, 3)
        now = timezone.now()
        fields = ("id", "code", "created_at", "study", "external_id", "language", "content_hash")
        rows = [
            (key, code, now, study.pk, code, "en", "") for key, code in zip(keys, new_codes(3), strict=True)
        ]
        write_rows(Conversation, fields, rows)
    assert Conversation.objects.create(study=study, external_id="next").pk > max(keys)


def test_fields_of_imported_items_are_all_that_items_have() -> None:
    assert set(ITEM_FIELDS) == {field.name for field in Item._meta.concrete_fields}
    assert {field.name for field in Response._meta.concrete_fields} == {
        *("id", "code", "created_at", "item", "position", "text")
    }
    assert {field.name for field in ResponseSource._meta.concrete_fields} == {
        *("id", "response", "kind", "name", "condition")
    }
