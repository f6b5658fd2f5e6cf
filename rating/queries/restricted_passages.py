"""Where passages stand that may describe ways to self-harm: no file tells words or places that touch them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db.models import Q

from annotation.models import Question, Study
from rating.models import Answer, Evidence, Judgement, JudgementAnswer

# By item's key and text: first character of a passage, and the one after its last.
Places = dict[tuple[int, str], list[tuple[int, int]]]


def restricted_keys(study: Study) -> set[str]:
    """Keys of the questions that are restricted in any version. One query."""
    questions = Question.objects.filter(version__rubric__study=study, is_restricted=True)
    return set(questions.values_list("key", flat=True))


def restricted_places(study: Study, items: Collection[int] | None = None) -> Places:
    """Whatever anybody marked for a restricted question, raters or adjudicators, in whatever stage: a text
    does not become harmless. With `items` (their keys) of these alone. Three queries."""
    marked = Evidence.objects.filter(question__is_restricted=True, start__isnull=False)
    marked = marked.filter(rating__slot__plan__study=study)
    if items is not None:
        marked = marked.filter(rating__slot__item__in=items)
    rows = marked.values_list("rating__slot__item_id", "target", "start", "end")
    places: Places = {}
    for item, target, start, end in [*rows, *_judged(study, items)]:
        if start is not None and end is not None:
            places.setdefault((item, target), []).append((start, end))
    return places


def _judged(study: Study, items: Collection[int] | None) -> Iterator[tuple[int, str, int | None, int | None]]:
    """Of adjudicators, decided or not: what they marked first counts too."""
    keys = restricted_keys(study)
    judgements = Judgement.objects.filter(adjudication__plan__study=study).exclude(passages=[])
    if items is not None:
        judgements = judgements.filter(adjudication__item__in=items)
    for item, passages in judgements.values_list("adjudication__item_id", "passages"):
        for one in passages:
            if one["question"] in keys:
                yield item, one["target"], one["start"], one["end"]


def restricted_items(study: Study) -> set[int]:
    """Keys of the items of which a passage or an answer of anybody says that they describe such ways. Five
    queries, none where no question is restricted."""
    keys = restricted_keys(study)
    if not keys:
        return set()
    said = Q(value__gt=0, question__is_restricted=True)
    marked = Evidence.objects.filter(question__is_restricted=True, rating__slot__item__study=study)
    rated = Answer.objects.filter(said, rating__slot__item__study=study)
    judged = JudgementAnswer.objects.filter(said, judgement__adjudication__item__study=study)
    judgements = Judgement.objects.filter(adjudication__item__study=study).exclude(passages=[])
    passages = judgements.values_list("adjudication__item_id", "passages")
    return {
        *marked.values_list("rating__slot__item_id", flat=True).distinct(),
        *rated.values_list("rating__slot__item_id", flat=True).distinct(),
        *judged.values_list("judgement__adjudication__item_id", flat=True).distinct(),
        *(item for item, marks in passages if any(one["question"] in keys for one in marks)),
    }


def shares_words(place: Sequence[Any], marked: Sequence[tuple[int, int]]) -> bool:
    """Whether a passage (start, end, …) has a character in common with one of the others."""
    start, end, _quote = place
    return start is not None and any(start < other_end and end > other for other, other_end in marked)
