"""Parquet, wide: one row per rating, with words and value labels of every column."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_formats.tables import NUMBER, TRUTH, LabelledColumn, labelled_columns
from rating.services.export_formats.wide_arrays import wide_arrays

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "ratings-wide.parquet"
WHOLE = frozenset({"occurrence", "rubric_version", "revision", "active_ms"})


def _type(column: LabelledColumn) -> pa.DataType:
    import pyarrow as pa

    if column.full_name == "submitted_at":
        return pa.timestamp("ms", tz="UTC")
    if column.full_name in WHOLE:
        return pa.int64()
    return {NUMBER: pa.float64(), TRUTH: pa.bool_()}.get(column.kind, pa.string())


def _schema(columns: Sequence[LabelledColumn]) -> pa.Schema:
    import pyarrow as pa

    def told(column: LabelledColumn) -> dict[str, str]:
        levels = {f"{value:g}": words for value, words in column.levels.items()}
        return {"label": column.label, "levels": json.dumps(levels, ensure_ascii=False)}

    return pa.schema([pa.field(one.full_name, _type(one), metadata=told(one)) for one in columns])


def write(source: ExportSource, folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    source.keep_pages()
    schema = _schema(labelled_columns(source))
    with pq.ParquetWriter(folder / NAME, schema, compression="zstd") as writer:
        for arrays in wide_arrays(source):
            # Times lose their microseconds.
            told = [one.cast(field.type, safe=False) for one, field in zip(arrays, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(told, schema=schema))


FORMAT = ExportFormat(
    key="parquet-wide",
    label=_("Parquet, wide"),
    words=_("One row per rating, a column per question, with labels in the columns’ metadata."),
    ending="parquet",
    media_type="application/vnd.apache.parquet",
    write=write,
    notes=(
        "ratings-wide.parquet: the columns of ratings-wide.csv with types of their own; each column's "
        'metadata have its words ("label") and value labels ("levels", JSON).'
    ),
)
