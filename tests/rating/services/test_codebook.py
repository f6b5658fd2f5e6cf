"""The codebook names every column and every question."""

from __future__ import annotations

import pytest

from annotation.models import Plan, Question, Rater
from rating.models import Answer, Rating
from rating.services.exports import FILES
from tests.rating.exporting import frame_of, rate_everything, scope_of, text_of


@pytest.fixture
def ratings(plan: Plan, rater: Rater, second_rater: Rater) -> list[Rating]:
    return rate_everything(plan, rater, second_rater)


def test_codebook_describes_every_column_of_every_file(plan: Plan, ratings: list[Rating]) -> None:
    scope = scope_of(plan)
    book = frame_of(scope, "codebook.csv", dtype=str)
    columns = book[book["kind"] == "column"]
    assert (columns["description"] != "").all()
    for file in FILES:
        if file.name.endswith(".csv"):
            header = list(frame_of(scope, file.name, dtype=str).columns)
            assert list(columns.loc[columns["file"] == file.name, "name"]) == header


def test_codebook_tells_every_question_with_its_scale(plan: Plan, ratings: list[Rating]) -> None:
    book = frame_of(scope_of(plan), "codebook.csv", dtype=str)
    questions = book[book["kind"] == "question"].set_index("name")
    stored = Question.objects.filter(version=plan.rubric_version).select_related("scale")
    assert len(questions) == stored.count() == 16
    for question in stored:
        row = questions.loc[question.key]
        assert (row["description"], row["polarity"]) == (question.text, question.polarity)
        assert row["measurement"] == question.measurement
        levels = book[(book["kind"] == "level") & (book["name"] == question.key)]
        told = list(zip(levels["value"].astype(float), levels["label"], strict=True))
        assert told == [(level.value, level.label) for level in question.levels]
    assert questions.loc["flag_ways_to_self_harm", "is_restricted"] == "true"


def test_codebook_tells_every_reason_for_a_missing_value(plan: Plan) -> None:
    book = frame_of(scope_of(plan), "codebook.csv", dtype=str)
    assert set(book.loc[book["kind"] == "missing", "name"]) == set(Answer.Missing.values)


def test_codebook_to_read_has_questions_levels_reasons_and_columns(plan: Plan, ratings: list[Rating]) -> None:
    text = text_of(scope_of(plan), "codebook.md")
    for question in plan.rubric_version.questions.all():
        assert f"#### `{question.key}`\n\n{question.text}" in text
    for words in (
        "  - 1: Not at all (could go to anyone)",
        "- `cannot_judge`: ",
        "### ratings-wide.csv",
        "&#",
    ):
        assert (words in text) is (words != "&#")


def test_codebook_of_a_stage_without_questions_says_so(plan: Plan) -> None:
    assert "no questions yet" in text_of(scope_of(plan, stage="training"), "codebook.md")
