"""Stata (.dta, since Stata 14): the wide table with variable labels and value labels."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rating.services.export_formats.joined import replaced, write_joined
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_formats.spss import cut, label_of, write_variables
from rating.services.export_formats.tables import labelled_columns, text_widths
from rating.services.export_formats.wide_arrays import wide_frames

if TYPE_CHECKING:
    import pandas as pd

NAME = "ratings.dta"
VERSION = 14
# Stata's 32 less four: the set of a variable's value labels bears its name and a number.
MAX_NAME = 28
# 80 characters, of which each may take four bytes; Stata counts characters.
MAX_LABEL = 80
COUNT, MAP = struct.Struct("<Q"), struct.Struct("<14Q")
# From this entry of the map on, places lie after the rows.
AFTER_ROWS = 10


def _set_count(description: bytearray, n: int, n_more_bytes: int) -> None:
    replaced(description, b"<N>" + COUNT.pack(1) + b"</N>", b"<N>" + COUNT.pack(n) + b"</N>")
    at = description.index(b"<map>") + len(b"<map>")
    places = list(MAP.unpack_from(description, at))
    places[AFTER_ROWS:] = [place + n_more_bytes for place in places[AFTER_ROWS:]]
    MAP.pack_into(description, at, *places)


def whole_levels(levels: dict[float, str]) -> dict[int | float, str]:
    """Stata labels whole numbers only: others keep their value without words."""
    return {int(value): words for value, words in levels.items() if float(value).is_integer()}


def write(source: ExportSource, folder: Path) -> None:
    from pyreadstat import write_dta

    source.keep_pages()
    columns = labelled_columns(source, limit=MAX_NAME)
    labels: dict[str, str | None] = {one.name: label_of(one, 4 * MAX_LABEL)[:MAX_LABEL] for one in columns}
    levels = {one.name: whole_levels(one.levels) for one in columns if whole_levels(one.levels)}

    def write_piece(frame: pd.DataFrame, path: Path) -> None:
        write_dta(
            frame,
            path,
            file_label=cut(f"Attune {source.scope.study.code} {source.scope.stage}", 80),
            column_labels=labels,
            version=VERSION,
            variable_value_labels=levels,
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
    key="stata",
    label=_("Stata"),
    words=_("One row per rating, with labels of variables and values."),
    ending="dta",
    media_type="application/x-stata-dta",
    write=write,
    notes=(
        "ratings.dta (Stata 14 or later): the columns of ratings-wide.csv as variables, names cut to "
        "28 characters: variables.csv has both. Truth is 0 or 1, times are texts in UTC, no value is "
        "“.”; levels that are no whole numbers have no label here, but in codebook.csv."
    ),
)
