"""The two public data sets: what the data's own description says is in them comes in."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from annotation.models import (
    Conversation,
    Factor,
    Item,
    Plan,
    Question,
    Rater,
    Response,
    Scale,
    Slot,
    Study,
    User,
)
from rating.models import Answer, Evidence, Rating

pytestmark = [pytest.mark.shared, pytest.mark.django_db]


def run(shared_dir: Path, name: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_study", str(shared_dir / "data" / name), stdout=out, **options)
    return out.getvalue()


def rows(shared_dir: Path, name: str) -> list[dict[str, str]]:
    with (shared_dir / "data" / name / "ratings.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def told(shared_dir: Path, owner: User) -> str:
    return run(shared_dir, "lend_an_ear")


def test_lend_an_ear_has_fifty_conversations_that_end_on_a_seeker_turn(told: str) -> None:
    items = list(Item.objects.claimable().prefetch_related("conversation__turns"))
    assert len(items) == 50
    assert {list(item.conversation.turns.all())[-1].speaker for item in items} == {"seeker"}
    assert not Response.objects.exists()


def test_lend_an_ear_turns_together_hold_all_that_was_said(told: str, shared_dir: Path) -> None:
    with (shared_dir / "data" / "lend_an_ear" / "items.csv").open(encoding="utf-8", newline="") as file:
        texts = {row["item"]: row["full_conversation"] for row in csv.DictReader(file)}
    for conversation in Conversation.objects.prefetch_related("turns"):
        stored = [f"{turn.speaker.capitalize()}: {turn.text}" for turn in conversation.turns.all()]
        assert "".join("".join(stored).split()) == "".join(texts[conversation.external_id].split())


def test_lend_an_ear_has_its_groups_of_raters_without_accounts(told: str) -> None:
    raters = Counter(Rater.objects.values_list("group__key", "group__kind", "origin", "member"))
    assert raters == {
        ("expert", "human", "imported", None): 3,
        ("crowd", "human", "imported", None): 116,
        ("llm", "judge", "judge", None): 3,
    }
    pseudonyms = set(Rater.objects.values_list("pseudonym", flat=True))
    assert not pseudonyms & set(Rater.objects.values_list("external_id", flat=True))
    assert Slot.objects.filter(group__key="crowd", state="done").count() == 196


def test_lend_an_ear_has_six_questions_on_an_ordinal_scale_judged_for_the_item(told: str) -> None:
    assert Question.objects.filter(target="item", scale__measurement="ordinal").count() == 6
    assert [level.value for level in Scale.objects.get().levels.all()] == [1, 2, 3, 4, 5]
    assert Plan.objects.visible().get().stage == "imported"


def test_lend_an_ear_stores_every_cell_as_it_stands_in_the_file(told: str, shared_dir: Path) -> None:
    names = ("rating__slot__item__external_id", "rating__rater__external_id", "rating__rater__group__key")
    stored = set(Answer.objects.values_list(*names, "question__key", "value"))
    assert stored == {
        (
            row["item"],
            row["rater"],
            row["group"],
            row["dimension"],
            float(row["value"]) if row["value"] else None,
        )
        for row in rows(shared_dir, "lend_an_ear")
    }
    assert Answer.objects.filter(missing="declined").count() == 14
    assert Rating.objects.count() == 496
    assert "14 cells without a value" in told


def test_lend_an_ear_places_passages_that_occur_and_counts_the_others(told: str) -> None:
    assert Evidence.objects.count() == 1071
    assert Evidence.objects.filter(start__isnull=True, end__isnull=True, target="").count() == 235
    turns = {
        (item.external_id, f"turn:{turn.position}"): turn.text
        for item in Item.objects.prefetch_related("conversation__turns")
        for turn in item.conversation.turns.all()
    }
    for one in Evidence.objects.exclude(start=None).select_related("rating__slot__item"):
        assert turns[one.rating.slot.item.external_id, one.target][one.start : one.end] == one.quote
    assert "1,071 quoted passages. 235 of them" in told


def test_lend_an_ear_imported_twice_changes_nothing(told: str, shared_dir: Path) -> None:
    assert run(shared_dir, "lend_an_ear").startswith("Nothing changed")
    assert (Study.objects.count(), Rating.objects.count(), Rater.objects.count()) == (1, 496, 122)


def test_mentalalign_zeros_are_refused_each_with_its_line(shared_dir: Path, owner: User) -> None:
    with pytest.raises(CommandError) as refused:
        run(shared_dir, "mentalalign100")
    _, *details = str(refused.value).splitlines()
    zeros = [
        number
        for number, row in enumerate(rows(shared_dir, "mentalalign100"), start=2)
        if row["value"] == "0.0"
    ]
    assert [int(detail.split("line ")[1].split(":")[0]) for detail in details] == zeros
    assert len(zeros) == 42
    assert not Study.objects.exists()


def test_mentalalign_with_declared_exceptions_comes_in_whole_and_is_never_handed_out(
    shared_dir: Path, owner: User
) -> None:
    told = run(shared_dir, "mentalalign100", keep_out_of_scale=True)
    cells = rows(shared_dir, "mentalalign100")
    assert Item.objects.visible().count() == 1000
    assert not Item.objects.claimable().exists()
    assert Conversation.objects.count() == 100
    assert Item.objects.get(external_id="c001|original").conversation.external_id == "c001"
    assert set(Factor.objects.values_list("key", "is_hidden")) == {("author", True), ("model", True)}
    assert Answer.objects.count() == len(cells) == 34958
    assert Answer.objects.filter(is_exception=True, value=0, level=None).count() == 42
    assert Answer.objects.filter(missing="declined").count() == 2
    assert "42 values lie outside the scale" in told
    assert Counter(Rater.objects.values_list("group__kind", flat=True)) == {"human": 1, "judge": 4}
    assert run(shared_dir, "mentalalign100").startswith("Nothing changed")
