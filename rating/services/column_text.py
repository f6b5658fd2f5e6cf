"""Columns of an export put into text: each different value in words once, and joined without a loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def in_words(column: pa.Array, words: Callable[[Any], str], *, null: str = "") -> pa.Array:
    """The column with every value as `words` has it."""
    import pyarrow as pa

    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    found = pa.array([words(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return found.take(encoded.indices).fill_null(null)


def whole_numbers(column: pa.Array, *, null: str = "") -> pa.Array:
    import pyarrow as pa

    return column.cast(pa.string()).fill_null(null)


def truths(column: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.if_else(column, "true", "false")


def moments(column: pa.Array) -> pa.Array:
    """Times in UTC to the second, as `in_utc` has them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    seconds = pc.divide(column.cast(pa.int64()), 1_000_000).cast(pa.timestamp("s"))
    return pc.strftime(seconds, format="%Y-%m-%dT%H:%M:%SZ")


def joined(*parts: Any, between: str = "") -> pa.Array:
    """Columns and texts side by side, row by row."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(
        *(pa.scalar(one) if isinstance(one, str) else one for one in parts), between
    )


def bytes_of(column: pa.Array) -> bytes:
    """All texts of a column one after the other, as UTF-8."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not len(column):
        return b""
    whole = pa.ListArray.from_arrays(pa.array([0, len(column)], pa.int32()), column)
    text: bytes = pc.binary_join(whole, "")[0].as_buffer().to_pybytes()
    return text
