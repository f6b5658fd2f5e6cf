"""Parquet: one row per answer, with words and value labels of questions in the file's metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from rating.queries.export_columns import ColumnPage
from rating.queries.exports import AnswerRow
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_tables import ANSWER_COLUMNS, GIVEN_COLUMNS, RATING_COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "ratings-long.parquet"
SAID = [name for name in ANSWER_COLUMNS if name not in GIVEN_COLUMNS]
WHOLE = frozenset({"occurrence", "rubric_version", "revision", "active_ms", "question_ms"})
TRUTHS = frozenset({"is_current", "has_text", "is_exception"})
NUMBERS = frozenset({"value", "strength", "confidence"})
# Of a row group: large enough to pack well, small enough to hold.
N_ROWS = 100_000


def arrow_type(name: str) -> pa.DataType:
    """The type of a column of the long table."""
    import pyarrow as pa

    if name == "submitted_at":
        return pa.timestamp("ms", tz="UTC")
    if name in WHOLE:
        return pa.int64()
    if name in TRUTHS:
        return pa.bool_()
    return pa.float64() if name in NUMBERS else pa.dictionary(pa.int32(), pa.string())


def _plain(name: str) -> pa.DataType:
    import pyarrow as pa

    kind = arrow_type(name)
    return pa.string() if pa.types.is_dictionary(kind) else kind


def _columns(rows: list[Any], names: list[str]) -> dict[str, pa.Array]:
    """Attributes of rows as columns; what repeats itself as codes of its values."""
    import pyarrow as pa

    found = {name: pa.array([getattr(row, name) for row in rows], _plain(name)) for name in names}
    return {
        name: values.dictionary_encode() if pa.types.is_dictionary(arrow_type(name)) else values
        for name, values in found.items()
    }


class _Answers:
    """The known answers as columns, made anew when new ones have come."""

    def __init__(self, rows: list[AnswerRow]) -> None:
        self.rows = rows
        self._n, self._columns = -1, dict[str, Any]()

    def taken(self, numbers: pa.Array) -> dict[str, pa.Array]:
        if self._n != len(self.rows):
            self._n, self._columns = len(self.rows), _columns(self.rows, SAID)
        return {name: column.take(numbers) for name, column in self._columns.items()}


def _table(page: ColumnPage, answers: _Answers, schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    places = pa.array(page.places)
    found = {name: _told(page.ratings[name], name).take(places) for name in RATING_COLUMNS}
    found |= answers.taken(pa.array(page.numbers))
    found |= {"confidence": page.confidence, "question_ms": page.question_ms}
    return pa.Table.from_arrays([found[name] for name in schema.names], schema=schema)


def _told(column: pa.Array, name: str) -> pa.Array:
    """As the schema wants it. Times lose their microseconds."""
    import pyarrow as pa

    kind = arrow_type(name)
    if pa.types.is_dictionary(kind):
        return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    return column.cast(kind, safe=False)


def labels_of(source: ExportSource) -> dict[str, Any]:
    """By question: its words and its levels' labels by value, as the newest version has them."""
    return {
        key: {
            "text": question.text,
            "measurement": question.measurement,
            "levels": {f"{level.value:g}": level.label for level in question.levels},
            "options": {option["key"]: option["label"] for option in question.options},
        }
        for key, question in source.newest_questions().items()
    }


def long_schema(source: ExportSource) -> pa.Schema:
    """The columns, each with its words; the questions with theirs under the key "attune.questions"."""
    import pyarrow as pa

    words = {**RATING_COLUMNS, **ANSWER_COLUMNS}
    fields = [pa.field(name, arrow_type(name), metadata={"description": words[name]}) for name in words]
    return pa.schema(fields, {"attune.questions": json.dumps(labels_of(source), ensure_ascii=False)})


def _batches(source: ExportSource, schema: pa.Schema) -> Iterator[pa.Table]:
    import pyarrow as pa

    answers, waiting, n = _Answers(source.known.rows), list[Any](), 0
    for page in source.columns_of_pages():
        waiting.append(_table(page, answers, schema))
        n += waiting[-1].num_rows
        if n >= N_ROWS:
            yield pa.concat_tables(waiting)
            waiting, n = [], 0
    if waiting:
        yield pa.concat_tables(waiting)


def write(source: ExportSource, folder: Path) -> None:
    import pyarrow.parquet as pq

    schema = long_schema(source)
    with pq.ParquetWriter(folder / NAME, schema, compression="zstd") as writer:
        for table in _batches(source, schema):
            writer.write_table(table)


FORMAT = ExportFormat(
    key="parquet",
    label=_("Parquet"),
    words=_("One row per answer: for pandas, Polars, DuckDB and R’s arrow."),
    ending="parquet",
    media_type="application/vnd.apache.parquet",
    write=write,
    notes=(
        "ratings-long.parquet: types are the file's own, times in UTC, null is no value, texts as "
        "they were written. Its metadata have every question's words and value labels (JSON under "
        '"attune.questions").'
    ),
)
