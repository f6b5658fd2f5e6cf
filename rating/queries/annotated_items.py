"""Items with texts and every rating of them in full, for formats that keep both in one object."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from rating.models import Answer, Evidence
from rating.queries.exports import (
    RATING_NAMES,
    ExportScope,
    RatingRow,
    exported_ratings,
    raters_of,
    rating_row,
)
from rating.queries.preference_items import RatedItem, rated_items

PAGE = 100


@dataclass(frozen=True)
class Said:
    """One answer as it was given; `place` finds its column (`WideColumn.place`)."""

    place: tuple[str, str, str, str]
    value: float | None
    missing: str
    text: str


@dataclass(frozen=True)
class Marked:
    """A passage that was found in its text."""

    question: str
    label: str
    severity: float | None
    target: str
    start: int
    end: int
    quote: str


@dataclass
class Annotated:
    """One rating with everything in it."""

    row: RatingRow
    answers: list[Said] = field(default_factory=list)
    passages: list[Marked] = field(default_factory=list)


def annotated_items(scope: ExportScope) -> Iterator[tuple[RatedItem, list[Annotated]]]:
    """Rated items that may leave, with their ratings; three queries for a hundred beside those of the items.

    An item of which somebody says that it describes ways to self-harm is left out unless unlocked, so that
    no passage or word of a restricted question is among the rest.
    """
    shown = raters_of(scope)
    items = (item for item in rated_items(scope) if scope.with_restricted or not item.is_restricted)
    while page := list(islice(items, PAGE)):
        rated = exported_ratings(scope).filter(slot__item__external_id__in=[item.name for item in page])
        rows = [rating_row(values, shown) for values in rated.order_by("pk").values_list(*RATING_NAMES)]
        found = {row.key: Annotated(row) for row in rows}
        _add_answers(found)
        _add_passages(found)
        by_item: dict[str, list[Annotated]] = defaultdict(list)
        for one in found.values():
            by_item[one.row.item_id].append(one)
        for item in page:
            yield item, by_item[item.name]


def _add_answers(found: dict[int, Annotated]) -> None:
    names = ("question__key", "target", "part", "perspective", "value", "missing", "text")
    answers = Answer.objects.filter(rating__in=list(found)).order_by("rating_id", "question__position", "pk")
    for key, question, target, part, perspective, *said in answers.values_list("rating_id", *names):
        found[key].answers.append(Said((question, target, part, perspective), *said))


def _add_passages(found: dict[int, Annotated]) -> None:
    names = ("question__key", "label", "severity", "target", "start", "end", "quote")
    marks = Evidence.objects.filter(rating__in=list(found), start__isnull=False).order_by("pk")
    for key, question, *mark in marks.values_list("rating_id", *names):
        found[key].passages.append(Marked(question or "", *mark))


def passage_labels(scope: ExportScope) -> list[tuple[str, str]]:
    """Question and code of every kind of passage that was marked. One query."""
    marks = Evidence.objects.filter(rating__in=exported_ratings(scope).order_by().values("pk"))
    if not scope.with_restricted:
        marks = marks.exclude(question__is_restricted=True)
    kinds = marks.order_by().values_list("question__key", "label").distinct()
    return sorted((question or "", label) for question, label in kinds)
