"""Ratings written straight into a study, so that a test of numbers can say which they are."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from annotation.models import Group, Item, Level, Plan, Question, Rater, Slot
from annotation.services import people
from rating.models import Answer, CurrentRating, Rating

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# Per group and rater the answers to one question, item by item; None is "cannot judge".
Values = Mapping[str, Sequence[Sequence[float | None]]]

# Three peers and three clinicians on four items. Peers rate high where clinicians rate low and agree
# inside their group, so that the groups pull apart by design.
APART: Values = {
    "peer": [[5, 4, 2, 1], [5, 4, 2, 2], [5, 5, 2, 1]],
    "clinician": [[2, 1, 4, 5], [1, 1, 4, 5], [2, 1, None, 5]],
}
FLAGS: Values = {
    "peer": [[0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0]],
    "clinician": [[0, 1, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0]],
}


def make_raters(plan: Plan, group: str, n: int) -> list[Rater]:
    """Raters without a login, named peer-1, peer-2 …"""
    found = Group.objects.get(study=plan.study, key=group)
    actor = plan.study.members.select_related("user").order_by("pk")[0].user
    return [
        people.add_rater(
            plan.study,
            actor=actor,
            group=found,
            origin="imported",
            external_id=f"Ms Secret {number}",
            pseudonym=f"{group}-{number}",
        )
        for number in range(1, n + 1)
    ]


def rate_item(
    plan: Plan,
    rater: Rater,
    item: Item,
    answers: Mapping[str, float | None],
    *,
    purpose: str = "quota",
    number: int = 1,
    at: datetime = START,
    active_ms: int | None = None,
) -> Rating:
    """One finished slot with its current rating."""
    slot, _ = Slot.objects.get_or_create(
        plan=plan,
        item=item,
        group=rater.group,
        purpose=purpose,
        number=number,
        occurrence=1,
        defaults={"rubric_version": plan.rubric_version},
    )
    Slot.objects.filter(pk=slot.pk).update(state=Slot.State.DONE, rater=rater, completed_at=at)
    earlier = Rating.objects.filter(slot=slot).count()
    rating = Rating.objects.create(
        slot=slot,
        rater=rater,
        rubric_version=plan.rubric_version,
        revision=earlier + 1,
        client_id=uuid.uuid4(),
        submitted_at=at,
        active_ms=active_ms,
    )
    Answer.objects.bulk_create([_answer(plan, rating, key, value) for key, value in answers.items()])
    CurrentRating.objects.update_or_create(slot=slot, defaults={"rating": rating})
    return rating


def _answer(plan: Plan, rating: Rating, key: str, value: float | None) -> Answer:
    question = Question.objects.get(version=plan.rubric_version, key=key)
    level = Level.objects.filter(scale=question.scale, value=value).first() if value is not None else None
    return Answer(
        rating=rating,
        question=question,
        target="response:1",
        value=value,
        level=level,
        is_exception=value is not None and level is None,
        missing="cannot_judge" if value is None else "",
    )


def fill(plan: Plan, items: Sequence[Item], answers: Mapping[str, Values]) -> dict[str, list[Rater]]:
    """Every group's raters answer the named questions on every item; one minute between ratings."""
    groups = next(iter(answers.values()))
    raters = {group: make_raters(plan, group, len(rows)) for group, rows in groups.items()}
    at = START
    for group, members in raters.items():
        for number, rater in enumerate(members):
            for place, item in enumerate(items):
                given = {key: values[group][number][place] for key, values in answers.items()}
                rate_item(plan, rater, item, given, number=number + 1, at=at)
                at += timedelta(minutes=1)
    return raters
