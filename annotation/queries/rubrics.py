"""Rubric versions of a study, to read."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from annotation.models import Plan, Question, RubricVersion, Slot, Study
from annotation.queries.studies import current_plan


def rubric_versions(study: Study) -> list[RubricVersion]:
    """All versions, newest first."""
    return list(
        RubricVersion.objects.filter(rubric__study=study)
        .select_related("rubric", "equivalent_to")
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
    questions: list[Question]
    is_in_use: bool


def rubric_page(version: RubricVersion) -> RubricPage:
    """Questions of a version with their levels and wordings, and whether a stage uses it. Five queries."""
    questions = Question.objects.filter(version=version).select_related("scale")
    return RubricPage(
        version=version,
        questions=list(questions.prefetch_related("scale__levels", "wordings").order_by("position")),
        is_in_use=Plan.objects.filter(rubric_version=version).exists(),
    )


def published_before(version: RubricVersion) -> RubricVersion | None:
    """The version of the same rubric that was published last, or last before this one."""
    others = RubricVersion.objects.filter(rubric=version.rubric_id, state=RubricVersion.State.PUBLISHED)
    if version.published_at is not None:
        others = others.filter(published_at__lt=version.published_at)
    return others.exclude(pk=version.pk).order_by("-published_at", "-number").first()


def plans_to_move(version: RubricVersion) -> QuerySet[Plan]:
    """Stages not closed that hand out another version of the same rubric."""
    plans = Plan.objects.visible().filter(rubric_version__rubric=version.rubric_id)
    closed = plans.filter(state=Plan.State.CLOSED) | plans.filter(stage=Plan.Stage.IMPORTED)
    return plans.exclude(pk__in=closed.values("pk")).exclude(rubric_version=version)


def n_free_places(version: RubricVersion) -> int:
    """How many places of those stages nobody has taken."""
    return Slot.objects.filter(plan__in=plans_to_move(version)).open_at(timezone.now()).count()
