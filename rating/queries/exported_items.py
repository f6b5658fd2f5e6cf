"""What an export reads of items: who wrote what and under which factors, never the texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from annotation.models import Item, ItemFactor, Response, Rubric, Study
from rating.queries.exports import CHUNK, beside

Source = tuple[str, str, str]


@dataclass(frozen=True)
class ItemRow:
    item_id: str
    conversation_id: str
    language: str
    has_text: bool
    is_heavy: bool
    content_notes: str
    content_hash: str
    factors: dict[str, str]
    # By the response's position: kind, name, condition of its source.
    sources: dict[int, Source]


def factor_keys(study: Study) -> list[str]:
    return list(study.factors.order_by("key").values_list("key", flat=True))


def response_positions(study: Study) -> list[int]:
    positions = Response.objects.filter(item__study=study).order_by("position")
    return list(positions.values_list("position", flat=True).distinct())


def _factor_pairs(study: Study) -> Iterator[tuple[int, tuple[str, str]]]:
    rows = ItemFactor.objects.filter(item__study=study).order_by("item_id", "pk")
    for key, factor, value in rows.values_list("item_id", "factor__key", "value").iterator(CHUNK):
        yield key, (factor, value)


def _source_pairs(study: Study) -> Iterator[tuple[int, tuple[int, Source]]]:
    rows = Response.objects.filter(item__study=study).order_by("item_id", "position")
    names = ("item_id", "position", "source__kind", "source__name", "source__condition")
    for key, position, kind, name, condition in rows.values_list(*names).iterator(CHUNK):
        yield key, (position, (kind or "", name or "", condition or ""))


def item_rows(study: Study) -> Iterator[ItemRow]:
    """Items of finished imports and typed ones, with factors and sources. Three queries."""
    factors, sources = beside(_factor_pairs(study)), beside(_source_pairs(study))
    names = ("pk", "external_id", "conversation__external_id", "language", "has_text", "is_heavy")
    rows = Item.objects.visible().filter(study=study).order_by("pk")
    rows_with_notes = rows.values_list(*names, "content_hash", "content_notes").iterator(CHUNK)
    for key, item, conversation, language, has_text, is_heavy, digest, notes in rows_with_notes:
        yield ItemRow(
            item_id=item,
            conversation_id=conversation,
            language=language,
            has_text=has_text,
            is_heavy=is_heavy,
            content_notes="; ".join(str(note) for note in notes),
            content_hash=digest,
            factors=dict(factors(key)),
            sources=dict(sources(key)),
        )


def longest_names(study: Study) -> dict[str, int]:
    """How many bytes the longest name has: of items, conversations and rubrics. Two queries."""
    items = Item.objects.filter(study=study).values_list("external_id", "conversation__external_id")
    item = conversation = 0
    for name, of_conversation in items.iterator(CHUNK):
        item = max(item, len(name.encode()))
        conversation = max(conversation, len(of_conversation.encode()))
    rubrics = Rubric.objects.filter(study=study).values_list("key", flat=True)
    return {"item_id": item, "conversation_id": conversation, "rubric": max(map(len, rubrics), default=0)}
