"""An items file: every row checked, against the others and against the items that are already there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotation.imports.checks.cells import yes_or_no
from annotation.imports.checks.columns import FACTOR_PREFIX, is_factor
from annotation.imports.checks.csv_rows import Row
from annotation.imports.checks.file_bytes import Data
from annotation.imports.checks.item_lots import Lot, item_lots
from annotation.imports.checks.item_row import ItemRow, hashes_of
from annotation.imports.checks.item_texts import said_in
from annotation.imports.checks.kept_items import Keeper, KeptItems, Look
from annotation.imports.checks.mapping import Reading
from annotation.imports.checks.report import CheckReport

DIRECTIONS = ("auto", "ltr", "rtl")


@dataclass(frozen=True)
class KnownItems:
    """What the study has: content hash by item name, hash of the turns by conversation name."""

    items: Mapping[str, str] = field(default_factory=dict)
    conversations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ItemsFile:
    """`rows`: new items; `n_known`: rows that are already in the study, word for word."""

    rows: KeptItems = field(default_factory=KeptItems)
    n_known: int = 0


def check_items(
    data: Data,
    *,
    known: KnownItems,
    max_bytes: int,
    report: CheckReport,
    reading: Reading | None = None,
    look: Look | None = None,
) -> ItemsFile:
    """Items of a file (docs/data-formats.md, "Items"); what the study has already is only counted.

    Args:
        look: called with new items on the way, many at a time; says which of them may tell who somebody is.
    """
    check, keeper = _Check(known, report), Keeper(look)
    for lot in item_lots(data, reading or Reading(), max_bytes=max_bytes, report=report):
        piece = _plain_piece(lot, check) if isinstance(lot, Lot) else None
        if piece is not None:
            keeper.take_piece(piece)
            continue
        for row in lot.rows() if isinstance(lot, Lot) else lot:
            item = item_of(row, report)
            if item is not None and check.is_fresh(item):
                keeper.take(item)
    return ItemsFile(keeper.kept(), check.n_known)


def _plain_piece(lot: Lot, check: _Check) -> Any:
    """The items of a lot as columns; None where some have to be looked at one by one."""
    from annotation.imports.checks.plain_items import NotPlainError, piece_of_lot

    try:
        piece = piece_of_lot(lot, keep_broken=lot.reader.reading.keep_broken)
    except NotPlainError:
        return None
    if not check.are_fresh(piece):
        return None
    lot.take_whole()
    return piece


def check_kept(items: KeptItems, known: KnownItems, report: CheckReport) -> ItemsFile:
    """Items that were checked before, compared again with what the study has by now."""
    if not known.items and not known.conversations:
        return ItemsFile(items)
    check = _Check(known, report)
    left = frozenset(item.external_id for item in items if not check.is_fresh(item))
    return ItemsFile(items.leaving_out(left) if left else items, check.n_known)


class _Check:
    """The state of one pass: which item and conversation was met on which line, by hash and not by text."""

    def __init__(self, known: KnownItems, report: CheckReport) -> None:
        self.known = known
        self.report = report
        self.lines: dict[str, int] = {}
        self.told: dict[str, tuple[str, int]] = {}
        self.n_known = 0

    def are_fresh(self, piece: Any) -> bool:
        """Whether all items of a piece (`kept_items`) are to be written, seen at once.

        Where they are not, what was noted of them is what `is_fresh` notes again.
        """
        names, lines = piece.column("name").to_pylist(), piece.column("line").to_pylist()
        told = piece.column("conversation").to_pylist()
        is_new = len(set(names)) == len(names) and self.lines.keys().isdisjoint(names)
        if not is_new or not self.known.items.keys().isdisjoint(names):
            return False
        if not self.known.conversations.keys().isdisjoint(told):
            return False
        for name, digest, line in zip(told, piece.column("turns_hash").to_pylist(), lines, strict=True):
            if self.told.setdefault(name, (digest, line))[0] != digest:
                return False
        self.lines.update(zip(names, lines, strict=True))
        return True

    def is_fresh(self, item: ItemRow) -> bool:
        """Whether the item is to be written; a defect where it clashes with another or with the study."""
        if not self._is_new_name(item) or not self._agrees(item):
            return False
        stored = self.known.items.get(item.external_id)
        if stored is None:
            return self._goes_with_study(item)
        self.n_known += 1
        if stored != item.content_hash:
            name = item.external_id
            self.report.add(item.line, f"the study has an item {name} with another text. Rename this one.")
        return False

    def _goes_with_study(self, item: ItemRow) -> bool:
        if self.known.conversations.get(item.conversation_id) in {None, item.turns_hash}:
            return True
        name = item.conversation_id
        self.report.add(item.line, f"the study has a conversation {name} with other turns. Rename this one.")
        return False

    def _is_new_name(self, item: ItemRow) -> bool:
        first = self.lines.setdefault(item.external_id, item.line)
        if first != item.line:
            self.report.add(item.line, f"the item {item.external_id} stands on line {first} already.")
        return first == item.line

    def _agrees(self, item: ItemRow) -> bool:
        """Items that name the same conversation must bring the same turns."""
        first, line = self.told.setdefault(item.conversation_id, (item.turns_hash, item.line))
        if first != item.turns_hash:
            self.report.add(
                item.line,
                f"the conversation {item.conversation_id} has other turns here than on line {line}.",
            )
        return first == item.turns_hash


def item_of(row: Row, report: CheckReport) -> ItemRow | None:
    """The item of a row; None, and a defect, where it is none."""
    name = row["item"]
    if not name and "item" in row.cells:
        report.add(row.line, "the item's name (“item”) is missing.")
        return None
    try:
        turns, replies = said_in(row, report)
        _refuse_nulls([turn.text for turn in turns])
        _refuse_nulls([word for one in replies for word in (one.text, one.source_name, one.condition)])
        hashes = hashes_of(turns, [reply.text for reply in replies])
        name = name or f"text-{hashes[0][:16]}"
        return ItemRow(
            line=row.line,
            external_id=name,
            conversation_id=row["conversation_id"] or name,
            turns=turns,
            replies=replies,
            language=row["language"] or "en",
            text_direction=direction_of(row["direction"]),
            content_notes=notes_of(row["content_notes"]),
            is_heavy=yes_or_no(row["heavy"]),
            factors=factors_of(row) | ({"gold": row["gold"]} if row["gold"] else {}),
            hashes=hashes,
        )
    except ValueError as error:
        report.add(row.line, f"{name}: {error}" if name else str(error))
        return None


def _refuse_nulls(texts: Iterable[str]) -> None:
    """JSON inside a cell can spell out what no cell may hold; halves of pairs fail when they are hashed."""
    if any("\0" in text for text in texts):
        raise ValueError("a text holds characters that cannot be stored.")


def factors_of(row: Row) -> dict[str, str]:
    """Values of the “factor:…” columns that are not empty, by factor name."""
    return {
        name.removeprefix(FACTOR_PREFIX): cell for name, cell in row.cells.items() if is_factor(name) and cell
    }


def notes_of(cell: str) -> tuple[str, ...]:
    return tuple(note.strip() for note in cell.split(";") if note.strip())


def direction_of(cell: str) -> str:
    direction = cell.lower() or "auto"
    if direction not in DIRECTIONS:
        raise ValueError(f"“direction” is “{direction}”; it should be {', '.join(DIRECTIONS)} or empty.")
    return direction
