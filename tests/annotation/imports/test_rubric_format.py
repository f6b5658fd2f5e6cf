"""docs/data-formats.md says exactly what a rubric document may hold, and its examples can be loaded."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from annotation.imports.checks.rubric import ABOUT, rubric_defects
from annotation.imports.checks.rubric_questions import FIXED_TARGETS, KINDS, TARGETS
from annotation.imports.checks.rubric_scales import scale_key
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "data-formats.md").read_text(encoding="utf-8")
SECTION = TEXT[TEXT.index("## Rubric") : TEXT.index("## Exports")]
BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", SECTION, re.DOTALL)]
SCALES, QUESTIONS = BLOCKS[0], BLOCKS[1:]


def documented(heading: str) -> set[str]:
    """The names in the first column of the table under a heading."""
    part = SECTION[SECTION.index(f"### {heading}") :]
    part = part[: part.index("\n### ", 5)]
    return set(re.findall(r"^\| `(\w+)` ", part, re.MULTILINE))


def example(**changes: Any) -> dict[str, Any]:
    ordered = sorted(QUESTIONS, key=lambda one: one.get("construct") == "authorship")
    return {"key": "all", "name": "All", "scales": SCALES, "questions": ordered} | changes


def read(name: str) -> set[str]:
    """The entries that the loader takes from what it calls `name`."""
    files = [ROOT / "annotation" / "services" / name for name in ("rubrics.py", "rubric_rows.py")]
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    return set(re.findall(rf'\b{name}(?:\.get\(|\[)"(\w+)"', source))


def test_examples_are_one_of_every_kind_and_without_a_defect() -> None:
    assert {question.get("kind", "scale") for question in QUESTIONS} == set(KINDS)
    assert rubric_defects(example()) == []


def test_entries_of_a_question_are_those_the_loader_reads() -> None:
    assert documented("A question") == read("body") - {"measurement", "levels"} | {"scale"}
    assert documented("The document") == read("document") | set(ABOUT) | {"order", "scales"}
    for name in [*read("words"), *TARGETS, *KINDS]:
        assert re.search(rf"\b{name}\b", SECTION), name


def test_fixed_targets_need_no_word_in_a_document() -> None:
    assert all("target" not in question for question in QUESTIONS if question.get("kind") in FIXED_TARGETS)
    assert scale_key({"kind": "text"}) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"needs_passage": [9]}, "“needs_passage” must be a list of values of its scale."),
        ({"allows_evidence": False}, "words can be needed only where “allows_evidence” is true."),
        ({"needs_passage": ["x"]}, "“needs_passage” must be a list of values of its scale."),
        ({"reverse": "yes"}, "“reverse” must be true or false."),
        ({"construct": "x" * 61}, "“construct” is longer than 60 characters."),
        ({"layer": "Layer 1"}, "“layer” is longer than 4 characters."),
    ],
)
def test_question_with_a_wrong_entry_is_named(changes: dict[str, Any], sentence: str) -> None:
    questions = [one | changes if one["key"] == "warmth" else one for one in example()["questions"]]
    assert rubric_defects(example(questions=questions)) == [f"Question 1 (“warmth”): {sentence}"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"purpose": 3}, "“purpose” must be text of at most 1000 characters."),
        ({"order": "trust"}, "“order” must be a list of constructs."),
        (
            {"order": ["authorship", "empathy"], "questions": [QUESTIONS[-1], QUESTIONS[0]]},
            "Question 1: the guess who wrote it comes last.",
        ),
        (
            {
                "order": ["b", "a"],
                "questions": [{**QUESTIONS[1], "construct": "a"}, {**QUESTIONS[2], "construct": "b"}],
            },
            "Question 2 (“distress”): “b” comes before “a” in this rubric’s “order”.",
        ),
    ],
)
def test_document_with_a_wrong_entry_is_named(changes: dict[str, Any], sentence: str) -> None:
    assert rubric_defects(example(**changes)) == [sentence]


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({"question": "elements", "values": [0]}, "needs as “part” one of the options of “elements”."),
        ({"question": "elements", "part": "none", "values": [0]}, "one of the options of “elements”."),
        ({"question": "warmth", "values": [{}]}, "needs a “question” and a list of “values”."),
    ],
)
def test_condition_that_names_no_part_or_no_number_is_named(condition: dict[str, Any], sentence: str) -> None:
    late = {"key": "late", "scale": "five", "text": "And then?", "condition": condition}
    questions = [*example()["questions"][:-1], late]
    found = rubric_defects(example(questions=questions))
    assert len(found) == 1
    assert found[0].endswith(sentence)


@pytest.mark.parametrize("field", ["options", "severities", "examples", "condition"])
@pytest.mark.parametrize("value", [None, 0, ""])
def test_null_or_nothing_instead_of_a_list_is_named_not_stored(field: str, value: Any) -> None:
    odd = {"key": "odd", "scale": "five", "text": "And then?", field: value}
    found = rubric_defects(example(questions=[*example()["questions"][:-1], odd]))
    assert found[0].endswith(f"“{field}” is of the wrong kind. Leave it out.")
