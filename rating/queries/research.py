"""Snapshots and analyses of a study, the newest first."""

from __future__ import annotations

from django.db.models import QuerySet

from annotation.models import Study
from rating.models import Analysis, Figure, Snapshot


def study_snapshots(study: Study) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(study=study).order_by("-pk")


def snapshot_choices(study: Study) -> list[tuple[str, str]]:
    """Digests of snapshots with words to choose one by, newest first. One query."""
    return [
        (one.digest, f"{one.created_at:%Y-%m-%d %H:%M} UTC, {one.stage}, {one.digest[:12]}…")
        for one in study_snapshots(study)
    ]


def study_analyses(study: Study) -> QuerySet[Analysis]:
    """With snapshot and job; the numbers, which can be large, are left in the database."""
    analyses = Analysis.objects.filter(study=study).select_related("snapshot", "job", "plan")
    return analyses.defer("results", "log").order_by("-pk")


def figures_of(analysis: Analysis) -> QuerySet[Figure]:
    """In the order of the report, without the drawings themselves."""
    return Figure.objects.filter(analysis=analysis).defer("svg", "png").order_by("position")
