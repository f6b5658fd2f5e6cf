"""What columns are: guessed, chosen, refused; and letters that were broken."""

from __future__ import annotations

import pytest

from annotation.imports.checks.mapping import Reading, guessed, mapping_defects, needs_mapping, targets_of
from annotation.imports.checks.mojibake import repaired
from annotation.imports.checks.report import CheckReport


def test_guessed_gives_every_target_to_the_first_column_that_fits() -> None:
    assert guessed(["ID", "Question", "Text", "Answer", "Model", "Topic", "Gold Label", "notes"]) == {
        "ID": "item",
        "Question": "prompt",
        "Text": "",
        "Answer": "response",
        "Model": "source_name",
        "Topic": "factor:topic",
        "Gold Label": "gold",
        "notes": "",
    }


@pytest.mark.parametrize(
    ("names", "is_needed"),
    [
        (["item", "conversation", "factor:topic"], False),
        (["ID", "Attack Objective", "Prompt (English)"], False),
        (["item", "conversation", "mood"], True),
        (["item", "language"], True),
        (["prompt", "response"], True),
        ([], False),
    ],
)
def test_needs_mapping_where_a_name_is_unknown_or_text_and_name_are_nowhere(
    names: list[str], *, is_needed: bool
) -> None:
    assert needs_mapping(names, Reading(), names_items=False) == is_needed
    assert not needs_mapping(names, Reading({"x": "item"}), names_items=False)


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"a": "item", "b": "prompt"}, "the column “c” is not expected"),
        ({"a": "prompt", "b": "prompt", "c": "item"}, "two columns are read as “prompt”"),
        ({"a": "prompt", "b": "", "c": ""}, "no column is read as “item”"),
        ({"a": "item", "b": "", "c": ""}, "the column “conversation”"),
    ],
)
def test_targets_of_a_mapping_that_does_not_fit_are_defects(mapping: dict[str, str], words: str) -> None:
    report = CheckReport("f")
    targets_of(["a", "b", "c"], mapping, names_items=False, report=report)
    assert words in report.sentences()[0]


def test_targets_of_a_mapping_without_a_name_are_sound_where_items_are_named_by_text() -> None:
    report = CheckReport("f")
    found = targets_of(["a", "b"], {"a": "prompt", "b": "", "*": "item"}, names_items=False, report=report)
    assert (found, report.sentences()) == ({"a": "prompt"}, [])


def test_mapping_defects_name_targets_that_do_not_exist() -> None:
    assert mapping_defects({"a": "item:x-", "b": "factor:topic", "c": ""}) == []
    assert len(mapping_defects({"a": "words", "b": "factor:", "*": "prompt"})) == 3


def broken(text: str, encoding: str = "cp1252") -> str:
    """UTF-8 read as another encoding; what has no letter there as the control character itself."""
    return "".join(bytes([byte]).decode(encoding, errors="ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize(
    "text", ["don’t “quote” …", "für naïve Señores £5", "اسمي محمد", "😀 日本", "Привет"]
)
def test_repaired_mends_what_was_broken_once_or_twice(text: str) -> None:
    assert (
        repaired(broken(text)) == repaired(broken(text, "latin-1")) == repaired(broken(broken(text))) == text
    )


@pytest.mark.parametrize("text", ["", "«CAFÉ»", "Ärger, déjà vu", "Ã la carte", "10 € · 5 £", "É» ß™"])
def test_repaired_leaves_sound_text_alone(text: str) -> None:
    assert repaired(text) == text
