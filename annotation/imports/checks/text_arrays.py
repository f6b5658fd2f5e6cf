"""Many texts at once as pyarrow holds them: trimmed, quoted for JSON, hashed, and turned by value.

Each gives for every text what the plain function gives for one (`tests/annotation/imports`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from json.encoder import encode_basestring
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Texts = Any
Truths = Any

_SPACE = 0x20
# With these bytes the white space beyond ASCII begins.
_WIDE_SPACES = (0xC2, 0xE1, 0xE2, 0xE3)
_QUOTED = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))


def letters_of(texts: Texts) -> tuple[Any, Any]:
    """Where each text begins and the last one ends, and the bytes of all."""
    _, places, letters = texts.buffers()
    n = len(texts)
    if letters is None or not n:
        return np.zeros(n + 1, dtype=np.int32), np.zeros(0, dtype=np.uint8)
    ends = np.frombuffer(places, dtype=np.int32)[texts.offset : texts.offset + n + 1]
    return ends - ends[0], np.frombuffer(letters, dtype=np.uint8)[ends[0] : ends[-1]]


def are_filled(texts: Texts) -> Truths:
    ends, _ = letters_of(texts)
    return ends[1:] > ends[:-1]


def which_hold(texts: Texts, byte: int) -> Truths:
    """Which of them have this byte in UTF-8."""
    ends, letters = letters_of(texts)
    held = np.zeros(len(texts), dtype=np.bool_)
    held[np.searchsorted(ends, np.flatnonzero(letters == byte), side="right") - 1] = True
    return held


def trimmed(texts: Texts) -> Texts:
    """Without white space around them, as `str.strip` does it."""
    ends, letters = letters_of(texts)
    filled = ends[1:] > ends[:-1]
    first, last = letters[ends[:-1][filled]], letters[ends[1:][filled] - 1]
    is_strange = (first <= _SPACE) | (last <= _SPACE) | (last >= 0x80)
    for byte in _WIDE_SPACES:
        is_strange |= first == byte
    return pc.utf8_trim_whitespace(texts) if is_strange.any() else texts


def quoted(texts: Texts) -> Texts:
    """As strings of JSON without their outer quotation marks, letters beyond ASCII as they are."""
    _, letters = letters_of(texts)
    low = set(letters[letters < _SPACE].tolist()) - set(b"\n\r\t")
    if low:
        return pa.array([encode_basestring(text)[1:-1] for text in texts.to_pylist()], type=pa.string())
    for letter, written in _QUOTED:
        if (letters == ord(letter)).any():
            texts = pc.replace_substring(texts, letter, written)
    return texts


def joined(*parts: Any) -> Texts:
    """Texts put together one by one; a word stands for itself in each."""
    words = [pa.scalar(part) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*words, "")


def bytes_of(texts: Texts) -> list[memoryview]:
    """Each text in UTF-8, not copied."""
    ends, letters = letters_of(texts)
    told, places = memoryview(letters), ends.tolist()
    return [told[start:end] for start, end in pairwise(places)]


def hashes_of_parts(
    heads: Sequence[bytes | memoryview], tails: Iterable[bytes | memoryview], other: bytes
) -> tuple[list[str], list[str]]:
    """SHA-256 of each head with its tail, and of each head with the other tail."""
    whole, others = [], []
    for head, tail in zip(heads, tails, strict=True):
        one = hashlib.sha256(head)
        second = one.copy()
        one.update(tail)
        second.update(other)
        whole.append(one.hexdigest())
        others.append(second.hexdigest())
    return whole, others


def by_value(texts: Texts, turn: Callable[[str], Any]) -> Any:
    """What each turns into; every different text is turned once."""
    encoded = texts.dictionary_encode()
    turned = pa.array([turn(text) for text in encoded.dictionary.to_pylist()])
    return turned.take(encoded.indices)


def lists_of(texts: Texts, is_there: Truths) -> Any:
    """A list for each text: of itself where it is there, else of nothing."""
    ends = np.concatenate([[0], np.cumsum(is_there)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), texts.filter(pa.array(is_there)))
