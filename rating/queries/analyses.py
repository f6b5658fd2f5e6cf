"""The list of a study's analyses, and whether there is something to analyse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from annotation.models import Group, Question, Study
from rating.models import Analysis, CurrentRating, Rating
from rating.queries.ratings import counting_answers, default_stage
from rating.queries.standing import standing_of


@dataclass(frozen=True)
class GroupReadiness:
    """How many items a group has rated, and how many of them twice or more."""

    name: str
    n_items: int
    n_twice: int


@dataclass(frozen=True)
class Readiness:
    """What an analysis would find. Comparing needs two groups with two ratings on an item."""

    stage: str
    groups: list[GroupReadiness]

    @property
    def has_ratings(self) -> bool:
        return any(group.n_items for group in self.groups)

    @property
    def can_compare(self) -> bool:
        return sum(group.n_twice > 0 for group in self.groups) >= 2


@dataclass(frozen=True)
class AnalysisRow:
    """A line of the list. Counts come from the frozen snapshot, None until it is taken."""

    analysis: Analysis
    counts: dict[str, Any] | None
    # Planned or exploratory.
    word: str


def readiness(study: Study) -> Readiness:
    """Counts by group of what counts in the default stage, or in the pilot while there is nothing else."""
    stage = default_stage(study)
    rated = [name for name, _words in stage_choices(study)]
    if rated and stage not in rated:
        stage = rated[0]
    ratings = Rating.objects.filter(pk__in=counting_answers(study, stage).values("rating"))
    pairs = ratings.values_list("rater__group", "slot__item").annotate(n=Count("rater", distinct=True))
    n_items: dict[int, int] = {}
    n_twice: dict[int, int] = {}
    for group, _item, n in pairs.iterator():
        n_items[group] = n_items.get(group, 0) + 1
        n_twice[group] = n_twice.get(group, 0) + (n >= 2)
    return Readiness(
        stage,
        [
            GroupReadiness(group.name, n_items.get(group.pk, 0), n_twice.get(group.pk, 0))
            for group in Group.objects.filter(study=study)
        ],
    )


def analyses_of(study: Study) -> list[AnalysisRow]:
    """Newest first, without their results."""
    analyses = (
        Analysis.objects.filter(study=study)
        .select_related("snapshot", "job", "study", "plan")
        .defer("results", "log")
    )
    return [
        AnalysisRow(
            analysis,
            analysis.snapshot.description["counts"] if analysis.snapshot else None,
            str(standing_of(analysis).word),
        )
        for analysis in analyses
    ]


def question_choices(study: Study) -> list[tuple[str, str]]:
    """Key and text of every question of a rubric version that has been rated with, newest wording."""
    used = CurrentRating.objects.filter(slot__plan__study=study).values("rating__rubric_version")
    questions = Question.objects.filter(Q(version__in=used)).order_by("version__number", "position")
    return list({question.key: question.text for question in questions}.items())


def stage_choices(study: Study) -> list[tuple[str, str]]:
    """Stages with ratings, each with its number."""
    stages = (
        CurrentRating.objects.filter(slot__plan__study=study, slot__purpose="quota")
        .values_list("slot__plan__stage")
        .annotate(n=Count("pk"))
        .order_by("slot__plan__stage")
    )
    return [(stage, f"{stage.capitalize()} ({n:,} ratings)") for stage, n in stages]
