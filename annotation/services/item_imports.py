"""Items of a checked file, staged under a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db.models import Max, Q, QuerySet

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
        self._write_conversations(piece)
        for name in {name for row in piece for name in row.factors} - self.factors.keys():
            self.factors[name] = self._factor(name)
        start = self.position + 1
        made = [(row, self._item(row, position)) for position, row in enumerate(piece, start=start)]
        _write_items(made, self.factors)
        self.position += len(piece)
        self.tell(self.position - self.first)

    def _write_conversations(self, piece: list[ItemRow]) -> None:
        """Those that neither earlier imports nor earlier pieces have brought."""
        fresh = {row.conversation_id: row for row in reversed(piece)}
        rows = [row for name, row in fresh.items() if name not in self.conversations]
        made = Conversation.objects.bulk_create(
            Conversation(
                study=self.batch.study,
                external_id=row.conversation_id,
                language=row.language,
                batch=self.batch,
                content_hash=row.turns_hash,
            )
            for row in rows
        )
        Turn.objects.bulk_create(
            Turn(conversation=conversation, position=position, speaker=turn.speaker, text=turn.text)
            for conversation, row in zip(made, rows, strict=True)
            for position, turn in enumerate(row.turns, start=1)
        )
        self.conversations.update((one.external_id, one.pk) for one in made)

    def _factor(self, name: str) -> Factor:
        one = self.described.get(name) or DescribedFactor(name, name)
        defaults = {"name": one.name[:100], "is_hidden": one.is_hidden}
        factor, _ = Factor.objects.get_or_create(study=self.batch.study, key=key_of(name), defaults=defaults)
        return factor

    def _item(self, row: ItemRow, position: int) -> Item:
        return Item(
            study=self.batch.study,
            conversation_id=self.conversations[row.conversation_id],
            batch=self.batch,
            external_id=row.external_id,
            position=position,
            language=row.language,
            text_direction=row.text_direction,
            has_text=bool(row.turns),
            is_heavy=row.is_heavy,
            content_notes=list(row.content_notes),
            content_hash=row.content_hash,
        )


def _write_items(piece: list[tuple[ItemRow, Item]], factors: Mapping[str, Factor]) -> None:
    Item.objects.bulk_create(item for _, item in piece)
    replies = [
        (reply, Response(item=item, position=position, text=reply.text))
        for row, item in piece
        for position, reply in enumerate(row.replies, start=1)
    ]
    Response.objects.bulk_create(response for _, response in replies)
    ResponseSource.objects.bulk_create(
        ResponseSource(
            response=response,
            kind=reply.source_kind or ResponseSource.Kind.UNKNOWN,
            name=reply.source_name,
            condition=reply.condition,
        )
        for reply, response in replies
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
