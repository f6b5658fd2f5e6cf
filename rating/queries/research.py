"""Snapshots and analyses of a study, the newest first."""

from __future__ import annotations

from django.db.models import QuerySet

from annotation.models import Study
from rating.models import Analysis, Snapshot


def study_snapshots(study: Study) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(study=study).order_by("-pk")


def study_analyses(study: Study) -> QuerySet[Analysis]:
    """With snapshot and job; the numbers, which can be large, are left in the database."""
    analyses = Analysis.objects.filter(study=study).select_related("snapshot", "job")
    return analyses.defer("results", "log").order_by("-pk")
