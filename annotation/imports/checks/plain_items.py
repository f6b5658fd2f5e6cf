"""Rows of a lot as items in columns, where nothing in them is out of the ordinary."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotation.imports.checks.cells import yes_or_no
from annotation.imports.checks.chats import is_chat
from annotation.imports.checks.columns import FACTOR_PREFIX, is_factor
from annotation.imports.checks.item_lots import Lot
from annotation.imports.checks.item_row import turns_written
from annotation.imports.checks.item_texts import kind_of
from annotation.imports.checks.items import direction_of, notes_of
from annotation.imports.checks.kept_items import piece_schema
from annotation.imports.checks.mojibake import BROKEN_BYTE, repaired
from annotation.imports.checks.text_arrays import (
    are_filled,
    by_value,
    bytes_of,
    hashes_of_parts,
    joined,
    letters_of,
    lists_of,
    quoted,
    trimmed,
    which_hold,
)
from annotation.imports.checks.turns import turns_of_text

# Arrays of texts by our column; those without any text are left out.
Cells = Mapping[str, Any]
Texts = Any

_TEXTS = ("prompt", "conversation")
_OF_REPLIES = ("source_kind", "source_name", "condition")
_TAKEN = frozenset(
    (
        *("item", "conversation_id", "language", "direction", "content_notes", "heavy", "gold", "response"),
        *_TEXTS,
        *_OF_REPLIES,
    )
)


class NotPlainError(Exception):
    """Some row has to be looked at by itself: it may have a defect, or a shape that is not usual."""


def piece_of_lot(lot: Lot, *, keep_broken: bool) -> pa.RecordBatch:
    """The items of a lot as columns (`kept_items`), each as `item_of` makes it of its row.

    Raises:
        NotPlainError: this is not known of all of them.
    """
    cells = _filled_cells(lot, keep_broken=keep_broken)
    n = len(lot.block)
    if (
        not n
        or not cells.keys() <= {*_TAKEN, *filter(is_factor, cells)}
        or not _all_filled(cells.get("item"))
    ):
        raise NotPlainError
    speakers, said, heads = _said(cells)
    replies, tails, of_replies = _replies(cells, n)
    whole, of_turns = hashes_of_parts(heads, tails, b'""]')
    names, values = _factors(cells, n)
    made = {
        "line": pa.array(lot.lines),
        "tells": pa.array([True] * n),
        "name": cells["item"],
        "conversation": _or_else(cells.get("conversation_id"), cells["item"]),
        "content_hash": pa.array(whole),
        "turns_hash": pa.array(of_turns),
        **_circumstances(cells, n),
        "speakers": speakers,
        "said": said,
        "replies": replies,
        "factors": names,
        "values": values,
        **of_replies,
    }
    schema = piece_schema()
    return pa.record_batch([made[name] for name in schema.names], schema=schema)


def _filled_cells(lot: Lot, *, keep_broken: bool) -> Cells:
    cells = {}
    for own, found in lot.columns().items():
        texts = trimmed(found)
        if not are_filled(texts).any():
            continue
        if not keep_broken:
            _refuse_broken(texts)
        _refuse_long(texts, lot.limit_of(own))
        cells[own] = texts
    return cells


def _refuse_broken(texts: Texts) -> None:
    may_be = texts.filter(pa.array(which_hold(texts, BROKEN_BYTE)))
    if any(repaired(text) != text for text in may_be.to_pylist()):
        raise NotPlainError


def _refuse_long(texts: Texts, most: int) -> None:
    ends, _ = letters_of(texts)
    # No letter has less than a byte.
    if np.diff(ends).max() > most and pc.max(pc.utf8_length(texts)).as_py() > most:
        raise NotPlainError


def _all_filled(texts: Texts | None) -> bool:
    return texts is not None and bool(are_filled(texts).all())


def _or_else(texts: Texts | None, other: Texts) -> Texts:
    """The texts, the other one where there is none."""
    return other if texts is None else pc.if_else(pa.array(are_filled(texts)), texts, other)


def _refuse_chats(texts: Texts) -> None:
    """What looks like messages is read as such, by itself."""
    begun = texts.filter(pc.starts_with(texts, "["))
    if any(map(is_chat, begun.to_pylist())):
        raise NotPlainError


def _said(cells: Cells) -> tuple[Any, Any, Sequence[bytes | memoryview]]:
    """Speakers and turns as lists, and what hashes begin with."""
    named = [name for name in _TEXTS if name in cells]
    if len(named) != 1 or not _all_filled(cells[named[0]]):
        raise NotPlainError
    if named == ["conversation"]:
        return _conversations(cells["conversation"])
    said = cells["prompt"]
    _refuse_chats(said)
    n = len(said)
    speakers = pa.repeat("seeker", n)
    heads = bytes_of(joined('[[["seeker", "', quoted(said), '"]], '))
    return lists_of(speakers, np.ones(n, dtype=np.bool_)), lists_of(said, np.ones(n, dtype=np.bool_)), heads


def _conversations(texts: Texts) -> tuple[Any, Any, Sequence[bytes | memoryview]]:
    try:
        every = [turns_of_text(text) for text in texts.to_pylist()]
    except ValueError:
        raise NotPlainError from None
    ends = np.concatenate([[0], np.cumsum([len(turns) for turns in every])]).astype(np.int32)
    speakers = pa.array([turn.speaker for turns in every for turn in turns], type=pa.string())
    said = pa.array([turn.text for turns in every for turn in turns], type=pa.string())
    heads = [f"[[{turns_written(turns)}], ".encode() for turns in every]
    return pa.ListArray.from_arrays(ends, speakers), pa.ListArray.from_arrays(ends, said), heads


def _replies(cells: Cells, n: int) -> tuple[Any, Sequence[bytes | memoryview], dict[str, Any]]:
    """Replies as lists, what hashes end with, and where the replies come from."""
    nothing = pa.repeat("", n)
    texts = cells.get("response", nothing)
    _refuse_chats(texts)
    is_there = are_filled(texts)
    kind, name, condition = (cells.get(column, nothing) for column in _OF_REPLIES)
    if any((are_filled(told) & ~is_there).any() for told in (kind, name, condition)):
        raise NotPlainError
    try:
        kinds = by_value(kind, kind_of)
    except ValueError:
        raise NotPlainError from None
    told = {"kinds": kinds, "sources": name, "conditions": condition}
    tails = bytes_of(joined('"', quoted(texts), '"]'))
    return lists_of(texts, is_there), tails, {key: lists_of(one, is_there) for key, one in told.items()}


def _circumstances(cells: Cells, n: int) -> dict[str, Any]:
    nothing = pa.repeat("", n)
    turns = {
        "language": ("language", lambda cell: cell or "en"),
        "direction": ("direction", direction_of),
        "notes": ("content_notes", lambda cell: json.dumps(notes_of(cell))),
        "is_heavy": ("heavy", yes_or_no),
    }
    try:
        return {name: by_value(cells.get(column, nothing), turn) for name, (column, turn) in turns.items()}
    except ValueError:
        raise NotPlainError from None


def _factors(cells: Cells, n: int) -> tuple[Any, Any]:
    """Names and values of the factors that each item has, as lists."""
    named = {name.removeprefix(FACTOR_PREFIX): texts for name, texts in cells.items() if is_factor(name)}
    if "gold" in cells:
        if "gold" in named:
            raise NotPlainError
        named["gold"] = cells["gold"]
    if not named:
        empty = pa.ListArray.from_arrays(np.zeros(n + 1, dtype=np.int32), pa.array([], type=pa.string()))
        return empty, empty
    has = np.stack([are_filled(texts) for texts in named.values()], axis=1)
    ends = np.concatenate([[0], np.cumsum(has.sum(axis=1))]).astype(np.int32)
    row, column = np.nonzero(has)
    values = pa.concat_arrays(list(named.values())).take(pa.array(column * n + row))
    names = pa.array(list(named), type=pa.string()).take(pa.array(column))
    return pa.ListArray.from_arrays(ends, names), pa.ListArray.from_arrays(ends, values)
