"""Marked passages: where they stand, their code and how strong it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.utils.translation import gettext_lazy as _

from rating.services.csv_cells import csv_pieces
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_tables import Row, evidence_table


def _written_as_lines(rows: Iterator[Row], lines: IO[str]) -> Iterator[Row]:
    """The rows, while each but the header is written as an object too."""
    header = next(rows)
    yield header
    names = [str(name) for name in header]
    for row in rows:
        lines.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n")
        yield row


def write(source: ExportSource, folder: Path) -> None:
    with (
        (folder / "evidence.csv").open("wb") as file,
        (folder / "evidence.jsonl").open("w", encoding="utf-8", newline="\n") as lines,
    ):
        file.writelines(csv_pieces(_written_as_lines(evidence_table(source.scope), lines)))


FORMAT = ExportFormat(
    key="spans",
    label=_("Marked passages"),
    words=_("One row per passage with place, code and severity, as CSV and JSON Lines."),
    ending="csv",
    media_type="text/csv",
    write=write,
    notes=(
        "evidence.jsonl: the rows of evidence.csv, numbers and truth as JSON's own, texts as they "
        "were marked."
    ),
)
