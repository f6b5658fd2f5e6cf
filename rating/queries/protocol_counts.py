"""What a protocol card counts of a stage's ratings and answers, each in one pass over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import BooleanField, Case, Count, Max, Min, Q, Value, When

from annotation.models import Group, Plan, Slot, Study
from rating.models import Answer, Rating
from rating.queries.answer_counts import AnswerCount
from rating.queries.ratings import OWN_VIEW, counting_answers, part_name

# By question (or part of one) and key of the group: numbers of answers by why there is no value.
Answered = Mapping[tuple[str, str], Mapping[str, int]]


class CountedRatings(NamedTuple):
    """Newest revisions of one rater that are alike. `language`: of what was shown, None where nothing was
    recorded; `is_ordered`: replies were put in an order."""

    group: int
    rater: int
    version: int
    purpose: str
    language: str | None
    is_ordered: bool
    is_revised: bool
    n: int
    first_at: datetime
    last_at: datetime

    @property
    def is_planned(self) -> bool:
        return self.purpose == Slot.Purpose.QUOTA


def counted_ratings(study: Study, stage: str) -> list[CountedRatings]:
    """All of the stage's plans, whatever their purpose. One query."""
    plans = Plan.objects.visible().filter(study=study, stage=stage)
    current = Rating.objects.filter(current_of__isnull=False, slot__plan__in=plans).order_by()
    ordered = Q(presentation__isnull=False) & ~Q(presentation__response_order=[])
    marked = current.annotate(is_ordered=_truth(ordered), is_revised=_truth(Q(revision__gt=1)))
    names = ("rater__group_id", "rater_id", "rubric_version_id", "slot__purpose", "presentation__language")
    alike = marked.values_list(*names, "is_ordered", "is_revised")
    rows = alike.annotate(n=Count("pk"), first=Min("submitted_at"), last=Max("submitted_at"))
    return [CountedRatings(*row) for row in rows]


def _truth(condition: Q) -> Case:
    yes, no = Value(value=True), Value(value=False)
    return Case(When(condition, then=yes), default=no, output_field=BooleanField())


class AnsweredQuestions(NamedTuple):
    """`views`: keys of the groups in whose place somebody answered."""

    answered: Answered
    views: frozenset[str]


def answered_questions(study: Study, stage: str) -> AnsweredQuestions:
    """Two queries, which read every answer."""
    rows = counting_answers(study, stage).order_by("question__key", "part", "rating__rater__group__position")
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for key, part, group, missing, n in rows.values_list(
        "question__key", "part", "rating__rater__group__key", "missing"
    ).annotate(n=Count("pk")):
        by_reason = found[part_name(key, part), group]
        by_reason[missing] = by_reason.get(missing, 0) + n
    plans = Plan.objects.visible().filter(study=study, stage=stage)
    counting = Rating.objects.filter(
        current_of__isnull=False, slot__plan__in=plans, slot__purpose=Slot.Purpose.QUOTA
    )
    elsewhere = Answer.objects.filter(rating__in=counting.values("pk")).exclude(perspective=OWN_VIEW)
    views = elsewhere.order_by().values_list("perspective", flat=True).distinct()
    return AnsweredQuestions(found, frozenset(views))


def answered_of_counts(counts: Iterable[AnswerCount], groups: Sequence[Group]) -> AnsweredQuestions:
    """The same from what an export of the stage, of all its raters, has counted."""
    places = {group.pk: (group.position, group.key) for group in groups}
    counting = [one for one in counts if one.is_counting]
    views = frozenset(one.perspective for one in counting if one.perspective != OWN_VIEW)
    own = [one for one in counting if one.perspective == OWN_VIEW and one.asked.has_scale]
    own.sort(key=lambda one: (one.asked.key, one.part, places[one.group][0]))
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for one in own:
        by_reason = found[part_name(one.asked.key, one.part), places[one.group][1]]
        by_reason[one.missing] = by_reason.get(one.missing, 0) + one.n
    return AnsweredQuestions(found, views)
