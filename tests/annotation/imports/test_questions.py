from __future__ import annotations

import pytest

from annotation.imports.checks.questions import document_of, questions_of, scale_of, with_measurement
from annotation.imports.checks.rubric import rubric_defects


@pytest.mark.parametrize(
    ("words", "points"),
    [("1-5", [1, 2, 3, 4, 5]), (" 0 – 2 ", [0, 1, 2]), ("-1..1", [-1, 0, 1]), ("-3--1", [-3, -2, -1])],
)
def test_scale_of_two_ends_gives_all_points(words: str, points: list[int]) -> None:
    assert list(scale_of(words)) == points


@pytest.mark.parametrize("words", ["", "5", "5-1", "1-1", "0-101", "a-b", "1-5-7"])
def test_scale_of_anything_else_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="scale"):
        scale_of(words)


def test_document_of_names_is_a_sound_rubric_with_a_question_each() -> None:
    document = document_of(["Warmth & care", "self_oriented"], range(1, 4), "ordinal")
    assert rubric_defects(document) == []
    questions = questions_of(document)
    assert set(questions) == {"warmth-care", "self_oriented"}
    assert questions["self_oriented"].levels == {1.0, 2.0, 3.0}
    assert questions["self_oriented"].scale_words == "1–3"
    assert document["questions"][0]["text"] == "Self oriented"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["Warmth", "warmth"], "differ only in case"),
        (["…"], "no letters or digits"),
        ([str(n) for n in range(201)], "at most 200"),
    ],
)
def test_document_of_names_that_give_no_keys_is_refused(names: list[str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        document_of(names, range(1, 4), "ordinal")


def test_with_measurement_changes_rated_scales_only() -> None:
    scales = {"a": {"measurement": "ordinal"}, "b": {"measurement": "nominal"}}
    changed = with_measurement({"scales": scales}, "interval")
    assert {key: body["measurement"] for key, body in changed["scales"].items()} == {
        "a": "interval",
        "b": "nominal",
    }
    assert with_measurement({"scales": scales}, "")["scales"] == scales
