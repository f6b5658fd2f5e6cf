"""Rubric versions of a study, to read."""

from __future__ import annotations

from dataclasses import dataclass

from annotation.models import Plan, Question, RubricVersion, Study
from annotation.queries.studies import current_plan


def rubric_versions(study: Study) -> list[RubricVersion]:
    """All versions, newest first."""
    return list(
        RubricVersion.objects.filter(rubric__study=study)
        .select_related("rubric")
        .order_by("-created_at", "-id")
    )


def shown_version(study: Study, versions: list[RubricVersion]) -> RubricVersion | None:
    """What raters see now: the version of the stage at hand, else the newest published, else the newest."""
    plan: Plan | None = current_plan(study)
    if plan is not None:
        return plan.rubric_version
    published = [version for version in versions if version.state == RubricVersion.State.PUBLISHED]
    return next(iter(published or versions), None)


@dataclass(frozen=True)
class RubricPage:
    version: RubricVersion
    scales: list[Question]
    flags: list[Question]


def rubric_page(version: RubricVersion) -> RubricPage:
    """Questions of a version with their levels prefetched. Two queries."""
    questions = Question.objects.filter(version=version).select_related("scale")
    rows = list(questions.prefetch_related("scale__levels").order_by("position"))
    return RubricPage(
        version=version,
        scales=[question for question in rows if question.kind == Question.Kind.SCALE],
        flags=[question for question in rows if question.kind == Question.Kind.FLAG],
    )
