"""The columns that large files are written from: by COPY and from rows they are the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection

from annotation.models import Plan, Rater
from rating.models import Rating
from rating.queries import export_columns, export_copy
from rating.queries.answer_counts import answer_counts, wide_columns
from rating.queries.export_columns import ColumnPage, column_pages
from rating.queries.export_copy import Spool, as_table, lines_as_table
from rating.queries.export_stream import known_answers, rating_pages, rows_in_order
from rating.queries.exports import ExportScope, raters_of
from rating.queries.protocol_counts import answered_of_counts, answered_questions
from rating.services.csv_cells import csv_line
from rating.services.export_formats import csv_wide
from rating.services.export_formats.registered import ExportSource
from rating.services.export_tables import RATING_COLUMNS, Cell, wide_header
from tests.rating.exporting import FORMULA, rate_everything, scope_of

only_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has COPY")


@pytest.fixture
def ratings(plan: Plan, rater: Rater, second_rater: Rater) -> list[Rating]:
    return rate_everything(plan, rater, second_rater)


def told(pages: list[ColumnPage], answers: list[Any]) -> list[tuple[Any, ...]]:
    """A row for each answer."""
    found = []
    for page in pages:
        cells = {name: column.to_pylist() for name, column in page.ratings.items()}
        given = zip(page.places, page.numbers, page.confidence.to_pylist(), page.question_ms, strict=True)
        found += [
            ({name: column[place] for name, column in cells.items()}, answers[number], sure, time.as_py())
            for place, number, sure, time in given
        ]
    return found


def by_rows(scope: ExportScope) -> list[tuple[Any, ...]]:
    known = known_answers(scope)
    rows = rating_pages(scope, known, raters_of(scope))
    return told([export_columns._page_of_rows(page, known) for page in rows], known.rows)


def by_columns(scope: ExportScope) -> list[tuple[Any, ...]]:
    known = known_answers(scope)
    return told(list(column_pages(scope, known, raters_of(scope))), known.rows)


@pytest.mark.parametrize("is_current_only", [True, False])
def test_answers_when_counted_from_pages_are_those_that_the_database_counts(
    plan: Plan, ratings: list[Rating], is_current_only: bool
) -> None:
    scope = scope_of(plan, is_current_only=is_current_only)
    source = ExportSource(scope)
    assert len(list(source.columns_of_pages())) == 1
    # Answers with different values are apart in what pages gather.
    found: Counter[Any] = Counter()
    for one in source.counts:
        found[one[:-2]] += one.n
    counted = answer_counts(scope)
    assert found == {one[:-2]: one.n for one in counted}
    assert {one.is_counting for one in counted} == ({True} if is_current_only else {True, False})
    assert source.columns == wide_columns(counted)
    said = answered_questions(plan.study, "main")
    same = answered_of_counts(source.counts, list(plan.study.groups.all()))
    assert (same.views, list(same.answered.items())) == (said.views, list(said.answered.items()))
    assert sum(n for by_reason in said.answered.values() for n in by_reason.values()) > 0


def test_columns_of_ratings_have_a_row_for_each_answer(plan: Plan, ratings: list[Rating]) -> None:
    rows = by_columns(scope_of(plan, is_current_only=False))
    assert len(rows) == sum(rating.answers.count() for rating in ratings)
    assert next(row[0]["comment"] for row in rows if row[0]["rating"] == ratings[0].code) == FORMULA
    assert {row[1].missing for row in rows} == {"", "cannot_judge"}


def wide_rows(source: ExportSource) -> Iterator[list[Cell]]:
    """The wide table one cell after the other."""
    for page in rating_pages(source.scope, source.known, source.shown):
        for row, given in zip(page.ratings, page.answers, strict=True):
            said = [source.known.rows[one.number] for one in given]
            by_place = {(one.question, one.target, one.part, one.perspective): one for one in said}
            cells = [by_place.get(column.place) for column in source.columns]
            shared: list[Cell] = [getattr(row, name) for name in RATING_COLUMNS]
            pairs = zip(source.columns, cells, strict=True)
            values = [
                (one.has_text if column.is_text else one.value) if one else None for column, one in pairs
            ]
            yield [*shared, *values, *(one.missing if one else None for one in cells)]


def test_wide_table_from_columns_is_the_one_made_row_by_row(plan: Plan, ratings: list[Rating]) -> None:
    source = ExportSource(scope_of(plan, is_current_only=False))
    assert not any(column.has_confidence for column in source.columns)
    rows: list[Sequence[Cell]] = [wide_header(source.columns), *wide_rows(source)]
    assert b"".join(csv_wide.pieces(source)).decode() == "".join(f"{csv_line(row)}\r\n" for row in rows)
    assert "cannot_judge" in list(rows[-2])


@only_postgres
@pytest.mark.parametrize("is_current_only", [True, False])
@pytest.mark.parametrize("step", [1, 2, 500])
def test_columns_when_copied_are_those_made_from_rows(
    plan: Plan, ratings: list[Rating], monkeypatch: pytest.MonkeyPatch, step: int, is_current_only: bool
) -> None:
    monkeypatch.setattr(export_copy, "STEP", step)
    monkeypatch.setattr(export_columns, "N_FIRST", 1)
    scope = scope_of(plan, is_current_only=is_current_only)
    assert by_columns(scope) == by_rows(scope)


@only_postgres
def test_spool_when_read_page_by_page_gives_every_row_once(
    plan: Plan, ratings: list[Rating], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_copy, "STEP", 2)
    spool = Spool(rows_in_order(scope_of(plan, is_current_only=False)))
    pages = []
    while not spool.is_read:
        pages.append(spool.page(1))
    spool.close()
    assert [rating.code.encode() in b"".join(pages) for rating in ratings[:4]] == [True] * 4
    assert len(pages) == 2


def test_copied_text_when_read_tells_nothing_from_an_empty_text() -> None:
    types = {"words": pa.string(), "again": pa.dictionary(pa.int32(), pa.string()), "n": pa.int64()}
    table = as_table(b'"","",\n,,2\n"a ""b""\n,c","=1",3\n', types)
    assert table.to_pylist() == [
        {"words": "", "again": "", "n": None},
        {"words": None, "again": None, "n": 2},
        {"words": 'a "b"\n,c', "again": "=1", "n": 3},
    ]
    assert as_table(b"", types).num_rows == 0


def test_lines_when_read_take_quotes_as_they_stand() -> None:
    types = {"words": pa.dictionary(pa.int32(), pa.string()), "n": pa.float64()}
    table = lines_as_table(b'7|"a|\t\n\t-0.5', types)
    assert table.to_pylist() == [{"words": '7|"a|', "n": None}, {"words": "", "n": -0.5}]
