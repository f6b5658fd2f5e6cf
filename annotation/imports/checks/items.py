"""An items file: every row checked, against the others and against the items that are already there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring as _quoted

from annotation.imports.checks.cells import yes_or_no
from annotation.imports.checks.columns import FACTOR_PREFIX, is_factor
from annotation.imports.checks.csv_rows import Row
from annotation.imports.checks.item_stream import item_rows
from annotation.imports.checks.item_texts import ReplyText, said_in
from annotation.imports.checks.mapping import Reading
from annotation.imports.checks.report import CheckReport
from annotation.imports.checks.turns import TurnText

DIRECTIONS = ("auto", "ltr", "rtl")


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
    return _hash(_turns_written(turns), replies)


def hashes_of(turns: Sequence[TurnText], replies: Sequence[str]) -> tuple[str, str]:
    """Hashes of all that raters read, and of the turns alone."""
    written = _turns_written(turns)
    of_turns = _hash(written, ())
    return (_hash(written, replies) if replies else of_turns), of_turns


def _turns_written(turns: Sequence[TurnText]) -> str:
    """As JSON, without the detours of the library's encoder: this is done for every row."""
    return ", ".join([f"[{_quoted(turn.speaker)}, {_quoted(turn.text)}]" for turn in turns])


def _hash(turns_written: str, replies: Sequence[str]) -> str:
    # A single reply stands there as itself: what earlier imports have stored stays comparable.
    quoted = [_quoted(reply) for reply in replies] or ['""']
    said = f"[{', '.join(quoted)}]" if len(replies) > 1 else quoted[0]
    return hashlib.sha256(f"[[{turns_written}], {said}]".encode()).hexdigest()


@dataclass(frozen=True)
class KnownItems:
    """What the study has: content hash by item name, hash of the turns by conversation name."""

    items: Mapping[str, str] = field(default_factory=dict)
    conversations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FreshItems:
    """The new items of a checked file, read from it again each time: their texts are never all in memory."""

    data: bytes = b""
    reading: Reading = field(default_factory=Reading)
    max_bytes: int = 0
    known: frozenset[str] = frozenset()
    refused: frozenset[int] = frozenset()
    n: int = 0

    def __len__(self) -> int:
        return self.n

    def __iter__(self) -> Iterator[ItemRow]:
        report = CheckReport()
        rows = item_rows(self.data, self.reading, max_bytes=self.max_bytes, report=report) if self.n else ()
        for row in rows:
            item = item_of(row, report)
            if item is not None and item.external_id not in self.known and item.line not in self.refused:
                yield item


@dataclass(frozen=True)
class ItemsFile:
    """`rows`: new items; `n_known`: rows that are already in the study, word for word."""

    rows: FreshItems = field(default_factory=FreshItems)
    n_known: int = 0


def check_items(
    data: bytes,
    *,
    known: KnownItems,
    max_bytes: int,
    report: CheckReport,
    reading: Reading | None = None,
    look: Callable[[ItemRow], object] | None = None,
) -> ItemsFile:
    """Items of a file (docs/data-formats.md, "Items"); what the study has already is only counted.

    Args:
        look: called with each new item on the way, in the one pass that the check makes.
    """
    check = _Check(known, report, look or (lambda _: None))
    reading = reading or Reading()
    for row in item_rows(data, reading, max_bytes=max_bytes, report=report):
        item = item_of(row, report)
        if item is not None:
            check.take(item)
    names = frozenset(known.items)
    fresh = FreshItems(data, reading, max_bytes, names, frozenset(check.refused), check.n_fresh)
    return ItemsFile(fresh, check.n_known)


class _Check:
    """The state of one pass: which item and conversation was met on which line, by hash and not by text."""

    def __init__(self, known: KnownItems, report: CheckReport, look: Callable[[ItemRow], object]) -> None:
        self.known = known
        self.report = report
        self.look = look
        self.lines: dict[str, int] = {}
        self.told: dict[str, tuple[str, int]] = {}
        self.refused: set[int] = set()
        self.n_fresh = self.n_known = 0

    def take(self, item: ItemRow) -> None:
        if not self._is_new_name(item) or not self._agrees(item):
            self.refused.add(item.line)
            return
        stored = self.known.items.get(item.external_id)
        if stored is not None:
            self.n_known += 1
            if stored != item.content_hash:
                name = item.external_id
                self.report.add(
                    item.line, f"the study has an item {name} with another text. Rename this one."
                )
        elif self.known.conversations.get(item.conversation_id) not in {None, item.turns_hash}:
            name = item.conversation_id
            self.refused.add(item.line)
            self.report.add(
                item.line, f"the study has a conversation {name} with other turns. Rename this one."
            )
        else:
            self.n_fresh += 1
            self.look(item)

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
            text_direction=_direction(row),
            content_notes=tuple(note.strip() for note in row["content_notes"].split(";") if note.strip()),
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


def _direction(row: Row) -> str:
    direction = row["direction"].lower() or "auto"
    if direction not in DIRECTIONS:
        raise ValueError(f"“direction” is “{direction}”; it should be {', '.join(DIRECTIONS)} or empty.")
    return direction
