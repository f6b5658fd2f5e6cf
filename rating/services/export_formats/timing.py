"""Timing: when a rating was shown and submitted, how long it took, and how long each question."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from rating.queries.export_timing import shown_rows
from rating.services.csv_cells import csv_pieces
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_tables import QUESTION_TIME_COLUMNS, TIMING_COLUMNS, Row


def _ratings(source: ExportSource) -> Iterator[Row]:
    yield list(TIMING_COLUMNS)
    for page in source.pages():
        shown = shown_rows([row.key for row in page.ratings])
        for row in page.ratings:
            place, shown_at = shown.get(row.key, (None, None))
            elapsed = None if shown_at is None else round((row.submitted_at - shown_at).total_seconds(), 3)
            who = (row.rating, row.item_id, row.rater, row.group, row.revision)
            yield [*who, place, shown_at, row.submitted_at, elapsed, row.active_ms]


def _questions(source: ExportSource) -> Iterator[Row]:
    yield list(QUESTION_TIME_COLUMNS)
    for page in source.pages():
        for row in page.ratings:
            for question, times in row.question_ms.items():
                for target, spent in times.items():
                    yield [row.rating, row.rater, question, target, spent]


def write(source: ExportSource, folder: Path) -> None:
    for name, rows in (("timing.csv", _ratings(source)), ("timing-questions.csv", _questions(source))):
        with (folder / name).open("wb") as file:
            file.writelines(csv_pieces(rows))


FORMAT = ExportFormat(
    key="timing",
    label=_("Timing"),
    words=_("When each rating was shown and submitted, and how long each question took."),
    ending="csv",
    media_type="text/csv",
    write=write,
)
