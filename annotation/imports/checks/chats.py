"""Chats as language models exchange them: lists of messages with a role, and which of them is judged."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotation.imports.checks.turns import TurnText, checked_turns

_ROLE_NAMES = ("role", "from", "speaker", "author", "sender")
_TEXT_NAMES = ("content", "value", "text", "utterance", "message")
_SEEKERS = frozenset(
    ("seeker", "user", "human", "client", "patient", "person", "help-seeker", "usr", "prompter", "questioner")
)
_AS_MODEL = {"assistant", "gpt", "bot", "model", "chatgpt", "ai", "chatbot"}
_AS_PERSON = {"supporter", "therapist", "counselor", "counsellor", "helper", "listener"}
_SUPPORTERS = frozenset(_AS_MODEL | _AS_PERSON)
# Instructions to a model are no part of what was said.
_UNSAID = frozenset({"system", "developer", "tool", "function", "observation", "function_call"})


@dataclass(frozen=True)
class Chat:
    """`reply`: the last message where it is the supporter's: what is judged; `turns`: what came before."""

    turns: tuple[TurnText, ...]
    reply: str = ""
    n_unsaid: int = 0

    @property
    def whole(self) -> tuple[TurnText, ...]:
        return (*self.turns, TurnText("supporter", self.reply)) if self.reply else self.turns


def is_chat(cell: str) -> bool:
    """Whether a cell holds a list of objects, rather than words."""
    return cell.startswith("[") and cell.endswith("]") and "{" in cell


def chat_of(cell: str) -> Chat:
    """A JSON list of messages (“role” and “content”, “from” and “value” …); those to the model are counted.

    Raises:
        ValueError: not such a list, an unknown role, a message without words.

    >>> chat_of('[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]').reply
    'Hello'
    """
    try:
        given = json.loads(cell)
    except (ValueError, RecursionError):
        raise ValueError("the messages are not JSON.") from None
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise ValueError("the messages are not a list of objects with “role” and “content”.")
    said = [_turn(number, one) for number, one in enumerate(given, start=1)]
    turns = [turn for turn in said if turn is not None]
    n_unsaid = len(said) - len(turns)
    if turns and turns[-1].speaker == "supporter":
        return Chat(tuple(turns[:-1]), turns[-1].text, n_unsaid)
    return Chat(tuple(turns), "", n_unsaid)


def _turn(number: int, message: Mapping[str, Any]) -> TurnText | None:
    role = str(_first(message, _ROLE_NAMES) or "").strip().lower()
    if role in _UNSAID:
        return None
    speaker = "seeker" if role in _SEEKERS else "supporter" if role in _SUPPORTERS else ""
    if not speaker:
        raise ValueError(f"message {number} has the role “{role[:40]}”; expected are user and assistant.")
    text = _text(_first(message, _TEXT_NAMES))
    if not text:
        raise ValueError(f"message {number} has no words.")
    return TurnText(speaker, text)


def _first(message: Mapping[str, Any], names: Sequence[str]) -> object:
    return next((message[name] for name in names if message.get(name) is not None), None)


def _text(content: object) -> str:
    """Words, or the words of a list of parts; pictures and sounds have none."""
    if isinstance(content, str):
        return content.strip()
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "\n".join(part for part in parts if isinstance(part, str)).strip()
    return ""


def last_reply(cell: str) -> str:
    """The words of a response that a file holds as text or as messages. Raises ValueError."""
    if not is_chat(cell):
        return cell
    reply = chat_of(cell).reply
    if not reply:
        raise ValueError("the messages of a response do not end with one of the assistant.")
    return reply


def turns_of_chat(chat: Chat) -> tuple[TurnText, ...]:
    return checked_turns(list(chat.turns))
