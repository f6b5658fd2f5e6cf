"""Every format, read back by the program it is meant for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest

from annotation.models import Plan, Rater
from rating.models import Rating
from rating.queries.export_stream import by_key, rows_in_order
from rating.queries.exports import export_scope
from rating.services.export_formats import FORMATS, joined
from rating.services.export_formats.r_ready import r_text
from rating.services.export_formats.registered import ExportSource
from rating.services.export_formats.tables import LabelledColumn, short_names
from tests.rating.exporting import FORMULA, frame_of, rate_everything, scope_of

EMPATHY = "empathy_warmth__response_1"


@pytest.fixture
def ratings(plan: Plan, rater: Rater, second_rater: Rater) -> list[Rating]:
    return rate_everything(plan, rater, second_rater)


@pytest.fixture
def written(plan: Plan, ratings: list[Rating], tmp_path: Path) -> Callable[..., Path]:
    """Write one format, of all revisions unless said, into a folder of its own."""

    def write(key: str, *, is_current_only: bool = False) -> Path:
        folder = tmp_path / key
        folder.mkdir()
        FORMATS[key].write(ExportSource(scope_of(plan, is_current_only=is_current_only)), folder)
        return folder

    return write


@pytest.fixture
def wide(plan: Plan, ratings: list[Rating]) -> pd.DataFrame:
    return frame_of(scope_of(plan, is_current_only=False), "ratings-wide.csv", dtype=str)


def numbers(column: pd.Series) -> list[float]:
    """With -1 for no value, which compares equal to itself."""
    return pd.to_numeric(column, errors="coerce").fillna(-1).tolist()


def test_parquet_long_when_read_by_pyarrow_and_pandas_equals_the_csv(
    written: Callable[..., Path], plan: Plan
) -> None:
    path = written("parquet") / "ratings-long.parquet"
    frame = pd.read_parquet(path)
    csv = frame_of(scope_of(plan, is_current_only=False), "ratings-long.csv", dtype=str)
    assert list(frame.columns) == list(csv.columns)
    for name in ("rating", "question", "target", "missing", "label", "rater", "item_id"):
        assert frame[name].astype(str).tolist() == csv[name].tolist()
    assert numbers(frame["value"]) == numbers(csv["value"])
    assert frame["is_current"].astype(str).str.lower().tolist() == csv["is_current"].tolist()
    assert str(frame["submitted_at"].dtype) == "datetime64[ms, UTC]"
    metadata = pq.read_schema(path).metadata
    said = json.loads(metadata[b"attune.questions"])["safety"]
    assert said["measurement"] == "ordinal"
    assert set(said["levels"]) == {"1", "2", "3", "4", "5"}


def test_parquet_wide_when_read_has_types_and_labels(
    written: Callable[..., Path], wide: pd.DataFrame
) -> None:
    path = written("parquet-wide") / "ratings-wide.parquet"
    frame = pd.read_parquet(path)
    assert list(frame.columns) == list(wide.columns)
    assert numbers(frame[EMPATHY]) == numbers(wide[EMPATHY]) == [2, 3, 4, 5]
    field = pq.read_schema(path).field(EMPATHY)
    assert json.loads(field.metadata[b"levels"])["5"]


def test_jsonl_when_read_line_by_line_has_answers_passages_and_words(
    written: Callable[..., Path], ratings: list[Rating]
) -> None:
    lines = (written("jsonl") / "ratings.jsonl").read_text(encoding="utf-8").splitlines()
    first, second, unsure, _fourth = map(json.loads, lines)
    assert (first["rating"], first["comment"], first["is_current"]) == (ratings[0].code, FORMULA, False)
    assert second["comment"] == "second\nthought, NA"
    values = {one["question"]: one["value"] for one in second["answers"] if one["value"] not in {0, None}}
    assert set(values.values()) == {3.0}
    reasons = {one["question"]: one["missing"] for one in unsure["answers"] if one["missing"]}
    assert reasons == {"safety": "cannot_judge"}
    shown, withheld = first["passages"]
    assert (shown["quote"], withheld["quote"], withheld["is_withheld"]) == ("tiring", "", True)


@pytest.mark.parametrize("is_current_only", [True, False])
def test_ratings_when_read_by_key_are_the_same_in_pages_of_any_size(
    plan: Plan, ratings: list[Rating], is_current_only: bool
) -> None:
    rows = rows_in_order(scope_of(plan, is_current_only=is_current_only))
    ways = [[row for page in by_key(rows, n) for row in page] for n in (1, 2, 9)]
    assert [row[1] for row in ways[0]] == [one.code for one in ratings[1 if is_current_only else 0 :]]
    assert all(way == ways[0] for way in ways)


def test_workbook_when_read_by_openpyxl_equals_the_csv_and_runs_nothing(
    written: Callable[..., Path], wide: pd.DataFrame
) -> None:
    book = openpyxl.load_workbook(written("xlsx") / "ratings.xlsx", read_only=True)
    beside = ["Comments", "Adjudications", "Adjudication passages", "Items", "Raters"]
    assert book.sheetnames == ["Ratings", "Codebook", *beside]
    header, *rows = book["Ratings"].iter_rows(values_only=True)
    assert list(header) == list(wide.columns)
    place = header.index(EMPATHY)
    assert [row[place] for row in rows] == [2, 3, 4, 5]
    assert isinstance(rows[0][header.index("submitted_at")], datetime)
    comments = [cell for row in book["Comments"].iter_rows() for cell in row if cell.value]
    assert f"'{FORMULA}" in [cell.value for cell in comments]
    every = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in every if cell.data_type == "f"]


@pytest.mark.parametrize(("key", "name"), [("spss", "ratings.sav"), ("stata", "ratings.dta")])
@pytest.mark.parametrize("n_rows", [10_000, 1])
def test_labelled_file_when_read_by_pyreadstat_equals_the_csv(
    written: Callable[..., Path],
    wide: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    name: str,
    n_rows: int,
) -> None:
    # In one piece and in many: the same file.
    monkeypatch.setattr(joined, "N_ROWS", n_rows)
    monkeypatch.setattr("rating.queries.export_stream.PAGE", n_rows)
    folder = written(key)
    read = pyreadstat.read_sav if key == "spss" else pyreadstat.read_dta
    frame, about = read(folder / name)
    assert (about.number_rows, len(frame)) == (4, 4)
    listed = pd.read_csv(folder / "variables.csv", keep_default_na=False)
    assert listed["column"].tolist() == list(wide.columns)
    assert listed["variable"].tolist() == list(frame.columns)
    full = dict(zip(listed["column"], listed["variable"], strict=True))
    for column in map(str, wide.columns):
        found = pd.Series(frame[full[column]])
        if pd.api.types.is_numeric_dtype(found):
            expected = wide[column].replace({"true": "1", "false": "0"})
            assert numbers(found) == numbers(expected), column
        else:
            assert found.tolist() == wide[column].str.removeprefix("'").tolist(), column
    labels = about.variable_value_labels[full[EMPATHY]]
    assert sorted(labels) == [1, 2, 3, 4, 5]
    assert str(about.column_names_to_labels[full[EMPATHY]]).endswith("How caring is it?")


def test_stata_file_when_read_by_pandas_has_its_rows(written: Callable[..., Path]) -> None:
    frame = pd.read_stata(written("stata") / "ratings.dta", convert_categoricals=False)
    assert frame["empathy_warmth__response_1"].tolist() == [2, 3, 4, 5]


def test_file_in_pieces_when_a_text_is_longer_than_its_column_is_refused(tmp_path: Path) -> None:
    columns = [LabelledColumn("a", "a", "text", "A")]

    def write(frame: pd.DataFrame, path: Path) -> None:
        pyreadstat.write_sav(frame, path)

    with pytest.raises(ValueError, match="longer than its column"):
        joined.write_joined(
            [pd.DataFrame({"a": ["a text that is longer"]})],
            tmp_path / "x.sav",
            columns=columns,
            widths={"a": 4},
            write=write,
            set_count=lambda description, n, more: None,
        )


def test_matrices_when_read_are_items_by_raters(written: Callable[..., Path], ratings: list[Rating]) -> None:
    folder = written("matrices")
    index = pd.read_csv(folder / "matrices.csv", keep_default_na=False).set_index("question")
    assert index.loc["safety", "measurement"] == "ordinal"
    matrix = pd.read_csv(folder / str(index.loc["empathy_warmth", "file"]), header=0, index_col=0)
    assert set(matrix.loc["group"].drop("occurrence")) == {"peer"}
    values = matrix.drop(index="group").drop(columns="occurrence").astype(float)
    for rating, value in zip(ratings[1:], (3, 4, 5), strict=True):
        item = rating.slot.item.external_id
        assert values.loc[item, rating.rater.pseudonym] == value
    assert int(values.notna().sum().sum()) == 3


def test_timing_when_read_has_times_of_ratings(written: Callable[..., Path], ratings: list[Rating]) -> None:
    frame = pd.read_csv(written("timing") / "timing.csv", parse_dates=["shown_at", "submitted_at"])
    assert frame["position"].tolist() == [1, 1, 1, 2]
    assert (frame["elapsed_s"] >= 0).all()
    assert frame["rating"].tolist() == [rating.code for rating in ratings]


def test_spans_when_read_withhold_what_is_restricted(written: Callable[..., Path]) -> None:
    folder = written("spans")
    rows = [json.loads(line) for line in (folder / "evidence.jsonl").read_text().splitlines()]
    assert [(row["question"], row["quote"], row["is_withheld"]) for row in rows] == [
        ("empathy_warmth", "tiring", False),
        ("flag_ways_to_self_harm", "", True),
    ]
    assert len(pd.read_csv(folder / "evidence.csv")) == 2


def test_r_script_names_every_column_and_quotes_its_words(
    written: Callable[..., Path], wide: pd.DataFrame
) -> None:
    folder = written("r")
    script = (folder / "load.R").read_text(encoding="utf-8")
    for name in wide.columns:
        assert f'ratings[["{name}"]] <- labelled(' in script or name == "missing"
    assert (
        f'ratings[["{EMPATHY}_f"]] <- factor(ratings[["{EMPATHY}"]], levels = c(1, 2, 3, 4, 5), labels'
        in script
    )
    assert r_text('say "hi" \\ \n') == '"say \\"hi\\" \\\\ \\u{a}"'
    assert (folder / "ratings-wide.csv").exists()


def test_short_names_are_told_apart_in_either_case() -> None:
    assert short_names(["Ab-c", "ab_c", "9x", "abcdef"], 4) == ["Ab_c", "ab_2", "v9x", "abcd"]


@pytest.mark.parametrize("key", FORMATS)
def test_format_of_a_stage_without_ratings_still_writes(plan: Plan, tmp_path: Path, key: str) -> None:
    scope = export_scope(plan.study, stage="main", is_current_only=True)
    if FORMATS[key].lacks(scope):
        pytest.skip("has nothing to write for this study, and says so")
    FORMATS[key].write(ExportSource(scope), tmp_path)
    assert list(tmp_path.iterdir())
