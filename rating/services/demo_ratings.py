"""Fill slots of a demo study with the drawn ratings, as if they had been given over the past weeks."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pandas as pd
from django.utils import timezone

from annotation.design.pool import KEY_SPACE, rater_offset
from annotation.models import Level, Plan, Question, QueueCursor, Rater, RubricVersion, Slot
from rating.demonstration import PlantedRatings
from rating.models import Answer, CurrentRating, Evidence, Presentation, Rating

CHUNK = 500
FIRST_DAY = timedelta(days=21)
SITTING = 8


@dataclass(frozen=True)
class _Form:
    """A rubric version at hand: no query per answer."""

    version: RubricVersion
    questions: dict[str, Question]
    levels: dict[tuple[int | None, float], Level]

    @classmethod
    def of(cls, version: RubricVersion) -> _Form:
        questions = Question.objects.filter(version=version).order_by("position")
        levels = Level.objects.filter(scale__version=version)
        return cls(
            version=version,
            questions={question.key: question for question in questions},
            levels={(level.scale_id, level.value): level for level in levels},
        )


@dataclass(frozen=True)
class _Drawn:
    """The drawn tables by (item key, login)."""

    answers: dict[Any, pd.DataFrame]
    comments: dict[Any, str]
    passages: dict[Any, pd.DataFrame]

    @classmethod
    def of(cls, ratings: PlantedRatings) -> _Drawn:
        comments = ratings.comments
        keys = zip(comments["item"], comments["rater"], strict=True)
        return cls(
            answers=dict(tuple(ratings.answers.groupby(["item", "rater"], sort=False))),
            comments=dict(zip(keys, comments["comment"], strict=True)),
            passages=dict(tuple(ratings.passages.groupby(["item", "rater"], sort=False))),
        )


@dataclass
class _Rows:
    slots: list[Slot] = field(default_factory=list)
    presentations: list[Presentation] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    cursors: list[QueueCursor] = field(default_factory=list)

    def store(self) -> None:
        Slot.objects.bulk_update(
            self.slots, ["state", "rater", "claimed_at", "completed_at"], batch_size=CHUNK // 5
        )
        QueueCursor.objects.bulk_create(self.cursors)
        Presentation.objects.bulk_create(self.presentations, batch_size=CHUNK)
        Rating.objects.bulk_create(self.ratings, batch_size=CHUNK)
        CurrentRating.objects.bulk_create(
            [CurrentRating(slot=rating.slot, rating=rating) for rating in self.ratings], batch_size=CHUNK
        )
        Answer.objects.bulk_create(self.answers, batch_size=CHUNK)
        Evidence.objects.bulk_create(self.evidence, batch_size=CHUNK)


def fill_slots(plan: Plan, raters: Mapping[str, Rater], drawn: PlantedRatings, *, n_each: int) -> int:
    """Let each of `raters` (by login) rate the first `n_each` items of their own order; how many were rated.

    Called inside the transaction that loads the demo. Deterministic but for the day it ends on.
    """
    form, tables, rows = _Form.of(plan.rubric_version), _Drawn.of(drawn), _Rows()
    free = _free_slots(plan)
    now = timezone.now()
    for name, rater in raters.items():
        slots = _take(free, plan, rater, n_each)
        times = _sittings(random.Random(f"{plan.seed}:{name}"), len(slots), now)  # noqa: S311 (invented times)
        for position, (slot, (shown_at, submitted_at)) in enumerate(zip(slots, times, strict=True), start=1):
            shown = Presentation(
                slot=slot,
                rater=rater,
                rubric_version=form.version,
                question_order=list(form.questions),
                position=position,
                shown_at=shown_at,
            )
            rating = _rate(rows, shown, submitted_at)
            _answer(rows, rating, form, tables, (slot.item.external_id, name))
        rows.cursors.append(_cursor(plan, rater, slots))
    rows.store()
    return len(rows.ratings)


def _free_slots(plan: Plan) -> dict[tuple[int, int], list[Slot]]:
    """Open slots by (group, item), the one with the lowest number last, so that `pop` takes it."""
    free: dict[tuple[int, int], list[Slot]] = {}
    slots = Slot.objects.filter(plan=plan, state=Slot.State.OPEN).select_related("item")
    for slot in slots.order_by("-number"):
        free.setdefault((slot.group_id, slot.item_id), []).append(slot)
    return free


def _take(free: dict[tuple[int, int], list[Slot]], plan: Plan, rater: Rater, n_each: int) -> list[Slot]:
    """One slot of each of the first items on the rater's way round the pool, as the queue serves them."""
    offset = rater_offset(plan.seed, rater.pseudonym)
    mine = [slots for (group, _), slots in free.items() if group == rater.group_id and slots]
    mine.sort(key=lambda slots: (slots[-1].random_key - offset) % KEY_SPACE)
    return [slots.pop() for slots in mine[:n_each]]


