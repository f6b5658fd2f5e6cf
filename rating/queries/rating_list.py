"""Ratings to list, for a study's team and for the rater who gave them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from annotation.models import Plan, Question, Rater, Study
from rating.models import Answer, Evidence, Presentation, Rating


def _with_parts(ratings: QuerySet[Rating], question: str = "") -> QuerySet[Rating]:
    answers = Answer.objects.select_related("question", "level").order_by("question__position", "target")
    if question:
        answers = answers.filter(question__key=question)
    evidence = Evidence.objects.select_related("question").order_by("pk")
    loaded = ratings.select_related(
        "slot__item", "slot__plan", "rater__group", "rubric_version__rubric", "current_of"
    )
    return loaded.prefetch_related(Prefetch("answers", answers), Prefetch("evidence", evidence))


def _answered(ratings: QuerySet[Rating], question: str, study: Study) -> QuerySet[Rating]:
    """Those with an answer to the question. One query before."""
    keys = Question.objects.filter(key=question, version__rubric__study=study).values_list("pk", flat=True)
    answers = Answer.objects.filter(question__in=list(keys)).order_by()
    # Whether anybody has answered comes first: if nobody has, the database looks through all ratings for it.
    return ratings.filter(Exists(answers), Exists(answers.filter(rating=OuterRef("pk"))))


def listed_ratings(
    study: Study, *, stage: str, group: str = "", question: str = "", is_current_only: bool = True
) -> QuerySet[Rating]:
    """Ratings of one stage, the newest first; with `question` only that question's answers. Four queries."""
    # Practice and qualification are no ratings of the study: nobody lists them.
    plans = Plan.objects.visible().of_work().filter(study=study, stage=stage)
    ratings = Rating.objects.filter(slot__plan__in=plans)
    if group:
        ratings = ratings.filter(rater__group__key=group)
    if is_current_only:
        ratings = ratings.filter(current_of__isnull=False)
    if question:
        ratings = _answered(ratings, question, study)
    return _with_parts(ratings, question).order_by("-pk")


def own_ratings(rater: Rater) -> QuerySet[Rating]:
    """The newest revision of everything this rater has submitted but practice, the newest first."""
    work = Plan.objects.of_work().filter(study=rater.study_id)
    ratings = Rating.objects.filter(rater=rater, current_of__isnull=False, slot__plan__in=work)
    return _with_parts(ratings).order_by("-pk")


def with_words(ratings: QuerySet[Rating]) -> QuerySet[Rating]:
    """The same with what was shown: replies, points of the scales, wordings. Four more queries."""
    shown = ("answers__question__scale__levels", "answers__question__wordings", "slot__item__responses")
    return ratings.select_related("presentation__slot").prefetch_related(*shown)


def own_rating(presentation: Presentation) -> Rating | None:
    """The newest rating of what was presented, wherever a late one came to lie."""
    return _with_parts(Rating.objects.filter(presentation=presentation, current_of__isnull=False)).first()


def with_parts(rating: Rating) -> Rating:
    """The same rating with everything loaded that is shown of it. Three queries."""
    return _with_parts(Rating.objects.filter(pk=rating.pk)).get()
