"""What is done with many texts at once is what would be done with each."""

from __future__ import annotations

import hashlib
import sys
from json.encoder import encode_basestring

import numpy as np
import pyarrow as pa
import pytest

from annotation.imports.checks.text_arrays import (
    are_filled,
    by_value,
    bytes_of,
    hashes_of_parts,
    joined,
    lists_of,
    quoted,
    trimmed,
    which_hold,
)

TEXTS = ["", "a", " a b ", "\ta\n", "ü", " ü ", "“x”", "a\u2003", "\x1fa", 'a"b\\c\nd\re\tf', "🙂\u0085", ""]
PARTS = [slice(None), slice(2, 9), slice(4, 4)]


def array(part: slice = slice(None)) -> pa.StringArray:
    """A part of an array, whose letters do not begin where its buffer does."""
    return pa.array(TEXTS)[part.start or 0 : len(TEXTS) if part.stop is None else part.stop]


@pytest.mark.parametrize("part", PARTS)
def test_texts_are_trimmed_quoted_and_told_apart_as_one_by_one(part: slice) -> None:
    texts, few = TEXTS[part], array(part)
    assert trimmed(few).to_pylist() == [text.strip() for text in texts]
    assert quoted(few).to_pylist() == [encode_basestring(text)[1:-1] for text in texts]
    assert are_filled(few).tolist() == [bool(text) for text in texts]
    assert which_hold(few, 0xC3).tolist() == ["ü" in text for text in texts]
    assert [bytes(one) for one in bytes_of(few)] == [text.encode() for text in texts]
    assert joined("<", few, ">").to_pylist() == [f"<{text}>" for text in texts]


def test_trimmed_knows_the_white_space_that_strip_knows() -> None:
    letters = [chr(point) for point in range(sys.maxunicode) if not 0xD800 <= point < 0xE000]
    around = [f"{letter}x{letter}" for letter in letters if letter.isspace() or ord(letter) < 0x3100]
    assert trimmed(pa.array(around)).to_pylist() == [text.strip() for text in around]
    assert {text for text in around if text.strip() == "x"} == {
        f"{one}x{one}" for one in letters if one.isspace()
    }


def test_quoted_without_rare_marks_is_quoted_the_short_way() -> None:
    texts = ['a"b', "c\\", "d\ne\rf\tg", "ü\u2028\x7f"]
    assert quoted(pa.array(texts)).to_pylist() == [encode_basestring(text)[1:-1] for text in texts]


def test_hashes_of_parts_are_those_of_the_words_together() -> None:
    whole, others = hashes_of_parts([b"a", b""], [b"b", b"cd"], b"!")
    assert whole == [hashlib.sha256(words).hexdigest() for words in (b"ab", b"cd")]
    assert others == [hashlib.sha256(words).hexdigest() for words in (b"a!", b"!")]


def test_by_value_turns_each_and_lists_hold_what_is_there() -> None:
    texts = pa.array(["b", "", "b"])
    assert by_value(texts, len).to_pylist() == [1, 0, 1]
    assert lists_of(texts, np.array([True, False, True])).to_pylist() == [["b"], [], ["b"]]
