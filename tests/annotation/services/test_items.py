"""Items typed by hand, and items drawn for a pilot."""

from __future__ import annotations

import hashlib

import pytest

from annotation.errors import Code, DomainError
from annotation.models import AuditEvent, Conversation, Item, Study, User
from annotation.services.items import NewItem, WrittenTurn, add_item, written_turns
from annotation.services.stages import drawn_items, make_stage

pytestmark = pytest.mark.django_db


def test_written_turns_joins_lines_without_a_speaker() -> None:
    text = "SEEKER : I can't sleep.\n\nAt all: never.\r\nsupporter: Oh."
    assert written_turns(text) == [
        WrittenTurn("seeker", "I can't sleep.\n\nAt all: never."),
        WrittenTurn("supporter", "Oh."),
    ]


def test_written_turns_lists_every_fault_with_its_place() -> None:
    with pytest.raises(DomainError) as refusal:
        written_turns("Hi\nThere\nSeeker:\nSupporter: Yes")
    assert refusal.value.details == [
        "Line 1 does not begin with “Seeker:” or “Supporter:”.",
        "Line 2 does not begin with “Seeker:” or “Supporter:”.",
        "Turn 1 (seeker) is empty.",
    ]


def test_add_item_stores_the_text_once_with_its_hash_and_an_event(study: Study, owner: User) -> None:
    item = add_item(study, NewItem("Seeker: Hi.", "Hello."), actor=owner)
    assert (item.external_id, item.position) == ("item-1", 1)
    assert item.content_hash == hashlib.sha256(b"seeker:Hi.\x1fHello.").hexdigest()
    assert AuditEvent.objects.get(kind="item.added").object_code == item.code


def test_add_item_without_a_reply_has_no_response(study: Study, owner: User) -> None:
    assert not add_item(study, NewItem("Seeker: Hi.\nSupporter: Hello."), actor=owner).responses.exists()


def test_add_item_when_the_conversation_id_is_taken_leaves_nothing(study: Study, owner: User) -> None:
    Conversation.objects.create(study=study, external_id="mine")
    with pytest.raises(DomainError) as refusal:
        add_item(study, NewItem("Seeker: Hi.", external_id="mine"), actor=owner)
    assert refusal.value.code == Code.INVALID
    assert not Item.objects.filter(study=study).exists()


def test_drawn_items_are_the_same_for_the_same_seed_and_in_study_order(
    study: Study, items: list[Item]
) -> None:
    draws = {seed: [item.position for item in drawn_items(study, n_items=2, seed=seed)] for seed in range(30)}
    assert draws[3] == [item.position for item in drawn_items(study, n_items=2, seed=3)]
    assert all(drawn == sorted(drawn) and len(set(drawn)) == 2 for drawn in draws.values())
    # Every item is drawn sooner or later.
    assert {position for drawn in draws.values() for position in drawn} == {1, 2, 3, 4}


def test_make_stage_when_more_are_asked_for_than_there_are_refuses(
    study: Study, owner: User, items: list[Item], rubric_version: object
) -> None:
    with pytest.raises(DomainError) as refusal:
        make_stage(
            study,
            actor=owner,
            stage="pilot",
            rubric_version=rubric_version,  # type: ignore[arg-type]
            quotas={"peer": 2},
            n_items=5,
        )
    assert "4 items with a text" in refusal.value.message
