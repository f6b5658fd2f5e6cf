"""The columns of an uploaded file of items as the page shows them: examples, and the first items read so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from annotation.imports.checks.file_bytes import Data
from annotation.imports.checks.item_row import ItemRow
from annotation.imports.checks.item_stream import item_rows
from annotation.imports.checks.items import item_of
from annotation.imports.checks.mapping import TEXT_COLUMNS, Reading
from annotation.imports.checks.records import Format, format_of, names_of, read_records, words_of
from annotation.imports.checks.report import CheckReport

N_EXAMPLES = 2
HEAD_BYTES = 8 * 1024 * 1024
N_ITEMS = 2
EXAMPLE_LETTERS = 80
TEXT_LETTERS = 1500
LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True)
class FileColumn:
    """A column of the file by its name, with the first cells that are not empty."""

    name: str
    examples: list[str]


@dataclass(frozen=True)
class ReadItem:
    """An item as a rater would see it, and what of it stays hidden."""

    name: str
    turns: list[dict[str, str]]
    replies: list[dict[str, str]]
    notes: Sequence[str]
    hidden: list[tuple[str, str]]


def beginning(data: Data) -> Data:
    """Of a large file of lines its first lines: a page must not wait until all of it was looked at.

    >>> beginning(b"item,prompt")
    b'item,prompt'
    """
    if len(data) <= HEAD_BYTES or format_of(data) not in {Format.CSV, Format.JSONL}:
        return data
    head = data[:HEAD_BYTES]
    return head[: head.rfind(b"\n") + 1] or data


def file_columns(data: Data, *, encoding: str, max_bytes: int) -> list[FileColumn]:
    """The columns, in the order of the file."""
    report = CheckReport()
    rows = [
        row
        for _, row in islice(read_records(data, encoding=encoding, max_bytes=max_bytes, report=report), 20)
    ]
    return [
        FileColumn(name, _examples(name, rows))
        for name in names_of(data, encoding=encoding, max_bytes=max_bytes)
    ]


def _examples(name: str, rows: Sequence[Any]) -> list[str]:
    cells = dict.fromkeys(cell for row in rows if (cell := words_of(row.get(name))))
    return [_short(cell, EXAMPLE_LETTERS) for cell in islice(cells, N_EXAMPLES)]


def first_items(data: Data, reading: Reading, *, max_bytes: int) -> tuple[list[ReadItem], list[str]]:
    """The first items as they would be read, and what stands against it in the rows up to them."""
    report = CheckReport()
    rows = item_rows(data, reading, max_bytes=max_bytes, report=report)
    items = (item for row in rows if (item := item_of(row, report)) is not None)
    found = [_read(item) for item in islice(items, N_ITEMS)]
    if not found and set(TEXT_COLUMNS).isdisjoint(reading.mapping.values()):
        # Once, rather than of every row.
        return [], [_("No column holds the conversation yet. Say above which one does.")]
    return found, report.sentences()[:5]


def _read(item: ItemRow) -> ReadItem:
    hidden = list(item.factors.items())
    for letter, reply in zip(LETTERS, item.replies, strict=False):
        source = " · ".join(part for part in (reply.source_kind, reply.source_name, reply.condition) if part)
        hidden += [(letter, source)] if source else []
    return ReadItem(
        name=item.external_id,
        turns=[
            {
                "role": "supporter" if turn.speaker == "supporter" else "person",
                "speaker": turn.speaker.capitalize(),
                "text": _short(turn.text, TEXT_LETTERS),
            }
            for turn in item.turns[:6]
        ],
        replies=[
            {"id": f"reply-{item.line}-{letter}", "letter": letter, "text": _short(reply.text, TEXT_LETTERS)}
            for letter, reply in zip(LETTERS, item.replies, strict=False)
        ],
        notes=item.content_notes,
        hidden=hidden,
    )


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[:letters]}…"