def _sittings(rng: random.Random, n_items: int, now: datetime) -> list[tuple[datetime, datetime]]:
    """When each item was shown and submitted: a few sittings on invented days before `now`."""
    n_sittings = -(-n_items // SITTING)
    days = sorted(rng.sample(range(1, FIRST_DAY.days), n_sittings), reverse=True)
    times = []
    for sitting, day in enumerate(days):
        start = (now - timedelta(days=day)).replace(hour=rng.randint(7, 20), minute=rng.randint(0, 59))
        for _ in range(min(SITTING, n_items - sitting * SITTING)):
            end = start + timedelta(seconds=rng.randint(80, 420))
            times.append((start, end))
            start = end + timedelta(seconds=2)
    return times


def _rate(rows: _Rows, shown: Presentation, submitted_at: datetime) -> Rating:
    """The rating of what was shown; its slot is done from then on."""
    slot = shown.slot
    slot.state, slot.rater = Slot.State.DONE, shown.rater
    slot.claimed_at, slot.completed_at = shown.shown_at, submitted_at
    rating = Rating(
        slot=slot,
        rater=shown.rater,
        rubric_version=shown.rubric_version,
        presentation=shown,
        client_id=uuid5(NAMESPACE_URL, f"attune:{slot.code}"),
        active_ms=round((submitted_at - shown.shown_at).total_seconds() * 900),
        submitted_at=submitted_at,
    )
    rows.slots.append(slot)
    rows.presentations.append(shown)
    rows.ratings.append(rating)
    return rating


def _answer(rows: _Rows, rating: Rating, form: _Form, tables: _Drawn, key: tuple[str, str]) -> None:
    """Answers, comment and marked passages of one rating; every demo item has one reply to judge."""
    rating.comment = tables.comments.get(key, "")
    drawn = tables.answers[key]
    for question_key, value, missing in zip(drawn["question"], drawn["value"], drawn["missing"], strict=True):
        question = form.questions[question_key]
        answer = Answer(rating=rating, question=question, target="response:1")
        if pd.isna(value):
            answer.missing = missing
        else:
            answer.level = form.levels[question.scale_id, float(value)]
            answer.value = float(value)
        rows.answers.append(answer)
    if key in tables.passages:
        rows.evidence.extend(_passages(rating, form, tables.passages[key]))


def _passages(rating: Rating, form: _Form, marked: pd.DataFrame) -> list[Evidence]:
    columns = (marked[name] for name in ("question", "start", "end", "quote"))
    return [
        Evidence(
            rating=rating,
            question=form.questions[question],
            target="response:1",
            start=int(start),
            end=int(end),
            quote=quote,
        )
        for question, start, end, quote in zip(*columns, strict=True)
    ]


def _cursor(plan: Plan, rater: Rater, slots: list[Slot]) -> QueueCursor:
    return QueueCursor(
        plan=plan,
        rater=rater,
        offset=rater_offset(plan.seed, rater.pseudonym),
        last_key=slots[-1].random_key if slots else None,
        n_served=len(slots),
    )
