"""An analysis and the plan that it follows."""

from __future__ import annotations

from typing import Any

from rating.models import Analysis
from rating.reporting.standing import EXPLORATORY, Standing


def standing_of(analysis: Analysis) -> Standing:
    """Planned where its plan was locked before the snapshot was taken. Both never change afterwards."""
    plan, snapshot = analysis.plan, analysis.snapshot
    if plan is None:
        return EXPLORATORY
    is_planned = snapshot is None or (plan.locked_at is not None and plan.locked_at <= snapshot.created_at)
    return Standing(
        is_planned=is_planned,
        number=plan.number,
        title=plan.title,
        code=plan.code,
        locked_at=plan.locked_at,
        n_ratings_before=plan.n_ratings_before,
        options=plan.options,
    )


def standing_words(standing: Standing) -> dict[str, Any]:
    """For files and the API: planned or exploratory, why, and which plan."""
    return {
        "word": str(standing.word),
        "why": standing.sentence,
        "plan": standing.code or None,
        "number": standing.number or None,
        "locked_at": standing.locked_at.isoformat() if standing.locked_at else None,
        "n_ratings_before": standing.n_ratings_before,
    }
