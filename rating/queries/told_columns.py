"""Columns of the wide table as the codebook's page shows them: of a large study as last counted."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from annotation.models import Question, Study
from annotation.study_numbers import stored
from rating.queries.answer_counts import answer_counts, wide_columns
from rating.queries.exports import (
    ExportScope,
    WideColumn,
    export_scope,
    exported_questions,
    rated_counts,
)
from rating.queries.ratings import default_stage

# The name of the number that the scheduler keeps.
COLUMNS = "columns"


@dataclass(frozen=True)
class ToldColumns:
    """`counted_at`: when; None: just now."""

    columns: list[WideColumn]
    questions: list[Question]
    counted_at: datetime | None = None


def told_columns(scope: ExportScope, *, now: datetime) -> ToldColumns:
    """What the scheduler has counted is of the ratings that the page shows unless asked for others."""
    held = stored(scope.study, COLUMNS, now=now)
    if held is None or not _is_usual(scope) or held.number["stage"] != scope.stage:
        versions = {version for _rater, version in rated_counts(scope)}
        return ToldColumns(wide_columns(answer_counts(scope)), exported_questions(scope, versions))
    columns = [WideColumn(*one) for one in held.number["columns"]]
    return ToldColumns(columns, exported_questions(scope, set(held.number["versions"])), held.at)


def _is_usual(scope: ExportScope) -> bool:
    return scope.is_current_only and not scope.with_checks and not scope.is_public


def count_columns(study: Study) -> dict[str, Any]:
    """Of the stage that comes first, newest revisions, for the team. For `annotation.study_numbers`."""
    scope = export_scope(study, stage=default_stage(study), is_current_only=True)
    columns = [astuple(one) for one in wide_columns(answer_counts(scope))]
    versions = sorted({version for _rater, version in rated_counts(scope)})
    return {"stage": scope.stage, "columns": columns, "versions": versions}
