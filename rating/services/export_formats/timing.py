"""Timing: when a rating was shown and submitted, how long it took, and how long each question."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rating.queries.export_timing import timing_pages
from rating.services.column_text import bytes_of, in_words, joined, moments, whole_numbers
from rating.services.csv_cells import csv_line, csv_text, number_text
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_tables import QUESTION_TIME_COLUMNS, TIMING_COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

RATINGS, QUESTIONS = "timing.csv", "timing-questions.csv"


def _elapsed(page: dict[str, pa.Array]) -> pa.Array:
    """Seconds from shown to submitted, to the millisecond."""
    import pyarrow as pa
    import pyarrow.compute as pc

    between = pc.subtract(page["submitted_at"].cast(pa.int64()), page["shown_at"].cast(pa.int64()))
    return pc.divide(pc.round(pc.divide(between.cast(pa.float64()), 1000.0)), 1000.0)


def _ratings(page: dict[str, pa.Array]) -> bytes:
    cells = {name: whole_numbers(page[name]) for name in ("revision", "position", "active_ms")}
    cells |= {name: in_words(page[name], csv_text) for name in ("item_id", "rater", "group")}
    cells |= {name: moments(page[name]).fill_null("") for name in ("shown_at", "submitted_at")}
    cells |= {"rating": page["rating"], "elapsed_s": in_words(_elapsed(page), number_text)}
    return bytes_of(joined(joined(*(cells[name] for name in TIMING_COLUMNS), between=","), "\r\n"))


def _questions(page: dict[str, pa.Array]) -> Iterator[str]:
    ratings, raters = page["rating"].to_pylist(), page["rater"].to_pylist()
    times = json.loads(f"[{','.join(page['question_ms'].to_pylist())}]")
    for rating, rater, of_rating in zip(ratings, raters, times, strict=True):
        for question, by_target in of_rating.items():
            for target, spent in by_target.items():
                asked = f"{csv_text(rater)},{csv_text(question)},{csv_text(target)}"
                yield f"{rating},{asked},{'' if spent is None else spent}\r\n"


def write(source: ExportSource, folder: Path) -> None:
    n = 0
    with (folder / RATINGS).open("wb") as ratings, (folder / QUESTIONS).open("wb") as questions:
        ratings.write(f"{csv_line(TIMING_COLUMNS)}\r\n".encode())
        questions.write(f"{csv_line(QUESTION_TIME_COLUMNS)}\r\n".encode())
        for page in timing_pages(source.scope, source.shown):
            ratings.write(_ratings(page))
            questions.write("".join(_questions(page)).encode())
            n += len(page["key"])
            source.tell_written(n)


FORMAT = ExportFormat(
    key="timing",
    label=_("Timing"),
    words=_("When each rating was shown and submitted, and how long each question took."),
    ending="csv",
    media_type="text/csv",
    write=write,
)
