"""Reliability matrices: items by raters, one file for each question, part, target and perspective.

Items come some at a time, and every file stays open: nothing but these is held.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import IO

from django.utils.translation import gettext_lazy as _

from rating.queries.export_items import Cells, Place
from rating.queries.exports import WideColumn
from rating.services.csv_cells import csv_line, number_text
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_formats.tables import short_names

# Longer ones some file systems refuse.
MAX_NAME = 120
INDEX = "matrices.csv"
INDEX_COLUMNS = ("file", "question", "target", "part", "perspective", "measurement")


def _lines(cells: Cells, item: str, places: dict[int, int]) -> str:
    """The lines of one item: one for each time that raters met it."""
    lines = []
    for occurrence in sorted({when for _rater, when in cells}):
        row = [""] * len(places)
        for (rater, when), value in cells.items():
            if when == occurrence:
                row[places[rater]] = number_text(value)
        lines.append(f"{csv_line([item, occurrence])},{','.join(row)}\r\n")
    return "".join(lines)


def _heads(source: ExportSource) -> tuple[dict[int, int], str]:
    """The raters' columns by key, and the first two lines of every matrix."""
    shown = source.shown
    ordered = sorted(shown, key=lambda key: (shown[key].group, shown[key].name))
    names = csv_line(["item_id", "occurrence", *(shown[key].name for key in ordered)])
    groups = csv_line(["group", "", *(shown[key].group for key in ordered)])
    return {key: place for place, key in enumerate(ordered)}, f"{names}\r\n{groups}\r\n"


def _write_index(source: ExportSource, files: dict[str, WideColumn], path: Path) -> None:
    questions = source.newest_questions()
    with path.open("w", encoding="utf-8", newline="") as index:
        index.write(f"{csv_line(INDEX_COLUMNS)}\r\n")
        for name, column in files.items():
            index.write(f"{csv_line([name, *_told(column), questions[column.question].measurement])}\r\n")


def _told(column: WideColumn) -> tuple[str, str, str, str]:
    return column.question, column.target, column.part, column.perspective


def write(source: ExportSource, folder: Path) -> None:
    places, head = _heads(source)
    pages = source.items()
    columns = [one for one in source.columns if not one.is_text]
    names = short_names([f"matrix_{one.name}" for one in columns], MAX_NAME)
    named = {f"{name}.csv": column for name, column in zip(names, columns, strict=True)}
    _write_index(source, named, folder / INDEX)
    with ExitStack() as stack:
        files: dict[Place, IO[str]] = {}
        for name, column in named.items():
            file = (folder / name).open("w", encoding="utf-8", newline="")
            files[column.place] = stack.enter_context(file)
            file.write(head)
        for page in pages:
            for item in page:
                for place in item.values.keys() & files.keys():
                    files[place].write(_lines(item.values[place], item.name, places))
            source.tell(0.5, "Writing matrices")


FORMAT = ExportFormat(
    key="matrices",
    label=_("Reliability matrices"),
    words=_("Items by raters, one CSV file for each question and target: for agreement software."),
    ending="csv",
    media_type="text/csv",
    write=write,
    notes=(
        "matrix_….csv: a row per item (and per time it was met, occurrence), a column per rater; the "
        "second line has the raters' groups. Empty: not rated, or a reason instead of a value. Of "
        "every rating the newest revision. matrices.csv tells which file is which question."
    ),
)
