"""What a public export leaves out, for the page that offers it."""

from __future__ import annotations

from datetime import datetime

from annotation.models import Study
from annotation.study_numbers import Told, stored
from rating.queries.exports import ExportScope, export_scope, stage_counts, withheld_counts

# The name of the number that the scheduler keeps.
WITHHELD = "withheld"


def count_withheld(study: Study) -> dict[str, tuple[int, int]]:
    """Ratings (newest revisions) and their raters, by stage. For `annotation.study_numbers`."""
    stages = [one.stage for one in stage_counts(study)]
    scopes = [export_scope(study, stage=one, is_current_only=True, is_public=True) for one in stages]
    return {scope.stage: withheld_counts(scope) for scope in scopes}


def withheld_told(scope: ExportScope, *, now: datetime) -> Told:
    """Ratings and raters that the scope leaves out; of a large study as last counted."""
    counted = stored(scope.study, WITHHELD, now=now)
    is_usual = scope.is_current_only and not scope.with_checks
    if is_usual and counted is not None and scope.stage in counted.number:
        return Told(counted.number[scope.stage], counted.at)
    return Told(withheld_counts(scope), None)
