"""Reported problems, for those who answer and for those who reported."""

from __future__ import annotations

from django.db.models import QuerySet

from annotation.models import ProblemReport, Rater, Study


def study_problems(study: Study) -> QuerySet[ProblemReport]:
    """All reports of a study, those without an answer first. Five queries, whatever is shown of them."""
    problems = ProblemReport.objects.filter(study=study)
    # "open" sorts after "answered": the order wanted is the other way round.
    # Not in the same query: thousands would be sorted with all of it.
    shown = problems.prefetch_related("item", "rater__group", "answered_by")
    return shown.order_by("-state", "-created_at", "id")


def n_open_problems(study: Study) -> int:
    return ProblemReport.objects.filter(study=study, state=ProblemReport.State.OPEN).count()


def problems_of(rater: Rater) -> QuerySet[ProblemReport]:
    """What a rater has reported, newest first, with the answers."""
    return ProblemReport.objects.filter(rater=rater).select_related("item").order_by("-created_at", "id")
