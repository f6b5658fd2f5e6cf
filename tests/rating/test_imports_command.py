"""`manage.py import_study FOLDER`: options, owners, words in the terminal."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from annotation.models import Group, Item, RubricVersion, Scale, Study, User
from rating.models import Rating
from tests.rating.importing import ITEMS, RATINGS, ratings_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "night talks"
    made.mkdir()
    (made / "items.csv").write_text(ITEMS, encoding="utf-8")
    (made / "ratings.csv").write_text(RATINGS, encoding="utf-8")
    return made


def run(folder: Path, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_study", str(folder), stdout=out, **options)
    return out.getvalue()


def test_import_study_of_generic_folder_makes_a_study_and_says_what_came(folder: Path, owner: User) -> None:
    told = run(folder, title="Night talks", scale="1-5", judges=["llm"])
    study = Study.objects.get(title="Night talks")
    assert study.members.get().user == owner
    assert study.code in told
    assert "2 items new." in told
    assert "4 ratings with 6 answers to 2 questions." in told
    assert "2 cells without a value" in told
    assert "1 of them do not occur word for word" in told
    assert set(Group.objects.values_list("key", "kind")) == {("peer", "human"), ("llm", "judge")}


def test_import_study_twice_changes_nothing_and_says_so(folder: Path, owner: User) -> None:
    run(folder, scale="1-5")
    told = run(folder, scale="1-5")
    assert told.startswith("Nothing changed: ")
    assert (Study.objects.count(), Rating.objects.count()) == (1, 4)


def test_import_study_into_named_study_adds_to_it(folder: Path, study: Study) -> None:
    run(folder, study=study.code, scale="1-5")
    assert Item.objects.visible().filter(study=study).count() == 2
    assert Study.objects.count() == 1


def test_import_study_on_empty_database_makes_an_owner_without_pass_phrase(folder: Path) -> None:
    told = run(folder, scale="1-5")
    made = User.objects.get()
    assert (made.username, made.has_usable_password(), made.can_create_studies) == ("owner", False, True)
    assert "changepassword owner" in told


def test_import_study_with_named_owner_gives_the_study_to_them(
    folder: Path, owner: User, outsider: User
) -> None:
    run(folder, scale="1-5", owner="otto")
    run(folder, scale="1-5", owner="olive")
    assert set(
        Study.objects.filter(source_key__startswith="import:").values_list("members__user__username")
    ) == {
        ("otto",),
        ("olive",),
    }


def test_import_study_with_interval_level_declares_it(folder: Path, owner: User) -> None:
    run(folder, scale="1-5", measurement="interval")
    assert Scale.objects.get().measurement == "interval"
    assert RubricVersion.objects.get().state == "published"


def test_import_study_without_items_file_makes_items_without_text(folder: Path, owner: User) -> None:
    (folder / "items.csv").unlink()
    told = run(folder, scale="1-5")
    assert "2 of them without a text" in told
    assert not Item.objects.claimable().exists()


def test_import_study_with_description_in_the_folder_follows_it(folder: Path, owner: User) -> None:
    (folder / "study.json").write_text(
        '{"key": "night", "title": "Described", "groups": [{"key": "peer", "name": "Peers"}, '
        '{"key": "llm", "name": "Models", "kind": "judge"}]}',
        encoding="utf-8",
    )
    run(folder, scale="1-5")
    assert Study.objects.get().title == "Described"
    assert set(Group.objects.values_list("name", "kind")) == {("Peers", "human"), ("Models", "judge")}


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        (
            "ratings.csv",
            ratings_of([("one", "r", "peer", "Warmth", 9)]),
            "line 2: the value 9 is not on the scale",
        ),
        ("items.csv", "item,talk\n", "line 1: the column “talk” is not expected"),
        ("study.json", "{", "is not JSON"),
    ],
)
def test_import_study_with_a_defect_fails_with_its_line(
    folder: Path, owner: User, file: str, content: str, words: str
) -> None:
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=words):
        run(folder, scale="1-5")
    assert not Study.objects.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"study": "nosuchcode"}, "There is no study nosuchcode"),
        ({"owner": "nobody"}, "There is no login “nobody”"),
    ],
)
def test_import_study_into_or_for_what_does_not_exist_fails(
    folder: Path, owner: User, options: dict[str, str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        run(folder, scale="1-5", **options)


def test_import_study_of_a_folder_that_is_not_there_fails(tmp_path: Path, owner: User) -> None:
    with pytest.raises(CommandError, match="There is no folder nothing"):
        run(tmp_path / "nothing")


def test_import_study_of_a_file_alone_with_a_mapping_reads_it_so(
    tmp_path: Path, study: Study, owner: User
) -> None:
    path = tmp_path / "night.jsonl"
    path.write_text('{"Nr": 1, "Question": "I\'m Ann Lee. fÃ¼r mich", "mood": "low"}\n', encoding="utf-8")
    pairs = ["Nr=item:n-", "Question=prompt", "mood=factor:mood"]
    told = run(path, study=study.code, map=pairs, identifiers="mask")
    assert "Broken letters were mended in 1 cell." in told
    assert "1 item holds what may tell who somebody is: name: 1." in told
    item = Item.objects.get(external_id="n-1")
    assert item.conversation.turns.get().text == "I'm [name]. für mich"
    assert item.factors.get().value == "low"
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"Nr": "item:n-", "Question": "prompt", "mood": "factor:mood"}', encoding="utf-8")
    assert run(path, study=study.code, map=[str(mapping)], identifiers="mask").startswith("Nothing changed")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"identifiers": "refuse"}, "1 item holds what may tell who somebody is: name: 1"),
        ({"map": ["Question"]}, "“Question” is neither a file nor NAME=COLUMN"),
        ({"map": ["Question=talk"]}, "“talk” .for “Question”. is no column"),
        ({"encoding": "klingon"}, "invalid choice"),
    ],
)
def test_import_study_of_a_file_that_cannot_come_in_so_fails(
    tmp_path: Path, study: Study, owner: User, options: dict[str, Any], words: str
) -> None:
    path = tmp_path / "night.jsonl"
    path.write_text('{"item": "a", "prompt": "I\'m Ann Lee."}\n', encoding="utf-8")
    arguments = [f"--encoding={options.pop('encoding')}"] if "encoding" in options else []
    with pytest.raises(CommandError, match=words):
        call_command("import_study", str(path), *arguments, study=study.code, **options)
    assert not Item.objects.exists()


def test_import_study_of_a_folder_with_two_files_of_items_asks_which(folder: Path, owner: User) -> None:
    (folder / "items.jsonl").write_text("{}", encoding="utf-8")
    with pytest.raises(CommandError, match=r"Which one\? There are items\.csv and items\.jsonl"):
        run(folder)
