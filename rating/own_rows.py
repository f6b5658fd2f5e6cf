"""A rater's own ratings and drafts, as JSON. Not a word of who wrote a reply or which items are checks."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Manager

from annotation.models import Rater
from annotation.own_data import register
from rating.models import Answer, Draft, Evidence, Rating

ANSWER = ("question__key", "target", "part", "perspective", "value", "missing", "text", "confidence")
PASSAGE = ("question__key", "target", "label", "severity", "start", "end", "quote")


def _by_rating(rows_of: Manager[Any], rater: Rater, fields: tuple[str, ...]) -> dict[int, list[Any]]:
    rows = rows_of.filter(rating__rater=rater).order_by("pk").values("rating_id", *fields)
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        key = row.pop("rating_id")
        found[key].append({"question": row.pop("question__key"), **row})
    return found


def ratings(rater: Rater) -> list[dict[str, Any]]:
    """Every rating with its revisions, oldest first. Three queries."""
    answers, passages = (
        _by_rating(Answer.objects, rater, ANSWER),
        _by_rating(Evidence.objects, rater, PASSAGE),
    )
    given = Rating.objects.filter(rater=rater).select_related("slot__item").order_by("pk")
    return [
        {
            "item": one.slot.item.code,
            "revision": one.revision,
            "submitted_at": one.submitted_at,
            "active_ms": one.active_ms,
            "comment": one.comment,
            "answers": answers.get(one.pk, []),
            "passages": passages.get(one.pk, []),
        }
        for one in given
    ]


def drafts(rater: Rater) -> list[dict[str, Any]]:
    kept = Draft.objects.filter(rater=rater).select_related("slot__item").order_by("pk")
    return [{"item": one.slot.item.code, "saved_at": one.saved_at, "typed": one.payload} for one in kept]


def register_own_rows() -> None:
    register("ratings", ratings)
    register("drafts", drafts)
