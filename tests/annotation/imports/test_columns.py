"""Column names: what is missing, what is unexpected and what was probably meant."""

from __future__ import annotations

from annotation.imports.checks.columns import ITEM_COLUMNS, RATING_COLUMNS, column_places
from annotation.imports.checks.report import CheckReport

GOOD = ["item", "rater", "group", "dimension", "value"]


def test_column_places_with_other_order_case_and_alias_finds_all() -> None:
    report = CheckReport("ratings.csv")
    places = column_places(["Value", " item ", "question", "RATER", "group"], RATING_COLUMNS, report=report)
    assert report.is_clean()
    assert places == {"value": 0, "item": 1, "dimension": 2, "rater": 3, "group": 4}


def test_column_places_with_misspelled_name_tells_the_nearest_and_what_is_missing() -> None:
    report = CheckReport("ratings.csv")
    column_places(["item", "ratter", "group", "dimension", "value"], RATING_COLUMNS, report=report)
    misspelled, missing = report.defects
    assert misspelled.sentence == "the column “ratter” is not expected. Did you mean “rater”?"
    assert missing.sentence == (
        "the column “rater” is missing. The file has: item, ratter, group, dimension, value."
    )
    assert misspelled.line == missing.line == 1


def test_column_places_with_strange_name_lists_what_is_expected() -> None:
    report = CheckReport("ratings.csv")
    column_places([*GOOD, "xyzzy"], RATING_COLUMNS, report=report)
    assert "Expected are item, rater, group, dimension, question, value" in report.sentences()[0]


def test_column_places_with_name_twice_or_empty_refuses_it() -> None:
    report = CheckReport("ratings.csv")
    column_places([*GOOD, "item", ""], RATING_COLUMNS, report=report)
    assert [defect.sentence for defect in report.defects] == [
        "the column “item” stands there twice.",
        "a column has no name.",
    ]


def test_column_places_with_factors_takes_each_once() -> None:
    report = CheckReport("items.csv")
    header = ["item", "conversation", "factor:Topic", "factor:topic", "factor:"]
    places = column_places(header, ITEM_COLUMNS, report=report)
    assert places["factor:Topic"] == 2
    assert [defect.sentence[:40] for defect in report.defects] == [
        "the column “factor:topic” stands there t",
        "the column “factor:” is not expected. Ex",
    ]


def test_column_places_with_described_column_reads_it() -> None:
    report = CheckReport("ratings.csv")
    assert column_places([*GOOD, "model"], RATING_COLUMNS, extra=["model"], report=report)["model"] == 5
    assert report.is_clean()
