"""Items of a checked file, staged under a batch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

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
from annotation.services.bulk_rows import new_codes, take_keys, write_rows
from annotation.services.staging import hold_writing, write_in_pieces

ReadText = tuple[tuple[TurnText, ...], list[str]]


def item_texts(study: Study) -> dict[str, ReadText]:
    """Turns and responses of every visible item by its external id. Three queries."""
    return _texts_of(Item.objects.visible().filter(study=study))


def _texts_of(items: QuerySet[Item]) -> dict[str, ReadText]:
    turns = _turns_of(Conversation.objects.filter(items__in=items).distinct())
    replies: dict[int, list[str]] = {}
    for item, text in (
        Response.objects.filter(item__in=items).order_by("position").values_list("item_id", "text")
    ):
        replies.setdefault(item, []).append(text)
    return {
        name: (turns.get(conversation, ()), replies.get(key, []))
        for key, name, conversation in items.values_list("pk", "external_id", "conversation_id")
    }


def known_items(study: Study) -> KnownItems:
    """What an items file is compared with: hashes as imports store them, computed where none is stored."""
    items = Item.objects.visible().filter(study=study)
    unhashed = items.filter(Q(batch__isnull=True) | Q(content_hash=""))
    texts = _texts_of(unhashed) if unhashed.exists() else {}
    stored = items.values_list("external_id", "content_hash", "conversation__external_id").iterator(2000)
    names: dict[str, str] = {}
    for name, digest, _conversation in stored:
        names[name] = content_hash(*texts[name]) if name in texts else digest
    return KnownItems(items=names, conversations=_known_conversations(study))


def _known_conversations(study: Study) -> dict[str, str]:
    """Hash of the turns by name, of the conversations that visible items have."""
    seen = Item.objects.visible().filter(study=study).values("conversation")
    conversations = Conversation.objects.filter(pk__in=seen)
    hashes = dict(conversations.exclude(content_hash="").values_list("external_id", "content_hash"))
    unhashed = conversations.filter(content_hash="")
    turns = _turns_of(unhashed)
    return hashes | {
        name: content_hash(turns.get(key, ())) for key, name in unhashed.values_list("pk", "external_id")
    }


def _turns_of(conversations: QuerySet[Conversation]) -> dict[int, tuple[TurnText, ...]]:
    turns: dict[int, list[TurnText]] = {}
    rows = Turn.objects.filter(conversation__in=conversations).order_by("conversation_id", "position")
    for conversation, speaker, text in rows.values_list("conversation_id", "speaker", "text").iterator(2000):
        turns.setdefault(conversation, []).append(TurnText(speaker, text))
    return {key: tuple(said) for key, said in turns.items()}


def stage_items(
    batch: ImportBatch,
    rows: Iterable[ItemRow],
    *,
    described: Sequence[DescribedFactor],
    tell: Callable[[int], object] = lambda _: None,
) -> None:
    """Conversations, turns, items, responses with their sources, and factor values, in one pass.

    Args:
        described: words for factors, and whether raters may see them; others are hidden.
        tell: called after each piece with the number of items written so far.
    """
    staging = _Staging(batch, described, tell)
    write_in_pieces(rows, staging.write)


class _Staging:
    """What one pass remembers: keys of conversations and factors, never texts."""

    def __init__(
        self, batch: ImportBatch, described: Sequence[DescribedFactor], tell: Callable[[int], object]
    ) -> None:
        self.batch = batch
        self.described = {one.column: one for one in described}
        self.tell = tell
        known = Conversation.objects.filter(study=batch.study)
        self.conversations = dict(known.values_list("external_id", "pk"))
        self.factors: dict[str, Factor] = {}
        last = Item.objects.filter(study=batch.study).aggregate(last=Max("position"))["last"] or 0
        self.first = self.position = last

    def write(self, piece: list[ItemRow]) -> None:
        hold_writing(self.batch)
        self._write_conversations(piece)
        for name in {name for row in piece for name in row.factors} - self.factors.keys():
            self.factors[name] = self._factor(name)
        self._write_items(piece)
        self.position += len(piece)
        self.tell(self.position - self.first)

    def _write_conversations(self, piece: list[ItemRow]) -> None:
        """Those that neither earlier imports nor earlier pieces have brought."""
        fresh = {row.conversation_id: row for row in reversed(piece)}
        rows = [row for name, row in fresh.items() if name not in self.conversations]
        keys = take_keys(Conversation, len(rows))
        study, batch, now = self.batch.study_id, self.batch.pk, timezone.now()
        write_rows(
            Conversation,
            ("id", "code", "created_at", "study", "external_id", "language", "batch", "content_hash"),
            [
                (key, code, now, study, row.conversation_id, row.language, batch, row.turns_hash)
                for key, code, row in zip(keys, new_codes(len(rows)), rows, strict=True)
            ],
        )
        write_rows(
            Turn,
            ("conversation", "position", "speaker", "text"),
            [
                (key, position, turn.speaker, turn.text)
                for key, row in zip(keys, rows, strict=True)
                for position, turn in enumerate(row.turns, start=1)
            ],
        )
        self.conversations.update(zip((row.conversation_id for row in rows), keys, strict=True))

    def _factor(self, name: str) -> Factor:
        one = self.described.get(name) or DescribedFactor(name, name)
        defaults = {"name": one.name[:100], "is_hidden": one.is_hidden}
        factor, _ = Factor.objects.get_or_create(study=self.batch.study, key=key_of(name), defaults=defaults)
        return factor

    def _write_items(self, piece: list[ItemRow]) -> None:
        keys, now = take_keys(Item, len(piece)), timezone.now()
        codes, positions = new_codes(len(piece)), range(self.position + 1, self.position + 1 + len(piece))
        common = (now, self.batch.study_id, self.batch.pk)
        write_rows(
            Item,
            ITEM_FIELDS,
            [
                (*common, key, code, position, self.conversations[row.conversation_id], *_columns(row))
                for key, code, position, row in zip(keys, codes, positions, piece, strict=True)
            ],
        )
        _write_replies(keys, piece)
        write_rows(
            ItemFactor,
            ("item", "factor", "value"),
            [
                (key, self.factors[name].pk, value)
                for key, row in zip(keys, piece, strict=True)
                for name, value in row.factors.items()
            ],
        )


ITEM_FIELDS = (
    *("created_at", "study", "batch", "id", "code", "position", "conversation", "external_id", "language"),
    *("text_direction", "has_text", "is_heavy", "content_notes", "content_hash"),
)


def _columns(row: ItemRow) -> tuple[str | bool, ...]:
    """What the file says of an item, from “external_id” on in the order of `ITEM_FIELDS`."""
    notes = json.dumps(row.content_notes)
    flags = (bool(row.turns), row.is_heavy)
    return row.external_id, row.language, row.text_direction, *flags, notes, row.content_hash


def _write_replies(items: Sequence[int], piece: Sequence[ItemRow]) -> None:
    replies = [
        (item, position, reply)
        for item, row in zip(items, piece, strict=True)
        for position, reply in enumerate(row.replies, start=1)
    ]
    keys, codes, now = take_keys(Response, len(replies)), new_codes(len(replies)), timezone.now()
    write_rows(
        Response,
        ("id", "code", "created_at", "item", "position", "text"),
        [
            (key, code, now, item, position, reply.text)
            for key, code, (item, position, reply) in zip(keys, codes, replies, strict=True)
        ],
    )
    unknown = ResponseSource.Kind.UNKNOWN.value
    write_rows(
        ResponseSource,
        ("response", "kind", "name", "condition"),
        [
            (key, reply.source_kind or unknown, reply.source_name, reply.condition)
            for key, (_, _, reply) in zip(keys, replies, strict=True)
        ],
    )


def remove_staged_items(batch: ImportBatch) -> None:
    """Delete the items of a batch that is not shown, and the conversations that came with them."""
    items = list(Item.objects.filter(batch=batch).values_list("pk", flat=True))
    write_in_pieces(items, lambda piece: Item.objects.filter(pk__in=piece).delete())
    conversations = list(Conversation.objects.filter(batch=batch).values_list("pk", flat=True))
    write_in_pieces(conversations, lambda piece: Conversation.objects.filter(pk__in=piece).delete())
