"""Decided items as an export tells them: the own rating beside the decision, a row per answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from annotation.models import Plan, Study
from rating.models import Adjudication, Judgement, JudgementAnswer
from rating.queries.exports import ExportScope

PAGE = 200
# Position of the question, its key, target, part, perspective.
Place = tuple[int, str, str, str, str]


@dataclass(frozen=True)
class DecidedRow:
    """One question of one decided item. `number`: the adjudicator's, by their first decision in the study."""

    adjudication: Adjudication
    number: int
    own: Judgement
    decision: Judgement
    place: Place
    own_answer: JudgementAnswer | None
    decision_answer: JudgementAnswer | None


def decided_rows(scope: ExportScope) -> Iterator[DecidedRow]:
    """Decided items of the stage, in the order they were chosen. Two queries, and two for every page."""
    numbers = _numbers(scope.study)
    for one in _decided(scope).iterator(PAGE):
        steps = {judgement.step: judgement for judgement in one.judgements.all()}
        own, decision = steps[Judgement.Step.OWN], steps[Judgement.Step.DECISION]
        mine, final = _by_place(own), _by_place(decision)
        # Where nothing had to be answered, there is still what the decision rests on.
        for place in sorted(mine.keys() | final.keys()) or [(0, "", "", "", "")]:
            number = numbers[one.adjudicator_id]
            yield DecidedRow(one, number, own, decision, place, mine.get(place), final.get(place))


@dataclass(frozen=True)
class JudgedPassage:
    """A passage that an adjudicator marked, as it is stored: question, target, start, end, quote, label,
    severity."""

    adjudication: Adjudication
    number: int
    step: str
    passage: Mapping[str, Any]


def judged_passages(scope: ExportScope) -> Iterator[list[JudgedPassage]]:
    """Those of every decided item together. Two queries, and two for every page."""
    numbers = _numbers(scope.study)
    for one in _decided(scope).iterator(PAGE):
        yield [
            JudgedPassage(one, numbers[one.adjudicator_id], judgement.step, passage)
            for judgement in one.judgements.all()
            for passage in judgement.passages
        ]


def _decided(scope: ExportScope) -> QuerySet[Adjudication]:
    plans = Plan.objects.visible().of_work().filter(study=scope.study, stage=scope.stage)
    decisions = Judgement.objects.filter(adjudication=OuterRef("pk"), step=Judgement.Step.DECISION)
    answers = JudgementAnswer.objects.select_related("question", "level")
    judgements = Judgement.objects.select_related("rubric_version__rubric")
    return (
        Adjudication.objects.filter(Exists(decisions), plan__in=plans)
        .select_related("item")
        .prefetch_related(Prefetch("judgements", judgements), Prefetch("judgements__answers", answers))
        .order_by("pk")
    )


def _numbers(study: Study) -> dict[int | None, int]:
    """Adjudicators by key, counted from 1: later decisions change nobody's number."""
    decisions = Judgement.objects.filter(adjudication__plan__study=study, step=Judgement.Step.DECISION)
    deciders = decisions.order_by("pk").values_list("adjudication__adjudicator_id", flat=True)
    return {key: number for number, key in enumerate(dict.fromkeys(deciders), start=1)}


def _by_place(judgement: Judgement) -> dict[Place, JudgementAnswer]:
    return {
        (one.question.position, one.question.key, one.target, one.part, one.perspective): one
        for one in judgement.answers.all()
    }
