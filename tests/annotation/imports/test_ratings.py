from __future__ import annotations

from typing import Any

from annotation.imports.checks.columns import RATING_COLUMNS
from annotation.imports.checks.csv_rows import read_table
from annotation.imports.checks.questions import AskedQuestion
from annotation.imports.checks.ratings import Expected, RatingsFile, check_ratings
from annotation.imports.checks.report import CheckReport

HEADER = "item,rater,group,dimension,value,missing,submitted_at,factor:tone\n"
QUESTION = AskedQuestion("warmth", frozenset({1.0, 2.0, 3.0, 4.0, 5.0}))


def check(rows: str, **expected: Any) -> tuple[RatingsFile, list[str]]:
    report = CheckReport("ratings.csv")
    table = read_table((HEADER + rows).encode(), RATING_COLUMNS, max_bytes=100_000, report=report)
    given = {
        "questions": {"Warmth": QUESTION},
        "items": frozenset({"i1", "i2"}),
        "groups": frozenset({"peer", "llm"}),
    }
    found = check_ratings(table, Expected(**(given | expected)), report)
    return found, report.sentences()


def test_check_ratings_with_every_kind_of_defect_lists_each_with_its_line() -> None:
    _, sentences = check(
        "i1,,peer,Warmth,4,,,\n"
        "i9,r1,peer,Warmth,4,,,\n"
        "i1,r1,nurse,Warmth,4,,,\n"
        "i1,r2,peer,Cold,4,,,\n"
        "i1,r3,peer,Warmth,6,,,\n"
        "i1,r4,peer,Warmth,2.5,,,\n"
        'i1,r5,peer,Warmth,"4,0",,,\n'
        "i1,r6,peer,Warmth,nan,,,\n"
        "i1,r7,peer,Warmth,,tired,,\n"
        "i1,r8,peer,Warmth,4,declined,,\n"
        "i1,r9,peer,Warmth,4,,yesterday,\n"
        "i2,r10,peer,Warmth,4,,,\n"
        "i2,r10,peer,Warmth,4,,,\n"
        "i1,r10,llm,Warmth,4,,,\n"
    )
    assert [sentence.split(": ", 1)[0] for sentence in sentences] == [
        f"ratings.csv, line {line}" for line in (2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15)
    ]
    told = dict(zip((2, 3, 4, 4.5, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15), sentences, strict=True))
    assert "“rater” is empty" in told[2]
    assert "“i9” in “item” is not known" in told[3]
    assert "the study's groups are: llm, peer" in told[4]
    assert "in group nurse here and in peer on line 3" in told[4.5]
    assert "the questions are: Warmth" in told[5]
    assert "6 is not on the scale 1–5" in told[6]
    assert "2.5 is not on the scale" in told[7]
    assert "write a point (4.0)" in told[8]
    assert "“nan” is not a number" in told[9]
    assert "should be one of cannot_judge" in told[10]
    assert "both a value and a reason" in told[11]
    assert "item i2, rater r10, dimension Warmth stand on line 13 already" in told[14]
    assert "in group llm here and in peer on line 13" in told[15]


def test_check_ratings_with_empty_value_keeps_the_reason_or_declined() -> None:
    found, sentences = check("i1,r1,peer,Warmth,,,,\ni2,r1,peer,Warmth,,cannot_judge,,\n")
    assert sentences == []
    assert [(row.value, row.missing) for row in found.rows] == [(None, "declined"), (None, "cannot_judge")]


def test_check_ratings_keeping_values_outside_the_scale_marks_them() -> None:
    found, sentences = check("i1,r1,peer,Warmth,0.0,,,\ni2,r1,peer,Warmth,4.0,,,\n", keep_out_of_scale=True)
    assert sentences == []
    assert [(row.value, row.is_exception) for row in found.rows] == [(0.0, True), (4.0, False)]


def test_check_ratings_that_may_add_items_and_groups_brings_them_along() -> None:
    found, sentences = check(
        "x,r1,nurse,Warmth,4,,,calm\nx,r2,nurse,Warmth,4,,,loud\ny,r1,Two words,Warmth,4,,,\n",
        may_add_items=True,
        may_add_groups=True,
    )
    assert found.items == {"x": {"tone": "calm"}, "y": {}}
    assert [sentence.split(": ", 1)[0] for sentence in sentences] == [
        f"ratings.csv, line {line}" for line in (3, 4, 4)
    ]
    assert "other factors here" in sentences[0]


def test_check_ratings_imported_before_counts_the_same_and_refuses_what_differs() -> None:
    answers = {
        ("i1", "r1", "warmth"): (4.0, ""),
        ("i2", "r1", "warmth"): (None, "declined"),
        ("i1", "r2", "other"): (1.0, ""),
    }
    found, sentences = check(
        "i1,r1,peer,Warmth,4.0,,,\ni2,r1,peer,Warmth,3,,,\ni1,r2,peer,Warmth,3,,,\ni1,r3,peer,Warmth,3,,,\n",
        answers=answers,
        raters={"r1": "peer", "r2": "peer"},
    )
    assert found.n_known == 1
    assert [row.rater for row in found.rows] == ["r3"]
    assert found.raters == {"r3": "peer"}
    assert "was imported as declined" in sentences[0]
    assert "imported before, without Warmth" in sentences[1]


def test_check_ratings_of_known_rater_in_another_group_is_refused() -> None:
    _, sentences = check("i1,r1,llm,Warmth,4,,,\n", raters={"r1": "peer"})
    assert "in group llm here and in peer in an earlier import" in sentences[0]
