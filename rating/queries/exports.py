"""What an export reads of ratings: typed rows, streamed in a fixed number of queries.

Ratings never change, so the newest rating's key at the start of an export (`ExportScope.last_key`) bounds
all its files: what is submitted meanwhile is in none of them, and the files fit together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from annotation.models import Plan, Question, Rater, Study
from rating.models import Answer, Evidence, Rating

CHUNK = 2000
T = TypeVar("T")


@dataclass(frozen=True)
class ExportScope:
    """Which ratings leave: one stage of one study, the newest revision of each or all of them."""

    study: Study
    stage: str
    is_current_only: bool
    last_key: int


@dataclass(frozen=True)
class RatingRow:
    """One rating without its answers. `key` joins rows in memory and is never written."""

    key: int
    rating: str
    item_id: str
    conversation_id: str
    rater: str
    group: str
    stage: str
    purpose: str
    occurrence: int
    rubric: str
    rubric_version: int
    revision: int
    is_current: bool
    submitted_at: datetime
    active_ms: int | None
    comment: str


@dataclass(frozen=True)
class AnswerRow:
    question: str
    target: str
    perspective: str
    value: float | None
    label: str
    missing: str
    is_exception: bool


@dataclass(frozen=True)
class EvidenceRow:
    """A marked passage; of a restricted question neither words nor place are given."""

    question: str
    target: str
    start: int | None
    end: int | None
    quote: str
    is_withheld: bool


@dataclass(frozen=True)
class StageCount:
    stage: str
    label: str
    n_ratings: int


@dataclass(frozen=True, order=True)
class WideColumn:
    """One question about one target from one perspective: a column of the wide table."""

    position: int
    question: str
    target: str
    perspective: str

    @property
    def name(self) -> str:
        name = f"{self.question}__{self.target.replace(':', '_')}"
        return name if self.perspective == "self" else f"{name}__as_{self.perspective}"


def stage_counts(study: Study) -> list[StageCount]:
    """Stages of the study's plans, with how many ratings (newest revisions) each has. Two queries."""
    plans = Plan.objects.visible().filter(study=study)
    stages = set(plans.values_list("stage", flat=True))
    current = Rating.objects.filter(slot__plan__in=plans, current_of__isnull=False)
    counts = dict(current.values_list("slot__plan__stage").annotate(n=Count("pk")))
    return [
        StageCount(stage.value, str(stage.label), counts.get(stage.value, 0))
        for stage in Plan.Stage
        if stage.value in stages
    ]


def export_scope(study: Study, *, stage: str, is_current_only: bool) -> ExportScope:
    newest = Rating.objects.filter(slot__plan__study=study).aggregate(newest=Max("pk"))["newest"]
    return ExportScope(study, stage, is_current_only, newest or 0)


def exported_ratings(scope: ExportScope) -> QuerySet[Rating]:
    plans = Plan.objects.visible().filter(study=scope.study, stage=scope.stage)
    # Not read from CurrentRating: a revision submitted during the export must not move the flag.
    newer = Rating.objects.filter(
        slot=OuterRef("slot"), revision__gt=OuterRef("revision"), pk__lte=scope.last_key
    )
    ratings = Rating.objects.filter(slot__plan__in=plans, pk__lte=scope.last_key)
    ratings = ratings.annotate(is_newest=~Exists(newer))
    return ratings.filter(is_newest=True) if scope.is_current_only else ratings


def _keys(scope: ExportScope) -> QuerySet[Rating, Any]:
    return exported_ratings(scope).order_by().values("pk")


def rating_rows(scope: ExportScope) -> Iterator[RatingRow]:
    """All ratings of the scope in the order they came in. One query."""
    names = (
        "pk",
        "code",
        "slot__item__external_id",
        "slot__item__conversation__external_id",
        "rater__pseudonym",
        "rater__group__key",
        "slot__plan__stage",
        "slot__purpose",
        "slot__occurrence",
        "rubric_version__rubric__key",
        "rubric_version__number",
        "revision",
        "is_newest",
        "submitted_at",
        "active_ms",
        "comment",
    )
    rows = exported_ratings(scope).order_by("pk").values_list(*names)
    for values in rows.iterator(CHUNK):
        yield RatingRow(*values)


def answer_rows(scope: ExportScope) -> Iterator[tuple[int, AnswerRow]]:
    """Answers with their rating's key, in the order of `rating_rows`. One query."""
    names = ("question__key", "target", "perspective", "value", "level__label", "missing", "is_exception")
    rows = Answer.objects.filter(rating__in=_keys(scope)).values_list("rating_id", *names)
    ordered = rows.order_by("rating_id", "question__position", "target", "perspective")
    for key, question, target, perspective, value, label, missing, is_exception in ordered.iterator(CHUNK):
        yield key, AnswerRow(question, target, perspective, value, label or "", missing, is_exception)


def evidence_rows(scope: ExportScope) -> Iterator[tuple[int, EvidenceRow]]:
    """Marked passages with their rating's key, in the order of `rating_rows`. One query."""
    names = ("rating_id", "question__key", "question__is_restricted", "target", "start", "end", "quote")
    rows = Evidence.objects.filter(rating__in=_keys(scope)).order_by("rating_id", "pk").values_list(*names)
    for key, question, is_restricted, target, start, end, quote in rows.iterator(CHUNK):
        if is_restricted:
            yield key, EvidenceRow(question, target, None, None, "", is_withheld=True)
        else:
            yield key, EvidenceRow(question or "", target, start, end, quote, is_withheld=False)


def beside(rows: Iterator[tuple[int, T]]) -> Callable[[int], list[T]]:
    """Read a second stream, sorted by the same key, alongside a first one, in constant memory.

    The returned function gives the rows of a key; it must be asked in ascending order.
    """
    ahead: list[tuple[int, T]] = []

    def take(key: int) -> list[T]:
        taken: list[T] = []
        while True:
            pair = ahead.pop() if ahead else next(rows, None)
            if pair is None:
                return taken
            if pair[0] > key:
                ahead.append(pair)
                return taken
            if pair[0] == key:
                taken.append(pair[1])

    return take


def wide_columns(scope: ExportScope) -> list[WideColumn]:
    """The columns the ratings of the scope need, in the order of the form. One query."""
    answers = Answer.objects.filter(rating__in=_keys(scope)).order_by()
    places = answers.values_list("question__key", "target", "perspective").annotate(Max("question__position"))
    return sorted(
        WideColumn(position, key, target, perspective) for key, target, perspective, position in places
    )


def exported_questions(scope: ExportScope) -> list[Question]:
    """Questions of every rubric version the stage uses, with scales and levels. Two queries."""
    plans = Plan.objects.visible().filter(study=scope.study, stage=scope.stage)
    rated = exported_ratings(scope).order_by().values("rubric_version")
    used = Q(version__in=plans.values("rubric_version")) | Q(version__in=rated)
    questions = Question.objects.filter(used).select_related("version__rubric", "scale")
    ordered = questions.order_by("version__rubric__key", "version__number", "position")
    return list(ordered.prefetch_related("scale__levels"))


def rater_rows(scope: ExportScope) -> Iterator[tuple[str, str, str, str]]:
    """Pseudonym, group, origin and judge model of whoever rated in the scope. One query."""
    raters = Rater.objects.filter(pk__in=exported_ratings(scope).order_by().values("rater"))
    names = ("pseudonym", "group__key", "origin", "judge_model")
    yield from raters.order_by("group__position", "pseudonym").values_list(*names).iterator(CHUNK)
