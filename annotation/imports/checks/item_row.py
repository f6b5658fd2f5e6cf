"""An item of a file as it is to be stored, and the hashes by which it is recognised."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring as _quoted

from annotation.imports.checks.item_texts import ReplyText
from annotation.imports.checks.turns import TurnText


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item to be stored. Without turns it has no text: analysed, never handed out.

    `hashes`: of content and turns as the file had them, whatever was masked since; made when asked for
    where they are not given.
    """

    line: int
    external_id: str
    conversation_id: str
    turns: tuple[TurnText, ...] = ()
    replies: tuple[ReplyText, ...] = ()
    language: str = "en"
    text_direction: str = "auto"
    content_notes: tuple[str, ...] = ()
    is_heavy: bool = False
    factors: Mapping[str, str] = field(default_factory=dict)
    hashes: tuple[str, str] | None = None

    @property
    def texts(self) -> list[str]:
        """The words of the replies."""
        return [reply.text for reply in self.replies]

    @property
    def content_hash(self) -> str:
        """SHA-256 over what raters read: two imports of the same text give the same."""
        return self.hashes[0] if self.hashes else content_hash(self.turns, self.texts)

    @property
    def turns_hash(self) -> str:
        return self.hashes[1] if self.hashes else content_hash(self.turns)


def content_hash(turns: Sequence[TurnText], replies: Sequence[str] = ()) -> str:
    return _hash(turns_written(turns), replies)


def hashes_of(turns: Sequence[TurnText], replies: Sequence[str]) -> tuple[str, str]:
    """Hashes of all that raters read, and of the turns alone."""
    written = turns_written(turns)
    of_turns = _hash(written, ())
    return (_hash(written, replies) if replies else of_turns), of_turns


def turns_written(turns: Sequence[TurnText]) -> str:
    """As JSON, without the detours of the library's encoder: this is done for every row."""
    return ", ".join([f"[{_quoted(turn.speaker)}, {_quoted(turn.text)}]" for turn in turns])


def _hash(turns_written: str, replies: Sequence[str]) -> str:
    # A single reply stands there as itself: what earlier imports have stored stays comparable.
    quoted = [_quoted(reply) for reply in replies] or ['""']
    said = f"[{', '.join(quoted)}]" if len(replies) > 1 else quoted[0]
    return hashlib.sha256(f"[[{turns_written}], {said}]".encode()).hexdigest()
