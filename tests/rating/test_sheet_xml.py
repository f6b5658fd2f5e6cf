"""Sheets put together from columns, read by openpyxl."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from annotation.errors import DomainError
from annotation.models import Plan, Rater
from rating.services.export_formats import FORMATS, sheet_xml, xlsx
from rating.services.export_formats.registered import ExportSource
from rating.services.export_formats.sheet_xml import cells_of, fill_sheets, n_sheets, rows_of
from tests.rating.exporting import rate_everything, scope_of

MOMENT = datetime(2026, 3, 2, 9, 15, 59, 999_999, UTC)
TEXTS = ["a & <b>", " kept ", "=1+1", "", None, "bell\x07, line\r\nend", "😀 \ufffe", "-"]
COLUMNS = {
    "text": pa.array(TEXTS),
    "again": pa.array(TEXTS).dictionary_encode(),
    "whole": pa.array([1, -2, None, 2**40, 0, 5, 6, 7], pa.int64()),
    "number": pa.array([1.5, 2.0, None, -0.25, 1e-9, 5.0, 6.0, 7.0]),
    "truth": pa.array([True, False, None, True, True, False, False, True]),
    "moment": pa.array([MOMENT, None] * 4, pa.timestamp("us", tz="UTC")),
}
SHOWN = ["a & <b>", " kept ", "'=1+1", None, None, "bell, line\r\nend", "😀 ", "'-"]


def rows_read(path: Path, frames: list[str], pages: list[pa.Array]) -> dict[str, list[tuple[Any, ...]]]:
    """By sheet. Each of the frames gets its share of the rows."""
    book = openpyxl.Workbook(write_only=True)
    names = xlsx._write_frames(book, list(COLUMNS), len(frames))
    book.create_sheet("Beside").append(["beside"])
    book.save(path.with_suffix(".frames"))
    fill_sheets(path.with_suffix(".frames"), path, names, lambda style: iter(pages))
    read = openpyxl.load_workbook(path, read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in read}


def test_cells_when_read_have_their_values_and_types(tmp_path: Path) -> None:
    rows = rows_of([cells_of(column, "1") for column in COLUMNS.values()])
    found = rows_read(tmp_path / "x.xlsx", ["one"], [rows])
    header, *cells = found["Ratings"]
    assert (list(header), found["Beside"]) == (list(COLUMNS), [("beside",)])
    by_name = dict(zip(COLUMNS, zip(*cells, strict=True), strict=True))
    assert list(by_name["text"]) == list(by_name["again"]) == SHOWN
    for name in ("whole", "number", "truth"):
        assert list(by_name[name]) == COLUMNS[name].to_pylist(), name
    assert {type(value) for value in by_name["truth"] if value is not None} == {bool}
    shown = MOMENT.replace(tzinfo=None, microsecond=0)
    assert list(by_name["moment"]) == [shown, None] * 4


@pytest.mark.parametrize("sizes", [[5], [2, 3], [1, 1, 1, 1, 1], [4, 1]])
def test_rows_over_several_sheets_are_all_there_once_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: list[int]
) -> None:
    monkeypatch.setattr(sheet_xml, "MAX_ROWS", 3)
    assert (n_sheets(0), n_sheets(2), n_sheets(3), n_sheets(5)) == (1, 1, 2, 3)

    def pages() -> Iterator[pa.Array]:
        start = 0
        for size in sizes:
            yield rows_of([cells_of(pa.array(range(start, start + size), pa.int64()), "1")])
            start += size

    found = rows_read(tmp_path / "x.xlsx", ["one", "two", "three"], list(pages()))
    assert [row[0] for row in found["Ratings"][1:]] == [0, 1]
    assert [row[0] for row in found["Ratings 2"][1:]] == [2, 3]
    assert [row[0] for row in found["Ratings 3"][1:]] == [4]


def test_workbook_of_more_ratings_than_a_sheet_holds_goes_on_on_the_next(
    plan: Plan, rater: Rater, second_rater: Rater, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [one.code for one in rate_everything(plan, rater, second_rater)]
    monkeypatch.setattr(sheet_xml, "MAX_ROWS", 4)
    FORMATS["xlsx"].write(ExportSource(scope_of(plan, is_current_only=False)), tmp_path)
    book = openpyxl.load_workbook(tmp_path / "ratings.xlsx", read_only=True)
    sheets = [[row[0] for row in book[name].iter_rows(values_only=True)] for name in ("Ratings", "Ratings 2")]
    assert sheets == [["rating", *codes[:3]], ["rating", codes[3]]]
    assert [path.name for path in tmp_path.iterdir()] == ["ratings.xlsx"]


def test_workbook_of_more_columns_than_a_sheet_holds_is_refused_in_words(
    plan: Plan, rater: Rater, second_rater: Rater, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate_everything(plan, rater, second_rater)
    monkeypatch.setattr(xlsx, "MAX_COLUMNS", 20)
    with pytest.raises(DomainError, match=r"a sheet of a workbook holds 20\. Take CSV"):
        FORMATS["xlsx"].write(ExportSource(scope_of(plan)), tmp_path)
    assert list(tmp_path.iterdir()) == []
