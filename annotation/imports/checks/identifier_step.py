"""Between check and import: what of a file may tell who somebody is, and what a person decides about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from annotation.imports.checks.identifiers import Identifier, context_of, find_identifiers, masked
from annotation.imports.checks.item_row import ItemRow
from annotation.imports.checks.kept_items import items_at

# Beyond these items only the counts are told: nobody reads a thousand.
MAX_ITEMS_LISTED = 200
MAX_CONTEXTS = 5
LETTERS_AROUND = 40
FEW_TEXTS = 50


class Action(StrEnum):
    KEEP = "keep"
    MASK = "mask"
    LEAVE_OUT = "leave_out"


@dataclass(frozen=True)
class FoundIn:
    """What one item holds: how many of each kind, and the first places with the identifiers masked."""

    item: str
    counts: dict[str, int]
    contexts: list[str]


@dataclass
class Findings:
    """Collected while the file is checked. `n_by_kind`: identifiers; `n_items`: items that hold any."""

    n_by_kind: Counter[str] = field(default_factory=Counter)
    n_items_by_kind: Counter[str] = field(default_factory=Counter)
    n_items: int = 0
    items: list[FoundIn] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "n_by_kind": dict(self.n_by_kind),
            "n_items_by_kind": dict(self.n_items_by_kind),
            "n_items": self.n_items,
            "items": [asdict(found) for found in self.items],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Findings:
        return cls(
            Counter(stored["n_by_kind"]),
            Counter(stored["n_items_by_kind"]),
            stored["n_items"],
            [FoundIn(**found) for found in stored["items"]],
        )

    def look(self, items: Sequence[ItemRow]) -> list[bool]:
        """Search the texts of many items at once; says in which something was found."""
        texts = [_texts(item) for item in items]
        is_suspect = iter(_suspects([text for said in texts for text in said]))
        return [
            self._note(item, [(text, find_identifiers(text) if next(is_suspect) else []) for text in said])
            for item, said in zip(items, texts, strict=True)
        ]

    def look_at(self, piece: Any) -> list[bool]:
        """The same of items as columns (`kept_items`): only those that may hold something are read."""
        from annotation.imports.checks.identifier_sieve import suspect_rows

        tells = [False] * len(piece)
        suspects = suspect_rows(piece.column("said"), piece.column("replies"))
        for (row, are_suspect), item in zip(suspects.items(), items_at(piece, list(suspects)), strict=True):
            pairs = zip(_texts(item), are_suspect, strict=True)
            found = [(text, find_identifiers(text) if is_suspect else []) for text, is_suspect in pairs]
            tells[row] = self._note(item, found)
        return tells

    def _note(self, item: ItemRow, texts: list[tuple[str, list[Identifier]]]) -> bool:
        if not any(found for _, found in texts):
            return False
        counts = Counter(one.kind.value for _, found in texts for one in found)
        self.n_items += 1
        self.n_by_kind += counts
        self.n_items_by_kind += Counter(counts.keys())
        if len(self.items) < MAX_ITEMS_LISTED:
            contexts = [context for text, found in texts for context in _contexts(text, found)]
            self.items.append(FoundIn(item.external_id, dict(counts), contexts[:MAX_CONTEXTS]))
        return True


def _suspects(texts: Sequence[str]) -> Sequence[bool]:
    """Few texts are searched at once: the library that sifts many costs more to load."""
    if len(texts) < FEW_TEXTS:
        return [True] * len(texts)
    from annotation.imports.checks.identifier_sieve import suspects

    return suspects(texts)


def _contexts(text: str, found: list[Identifier]) -> Iterator[str]:
    """Words around what was found; what stands in the words around its neighbour is not shown again."""
    shown_until = 0
    for one in found:
        if one.end > shown_until:
            yield context_of(text, found, one, letters=LETTERS_AROUND)
            shown_until = one.end + LETTERS_AROUND


def _texts(item: ItemRow) -> list[str]:
    return [*(turn.text for turn in item.turns), *item.texts]


@dataclass(frozen=True)
class Decisions:
    """What a person has confirmed: an action by kind, and by the name of an item where it is an exception."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)

    @property
    def changes_nothing(self) -> bool:
        return {*self.kinds.values(), *self.items.values()} <= {Action.KEEP}

    def leave_alone(self, piece: Any) -> bool:
        """Whether all items of a piece (`kept_items`) come in as they are."""
        if self.changes_nothing:
            return True
        named = not self.items.keys().isdisjoint(piece.column("name").to_pylist())
        return not named and not any(piece.column("tells").to_pylist())

    def applied(self, item: ItemRow) -> ItemRow | None:
        """The item as it comes in; None where it is left out.

        The hashes stay those of the file, so that the same file is recognised another time.
        """
        exception = self.items.get(item.external_id)
        if exception == Action.LEAVE_OUT:
            return None
        if self.changes_nothing or exception == Action.KEEP:
            return item
        found = {text: find_identifiers(text) for text in _texts(item)}
        if self._leaves_out({one.kind.value for every in found.values() for one in every}):
            return None
        turns = tuple(replace(turn, text=self._masked(turn.text, found[turn.text])) for turn in item.turns)
        replies = tuple(
            replace(reply, text=self._masked(reply.text, found[reply.text])) for reply in item.replies
        )
        return replace(item, turns=turns, replies=replies, hashes=(item.content_hash, item.turns_hash))

    def _leaves_out(self, kinds: set[str]) -> bool:
        return any(self.kinds.get(kind) == Action.LEAVE_OUT for kind in kinds)

    def _masked(self, text: str, found: list[Identifier]) -> str:
        kinds = [kind for kind, action in self.kinds.items() if action == Action.MASK]
        return masked(text, found, kinds)
