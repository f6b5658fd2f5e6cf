"""Items of a checked file, staged under a batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Max

from annotation.imports.checks.description import DescribedFactor
from annotation.imports.checks.items import ItemRow, KnownItems, content_hash
from annotation.imports.checks.questions import key_of
from annotation.imports.checks.turns import TurnText
from annotation.models import (
    Conversation,
    Factor,
    ImportBatch,
    Item,
    ItemFactor,
    Response,
    ResponseSource,
    Study,
    Turn,
)
from annotation.services.staging import write_in_pieces

ReadText = tuple[tuple[TurnText, ...], list[str]]


def item_texts(study: Study) -> dict[str, ReadText]:
    """Turns and responses of every visible item by its external id. Three queries."""
    turns: dict[int, list[TurnText]] = {}
    rows = Turn.objects.filter(conversation__study=study).order_by("conversation_id", "position")
    for conversation, speaker, text in rows.values_list("conversation_id", "speaker", "text"):
        turns.setdefault(conversation, []).append(TurnText(speaker, text))
    replies: dict[int, list[str]] = {}
    for item, text in (
        Response.objects.filter(item__study=study).order_by("position").values_list("item_id", "text")
    ):
        replies.setdefault(item, []).append(text)
    items = Item.objects.visible().filter(study=study)
    return {
        name: (tuple(turns.get(conversation, ())), replies.get(key, []))
        for key, name, conversation in items.values_list("pk", "external_id", "conversation_id")
    }


def known_items(study: Study, texts: Mapping[str, ReadText]) -> KnownItems:
    """What an items file is compared with; `texts` as `item_texts` gives them."""
    items = Item.objects.visible().filter(study=study).values_list("external_id", "conversation__external_id")
    return KnownItems(
        items={name: content_hash(turns, "".join(replies)) for name, (turns, replies) in texts.items()},
        conversations={conversation: content_hash(texts[name][0]) for name, conversation in items},
    )


def stage_items(batch: ImportBatch, rows: Sequence[ItemRow], *, described: Sequence[DescribedFactor]) -> None:
    """Conversations, turns, items, responses with their sources, and factor values.

    Args:
        described: words for factors, and whether raters may see them; others are hidden.
    """
    conversations = _stage_conversations(batch, rows)
    factors = _factors(batch.study, {name for row in rows for name in row.factors}, described)
    last = Item.objects.filter(study=batch.study).aggregate(last=Max("position"))["last"] or 0
    made = [
        (row, _item(batch, row, conversations[row.conversation_id], position))
        for position, row in enumerate(rows, start=last + 1)
    ]
    write_in_pieces(made, lambda piece: _write_items(piece, factors))


def _stage_conversations(batch: ImportBatch, rows: Iterable[ItemRow]) -> dict[str, int]:
    """Primary keys by external id; those of earlier imports are used again."""
    known = Conversation.objects.filter(study=batch.study)
    keys = dict(known.values_list("external_id", "pk"))
    fresh = {row.conversation_id: row for row in rows if row.conversation_id not in keys}

    def write(piece: list[ItemRow]) -> None:
        made = Conversation.objects.bulk_create(
            Conversation(
                study=batch.study, external_id=row.conversation_id, language=row.language, batch=batch
            )
            for row in piece
        )
        Turn.objects.bulk_create(
            Turn(conversation=conversation, position=position, speaker=turn.speaker, text=turn.text)
            for conversation, row in zip(made, piece, strict=True)
            for position, turn in enumerate(row.turns, start=1)
        )
        keys.update((one.external_id, one.pk) for one in made)

    write_in_pieces(fresh.values(), write)
    return keys


def _factors(study: Study, names: set[str], described: Sequence[DescribedFactor]) -> dict[str, Factor]:
    words = {one.column: one for one in described}
    factors = {}
    for name in sorted(names):
        one = words.get(name) or DescribedFactor(name, name)
        defaults = {"name": one.name[:100], "is_hidden": one.is_hidden}
        factors[name], _ = Factor.objects.get_or_create(study=study, key=key_of(name), defaults=defaults)
    return factors


def _item(batch: ImportBatch, row: ItemRow, conversation: int, position: int) -> Item:
    return Item(
        study=batch.study,
        conversation_id=conversation,
        batch=batch,
        external_id=row.external_id,
        position=position,
        language=row.language,
        has_text=bool(row.turns),
        is_heavy=row.is_heavy,
        content_notes=list(row.content_notes),
        content_hash=row.content_hash,
    )


def _write_items(piece: list[tuple[ItemRow, Item]], factors: Mapping[str, Factor]) -> None:
    Item.objects.bulk_create(item for _, item in piece)
    replies = [(row, Response(item=item, text=row.response)) for row, item in piece if row.response]
    Response.objects.bulk_create(reply for _, reply in replies)
    ResponseSource.objects.bulk_create(
        ResponseSource(
            response=reply,
            kind=row.source_kind or ResponseSource.Kind.UNKNOWN,
            name=row.source_name,
            condition=row.condition,
        )
        for row, reply in replies
    )
    ItemFactor.objects.bulk_create(
        ItemFactor(item=item, factor=factors[name], value=value)
        for row, item in piece
        for name, value in row.factors.items()
    )


def remove_staged_items(batch: ImportBatch) -> None:
    """Delete the items of a batch that is not shown, and the conversations that came with them."""
    items = list(Item.objects.filter(batch=batch).values_list("pk", flat=True))
    write_in_pieces(items, lambda piece: Item.objects.filter(pk__in=piece).delete())
    conversations = list(Conversation.objects.filter(batch=batch).values_list("pk", flat=True))
    write_in_pieces(conversations, lambda piece: Conversation.objects.filter(pk__in=piece).delete())
