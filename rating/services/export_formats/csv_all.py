"""All tables as CSV: ratings long and wide, comments, passages, adjudications, items and raters."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from rating.services import adjudication_passages, adjudication_table
from rating.services.csv_cells import csv_pieces
from rating.services.export_formats import csv_long, csv_wide
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_tables import comment_table, evidence_table, item_table, rater_table


def write_beside(source: ExportSource, folder: Path) -> None:
    """The small tables: comments, decisions of adjudicators, items and raters."""
    tables = {
        "comments.csv": comment_table(source.scope, source.gate),
        adjudication_table.NAME: adjudication_table.adjudication_table(source.scope),
        adjudication_passages.NAME: adjudication_passages.passage_table(source.scope),
        "items.csv": item_table(source.scope),
        "raters.csv": rater_table(source.scope),
    }
    for name, rows in tables.items():
        with (folder / name).open("wb") as file:
            file.writelines(csv_pieces(rows))


def write(source: ExportSource, folder: Path) -> None:
    source.keep_pages()
    csv_long.write(source, folder)
    csv_wide.write(source, folder)
    write_beside(source, folder)
    with (folder / "evidence.csv").open("wb") as file:
        file.writelines(csv_pieces(evidence_table(source.scope)))


FORMAT = ExportFormat(
    key="csv",
    label=_("CSV, every table"),
    words=_("Ratings long and wide, comments, marked passages, adjudications, items and raters."),
    ending="csv",
    media_type="text/csv",
    write=write,
)
