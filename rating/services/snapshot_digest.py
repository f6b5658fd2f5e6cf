"""The rows of a snapshot as canonical JSON lines, which its digest is made of.

Every different cell is put into words once. Neighbouring columns with few different values between them
become one column of longer words, so that a row is joined from a handful of pieces.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

from rating.services.column_text import joined

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa

# Rows put into words at a time: some ten megabytes.
CHUNK = 100_000
# Different words of a column beyond which it takes no neighbour.
MAX_WORDS = 20_000
BETWEEN, END = ",", "]\n"

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: object) -> str:
    """JSON with one spelling for every value."""
    return _ENCODER.encode(value)


def row_lines(rows: pd.DataFrame, names: Sequence[str]) -> Iterator[memoryview | bytes]:
    """Each row as a JSON array of the named columns and a line feed, many to a piece; NaN as null."""
    import pyarrow as pa

    pieces = list(_pieces(rows, names))
    texts = [
        pa.array([one + between for one in piece.words], pa.string()) if isinstance(piece, _Words) else None
        for piece, between in pieces
    ]
    for start in range(0, len(rows), CHUNK):
        chunk = slice(start, start + CHUNK)
        cells: list[Any] = ["["]
        for (piece, between), words in zip(pieces, texts, strict=True):
            if words is not None and isinstance(piece, _Words):
                cells.append(words.take(pa.array(piece.codes[chunk])))
            else:
                cells += [pa.array(piece[chunk]).cast(pa.string()), between]  # type: ignore[index]
        yield _bytes_in(joined(*cells))


@dataclass(frozen=True)
class _Words:
    """A column, or several side by side, as codes (N,) into different words."""

    codes: npt.NDArray[np.integer[Any]]
    words: list[str]

    def beside(self, other: _Words) -> _Words:
        """Both as one column: every word of this before every word of the other."""
        import numpy as np

        n = len(other.words)
        codes = self.codes.astype(np.min_scalar_type(len(self.words) * n)) * n + other.codes
        return _Words(codes, [f"{one}{BETWEEN}{two}" for one in self.words for two in other.words])


def _pieces(
    rows: pd.DataFrame, names: Sequence[str]
) -> Iterator[tuple[_Words | npt.NDArray[np.integer[Any]], str]]:
    """What a row is joined from, and what stands after each."""
    held: _Words | None = None
    for name in names:
        column = _column(rows[name])
        if held is not None:
            if isinstance(column, _Words) and len(held.words) * len(column.words) <= MAX_WORDS:
                held = held.beside(column)
                continue
            yield held, BETWEEN
            held = None
        if isinstance(column, _Words):
            held = column
        else:
            yield column, END if name == names[-1] else BETWEEN
    if held is not None:
        yield held, END


def _column(column: pd.Series[Any]) -> _Words | npt.NDArray[np.integer[Any]]:
    """Words where values come again and again; whole numbers as they are."""
    if column.dtype == "category":
        return _Words(column.cat.codes.to_numpy(), [canonical(one) for one in column.cat.categories])
    if column.dtype != "float64":
        return column.to_numpy()
    return _numbers(column.to_numpy())


def _numbers(values: npt.NDArray[np.float64]) -> _Words:
    """A chunk at a time: codes of all at once would take as much memory as all else."""
    import numpy as np
    import pandas as pd

    known: dict[int, int] = {}
    codes = np.empty(len(values), dtype=np.int32)
    for start in range(0, len(values), CHUNK):
        # By their bits: 0 and -0 are different words.
        some, bits = pd.factorize(values[start : start + CHUNK].view(np.int64))
        places = [known.setdefault(one, len(known)) for one in bits.tolist()]
        codes[start : start + CHUNK] = np.array(places, dtype=np.int32)[some]
    found = np.array(list(known), dtype=np.int64).view(np.float64).tolist()
    return _Words(codes, ["null" if isnan(one) else _number(one) for one in found])


def _number(number: float) -> str:
    """As `canonical` has it, without asking it a million times."""
    return float.__repr__(number) if abs(number) < float("inf") else canonical(number)


def _bytes_in(texts: pa.StringArray) -> memoryview | bytes:
    """All texts one after the other as UTF-8, not copied."""
    import numpy as np

    _, ends, letters = texts.buffers()
    if letters is None:
        return b""
    places = np.frombuffer(ends, dtype=np.int32)
    return memoryview(letters)[places[texts.offset] : places[texts.offset + len(texts)]]
