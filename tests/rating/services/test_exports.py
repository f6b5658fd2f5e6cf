"""Files of an export, read back as their readers will read them."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import pandas as pd
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from annotation.errors import DomainError
from annotation.models import Factor, ImportBatch, Item, ItemFactor, Plan, Rater
from rating.models import Answer, Rating
from rating.services.csv_cells import FORMULA, csv_cell, csv_pieces, safe_text
from rating.services.exports import FILES, export_file, write_export, zip_pieces
from tests.rating import exporting
from tests.rating.exporting import frame_of, rate_everything, scope_of, text_of
from tests.rating.services.submitting import submit


@pytest.fixture
def ratings(plan: Plan, rater: Rater, second_rater: Rater) -> list[Rating]:
    return rate_everything(plan, rater, second_rater)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_safe_text_when_a_spreadsheet_could_run_it_gets_an_apostrophe(start: str) -> None:
    assert safe_text(f"{start}1+1") == f"'{start}1+1"


def test_safe_text_when_harmless_stays() -> None:
    assert [safe_text(text) for text in ("", "a=b", "'quoted'", " =1", "5-3")] == [
        "", "a=b", "'quoted'", " =1", "5-3",
    ]  # fmt: skip


@given(st.text(alphabet="'=+-@\t\ra1 "))
def test_safe_text_is_undone_by_taking_one_apostrophe_away(text: str) -> None:
    written = safe_text(text)
    restored = written[1:] if FORMULA.match(written) and written.startswith("'") else written
    assert restored == text
    assert written[:1] not in set("=+-@\t\r")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (-1.0, "-1"),
        (0.1, "0.1"),
        (1234567.25, "1234567.25"),
        (7, "7"),
        (datetime(2026, 3, 2, 9, 0, 59, tzinfo=UTC), "2026-03-02T09:00:59Z"),
        ("-1", "'-1"),
    ],
)
def test_csv_cell_writes_numbers_as_numbers_and_texts_safely(value: object, written: str) -> None:
    assert csv_cell(value) == written  # type: ignore[arg-type]


def test_csv_pieces_when_read_back_keep_quotes_newlines_and_commas() -> None:
    row = ['say "hi"', "two\nlines", "a,b", "tab\there", "ünï€ 🙂"]
    written = b"".join(csv_pieces([["a", "b", "c", "d", "e"], row])).decode()
    assert list(csv.reader(io.StringIO(written, newline="")))[1] == row


def test_csv_pieces_take_only_the_rows_of_one_piece_at_a_time() -> None:
    taken = 0

    def rows() -> Iterator[list[int]]:
        nonlocal taken
        for number in range(5000):
            taken += 1
            yield [number]

    next(csv_pieces(rows()))
    assert taken < 1000


def test_long_file_when_read_by_pandas_equals_the_database(plan: Plan, ratings: list[Rating]) -> None:
    frame = frame_of(scope_of(plan), "ratings-long.csv", dtype=str)
    stored = Answer.objects.filter(rating__in=[ratings[1], ratings[2], ratings[3]])
    assert len(frame) == stored.count() == 3 * 16
    for answer in stored.select_related("rating__slot__item", "rating__rater", "question", "level"):
        row = frame[
            (frame["rating"] == answer.rating.code) & (frame["question"] == answer.question.key)
        ].iloc[0]
        assert row["value"] == ("" if answer.value is None else str(int(answer.value)))
        assert row["label"] == (answer.level.label if answer.level else "")
        assert (row["missing"], row["target"], row["perspective"]) == (answer.missing, answer.target, "self")
        assert row["item_id"] == answer.rating.slot.item.external_id
        assert (row["rater"], row["group"]) == (answer.rating.rater.pseudonym, "peer")
        assert (row["is_exception"], row["is_current"]) == ("false", "true")


def test_long_file_when_values_are_read_gives_numbers(plan: Plan, ratings: list[Rating]) -> None:
    frame = frame_of(scope_of(plan), "ratings-long.csv")
    values = pd.to_numeric(frame.loc[frame["missing"] == "", "value"])
    assert sorted(values[values > 0]) == [3.0] * 6 + [4.0] * 5 + [5.0] * 6
    assert list(frame.loc[frame["missing"] != "", "question"]) == ["safety"]


def test_wide_file_when_read_by_pandas_equals_the_long_one(plan: Plan, ratings: list[Rating]) -> None:
    scope = scope_of(plan)
    long, wide = (
        frame_of(scope, "ratings-long.csv", dtype=str),
        frame_of(scope, "ratings-wide.csv", dtype=str),
    )
    assert list(wide["rating"]) == [rating.code for rating in ratings[1:]]
    for _, row in long.iterrows():
        column = f"{row['question']}__response_1"
        match = wide[wide["rating"] == row["rating"]].iloc[0]
        assert (match[column], match[f"{column}__missing"]) == (row["value"], row["missing"])


def test_files_when_all_revisions_are_asked_mark_the_current_one(plan: Plan, ratings: list[Rating]) -> None:
    frame = frame_of(scope_of(plan, is_current_only=False), "ratings-wide.csv")
    first = frame[frame["item_id"] == ratings[0].slot.item.external_id].query(
        "rater == @ratings[0].rater.pseudonym"
    )
    assert list(zip(first["revision"], first["is_current"], strict=True)) == [(1, False), (2, True)]
    assert len(frame) == 4


def test_files_of_main_when_a_pilot_exists_hold_main_only(plan: Plan, ratings: list[Rating]) -> None:
    main, pilot = scope_of(plan, is_current_only=False), scope_of(plan, stage="pilot")
    assert set(frame_of(main, "ratings-long.csv")["stage"]) == {"main"}
    assert set(frame_of(pilot, "ratings-long.csv")["stage"]) == {"pilot"}
    assert list(frame_of(pilot, "comments.csv")["comment"]) == ["only in the pilot"]


def test_files_when_the_import_is_unfinished_leave_its_ratings_out(plan: Plan, ratings: list[Rating]) -> None:
    batch = ImportBatch.objects.create(study=plan.study, kind="ratings")
    Plan.objects.filter(pk=plan.pk).update(batch=batch)
    assert frame_of(scope_of(plan), "ratings-long.csv").empty
    ImportBatch.objects.update(state=ImportBatch.State.VISIBLE)
    assert len(frame_of(scope_of(plan), "ratings-wide.csv")) == 3


def test_files_when_a_rating_arrives_during_the_export_leave_it_out(
    plan: Plan, ratings: list[Rating]
) -> None:
    scope = scope_of(plan, stage="pilot")
    submit(ratings[0].rater)
    assert len(frame_of(scope, "ratings-wide.csv")) == 1
    assert len(frame_of(scope_of(plan, stage="pilot"), "ratings-wide.csv")) == 2


def test_comments_file_when_a_comment_is_a_formula_neutralises_it(plan: Plan, ratings: list[Rating]) -> None:
    frame = frame_of(scope_of(plan, is_current_only=False), "comments.csv")
    assert list(frame["comment"]) == ["'" + exporting.FORMULA, "second\nthought, NA"]


def test_evidence_file_withholds_words_and_place_of_a_restricted_question(
    plan: Plan, ratings: list[Rating]
) -> None:
    frame = frame_of(scope_of(plan, is_current_only=False), "evidence.csv", dtype=str)
    columns = ["question", "target", "start", "end", "quote", "is_withheld"]
    assert frame[columns].to_numpy().tolist() == [
        ["empathy_warmth", "response:1", "12", "18", "tiring", "false"],
        ["flag_ways_to_self_harm", "response:1", "", "", "", "true"],
    ]


def test_items_file_tells_source_and_factors(plan: Plan, items: list[Item]) -> None:
    factor = Factor.objects.create(study=plan.study, key="topic", name="Topic")
    ItemFactor.objects.create(item=items[1], factor=factor, value="sleep")
    frame = frame_of(scope_of(plan), "items.csv", dtype=str)
    assert list(frame["item_id"]) == ["item1", "item2", "item3", "item4"]
    assert list(frame["factor_topic"]) == ["", "sleep", "", ""]
    assert set(frame["response_1_source_name"]) == {"Secretmodel-9"}
    assert set(frame["response_1_source_kind"]) == {"ai"}


def test_raters_file_names_only_who_rated_in_the_stage(plan: Plan, ratings: list[Rating]) -> None:
    pilot = frame_of(scope_of(plan, stage="pilot"), "raters.csv")
    assert list(pilot["rater"]) == [ratings[0].rater.pseudonym]
    assert len(frame_of(scope_of(plan), "raters.csv")) == 2


def test_every_file_when_nothing_was_rated_holds_its_columns(plan: Plan) -> None:
    for file in FILES:
        if file.name.endswith(".csv"):
            header = text_of(scope_of(plan), file.name).splitlines()[0]
            assert header.split(",")[0] in {"rating", "item_id", "rater", "kind"}


def test_export_file_of_an_unknown_name_is_not_found() -> None:
    with pytest.raises(DomainError) as error:
        export_file("secrets.csv")
    assert error.value.status == 404


def unzipped(plan: Plan) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(zip_pieces(scope_of(plan, is_current_only=False)))))
    assert archive.testzip() is None
    return archive


QUERIES = {
    "ratings-long.csv": 6,
    "ratings-wide.csv": 7,
    "comments.csv": 4,
    "evidence.csv": 5,
    "adjudications.csv": 2,
    "adjudication-passages.csv": 6,
    "items.csv": 5,
    "raters.csv": 2,
    "codebook.csv": 8,
    "codebook.md": 8,
}


# What COPY brings is no query.
MORE_ON_POSTGRESQL = {"ratings-wide.csv": -1, "ratings-long.csv": -1}


@pytest.mark.parametrize("name", QUERIES)
def test_file_when_ratings_grow_asks_the_database_no_more_often(
    plan: Plan,
    rater: Rater,
    second_rater: Rater,
    name: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    submit(rater)
    for n_more in (0, 3):
        for _ in range(n_more):
            submit(second_rater)
        scope = scope_of(plan)
        n_more_there = MORE_ON_POSTGRESQL.get(name, 0) if connection.vendor == "postgresql" else 0
        with django_assert_num_queries(QUERIES[name] + n_more_there):
            text_of(scope, name)


def test_zip_holds_every_file_and_digests_that_match(plan: Plan, ratings: list[Rating]) -> None:
    archive = unzipped(plan)
    names = archive.namelist()
    assert names == ["README.txt", *(file.name for file in FILES), "SHA256SUMS.txt"]
    lines = archive.read("SHA256SUMS.txt").decode().splitlines()
    expected = [f"{hashlib.sha256(archive.read(name)).hexdigest()}  {name}" for name in names[:-1]]
    assert lines == expected


def test_zip_readme_says_stage_and_what_is_withheld(plan: Plan, ratings: list[Rating]) -> None:
    text = unzipped(plan).read("README.txt").decode()
    for words in ("stage main", "all revisions", "withheld", "apostrophe", "keep_default_na=False"):
        assert words in text


def test_no_file_tells_who_rated(plan: Plan, ratings: list[Rating], owner: object) -> None:
    rater = ratings[0].rater
    Rater.objects.filter(pk=rater.pk).update(external_id="prolific-5f3a")
    user = rater.member.user  # type: ignore[union-attr]
    secrets = ["pia", "paul", "olive", "example.org", "prolific-5f3a", rater.code, rater.member.code]  # type: ignore[union-attr]
    archive = unzipped(plan)
    for name in archive.namelist():
        words = set(archive.read(name).decode().replace(",", " ").replace('"', " ").split())
        assert not {secret for secret in [*secrets, user.username] if secret in words}, name
        assert "example.org" not in archive.read(name).decode()


def test_no_file_has_a_column_of_primary_keys(plan: Plan, ratings: list[Rating]) -> None:
    archive = unzipped(plan)
    for name in archive.namelist():
        if name.endswith(".csv"):
            header = archive.read(name).decode().splitlines()[0].split(",")
            assert not {"id", "pk", "key"} & set(header)
            assert not [column for column in header if column.endswith(("_pk", "user", "email", "code"))]


def test_no_file_holds_a_restricted_passage_or_a_text_of_an_item(plan: Plan, ratings: list[Rating]) -> None:
    archive = unzipped(plan)
    everything = " ".join(archive.read(name).decode() for name in archive.namelist())
    assert exporting.MARKED in everything
    assert exporting.WITHHELD not in everything
    assert "What is night" not in everything


def test_write_export_writes_the_files_of_the_zip(
    plan: Plan, ratings: list[Rating], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("export") / "new"
    paths = write_export(scope_of(plan), folder)
    assert [path.name for path in paths] == ["README.txt", *(file.name for file in FILES), "SHA256SUMS.txt"]
    for line in paths[-1].read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
