"""Answers by item: what a matrix of items by raters is written from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from annotation.models import Item
from rating.models import Answer
from rating.queries.exports import ExportScope, exported_ratings

PAGE = 200
# Ratings in one query: databases limit its parameters.
KEYS = 10_000
# Of one question: (rater's key, occurrence) -> value.
Cells = dict[tuple[int, int], float]
# Question, target, part, perspective.
Place = tuple[str, str, str, str]


def item_pages(scope: ExportScope) -> Iterator[list[tuple[str, dict[Place, Cells]]]]:
    """Items that were rated with their values, a page at a time, in the study's order; of each rating the
    newest revision. Three queries a page."""
    items = Item.objects.filter(study=scope.study).order_by("pk").values_list("pk", "external_id")
    last = 0
    while page := list(items.filter(pk__gt=last)[:PAGE]):
        last = page[-1][0]
        values = _values(scope, [key for key, _ in page])
        yield [(name, values[key]) for key, name in page if key in values]


def _values(scope: ExportScope, items: list[int]) -> dict[int, dict[Place, Cells]]:
    current = exported_ratings(replace(scope, is_current_only=True))
    newest = current.filter(slot__item__in=items).order_by()
    given = {
        key: (item, (rater, occurrence))
        for key, item, rater, occurrence in newest.values_list(
            "pk", "slot__item_id", "rater_id", "slot__occurrence"
        )
    }
    # By their keys: told only of which items, PostgreSQL reads all answers of the study for every page.
    found: dict[int, dict[Place, Cells]] = {}
    keys = sorted(given)
    for start in range(0, len(keys), KEYS):
        some = keys[start : start + KEYS]
        answers = Answer.objects.filter(rating__in=some, value__isnull=False).order_by("rating_id")
        rows = answers.values_list("rating_id", "question__key", "target", "part", "perspective", "value")
        for rating, question, target, part, perspective, value in rows:
            item, who = given[rating]
            cells = found.setdefault(item, {}).setdefault((question, target, part, perspective), {})
            cells[who] = cast("float", value)
    return found
