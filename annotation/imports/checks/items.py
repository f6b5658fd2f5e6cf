"""An items file: every row checked, against the others and against the items that are already there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from annotation.imports.checks.cells import yes_or_no
from annotation.imports.checks.columns import FACTOR_PREFIX, ITEM_COLUMNS, is_factor
from annotation.imports.checks.csv_rows import Row, read_table
from annotation.imports.checks.report import CheckReport
from annotation.imports.checks.turns import TurnText, turns_of_json, turns_of_text

SOURCE_KINDS = ("human", "ai", "unknown")


@dataclass(frozen=True)
class ItemRow:
    """An item to be stored. Without turns it has no text: analysed, never handed out."""

    line: int
    external_id: str
    conversation_id: str
    turns: tuple[TurnText, ...] = ()
    response: str = ""
    source_kind: str = ""
    source_name: str = ""
    condition: str = ""
    language: str = "en"
    content_notes: tuple[str, ...] = ()
    is_heavy: bool = False
    factors: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_hash(self) -> str:
        """SHA-256 over what raters read: two imports of the same text give the same."""
        return content_hash(self.turns, self.response)


def content_hash(turns: Sequence[TurnText], response: str = "") -> str:
    content = [[turn.speaker, turn.text] for turn in turns], response
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class ItemsFile:
    """`rows`: new items; `n_known`: rows that are already in the study, word for word."""

    rows: list[ItemRow] = field(default_factory=list)
    n_known: int = 0


@dataclass(frozen=True)
class KnownItems:
    """What the study has: content hash by item name, hash of the turns by conversation name."""

    items: Mapping[str, str] = field(default_factory=dict)
    conversations: Mapping[str, str] = field(default_factory=dict)


def check_items(data: bytes, *, known: KnownItems, max_bytes: int, report: CheckReport) -> ItemsFile:
    """Items of a CSV file (docs/data-formats.md, "Items"); what the study has already is only counted."""
    table = read_table(data, ITEM_COLUMNS, max_bytes=max_bytes, report=report)
    if table.rows and not {"conversation", "turns"} & set(table.columns):
        report.add(1, "the column “conversation” (or “turns”) is missing.")
        return ItemsFile()
    seen: dict[str, int] = {}
    told: dict[str, ItemRow] = {}
    rows: list[ItemRow] = []
    for row in table.rows:
        item = _item(row, report)
        if item is None or not _is_new_name(item, seen, report):
            continue
        if _agrees_with(told.setdefault(item.conversation_id, item), item, report):
            rows.append(item)
    return _without_known(rows, known, report)


def _item(row: Row, report: CheckReport) -> ItemRow | None:
    if not row["item"]:
        report.add(row.line, "the item's name (“item”) is missing.")
        return None
    try:
        return ItemRow(
            line=row.line,
            external_id=row["item"],
            conversation_id=row["conversation_id"] or row["item"],
            turns=_turns(row),
            response=row["response"],
            source_kind=_source_kind(row),
            source_name=row["source_name"],
            condition=row["condition"],
            language=row["language"] or "en",
            content_notes=tuple(note.strip() for note in row["content_notes"].split(";") if note.strip()),
            is_heavy=yes_or_no(row["heavy"]),
            factors=factors_of(row),
        )
    except ValueError as error:
        report.add(row.line, f"{row['item']}: {error}")
        return None


def factors_of(row: Row) -> dict[str, str]:
    """Values of the “factor:…” columns that are not empty, by factor name."""
    return {
        name.removeprefix(FACTOR_PREFIX): cell for name, cell in row.cells.items() if is_factor(name) and cell
    }


def _turns(row: Row) -> tuple[TurnText, ...]:
    if row["conversation"] and row["turns"]:
        raise ValueError("fill “conversation” or “turns”, not both.")
    if row["turns"]:
        return turns_of_json(row["turns"])
    if not row["conversation"]:
        raise ValueError("there is no conversation.")
    return turns_of_text(row["conversation"])


def _source_kind(row: Row) -> str:
    kind = row["source_kind"].lower()
    if kind and kind not in SOURCE_KINDS:
        raise ValueError(f"“source_kind” is “{kind}”; it should be {', '.join(SOURCE_KINDS)} or empty.")
    if not row["response"] and (kind or row["source_name"] or row["condition"]):
        raise ValueError("a source is named but there is no response.")
    return kind


def _is_new_name(item: ItemRow, seen: dict[str, int], report: CheckReport) -> bool:
    first = seen.setdefault(item.external_id, item.line)
    if first != item.line:
        report.add(item.line, f"the item {item.external_id} stands on line {first} already.")
    return first == item.line


def _agrees_with(first: ItemRow, item: ItemRow, report: CheckReport) -> bool:
    """Items that name the same conversation must bring the same turns."""
    if first.turns == item.turns:
        return True
    report.add(
        item.line, f"the conversation {item.conversation_id} has other turns here than on line {first.line}."
    )
    return False


def _without_known(rows: list[ItemRow], known: KnownItems, report: CheckReport) -> ItemsFile:
    fresh = []
    for item in rows:
        stored = known.items.get(item.external_id)
        turns = known.conversations.get(item.conversation_id)
        if stored is None and turns in {None, content_hash(item.turns)}:
            fresh.append(item)
        elif stored is None:
            name = item.conversation_id
            report.add(item.line, f"the study has a conversation {name} with other turns. Rename this one.")
        elif stored != item.content_hash:
            name = item.external_id
            report.add(item.line, f"the study has an item {name} with another text. Rename this one.")
    return ItemsFile(fresh, n_known=sum(item.external_id in known.items for item in rows))
