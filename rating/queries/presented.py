"""An item as its rater may see it: texts and questions, never who wrote the reply or what others think."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from annotation.models import Group, ItemFactor, Plan, Question, Rater, Response, Slot, Turn
from rating.models import Draft, Presentation, Rating
from rating.queries.contents import Contents
from rating.queries.kept_rubrics import kept_rubric
from rating.queries.rating_list import own_rating


@dataclass(frozen=True)
class PresentedItem:
    """Everything a client needs to show a claimed item and to send its rating."""

    presentation: Presentation
    turns: list[Turn]
    responses: list[Response]
    # Only factors that do not tell the source.
    factors: list[ItemFactor]
    # In the order in which they were shown.
    questions: list[Question]
    draft: Draft | None
    # The rater's own rating so far, when they come back to revise it.
    rating: Rating | None
    # Singular names of the study's groups by key, for questions asked in another's place.
    group_names: dict[str, str] = field(default_factory=dict)


def _ordered_questions(presentation: Presentation) -> list[Question]:
    by_key = kept_rubric(presentation.rubric_version).by_key
    return [by_key[key] for key in presentation.question_order if key in by_key]


def blank_item(presentation: Presentation, contents: Contents) -> PresentedItem:
    """What was presented without what was entered: for reading a submission, or showing an item first."""
    questions = _ordered_questions(presentation)
    return PresentedItem(
        presentation=presentation,
        turns=contents.turns,
        responses=contents.responses,
        factors=[],
        questions=questions,
        draft=None,
        rating=None,
        group_names=_group_names(presentation, questions),
    )


def _group_names(presentation: Presentation, questions: list[Question]) -> dict[str, str]:
    if not any(question.perspectives for question in questions):
        return {}
    groups = Group.objects.filter(study=presentation.rater.study_id)
    return {group.key: group.singular or group.name for group in groups}


def presented_item(presentation: Presentation) -> PresentedItem:
    """Everything about what was presented, in a fixed number of queries."""
    item = presentation.slot.item
    questions = _ordered_questions(presentation)
    return PresentedItem(
        presentation=presentation,
        turns=list(Turn.objects.filter(conversation=item.conversation_id).order_by("position")),
        # ResponseSource is not joined: no rater's page or document reads it.
        responses=list(Response.objects.filter(item=item).order_by("position")),
        factors=list(ItemFactor.objects.filter(item=item, factor__is_hidden=False).select_related("factor")),
        questions=questions,
        draft=Draft.objects.filter(slot=presentation.slot_id, rater=presentation.rater_id).first(),
        rating=own_rating(presentation),
        group_names=_group_names(presentation, questions),
    )


def current_presentation(rater: Rater, now: datetime) -> Presentation | None:
    """What the rater holds in the open stage; None when nothing, or when its time is up."""
    plans = Plan.objects.filter(study=rater.study_id, state=Plan.State.OPEN)
    held = Slot.objects.filter(plan__in=plans).claimed_by(rater, now)
    presentations = Presentation.objects.filter(rater=rater, slot__in=held)
    return presentations.select_related("slot__item", "slot__group", "rubric_version__rubric").first()
