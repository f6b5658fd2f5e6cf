"""SPSS (.sav): the wide table with variable labels, value labels and levels of measurement."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rating.services.csv_cells import csv_pieces
from rating.services.export_formats.joined import replaced, write_joined
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_formats.tables import LabelledColumn, labelled_columns, text_widths
from rating.services.export_formats.wide_arrays import wide_frames

if TYPE_CHECKING:
    import pandas as pd

NAME = "ratings.sav"
MAX_NAME, MAX_LABEL, MAX_LEVEL = 64, 250, 110
MEASURES = {"nominal": "nominal", "ordinal": "ordinal", "interval": "scale", "ratio": "scale"}
# Where the file says how many cases it has; said a second time in a record of its own.
COUNT_AT = 80
COUNT_RECORD = struct.Struct("<iiiiqq")


def cut(text: str, n_bytes: int) -> str:
    """As much of a text as fits into so many bytes of UTF-8."""
    return text.encode()[:n_bytes].decode(errors="ignore")


def label_of(column: LabelledColumn, n_bytes: int) -> str:
    """The variable's words; before them its name in other files, where that had to change."""
    named = "" if column.name == column.full_name else f"[{column.full_name}] "
    return cut(f"{named}{column.label}", n_bytes)


def write_variables(columns: Sequence[LabelledColumn], path: Path) -> None:
    """Which variable is which column of ratings-wide.csv, with its words in full."""
    rows = [(one.name, one.full_name, one.label, one.measurement) for one in columns]
    with path.open("wb") as file:
        file.writelines(csv_pieces([("variable", "column", "words", "measurement"), *rows]))


def _set_count(description: bytearray, n: int, n_more_bytes: int) -> None:
    del n_more_bytes
    struct.pack_into("<i", description, COUNT_AT, n)
    replaced(description, COUNT_RECORD.pack(7, 16, 8, 2, 1, 1), COUNT_RECORD.pack(7, 16, 8, 2, 1, n))


def write(source: ExportSource, folder: Path) -> None:
    from pyreadstat import write_sav

    source.keep_pages()
    columns = labelled_columns(source, limit=MAX_NAME)
    labels: dict[str, str | None] = {one.name: label_of(one, MAX_LABEL) for one in columns}
    levels = {
        one.name: {value: cut(words, MAX_LEVEL) for value, words in one.levels.items()}
        for one in columns
        if one.levels
    }
    measures = {one.name: MEASURES[one.measurement] for one in columns if one.measurement}

    def write_piece(frame: pd.DataFrame, path: Path) -> None:
        write_sav(
            frame,
            path,
            file_label=cut(f"Attune {source.scope.study.code} {source.scope.stage}", 60),
            column_labels=labels,
            variable_value_labels=levels,
            variable_measure=measures,
        )

    write_joined(
        wide_frames(source, columns),
        folder / NAME,
        columns=columns,
        widths=text_widths(source),
        write=write_piece,
        set_count=_set_count,
    )
    write_variables(columns, folder / "variables.csv")


FORMAT = ExportFormat(
    key="spss",
    label=_("SPSS"),
    words=_("One row per rating, with labels of variables and values."),
    ending="sav",
    media_type="application/x-spss-sav",
    write=write,
    notes=(
        "ratings.sav: the columns of ratings-wide.csv as variables; names that SPSS does not take "
        "were changed: variables.csv has both. Truth is 0 or 1, times are texts in UTC, no value is "
        "system-missing."
    ),
)
