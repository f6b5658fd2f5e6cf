"""Answers by item: what a matrix of items by raters is written from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from annotation.models import Item
from rating.models import Answer
from rating.queries.exports import ExportScope, exported_ratings

PAGE = 200
# Of one question: (rater's key, occurrence) -> value.
Cells = dict[tuple[int, int], float]
# Question, target, part, perspective.
Place = tuple[str, str, str, str]


def item_pages(scope: ExportScope) -> Iterator[list[tuple[str, dict[Place, Cells]]]]:
    """Items that were rated with their values, a page at a time, in the study's order; of each rating the
    newest revision. Two queries a page."""
    items = Item.objects.filter(study=scope.study).order_by("pk").values_list("pk", "external_id")
    last = 0
    while page := list(items.filter(pk__gt=last)[:PAGE]):
        last = page[-1][0]
        values = _values(scope, [key for key, _ in page])
        yield [(name, values[key]) for key, name in page if key in values]


def _values(scope: ExportScope, items: list[int]) -> dict[int, dict[Place, Cells]]:
    current = exported_ratings(replace(scope, is_current_only=True))
    newest = current.filter(slot__item__in=items).order_by()
    answers = Answer.objects.filter(rating__in=newest.values("pk"), value__isnull=False).order_by("rating_id")
    names = ("rating__slot__item_id", "rating__rater_id", "rating__slot__occurrence")
    rows = answers.values_list(*names, "value", "question__key", "target", "part", "perspective")
    found: dict[int, dict[Place, Cells]] = {}
    for item, rater, occurrence, value, *place in rows:
        question, target, part, perspective = place
        cells = found.setdefault(item, {}).setdefault((question, target, part, perspective), {})
        cells[rater, occurrence] = value
    return found
