"""Imports of a study, for their page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from annotation.models import ImportBatch, Study

WORDS = {
    ImportBatch.State.STAGED: "Not imported yet",
    ImportBatch.State.VISIBLE: "Imported",
    ImportBatch.State.ABANDONED: "Given up",
}
N_SHOWN = 50


@dataclass(frozen=True)
class ImportRow:
    """`brought`: numbers of new items and ratings; None before the files were checked."""

    code: str
    files: str
    state: str
    at: datetime
    by: str
    n_items: int | None
    n_ratings: int | None


def study_batches(study: Study) -> QuerySet[ImportBatch]:
    """The study's imports, the newest first."""
    return ImportBatch.objects.filter(study=study).select_related("created_by").order_by("-pk")


def import_rows(study: Study) -> Sequence[ImportRow]:
    """The newest imports of the study. One query."""
    return [_row(batch) for batch in study_batches(study)[:N_SHOWN]]


def _row(batch: ImportBatch) -> ImportRow:
    brought: dict[str, Any] = batch.report.get("counts") or batch.report.get("found") or {}
    return ImportRow(
        code=batch.code,
        files=batch.file_name or "Folder on the server",
        state=WORDS[ImportBatch.State(batch.state)],
        at=batch.created_at,
        by=batch.created_by.get_username() if batch.created_by else "",
        n_items=brought.get("n_items"),
        n_ratings=brought.get("n_ratings"),
    )
