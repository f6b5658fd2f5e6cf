"""Statements that build on one another: the same rows and ids as one statement and one by one."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from annotation.chains import Link, chained, row_link, rows_link
from annotation.models import Conversation, Level, Plan, Rater, Scale, Study, Turn, User
from annotation.services.rubrics import load_rubric
from rating.models import Answer, CurrentRating
from tests.conftest import core_document
from tests.rating.services.submitting import submit

pytestmark = pytest.mark.django_db
AWKWARD = 'it\'s {talk}, "100%s" of\tit — 😀\nnext'
_NOBODY = "UPDATE annotation_conversation SET external_id = 'x' WHERE id = %s"


def talk_of(study: Study, name: str = "chained") -> Conversation:
    return Conversation(study=study, external_id=name)


def turns(*texts: str) -> list[Turn]:
    return [Turn(position=n, speaker="seeker", text=text) for n, text in enumerate(texts, start=1)]


def test_rows_that_build_on_one_another_are_stored_under_the_ids_that_are_told(study: Study) -> None:
    links = [
        row_link("talk", talk_of(study)),
        rows_link("turns", turns("one", "two", "three"), conversation_id="talk"),
    ]
    ids = chained(links)
    talk = Conversation.objects.get(external_id="chained")
    stored = list(talk.turns.order_by("position").values_list("pk", "position", "text"))
    assert [row[1:] for row in stored] == [(1, "one"), (2, "two"), (3, "three")]
    # Of several rows the lowest id is told.
    assert ids == {"talk": talk.pk, "turns": min(row[0] for row in stored)}


def test_texts_in_a_chain_are_stored_letter_for_letter(study: Study) -> None:
    talk = talk_of(study, AWKWARD[:40])
    chained([row_link("talk", talk), rows_link("turns", turns(AWKWARD, ""), conversation_id="talk")])
    stored = Conversation.objects.get(external_id=AWKWARD[:40])
    assert list(stored.turns.order_by("position").values_list("text", flat=True)) == [AWKWARD, ""]


def test_numbers_truth_and_nothing_in_many_rows_are_stored_as_what_they_are(plan: Plan, rater: Rater) -> None:
    given = submit(rater).rating
    first = given.answers.order_by("pk").first()
    assert first is not None
    CurrentRating.objects.filter(rating=given).delete()
    same = {
        name: getattr(first, name) for name in ("rating_id", "question_id", "target", "level_id", "value")
    }
    rows = [
        Answer(**same, perspective="peer", confidence=12.5, is_exception=False),
        Answer(**(same | {"level_id": None, "value": None}), perspective="clinician", missing="not_seen"),
    ]
    chained([rows_link("answers", rows)])
    told = given.answers.filter(perspective__in=["peer", "clinician"]).order_by("-perspective")
    assert [(one.value, one.confidence, one.is_exception, one.missing) for one in told] == [
        (first.value, 12.5, False, ""),
        (None, None, False, "not_seen"),
    ]


def test_link_that_changes_nothing_tells_none_and_the_others_run(study: Study) -> None:
    ids = chained([Link("nobody", _NOBODY, [-1]), row_link("talk", talk_of(study))])
    assert ids["nobody"] is None
    assert ids["talk"] == Conversation.objects.get(external_id="chained").pk


def test_row_that_builds_on_a_link_without_an_id_is_refused(study: Study) -> None:
    links = [Link("talk", _NOBODY, [-1]), rows_link("turns", turns("one"), conversation_id="talk")]
    with pytest.raises(IntegrityError), transaction.atomic():
        chained(links)
    assert not Turn.objects.filter(text="one").exists()


def test_chain_of_which_one_link_fails_stores_none_of_it(study: Study) -> None:
    twice = [row_link("talk", talk_of(study)), row_link("again", talk_of(study))]
    with pytest.raises(IntegrityError), transaction.atomic():
        chained(twice)
    assert not Conversation.objects.filter(external_id="chained").exists()


def test_chain_of_the_same_shape_when_run_again_takes_the_new_values(study: Study, owner: User) -> None:
    """Its text is written once and kept: nothing of the first run may stay in it."""
    draft = load_rubric(study, core_document(), actor=owner)
    found = []
    for name, value in (("first", 1.5), ("second", -2.0)):
        scale = Scale(version=draft, key=name, measurement="ordinal")
        levels = rows_link("levels", [Level(value=value, label=name)], scale_id="scale")
        ids = chained([row_link("scale", scale), levels])
        found.append(Level.objects.get(pk=ids["levels"] or 0))
    assert [(one.scale.key, one.value, one.label) for one in found] == [
        ("first", 1.5, "first"),
        ("second", -2.0, "second"),
    ]
