"""The columns that files may have: one list for the checks, the pages and docs/data-formats.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from annotation.imports.checks.questions import key_of
from annotation.imports.checks.report import CheckReport

MAX_ID = 200
MAX_WORDS = 200
MAX_TEXT = 100_000
MAX_QUOTE = 5_000
MAX_COMMENT = 10_000
FACTOR_PREFIX = "factor:"


@dataclass(frozen=True)
class Column:
    """A column: its name, other names it may carry, the longest cell, what it holds, an example."""

    name: str
    meaning: str
    example: str
    aliases: tuple[str, ...] = ()
    is_required: bool = False
    max_length: int = MAX_ID


ITEM_COLUMNS: tuple[Column, ...] = (
    Column(
        "item",
        "Your name for the item. No two rows may share one.",
        "item-001",
        aliases=("external_id",),
        is_required=True,
    ),
    Column(
        "conversation",
        "The conversation. Every turn begins on a new line with “Seeker:” or “Supporter:”; "
        "lines without such a beginning belong to the turn above.",
        "Seeker: I can't sleep again.",
        aliases=("full_conversation",),
        max_length=MAX_TEXT,
    ),
    Column(
        "turns",
        "Instead of “conversation”: a JSON list of objects with “speaker” (seeker or supporter) and “text”.",
        "",
        max_length=MAX_TEXT,
    ),
    Column(
        "messages",
        "Instead of “conversation”: a JSON list of chat messages with “role” and “content”, or “from” and "
        "“value”. A last message of the assistant is the response; messages to the model are left out.",
        "",
        aliases=("conversations", "dialogue", "dialog"),
        max_length=MAX_TEXT,
    ),
    Column(
        "prompt",
        "Instead of “conversation”: one text by the person who seeks support, or chat messages.",
        "",
        max_length=MAX_TEXT,
    ),
    Column(
        "options",
        "Choices that belong to the prompt: a JSON list, or words. They are shown below it with letters.",
        "",
        max_length=MAX_COMMENT,
    ),
    Column(
        "conversation_id",
        "Your name for the conversation where several items share it; the item's name when empty.",
        "",
    ),
    Column(
        "response",
        "The reply to be judged. Empty: the conversation itself is judged.",
        "That sounds tiring.",
        aliases=("chosen",),
        max_length=MAX_TEXT,
    ),
    Column("source_kind", "Who wrote the response: human, ai or unknown. Raters never see it.", "human"),
    Column("source_name", "Which person or model wrote the response. Raters never see it.", "peer volunteer"),
    Column("condition", "The experimental condition of the response. Raters never see it.", ""),
    Column(
        "response_b",
        "A second reply, to be compared with the first. Which stands left is balanced for every rater.",
        "",
        aliases=("rejected",),
        max_length=MAX_TEXT,
    ),
    Column("source_kind_b", "Who wrote the second response.", ""),
    Column("source_name_b", "Which person or model wrote the second response.", ""),
    Column("condition_b", "The experimental condition of the second response.", ""),
    Column(
        "responses",
        "Instead of “response”: a JSON list of up to ten texts, or of objects with “text”, “source_kind”, "
        "“source_name” and “condition”.",
        "",
        max_length=MAX_TEXT,
    ),
    Column("gold", "The expected answer. Kept as a hidden factor; raters never see it.", ""),
    Column("language", "Language code such as en or pt-BR; en when empty.", "en", max_length=12),
    Column(
        "direction",
        "Which way the texts run: ltr, rtl or auto. Auto or empty: each turn and reply by its first letter.",
        "auto",
        max_length=4,
    ),
    Column(
        "content_notes",
        "Notes shown before the text, separated by semicolons.",
        "sleep; loneliness",
        max_length=1000,
    ),
    Column("heavy", "yes when the text is hard to read, else no or empty.", "no", max_length=5),
)

RATING_COLUMNS: tuple[Column, ...] = (
    Column("item", "The item's name, as in the items file.", "item-001", is_required=True),
    Column(
        "rater",
        "Your name for the rater. Replaced by a pseudonym everywhere; kept only to recognise the rater.",
        "rater-07",
        is_required=True,
    ),
    Column("group", "The key of the rater's group. A rater is in one group.", "peer", is_required=True),
    Column(
        "dimension",
        "The key of the question, or its name in your file.",
        "empathy",
        aliases=("question",),
        is_required=True,
        max_length=60,
    ),
    Column(
        "value",
        "The answer: a number on the question's scale, with a point (4 or 4.0). "
        "Empty when there is no answer.",
        "4",
        is_required=True,
        max_length=40,
    ),
    Column(
        "missing",
        "Why there is no answer: cannot_judge, not_applicable, declined or not_asked; "
        "declined when both value and missing are empty.",
        "",
        max_length=20,
    ),
    Column(
        "evidence_span",
        "The passage on which the answer rests, copied from the text.",
        "That sounds tiring.",
        max_length=MAX_QUOTE,
    ),
    Column("comment", "The rater's comment on the item.", "", max_length=MAX_COMMENT),
    Column(
        "submitted_at",
        "When the rating was given, as 2026-03-02T09:30:00Z; UTC when no zone is said, "
        "the time of the import when empty.",
        "2026-03-02T09:30:00Z",
        max_length=40,
    ),
)


@lru_cache(1000)
def is_factor(name: str) -> bool:
    return name.startswith(FACTOR_PREFIX) and bool(key_of(name.removeprefix(FACTOR_PREFIX)))


def column_places(
    header: Sequence[str],
    columns: Sequence[Column],
    *,
    extra: Sequence[str] = (),
    report: CheckReport,
) -> Mapping[str, int]:
    """Where each known column, each “factor:…” column and each of `extra` stands in the header.

    Every required column that is missing and every name that is not expected becomes a defect.

    >>> report = CheckReport("ratings.csv")
    >>> dict(column_places(["item", "ratr", "value"], RATING_COLUMNS, report=report))
    {'item': 0, 'value': 2}
    """
    names = {name: column.name for column in columns for name in (column.name, *column.aliases)}
    places: dict[str, int] = {}
    taken: set[str] = set()
    for place, raw in enumerate(header):
        name = raw.strip()
        key = names.get(name.lower(), name if is_factor(name) or name in extra else "")
        # Factors are stored by key: "factor:Topic" and "factor:topic" would be the same one.
        stored_as = key_of(key)
        if not key:
            report.add(1, _unexpected(name, [*names, *extra]))
        elif stored_as in taken:
            report.add(1, f"the column “{name}” stands there twice.")
        else:
            taken.add(stored_as)
            places[key] = place
    for column in columns:
        if column.is_required and column.name not in places:
            report.add(1, f"the column “{column.name}” is missing. {_found(header)}")
    return places


def _unexpected(name: str, expected: Sequence[str]) -> str:
    if not name:
        return "a column has no name."
    near = get_close_matches(name.lower(), expected, n=1, cutoff=0.6)
    if near:
        return f"the column “{name}” is not expected. Did you mean “{near[0]}”?"
    return (
        f"the column “{name}” is not expected. Expected are {', '.join(expected)} and “{FACTOR_PREFIX}name”."
    )


def _found(header: Sequence[str]) -> str:
    names = ", ".join(name.strip() for name in header[:20] if name.strip())
    return f"The file has: {names}." if names else "The file has no column names."
