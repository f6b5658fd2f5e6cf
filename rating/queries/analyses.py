"""The list of a study's analyses, and whether there is something to analyse."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils import timezone

from annotation.models import Group, Plan, Question, Slot, Study
from annotation.queries.stage_counts import stored_counts
from annotation.study_numbers import told
from rating.models import Analysis, CurrentRating, Rating
from rating.queries.rated_versions import versions_met
from rating.queries.ratings import counting_answers, default_stage
from rating.queries.standing import standing_of

# The name of the number that the scheduler keeps.
READY = "ready"


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
    # When it was counted; None: just now.
    counted_at: datetime | None = None

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
    """Counts by group of what counts in the default stage, or in the pilot while there is nothing else; of a
    large study as last counted."""
    counted = told(study, READY, now=timezone.now())
    groups = Group.objects.filter(study=study)
    n = counted.number["groups"]
    rows = [GroupReadiness(group.name, *n.get(str(group.pk), (0, 0))) for group in groups]
    return Readiness(counted.number["stage"], rows, counted.at)


def count_ready(study: Study) -> dict[str, Any]:
    """The stage, and items rated once and twice or more by group. For `annotation.study_numbers`."""
    stage = default_stage(study)
    rated = [name for name, _words in stage_choices(study)]
    if rated and stage not in rated:
        stage = rated[0]
    ratings = Rating.objects.filter(pk__in=counting_answers(study, stage).values("rating"))
    pairs = ratings.values_list("rater__group", "slot__item").annotate(n=Count("rater", distinct=True))
    groups: dict[str, list[int]] = {}
    for group, _item, n in pairs.iterator():
        counts = groups.setdefault(str(group), [0, 0])
        counts[0] += 1
        counts[1] += n >= 2
    return {"stage": stage, "groups": groups}


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
    rated = CurrentRating.objects.filter(slot__plan__study=study)
    used = versions_met(study, lambda pk: rated.filter(rating__rubric_version=pk))
    questions = Question.objects.filter(version__in=used).order_by("version__number", "position")
    return list({question.key: question.text for question in questions}.items())


def stage_choices(study: Study) -> list[tuple[str, str]]:
    """Stages with ratings, each with its number; of a large stage as last counted: every finished slot has
    a rating."""
    now, counts, others = timezone.now(), Counter[str](), []
    for plan in Plan.objects.filter(study=study).select_related("summary"):
        stored = stored_counts(plan, now=now)
        if stored is None:
            others.append(plan.pk)
        else:
            counts[plan.stage] += stored.done.get(Slot.Purpose.QUOTA, 0)
    current = CurrentRating.objects.filter(slot__plan__in=others, slot__purpose=Slot.Purpose.QUOTA)
    counts.update(dict(current.values_list("slot__plan__stage").annotate(n=Count("pk"))))
    return [(stage, f"{stage.capitalize()} ({n:,} ratings)") for stage, n in sorted(counts.items()) if n]
