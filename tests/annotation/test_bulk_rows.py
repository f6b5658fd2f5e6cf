"""Rows written at once are those that `save` would have written."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from django.db import transaction
from django.utils import timezone

from annotation.models import Conversation, Item, Response, ResponseSource, Study, Turn
from annotation.models.base import ALPHABET
from annotation.services.bulk_rows import new_codes, take_keys, write_columns
from annotation.services.item_imports import ITEM_COLUMNS

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_new_codes_are_of_the_alphabet_and_differ() -> None:
    codes = new_codes(500)
    assert len(set(codes)) == 500
    assert {len(code) for code in codes} == {12}
    assert set("".join(codes)) == set(ALPHABET)


@pytest.mark.parametrize("text", ["a\tb\nc\r\n\\N \\.", "\\", "ü 🙂 “x”", "'; --", "%s", " "])
def columns_of(study: Study, names: list[str], **more: object) -> dict[str, object]:
    """Of conversations."""
    words = {"external_id": pa.array(names), "language": "en", "content_hash": ""}
    return {**words, "study": study.pk, "created_at": NOW, "code": new_codes(len(names)), **more}


@pytest.mark.parametrize("text", ["a\tb\nc\r\n\\N \\.", "\\", "ü 🙂 “x”", "'; --", "%s", " "])
def test_write_columns_with_marks_that_mean_something_stores_them_as_they_are(
    study: Study, text: str
) -> None:
    with transaction.atomic():
        keys = take_keys(Conversation, 2)
        texts = ["x", text]
        write_columns(Conversation, columns_of(study, texts, id=keys, batch=None), 2)
        said = {"text": pa.array(["before", *texts])[1:], "speaker": text[:9]}
        write_columns(Turn, {**said, "conversation": np.array(keys), "position": 1}, 2)
    first, second = Conversation.objects.order_by("pk")
    assert [first.external_id, second.external_id] == texts
    assert (second.created_at, second.batch, second.study) == (NOW, None, study)
    assert (second.turns.get().text, first.turns.get().speaker) == (text, text[:9])


def test_write_columns_whose_last_is_a_text_or_nothing_ends_each_row(study: Study) -> None:
    with transaction.atomic():
        columns = columns_of(study, ["a", "b"], id=take_keys(Conversation, 2))
        write_columns(Conversation, columns | {"batch": None}, 2)
        last = columns_of(study, ["c", "d"], id=take_keys(Conversation, 2))
        names = last.pop("external_id")
        write_columns(Conversation, last | {"external_id": names}, 2)
        write_columns(Conversation, columns, 0)
    names = Conversation.objects.order_by("pk").values_list("external_id", flat=True)
    assert list(names) == ["a", "b", "c", "d"]


def test_take_keys_then_save_gives_keys_behind_them(study: Study) -> None:
    with transaction.atomic():
        keys = take_keys(Conversation, 3)
        write_columns(Conversation, columns_of(study, ["a", "b", "c"], id=keys), 3)
        assert list(take_keys(Conversation, 0)) == []
    assert Conversation.objects.create(study=study, external_id="next").pk > max(keys)


def test_fields_of_imported_items_are_all_that_items_have() -> None:
    made = ("id", "code", "created_at", "study", "batch", "position", "conversation", "has_text")
    assert {*ITEM_COLUMNS, *made} == {field.name for field in Item._meta.concrete_fields}
    assert {field.name for field in Response._meta.concrete_fields} == {
        *("id", "code", "created_at", "item", "position", "text")
    }
    assert {field.name for field in ResponseSource._meta.concrete_fields} == {
        *("id", "response", "kind", "name", "condition")
    }
