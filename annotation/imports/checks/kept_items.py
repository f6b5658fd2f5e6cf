"""Checked items, kept as columns: read from the file once, gone through as often as needed.

A thousand at a time are in memory; where there are more, all lie in a file (Arrow, a stream of pieces).
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol, TypeVar

from annotation.imports.checks.item_row import ItemRow
from annotation.imports.checks.item_texts import ReplyText
from annotation.imports.checks.turns import TurnText

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")
# Items of a piece, and letters of their texts: what is in memory at a time.
PIECE_ITEMS = 1000
PIECE_LETTERS = 4_000_000
_LISTS = (
    *("speakers", "said"),
    *("replies", "kinds", "sources", "conditions"),
    *("factors", "values"),
)
_WORDS = ("name", "conversation", "language", "direction", "notes", "content_hash", "turns_hash")


class Look(Protocol):
    """Says of each of many items whether it may tell who somebody is."""

    def look(self, items: Sequence[ItemRow]) -> Sequence[bool]: ...

    def look_at(self, piece: pa.RecordBatch) -> Sequence[bool]:
        """The same of items as columns."""


class _Unseen:
    """Nobody looks: all may tell."""

    def look(self, items: Sequence[ItemRow]) -> Sequence[bool]:
        return [True] * len(items)

    def look_at(self, piece: pa.RecordBatch) -> Sequence[bool]:
        return [True] * len(piece)


@cache
def checks_version() -> str:
    """Digest of these checks: what another version of them has kept is not taken for checked."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


@cache
def piece_schema() -> pa.Schema:
    import pyarrow as pa

    lists = [(name, pa.list_(pa.string())) for name in _LISTS]
    words = [(name, pa.string()) for name in _WORDS]
    return pa.schema([("line", pa.int64()), ("is_heavy", pa.bool_()), ("tells", pa.bool_()), *words, *lists])


def piece_of(items: Sequence[ItemRow], tells: Sequence[bool] | None = None) -> pa.RecordBatch:
    """Items as columns. `tells`: in which identifiers were found; where it is None all may hold some."""
    import pyarrow as pa

    columns: dict[str, list[Any]] = {
        "line": [one.line for one in items],
        "is_heavy": [one.is_heavy for one in items],
        "tells": list(tells) if tells is not None else [True] * len(items),
        "name": [one.external_id for one in items],
        "conversation": [one.conversation_id for one in items],
        "language": [one.language for one in items],
        "direction": [one.text_direction for one in items],
        "notes": [json.dumps(one.content_notes) if one.content_notes else "[]" for one in items],
        "content_hash": [one.content_hash for one in items],
        "turns_hash": [one.turns_hash for one in items],
        "speakers": [[turn.speaker for turn in one.turns] for one in items],
        "said": [[turn.text for turn in one.turns] for one in items],
        "replies": [[reply.text for reply in one.replies] for one in items],
        "kinds": [[reply.source_kind for reply in one.replies] for one in items],
        "sources": [[reply.source_name for reply in one.replies] for one in items],
        "conditions": [[reply.condition for reply in one.replies] for one in items],
        "factors": [list(one.factors) for one in items],
        "values": [list(one.factors.values()) for one in items],
    }
    return pa.record_batch(columns, schema=piece_schema())


def items_of(piece: pa.RecordBatch) -> Iterator[ItemRow]:
    """The items that a piece holds, their hashes as the file had them."""
    for one in piece.to_pylist():
        replies = zip(one["replies"], one["kinds"], one["sources"], one["conditions"], strict=True)
        yield ItemRow(
            line=one["line"],
            external_id=one["name"],
            conversation_id=one["conversation"],
            turns=tuple(map(TurnText, one["speakers"], one["said"])),
            replies=tuple(ReplyText(*reply) for reply in replies),
            language=one["language"],
            text_direction=one["direction"],
            content_notes=tuple(json.loads(one["notes"])),
            is_heavy=one["is_heavy"],
            factors=dict(zip(one["factors"], one["values"], strict=True)),
            hashes=(one["content_hash"], one["turns_hash"]),
        )


def items_at(piece: pa.RecordBatch, rows: Sequence[int]) -> Iterator[ItemRow]:
    """The items of a piece that stand in these rows."""
    import pyarrow as pa

    return items_of(piece.take(pa.array(rows, type=pa.int64())))


class Scratch:
    """A file without a name, closed when nobody holds it any more."""

    def __init__(self, file: IO[bytes] | None = None) -> None:
        self.file = file or tempfile.TemporaryFile(prefix="attune-import-")  # noqa: SIM115 (closed with its last holder)
        weakref.finalize(self, self.file.close)


