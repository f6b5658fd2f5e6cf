"""SPSS and Stata files in constant memory: written by their library in pieces, and joined.

The library takes a whole table. Every piece begins with the same row of texts as long as their columns are
wide, so that all pieces have the same description and rows of the same length; the rows are then put after
one description, in which their number is set right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from rating.services.export_formats.tables import TEXT, LabelledColumn

if TYPE_CHECKING:
    import pandas as pd

N_ROWS = 10_000
# What ends the rows of a Stata file.
END = b"</data><strls>"
WritePiece = Callable[["pd.DataFrame", Path], None]


@dataclass(frozen=True)
class Layout:
    """Where rows lie in a piece: after how many bytes, how long each is, and how many bytes end the file."""

    before: int
    row: int
    after: int


def _ruler(columns: Sequence[LabelledColumn], widths: dict[str, int]) -> pd.DataFrame:
    import pandas as pd

    widest = {one.name: "x" * widths[one.full_name] if one.kind == TEXT else 0.0 for one in columns}
    return pd.DataFrame([widest])


def _stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(frames, ignore_index=True)


def layout_of(write: WritePiece, ruler: pd.DataFrame, path: Path) -> Layout:
    """Found by writing one row and then two. A file ends with its rows unless END stands after them."""
    write(ruler, path)
    one = path.read_bytes()
    write(_stacked([ruler, ruler]), path)
    row = path.stat().st_size - len(one)
    after = len(one) - one.rindex(END) if END in one else 0
    return Layout(len(one) - row - after, row, after)


def _pieces(pages: Iterable[pd.DataFrame]) -> Iterator[list[pd.DataFrame]]:
    """Pages put together until they are worth the description that is written with each."""
    waiting, n = list[Any](), 0
    for page in pages:
        waiting.append(page)
        n += len(page)
        if n >= N_ROWS:
            yield waiting
            waiting, n = [], 0
    if n:
        yield waiting


def write_joined(
    pages: Iterable[pd.DataFrame],
    path: Path,
    *,
    columns: Sequence[LabelledColumn],
    widths: dict[str, int],
    write: WritePiece,
    set_count: Callable[[bytearray, int, int], None],
) -> None:
    """One file of all pages. `set_count` corrects the description (first of the three: the bytes before the
    rows), given the number of rows and how many bytes they have beyond the one that it was written for."""
    piece, ruler = path.with_suffix(".piece"), _ruler(columns, widths)
    layout = layout_of(write, ruler, piece)
    write(ruler, piece)
    whole = piece.read_bytes()
    n = 0
    with path.open("wb") as file:
        file.write(whole[: layout.before])
        for frames in _pieces(pages):
            write(rows := _stacked([ruler, *frames]), piece)
            _append_rows(piece, layout, file, len(rows) - 1)
            n += len(rows) - 1
        file.write(whole[len(whole) - layout.after :] if layout.after else b"")
        description = bytearray(whole[: layout.before])
        set_count(description, n, (n - 1) * layout.row)
        file.seek(0)
        file.write(description)
    piece.unlink()


def _append_rows(piece: Path, layout: Layout, file: BinaryIO, n: int) -> None:
    content = piece.read_bytes()
    if len(content) != layout.before + (n + 1) * layout.row + layout.after:
        raise ValueError("A text is longer than its column: the file would be torn.")
    file.write(content[layout.before + layout.row : len(content) - layout.after])


def replaced(description: bytearray, before: bytes, after: bytes) -> None:
    """Set one field that must be there exactly once.

    Raises:
        ValueError: it is not: the library writes its files otherwise than it did.
    """
    if description.count(before) != 1 or len(before) != len(after):
        raise ValueError("The description of this file has another form than expected.")
    place = description.index(before)
    description[place : place + len(before)] = after
