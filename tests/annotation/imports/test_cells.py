from __future__ import annotations

from datetime import UTC, datetime

import pytest

from annotation.imports.checks.cells import number_of, time_of, yes_or_no


@pytest.mark.parametrize(("cell", "value"), [("4", 4), ("4.0", 4), ("-1.5", -1.5), ("+2", 2), ("007", 7)])
def test_number_of_plain_number_is_read(cell: str, value: float) -> None:
    assert number_of(cell) == value


@pytest.mark.parametrize(
    "cell", ["4,0", "", "nan", "NaN", "inf", "-inf", "abc", "1e3", "0x4", "4.", ".5", "4 5", "٤", "1_0", "NA"]
)
def test_number_of_anything_else_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        number_of(cell)


def test_number_of_decimal_comma_says_what_to_write() -> None:
    with pytest.raises(ValueError, match=r"write a point \(4\.0\)"):
        number_of("4,0")


@pytest.mark.parametrize(
    ("cell", "is_yes"), [("yes", True), ("TRUE", True), ("1", True), ("no", False), ("", False)]
)
def test_yes_or_no_of_usual_words_is_read(cell: str, is_yes: bool) -> None:
    assert yes_or_no(cell) is is_yes


def test_yes_or_no_of_other_word_is_refused() -> None:
    with pytest.raises(ValueError, match="should be yes or no"):
        yes_or_no("perhaps")


def test_time_of_cell_is_aware_and_utc_when_no_zone_is_said() -> None:
    assert time_of("2026-03-02T09:30:00Z") == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert time_of("2026-03-02 10:30:00+01:00") == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert time_of("2026-03-02T09:30") == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert time_of("") is None


def test_time_of_other_words_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a time"):
        time_of("02.03.2026")
