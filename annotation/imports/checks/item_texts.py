"""What is said in a row of an items file: the turns of its conversation, and the replies to be judged."""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotation.imports.checks.chats import Chat, chat_of, is_chat, last_reply
from annotation.imports.checks.columns import MAX_WORDS
from annotation.imports.checks.csv_rows import Row
from annotation.imports.checks.mapping import TEXT_COLUMNS
from annotation.imports.checks.report import CheckReport
from annotation.imports.checks.turns import TurnText, checked_turns, turns_of_json, turns_of_text

SOURCE_KINDS = ("human", "ai", "unknown")
MAX_REPLIES = 10
_LETTERS = string.ascii_uppercase
_ENTRIES = ("source_kind", "source_name", "condition")
_OF_SECOND = frozenset(f"{name}_b" for name in ("response", *_ENTRIES))


@dataclass(frozen=True, slots=True)
class ReplyText:
    """A reply to be judged and where it comes from, which raters never see."""

    text: str
    source_kind: str = ""
    source_name: str = ""
    condition: str = ""


Said = tuple[tuple[TurnText, ...], tuple[ReplyText, ...]]


def said_in(row: Row, report: CheckReport) -> Said:
    """Turns and replies of a row. Messages that nobody said are counted in the report.

    Raises:
        ValueError: no text or two, texts that cannot be read as turns, a source without a response.
    """
    replies = _replies(row)
    filled = [name for name in TEXT_COLUMNS if row[name]]
    chat = _chat(row, filled)
    if chat is not None:
        if chat.n_unsaid:
            report.left_out["messages to the model"] += chat.n_unsaid
        if replies:
            return checked_turns(list(chat.whole if row["messages"] else chat.turns)), replies
        return checked_turns(list(chat.turns)), _judged(row, chat)
    return _turns(row, filled), replies


def _chat(row: Row, filled: list[str]) -> Chat | None:
    """The chat of a row: of its own, as its prompt, or the one that its response ends."""
    if filled == ["messages"]:
        return chat_of(row["messages"])
    if filled == ["prompt"] and is_chat(row["prompt"]):
        return Chat(chat_of(row["prompt"]).whole)
    if not filled and is_chat(row["response"]):
        chat = chat_of(row["response"])
        return Chat(chat.turns, "", chat.n_unsaid)
    return None


def _judged(row: Row, chat: Chat) -> tuple[ReplyText, ...]:
    return (_reply(row, "", chat.reply),) if chat.reply else ()


def _turns(row: Row, filled: list[str]) -> tuple[TurnText, ...]:
    if len(filled) > 1:
        raise ValueError(f"fill “{filled[0]}” or “{filled[1]}”, not both.")
    if not filled:
        raise ValueError("there is no conversation.")
    if filled == ["turns"]:
        return turns_of_json(row["turns"])
    if filled == ["prompt"]:
        return checked_turns([TurnText("seeker", f"{row['prompt']}{_options(row['options'])}")])
    return turns_of_text(row["conversation"])


def _options(cell: str) -> str:
    """Choices below a prompt, each with a letter unless it has one.

    >>> _options('["Tell them", "Wait"]')
    '\\n\\nA. Tell them\\nB. Wait'
    """
    if not cell:
        return ""
    try:
        given = json.loads(cell) if cell[0] in "[{" else cell
    except (ValueError, RecursionError):
        given = cell
    if isinstance(given, dict):
        given = [f"{letter}. {words}" for letter, words in given.items()]
    if not isinstance(given, list):
        return f"\n\n{cell}"
    if len(given) > len(_LETTERS):
        raise ValueError(f"“options” holds more than {len(_LETTERS)} choices.")
    words = [str(one).strip() for one in given]
    has_letters = all(
        one[:1] == letter and one[1:2] in {".", ")", ":"}
        for one, letter in zip(words, _LETTERS, strict=False)
    )
    lines = (
        words if has_letters else [f"{letter}. {one}" for letter, one in zip(_LETTERS, words, strict=False)]
    )
    return "\n\n" + "\n".join(lines)


def _replies(row: Row) -> tuple[ReplyText, ...]:
    listed = _listed(row["responses"]) if row["responses"] else ()
    # Most files have no second response.
    marks = ("",) if row.cells.keys().isdisjoint(_OF_SECOND) else ("", "_b")
    single = [_reply(row, mark, last_reply(row[f"response{mark}"])) for mark in marks]
    given = tuple(reply for reply in single if reply.text)
    if listed and given:
        raise ValueError("fill “response” or “responses”, not both.")
    if row["response_b"] and not row["response"]:
        raise ValueError("there is a second response but no first.")
    if any(not reply.text and _has_source(reply) for reply in single) and not row["messages"]:
        raise ValueError("a source is named but there is no response.")
    return listed or given


def _has_source(reply: ReplyText) -> bool:
    return bool(reply.source_kind or reply.source_name or reply.condition)


def _reply(row: Row, mark: str, text: str) -> ReplyText:
    kind, name, condition = (row[f"{entry}{mark}"] for entry in _ENTRIES)
    return ReplyText(text, kind_of(kind), name, condition)


def kind_of(words: str) -> str:
    kind = words.lower()
    if kind and kind not in SOURCE_KINDS:
        raise ValueError(f"“source_kind” is “{kind}”; it should be {', '.join(SOURCE_KINDS)} or empty.")
    return kind


def _listed(cell: str) -> tuple[ReplyText, ...]:
    try:
        given = json.loads(cell)
    except (ValueError, RecursionError):
        raise ValueError("“responses” is not JSON.") from None
    if not isinstance(given, list) or not 0 < len(given) <= MAX_REPLIES:
        raise ValueError(f"“responses” should be a list of one to {MAX_REPLIES} responses.")
    return tuple(_entry(number, one) for number, one in enumerate(given, start=1))


def _entry(number: int, given: object) -> ReplyText:
    entry: Mapping[str, Any] = given if isinstance(given, dict) else {"text": given}
    words = {name: entry.get(name) or "" for name in ("text", *_ENTRIES)}
    if not all(isinstance(one, str) for one in words.values()) or not words["text"].strip():
        raise ValueError(f"response {number} of “responses” needs a “text”.")
    if any(len(words[name]) > MAX_WORDS for name in _ENTRIES):
        raise ValueError(
            f"response {number} of “responses” has a source of more than {MAX_WORDS} characters."
        )
    return ReplyText(
        words["text"].strip(), kind_of(words["source_kind"]), words["source_name"], words["condition"]
    )
