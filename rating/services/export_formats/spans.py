"""Marked passages: where they stand, their code and how strong it is."""

from __future__ import annotations

import json
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from rating.services.csv_cells import csv_pieces
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_tables import evidence_table


def write(source: ExportSource, folder: Path) -> None:
    with (folder / "evidence.csv").open("wb") as file:
        file.writelines(csv_pieces(evidence_table(source.scope)))
    rows = evidence_table(source.scope)
    header = [str(name) for name in next(rows)]
    with (folder / "evidence.jsonl").open("w", encoding="utf-8", newline="\n") as lines:
        for row in rows:
            lines.write(json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False) + "\n")


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