class KeptItems:
    """The new items of a checked file.

    Attributes:
        file: where they lie; None: they are few.
    """

    def __init__(
        self,
        *,
        few: Sequence[tuple[ItemRow, bool]] = (),
        file: Scratch | None = None,
        n: int = 0,
        without: frozenset[str] = frozenset(),
    ) -> None:
        self._few = few
        self.file = file
        self._n = n or len(few)
        self._without = without

    def __len__(self) -> int:
        return self._n

    def __iter__(self) -> Iterator[ItemRow]:
        if self.file is None:
            return (item for item, _ in self._few)
        return (item for piece in self.pieces() for item in items_of(piece))

    def telling(self) -> Iterator[ItemRow]:
        """Those in which identifiers were found."""
        if self.file is None:
            return (item for item, tells in self._few if tells)
        return (item for piece in self.pieces() for item in items_of(piece.filter(piece.column("tells"))))

    def pieces(self) -> Iterator[pa.RecordBatch]:
        """The items as columns, about a thousand at a time."""
        if self.file is None:
            for few in pieces_of(self._few, PIECE_ITEMS):
                yield piece_of([item for item, _ in few], [tells for _, tells in few])
            return
        import pyarrow as pa

        self.file.file.seek(0)
        with pa.ipc.open_stream(self.file.file) as kept:
            yield from map(self._left, kept)

    def _left(self, piece: pa.RecordBatch) -> pa.RecordBatch:
        if not self._without:
            return piece
        import pyarrow as pa

        names = piece.column("name").to_pylist()
        return piece.filter(pa.array([name not in self._without for name in names]))

    def leaving_out(self, names: frozenset[str]) -> KeptItems:
        """The same without those of these names, each of which is among them."""
        if self.file is None:
            return KeptItems(few=[one for one in self._few if one[0].external_id not in names])
        return KeptItems(file=self.file, n=self._n - len(names), without=self._without | names)


def pieces_of(rows: Iterable[T], n: int) -> Iterator[list[T]]:
    """The rows, `n` at a time."""
    rest = iter(rows)
    while piece := list(islice(rest, n)):
        yield piece


class Pieces:
    """Pieces of columns, of which any number of rows are taken."""

    def __init__(self, pieces: Iterable[pa.RecordBatch]) -> None:
        self.pieces = iter(pieces)
        self.rest: pa.RecordBatch | tuple[()] = ()

    def take(self, n: int) -> pa.RecordBatch | tuple[()]:
        """The next rows, at most `n`; nothing where all were taken."""
        while not len(self.rest):
            following = next(self.pieces, None)
            if following is None:
                return ()
            self.rest = following
        taken, self.rest = self.rest[:n], self.rest[n:]
        return taken


class Keeper:
    """Takes items one by one, has them looked at in pieces, and keeps them."""

    def __init__(self, look: Look | None = None) -> None:
        self.looking: Look = look or _Unseen()
        self.waiting: list[ItemRow] = []
        self.few: list[tuple[ItemRow, bool]] = []
        self.file: Scratch | None = None
        self.writer: pa.RecordBatchStreamWriter | None = None
        self.n = self.letters = 0

    def take(self, item: ItemRow) -> None:
        self.waiting.append(item)
        self.n += 1
        self.letters += sum(len(turn.text) for turn in item.turns) + sum(map(len, item.texts))
        if len(self.waiting) >= PIECE_ITEMS or self.letters >= PIECE_LETTERS:
            self._write()

    def take_piece(self, piece: pa.RecordBatch) -> None:
        """Many at once, after all that were taken before."""
        import pyarrow as pa

        if self.waiting:
            self._write()
        tells = pa.array(self.looking.look_at(piece), type=pa.bool_())
        place = piece.schema.get_field_index("tells")
        self._opened().write_batch(piece.set_column(place, "tells", tells))
        self.n += len(piece)

    def _opened(self) -> pa.RecordBatchStreamWriter:
        if self.writer is None:
            import pyarrow as pa

            self.file = Scratch()
            self.writer = pa.ipc.new_stream(self.file.file, piece_schema())
        return self.writer

    def _write(self) -> None:
        self._opened().write_batch(piece_of(self.waiting, self.looking.look(self.waiting)))
        self.waiting, self.letters = [], 0

    def kept(self) -> KeptItems:
        if self.writer is None:
            return KeptItems(few=list(zip(self.waiting, self.looking.look(self.waiting), strict=True)))
        if self.waiting:
            self._write()
        self.writer.close()
        return KeptItems(file=self.file, n=self.n)
