"""Items of a checked file, staged under a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from annotation.imports.checks.description import DescribedFactor
from annotation.imports.checks.item_row import content_hash
from annotation.imports.checks.items import KnownItems
from annotation.imports.checks.kept_items import Pieces
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
from annotation.services.bulk_rows import new_codes, take_keys, write_columns
from annotation.services.held_references import may_hold_references, references_held
from annotation.services.staging import hold_writing, write_as_taken, write_in_pieces

ReadText = tuple[tuple[TurnText, ...], list[str]]
# A record batch of pyarrow, whose types nobody tells.
Piece = Any


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
    pieces: Iterable[Piece],
    *,
    described: Sequence[DescribedFactor],
    tell: Callable[[int], object] = lambda _: None,
) -> None:
    """Conversations, turns, items, responses with their sources, and factor values, in one pass.

    Args:
        pieces: items as columns (`kept_items`).
        described: words for factors, and whether raters may see them; others are hidden.
        tell: called after each piece with the number of items written so far.
    """
    staging = _Staging(batch, described, tell)
    write_as_taken(Pieces(pieces).take, staging.write)


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
        self.factors: dict[str, int] = {}
        self.may_hold = may_hold_references()
        last = Item.objects.filter(study=batch.study).aggregate(last=Max("position"))["last"] or 0
        self.first = self.position = last

    def write(self, piece: Piece) -> None:
        hold_writing(self.batch)
        names = piece.column("conversation").to_pylist()
        factors = self._factors_of(piece)
        with self._held(names, factors):
            self._write_conversations(piece, names)
            self._write_items(piece, names, factors)
        self.position += len(piece)
        self.tell(self.position - self.first)

    def _held(self, names: Sequence[str], factors: Sequence[int]) -> AbstractContextManager[None]:
        """What the rows of a piece refer to: the batch is held, and they themselves bring the rest."""
        if not self.may_hold:
            return nullcontext()
        earlier = {self.conversations[name] for name in names if name in self.conversations}
        return references_held({Study: {self.batch.study_id}, Factor: set(factors), Conversation: earlier})

    def _write_conversations(self, piece: Piece, names: Sequence[str]) -> None:
        """Those that neither earlier imports nor earlier pieces have brought."""
        places: dict[str, int] = {}
        for place, name in enumerate(names):
            if name not in self.conversations:
                places.setdefault(name, place)
        n = len(places)
        fresh, keys = piece if n == len(piece) else _taken(piece, places.values()), take_keys(Conversation, n)
        about = {"study": self.batch.study_id, "batch": self.batch.pk, "created_at": timezone.now()}
        told = {"language": "language", "external_id": "conversation", "content_hash": "turns_hash"}
        columns = {field: fresh.column(name) for field, name in told.items()}
        write_columns(Conversation, {**columns, **about, "code": new_codes(n), "id": keys}, n)
        numbers, owners = _numbered(fresh.column("said"), keys)
        said = {"text": fresh.column("said").flatten(), "speaker": fresh.column("speakers").flatten()}
        write_columns(Turn, {**said, "conversation": owners, "position": numbers}, len(numbers))
        self.conversations.update(zip(places, keys, strict=True))

    def _write_items(self, piece: Piece, names: Sequence[str], factors: Sequence[int]) -> None:
        n = len(piece)
        keys = take_keys(Item, n)
        of = [self.conversations[name] for name in names]
        told = {name: piece.column(column) for name, column in ITEM_COLUMNS.items()}
        made = {"code": new_codes(n), "has_text": _have_some(piece.column("said")), "conversation": of}
        about = {"study": self.batch.study_id, "batch": self.batch.pk, "created_at": timezone.now()}
        positions = range(self.position + 1, self.position + 1 + n)
        write_columns(Item, {**told, **made, **about, "position": positions, "id": keys}, n)
        _write_replies(keys, piece)
        _, owners = _numbered(piece.column("factors"), keys)
        values = {"value": piece.column("values").flatten(), "item": owners, "factor": factors}
        write_columns(ItemFactor, values, len(factors))

    def _factors_of(self, piece: Piece) -> list[int]:
        """Keys of the factors that the items of a piece have values of; new ones are made."""
        names = piece.column("factors").flatten().to_pylist()
        for name in dict.fromkeys(names):
            if name not in self.factors:
                self.factors[name] = self._factor(name).pk
        return [self.factors[name] for name in names]

    def _factor(self, name: str) -> Factor:
        one = self.described.get(name) or DescribedFactor(name, name)
        defaults = {"name": one.name[:100], "is_hidden": one.is_hidden}
        factor, _ = Factor.objects.get_or_create(study=self.batch.study, key=key_of(name), defaults=defaults)
        return factor


# What the file says of an item, by the columns of a piece.
ITEM_COLUMNS = {
    "external_id": "name",
    "language": "language",
    "text_direction": "direction",
    "is_heavy": "is_heavy",
    "content_notes": "notes",
    "content_hash": "content_hash",
}


def _taken(piece: Piece, places: Iterable[int]) -> Piece:
    import pyarrow as pa

    return piece.take(pa.array(places, type=pa.int64()))


def _numbered(lists: Any, owners: Sequence[int]) -> tuple[Any, Any]:
    """Of every entry of the lists its number within its list, from 1, and whose list it is in."""
    import numpy as np

    lengths = _lengths(lists)
    begins = np.cumsum(lengths) - lengths
    return np.arange(1, lengths.sum() + 1) - np.repeat(begins, lengths), np.repeat(np.array(owners), lengths)


def _lengths(lists: Any) -> Any:
    return lists.value_lengths().to_numpy(zero_copy_only=False)


def _have_some(lists: Any) -> Any:
    return _lengths(lists) > 0


def _write_replies(items: Sequence[int], piece: Piece) -> None:
    numbers, owners = _numbered(piece.column("replies"), items)
    n, now = len(numbers), timezone.now()
    keys, codes = take_keys(Response, n), new_codes(n)
    about = {"item": owners, "position": numbers, "created_at": now, "id": keys}
    write_columns(Response, {"text": piece.column("replies").flatten(), "code": codes, **about}, n)
    unknown = ResponseSource.Kind.UNKNOWN.value
    kinds = [kind or unknown for kind in piece.column("kinds").flatten().to_pylist()]
    told = {"name": piece.column("sources").flatten(), "condition": piece.column("conditions").flatten()}
    write_columns(ResponseSource, {**told, "kind": kinds, "response": keys}, n)


def remove_staged_items(batch: ImportBatch) -> None:
    """Delete the items of a batch that is not shown, and the conversations that came with them."""
    items = list(Item.objects.filter(batch=batch).values_list("pk", flat=True))
    write_in_pieces(items, lambda piece: Item.objects.filter(pk__in=piece).delete())
    conversations = list(Conversation.objects.filter(batch=batch).values_list("pk", flat=True))
    write_in_pieces(conversations, lambda piece: Conversation.objects.filter(pk__in=piece).delete())
