"""Topics that raters would rather not see. Read by their own pages and the queue, by nobody else."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from annotation.models import Item, ItemFactor, Plan, Rater, Slot, Study, TopicOptOut
from annotation.study_numbers import told

# The name of the number that the scheduler keeps.
TOPICS = "topics"
MAX_TOPIC = 200


def folded(topic: str) -> str:
    """One spelling for all: "Self-harm " in one file is "self-harm" in another.

    >>> folded("  Self-harm,  Loss ")
    'self-harm, loss'
    """
    return " ".join(topic.split()).casefold()[:MAX_TOPIC]


def _named(study_id: int) -> QuerySet[ItemFactor]:
    """Topics of items that raters may know of; a hidden factor would tell what it was hidden for."""
    return ItemFactor.objects.filter(factor__study=study_id, factor__key="topic", factor__is_hidden=False)


def _as_text(study_id: int) -> QuerySet[Any]:
    """Items with their content notes as text: databases compare texts alike, JSON each in its way."""
    items = Item.objects.visible().filter(study=study_id).order_by()
    return items.annotate(notes=Cast("content_notes", TextField()))


def _with_notes(study_id: int) -> QuerySet[Any]:
    return _as_text(study_id).exclude(notes="[]")


def _notes(text: str) -> list[str]:
    return [str(note) for note in json.loads(text)]


def study_topics(study: Study) -> dict[str, str]:
    """Content notes and open topics of the study's items: folded, with one spelling to show, in order; of a
    large study as last counted."""
    return dict(told(study, TOPICS, now=timezone.now()).number)


def count_topics(study: Study) -> list[tuple[str, str]]:
    """The same as pairs. For `annotation.study_numbers`."""
    combinations = _with_notes(study.pk).values_list("notes", flat=True).distinct()
    spellings = {note for text in combinations for note in _notes(text)}
    spellings |= set(_named(study.pk).values_list("value", flat=True).distinct())
    found = {folded(one): one.strip() for one in sorted(spellings, key=folded) if folded(one)}
    return list(found.items())


def opt_outs_of(rater: Rater) -> set[str]:
    return set(TopicOptOut.objects.filter(rater=rater).values_list("topic", flat=True))


def _avoided(study_id: int, topics: set[str]) -> QuerySet[Any]:
    combinations = _with_notes(study_id).values_list("notes", flat=True).distinct()
    hit = [text for text in combinations if topics & set(map(folded, _notes(text)))]
    values = _named(study_id).values_list("value", flat=True).distinct()
    named = _named(study_id).filter(value__in=[value for value in values if folded(value) in topics])
    return _as_text(study_id).filter(Q(notes__in=hit) | Exists(named.filter(item=OuterRef("pk"))))


def avoided_items(raters: Iterable[Rater] | QuerySet[Rater]) -> QuerySet[Item]:
    """Items that none of these raters wants; no two of them rate in one study. One query without opt-outs."""
    by_study: dict[int, set[str]] = defaultdict(set)
    for study_id, topic in TopicOptOut.objects.filter(rater__in=raters).values_list(
        "rater__study_id", "topic"
    ):
        by_study[study_id].add(topic)
    if not by_study:
        return Item.objects.none()
    wanted = Q()
    for study_id, topics in by_study.items():
        wanted |= Q(pk__in=_avoided(study_id, topics).values("pk"))
    return Item.objects.filter(wanted)


def avoided_by_rater(plan: Plan) -> Mapping[int, set[int]]:
    """Ids of the stage's items that each rater with opt-outs does not want. One query without opt-outs."""
    by_rater: dict[int, set[str]] = defaultdict(set)
    chosen = TopicOptOut.objects.filter(rater__study=plan.study_id).values_list("rater_id", "topic")
    for rater_id, topic in chosen:
        by_rater[rater_id].add(topic)
    if not by_rater:
        return {}
    topics = _topics_by_item(plan)
    return {
        rater_id: {item_id for item_id, own in topics.items() if own & unwanted}
        for rater_id, unwanted in by_rater.items()
    }


def _topics_by_item(plan: Plan) -> dict[int, set[str]]:
    planned = Slot.objects.filter(plan=plan).values("item")
    topics: dict[int, set[str]] = defaultdict(set)
    for item_id, text in _with_notes(plan.study_id).filter(pk__in=planned).values_list("pk", "notes"):
        topics[item_id] |= set(map(folded, _notes(text)))
    for item_id, value in _named(plan.study_id).filter(item__in=planned).values_list("item_id", "value"):
        topics[item_id].add(folded(value))
    return topics
