"""Reading files: encoding, header and shape, every defect with its line."""

from __future__ import annotations

import pytest

from annotation.imports.checks import csv_rows
from annotation.imports.checks.columns import RATING_COLUMNS
from annotation.imports.checks.csv_rows import Table, header_of, read_table
from annotation.imports.checks.report import CheckReport

HEADER = "item,rater,group,dimension,value,comment\n"


def read(data: bytes | str, *, max_bytes: int = 10_000) -> tuple[Table, CheckReport]:
    report = CheckReport("ratings.csv")
    raw = data.encode() if isinstance(data, str) else data
    return read_table(raw, RATING_COLUMNS, max_bytes=max_bytes, report=report), report


def test_read_table_with_byte_order_mark_and_windows_lines_reads_every_row() -> None:
    table, report = read(
        b"\xef\xbb\xbf" + HEADER.replace("\n", "\r\n").encode() + b"i1,r1,g,q,4,caf\xc3\xa9\r\n"
    )
    assert report.is_clean()
    assert table.rows[0]["comment"] == "café"


def test_read_table_with_cell_over_several_lines_numbers_rows_by_their_first_line() -> None:
    table, _ = read(HEADER + 'i1,r1,g,q,4,"one\ntwo\nthree"\n\ni2,r1,g,q,4,x\n')
    assert [row.line for row in table.rows] == [2, 6]


def test_read_table_with_bytes_that_are_not_utf8_names_every_such_line() -> None:
    table, report = read(HEADER.encode() + b"i1,r1,g,q,4,caf\xe9\ni2,r1,g,q,4,x\ni3,r1,g,q,4,\xff\n")
    assert table.rows == []
    assert [defect.line for defect in report.defects] == [2, 4]
    assert "not UTF-8" in report.sentences()[0]


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 0, "the file is empty"),
        (b"\n\n", 0, "the file is empty"),
        (HEADER.encode(), 0, "no rows"),
        (HEADER.encode() + b"i1,r1,g,q,4,\0\n", 2, "zero byte"),
        (HEADER.encode("utf-16"), 0, "UTF-16"),
        (HEADER.replace(",", ";").encode(), 1, "not separated by commas"),
        (b"item,rater,group,dimension\n1,2,3,4\n", 1, "“value” is missing"),
        (HEADER.encode() + b"i1,r1,g,q,4\n", 2, "5 cells, the header has 6"),
        (HEADER.encode() + b"i1,r1,g,q,4,x,y\n", 2, "7 cells, the header has 6"),
        (HEADER.encode() + b'i1,r1,g,q,4,"x\n', 2, "quotation mark"),
        (HEADER.encode() + b'i1,r1,g,q,4,"x"y\n', 2, "quotation mark"),
        (HEADER.encode() + b"i" * 201 + b",r1,g,q,4,x\n", 2, "“item” is longer than 200"),
        (HEADER.encode() + b"i,r,g,q,4," + b"x" * 140_000 + b"\n", 2, "cannot be read"),
    ],
)
def test_read_table_with_a_defect_names_it_and_its_line(data: bytes, line: int, words: str) -> None:
    _, report = read(data, max_bytes=200_000)
    assert report.defects[0].line == line
    assert words in report.sentences()[0]


def test_read_table_with_too_many_bytes_reads_nothing() -> None:
    table, report = read(HEADER + "i1,r1,g,q,4,x\n", max_bytes=20)
    assert table.rows == []
    assert "at most 20 are accepted" in report.sentences()[0]


def test_read_table_with_too_many_rows_says_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "MAX_ROWS", 2)
    table, report = read(HEADER + "i1,r1,g,q,4,x\n" * 4)
    assert len(table.rows) == 2
    assert [defect.line for defect in report.defects] == [4]


def test_read_table_with_several_ragged_rows_lists_all_and_keeps_the_sound_ones() -> None:
    table, report = read(HEADER + "i1\ni2,r1,g,q,4,x\ni3,r\n")
    assert [defect.line for defect in report.defects] == [2, 4]
    assert [row["item"] for row in table.rows] == ["i2"]


def test_report_with_more_defects_than_listed_counts_the_rest() -> None:
    _, report = read(HEADER + "i1\n" * 250)
    assert report.n_defects == 250
    assert len(report.sentences()) == 201
    assert report.sentences()[-1] == "50 more, 250 in all."


def test_header_of_file_that_is_no_text_is_harmless() -> None:
    assert header_of(b"item, rater \n1,2\n") == ["item", "rater"]
    assert header_of(b"") == []
