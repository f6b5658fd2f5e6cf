"""Answers beside the known ones: practice, qualification, gold items and attention checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from annotation.models import GoldKey, Question
from rating.models import Answer, Rating

OWN_VIEW = "self"
NOMINAL = "nominal"


@dataclass(frozen=True)
class Judged:
    """One answer beside its key. `value` is None where the rater gave a reason instead.

    `steps`: levels between the answer and the key; None where there is no value, or no order of levels and
    the two differ.
    """

    rater: int
    item: int
    rating: int
    question: Question
    key: GoldKey
    value: float | None
    steps: int | None

    @property
    def is_exact(self) -> bool:
        return self.steps == 0

    @property
    def is_within_one(self) -> bool:
        return self.steps is not None and self.steps <= 1

    @property
    def distance(self) -> float | None:
        """|answer - the panel's mean|, where the key has one."""
        if self.value is None or self.key.panel_mean is None:
            return None
        return abs(self.value - self.key.panel_mean)


def key_value(key: GoldKey, values: Sequence[float]) -> float:
    """The key as a point of the scale: of a panel's mean the nearest, the lower of two as near."""
    if key.value is not None or not values:
        return key.value if key.value is not None else float(key.panel_mean or 0)
    mean = float(key.panel_mean or 0)
    return min(values, key=lambda value: (abs(value - mean), value))


def steps_between(question: Question, first: float, second: float) -> int | None:
    """Levels between two points of a question's scale; None where they differ and levels have no order."""
    values = [level.value for level in question.levels]
    if first == second:
        return 0
    if question.measurement == NOMINAL or first not in values or second not in values:
        return None
    return abs(values.index(first) - values.index(second))


def judged_answers(ratings: QuerySet[Rating]) -> list[Judged]:
    """Every answer of these ratings that has a key, in the order of items and questions. Five queries."""
    # Found first: together, PostgreSQL reads answers of all ratings.
    found_ratings = list(ratings.order_by().values_list("pk", flat=True))
    rows = (
        Answer.objects.filter(rating__in=found_ratings, perspective=OWN_VIEW)
        .select_related("rating__slot", "question__scale")
        .prefetch_related("question__scale__levels")
        .order_by("rating_id", "question__position", "target", "part")
    )
    keys = GoldKey.objects.filter(keyed__item__in=ratings.values("slot__item")).select_related("keyed")
    by_place = {(key.keyed.item_id, key.question_key, key.target, key.part): key for key in keys}
    found = []
    for answer in rows:
        item = answer.rating.slot.item_id
        key = by_place.get((item, answer.question.key, answer.target, answer.part))
        if key is not None:
            found.append(_judged(answer, key, item))
    return found


def _judged(answer: Answer, key: GoldKey, item: int) -> Judged:
    question = answer.question
    wanted = key_value(key, [level.value for level in question.levels])
    steps = None if answer.value is None else steps_between(question, answer.value, wanted)
    rating = answer.rating
    return Judged(rating.rater_id, item, rating.pk, question, key, answer.value, steps)
