"""Which of many texts can hold an identifier at all: one look over all of them at once, as numbers.

Reading a text costs far less in NumPy than by patterns, and most texts hold nothing. What this lets through
is searched by `find_identifiers`. It may be wrong in one direction only: let a text through in vain, never
keep one back; `tests/annotation/imports/test_identifier_sieve.py` compares with searching every text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from annotation.imports.checks.identifier_names import CUE_WORDS, STRONG_HINTS, has_cue
from annotation.imports.checks.identifiers import PLAIN, WIDTHLESS, plain_text
from annotation.imports.checks.text_arrays import joined, letters_of

# Arrays: of letters as bytes, of places of letters, and of what is so.
Letters = Any
Places = Any
Truths = Any

# What letters beyond ASCII are taken for.
_LOWER, _UPPER, _MARK, _ODD = 0x80, 0x81, 0x82, 0xFF
# A number has at most this many digits to be passed over, as in “for 10 weeks”.
_FEW_DIGITS = 3
_WORD = 20
# So many letters at the end of a word are compared with the words that lead to a name.
_N_LETTERS = 4
# Stands around every text: no letter, no space and no end of a line.
_BETWEEN = "\x01" * 24
# Arabic, whose names have no capitals, and what patterns that ignore case take for i, s and k.
_ODD_POINTS = frozenset((*range(0x621, 0x64B), *range(0x66E, 0x6D4), 0x130, 0x131, 0x17F, 0x212A))
# How a month or what leads to it begins behind a day: “5 de mayo”, “5 of May”.
_BEHIND_DAYS = (b"ab", b"ag", b"de", b"di", b"en", b"fe", b"ju", b"ma", b"no", b"oc", b"of", b"se")
# Words that are looked for anywhere, by two letters that seldom follow each other; “ñ” as its class.
_SMALL_BIT = 0x20
_SENYOR = bytes([*b"se", _LOWER | _SMALL_BIT, *b"or"])
_LOOKED_FOR = {b"www.": b"ww", b"senor": b"or", _SENYOR: _SENYOR[2:4]} | {
    hint.encode("ascii"): next(pair for pair in (b"am", b"mb", b"h ") if pair in hint.encode("ascii"))
    for hint in STRONG_HINTS
}


# For each code point what it is taken for; 0 where nobody has asked yet.
_CLASSES = np.zeros(0x110000, dtype=np.uint8)


def _classes(points: Any) -> Letters:
    classes = _CLASSES[points]
    fresh = np.unique(points[classes == 0]).tolist()
    if not fresh:
        return classes
    _CLASSES[fresh] = [_class(chr(point)) for point in fresh]
    return _CLASSES[points]


def _class(letter: str) -> int:
    """Plain digits, spaces and hyphens of other scripts are those of ASCII, as for the patterns."""
    if ord(letter) in PLAIN:
        return PLAIN[ord(letter)]
    if letter.isdecimal() or WIDTHLESS.match(letter) or ord(letter) in _ODD_POINTS:
        return _ODD
    if not letter.isalnum():
        return _MARK
    return _UPPER if letter.isupper() else _LOWER


def _table(letters: str | bytes) -> Truths:
    table = np.zeros(256, dtype=np.bool_)
    table[list(letters.encode("ascii") if isinstance(letters, str) else letters)] = True
    return table


_SMALL = _table(bytes(range(ord("a"), ord("z") + 1)))
_CAPITAL = _table(bytes([*range(ord("A"), ord("Z") + 1), _UPPER]))
_LETTER = _SMALL | _CAPITAL | _table(bytes([_LOWER]))
_SMALLISH = _SMALL | _table(bytes([_LOWER]))
_DIGIT = _table("0123456789")
_BEFORE_SPACE = _LETTER | _DIGIT | _table("_,' ")
_A, _T_OR_R = _table("aA") | _table(bytes([_LOWER, _UPPER])), _table("tTrR")
_SPACE, _SPACE_OR_LINE = ord(" "), _table(" \n")
# Letters of words as five bits; what is no letter ends a word.
_BITS = np.zeros(256, dtype=np.intp)
_BITS[ord("a") : ord("z") + 1] = _BITS[ord("A") : ord("Z") + 1] = np.arange(1, 27)
_BITS[[_LOWER, _UPPER]] = 27


def suspects(texts: Sequence[str]) -> list[bool]:
    """For each text whether an identifier can be in it."""
    import pyarrow as pa

    told: list[bool] = suspects_of(pa.array(texts, type=pa.string())).tolist()
    return told


def suspect_rows(*columns: Any) -> dict[int, list[bool]]:
    """Of rows that have lists of texts those in which an identifier can be: for each text whether it can."""
    looked = [(_places_of(lists), suspects_of(lists.flatten())) for lists in columns]
    held = [np.searchsorted(ends, np.flatnonzero(told), side="right") - 1 for ends, told in looked]
    return {
        row: [bool(one) for ends, told in looked for one in told[ends[row] : ends[row + 1]]]
        for row in np.unique(np.concatenate(held)).tolist()
    }


def _places_of(lists: Any) -> Places:
    """Where the texts of each row begin among all, and where the last ends."""
    ends = lists.offsets.to_numpy()
    return ends - ends[0]


def suspects_of(texts: Any) -> Truths:
    """For each text of an array of pyarrow whether an identifier can be in it."""
    letters, starts = _letters_of(texts)
    held = np.zeros(len(texts) + 1, dtype=np.bool_)

    def at(places: Places) -> Places:
        # Between two texts nothing is found: what is found there would be told of the text before.
        return np.searchsorted(starts, places, side="right") - 1

    for look in (_telling_marks, _telling_words, _telling_numbers):
        held[at(look(letters))] = True
    for number in np.unique(at(_names(letters))).tolist():
        held[number] = held[number] or has_cue(plain_text(texts[number].as_py())[0])
    return held[: len(texts)]


def _letters_of(texts: Any) -> tuple[Letters, Places]:
    """A byte for every letter of all texts, and where each text begins."""
    ends, letters = letters_of(joined(_BETWEEN, texts))
    letters = np.concatenate([letters, np.frombuffer(_BETWEEN.encode("ascii"), dtype=np.uint8)])
    starts = ends[:-1] + len(_BETWEEN)
    wide = np.flatnonzero(letters > 0x7F)
    if not len(wide):
        return letters, starts
    is_first = letters[wide] >= 0xC0
    first, more = wide[is_first], wide[~is_first]
    letters[first] = _classes(_points(letters, first))
    is_kept = np.ones(len(letters), dtype=np.bool_)
    is_kept[more] = False
    return letters[is_kept], starts - np.searchsorted(more, starts)


def _points(letters: Letters, first: Places) -> Any:
    """The code points that begin there in UTF-8, of two bytes or more."""
    head = letters[first].astype(np.uint32)
    second, third, fourth = ((letters[first + behind] & 0x3F).astype(np.uint32) for behind in (1, 2, 3))
    of_two = (head & 0x1F) << 6 | second
    of_three = (head & 0x0F) << 12 | second << 6 | third
    of_four = (head & 0x07) << 18 | second << 12 | third << 6 | fourth
    return np.where(head < 0xE0, of_two, np.where(head < 0xF0, of_three, of_four))


def _telling_marks(letters: Letters) -> Places:
    """Odd letters, and what addresses of e-mail and web are written with."""
    marks = np.flatnonzero((letters == ord("@")) | (letters == _ODD))
    slashes = np.flatnonzero(letters == ord("/"))
    before = letters[slashes - 1]
    is_web = (before == ord(":")) | (before == ord("u"))
    for back in range(3, 12):
        is_web |= letters[slashes - back] == ord(".")
    brackets = np.flatnonzero(_is_in(letters, b"[({"))
    is_at = _A[letters[brackets + 1]] & _T_OR_R[letters[brackets + 2]]
    return np.concatenate([marks, slashes[is_web], brackets[is_at]])


def _telling_words(letters: Letters) -> Places:
    """Where a word stands that leads to a name or to an address of the web."""
    # In small letters, near enough: some marks become others.
    small = letters | _SMALL_BIT
    # Two letters as one number, at even places and at odd ones: nothing is copied.
    even, odd = (small[start : len(small) - (len(small) - start) % 2].view("<u2") for start in (0, 1))
    found = []
    for pair in sorted(set(_LOOKED_FOR.values())):
        wanted = int.from_bytes(pair, "little")
        places = np.concatenate([np.flatnonzero(even == wanted) * 2, np.flatnonzero(odd == wanted) * 2 + 1])
        for hint, part in _LOOKED_FOR.items():
            if part == pair:
                found.append(_spelling(small, places - hint.index(pair), hint))
    return np.concatenate(found)


def _spelling(small: Letters, places: Places, hint: bytes) -> Places:
    """Of the places those where all of the hint stands."""
    for number, letter in enumerate(hint):
        places = places[small[places + number] == letter]
    return places


def _is_in(letters: Letters, wanted: bytes) -> Truths:
    is_one = letters == wanted[0]
    for letter in wanted[1:]:
        is_one |= letters == letter
    return is_one


def _telling_numbers(letters: Letters) -> Places:
    """Where numbers begin, but for short ones between small words: these are in no date, street or code.

    Every identifier with digits has one beside a mark, a capital, another number or more digits than that.
    """
    is_digit = (letters - ord("0")) < 10
    edges = np.flatnonzero(is_digit[1:] != is_digit[:-1]) + 1
    begins, ends = edges[::2], edges[1::2]
    behind, second = letters[ends + 1], letters[ends + 2]
    is_plain = (ends - begins <= _FEW_DIGITS) & (letters[begins - 1] == _SPACE) & (letters[ends] == _SPACE)
    is_plain &= _SMALL[behind]
    for word in _BEHIND_DAYS:
        is_plain &= (behind != word[0]) | (second != word[1])
    is_plain[is_plain] = _follow_small_word(letters, begins[is_plain] - 2)
    return begins[~is_plain]


def _follow_small_word(letters: Letters, ends: Places) -> Truths:
    """Whether a whole word of small letters ends there, neither “box” nor “num” or “numero”."""
    place, is_whole = ends.copy(), np.zeros(len(ends), dtype=np.bool_)
    is_word = _SMALL[letters[place]]
    for _ in range(_WORD):
        place = np.where(is_word & _SMALL[letters[place]], place - 1, place)
    is_whole = is_word & _SPACE_OR_LINE[letters[place]]
    is_box = (letters[ends] == ord("x")) & (letters[ends - 1] == ord("o"))
    is_number = (letters[place + 1] == ord("n")) & (letters[place + 2] == ord("u"))
    return is_whole & ~is_box & ~(is_number & (letters[place + 3] == ord("m")))


def _names(letters: Letters) -> Places:
    """Capitals that may begin a name: a word with which cues end stands before them."""
    is_capital = ((letters - ord("A")) < 26) | (letters == _UPPER)
    capitals = np.flatnonzero(is_capital)
    before = letters[capitals - 1]
    is_spaced = before == _SPACE
    # “I”, “I'm”: no name.
    behind = letters[capitals + 1]
    is_me = (behind == ord("'")) & (letters[capitals + 2] == ord("m")) & (letters[capitals + 3] == _SPACE)
    is_pronoun = (letters[capitals] == ord("I")) & ((behind == _SPACE) | is_me)
    inside = capitals[is_spaced & ~is_pronoun]
    two_before = letters[inside - 2]
    after_words = _ends_cue(letters, inside[_BEFORE_SPACE[two_before]] - 2)
    after_titles = _titles(letters, inside[(two_before == ord(".")) | (two_before == _SPACE)] - 1)
    lines = np.flatnonzero(letters == ord("\n"))
    first = lines + 1
    for _ in range(3):
        first = np.where(letters[first] == _SPACE, first + 1, first)
    after_lines = _ends_cue(letters, lines[_CAPITAL[letters[first]]] - 1)
    return np.concatenate([after_words, after_titles, after_lines])


def _titles(letters: Letters, places: Places) -> Places:
    """Of spaces those that stand behind a word with a capital and a full stop, as “Dr. ”."""
    for _ in range(2):
        places = np.where(letters[places] == _SPACE, places - 1, places)
    places = np.where(letters[places] == _SPACE, places - 1, places)
    before = places[letters[places] == ord(".")] - 1
    # “Dr”: whatever stands before its capital, as in “McDr”.
    ends = np.concatenate([before[_CAPITAL[letters[before - 1]]], _ends_cue(letters, before)])
    place = ends.copy()
    for _ in range(10):
        place = np.where(_SMALLISH[letters[place]], place - 1, place)
    return ends[_CAPITAL[letters[place]]]


def _ends_cue(letters: Letters, places: Places) -> Places:
    """Of places those at or before which a word ends that cues end with, by its last four letters.

    Where no letter is near the place stays: whoever looks closer has to decide.
    """
    last = places
    for _ in range(3):
        last = np.where(_LETTER[letters[last]], last, last - 1)
    ends = _BITS[letters[last]]
    word, goes_on = ends.copy(), ends > 0
    for back in range(1, _N_LETTERS):
        bits = _BITS[letters[last - back]]
        goes_on &= bits > 0
        word += np.where(goes_on, bits << 5 * back, 0)
    return places[_endings()[word] | (ends == 0)]


@cache
def _endings() -> Truths:
    table = np.zeros(1 << 5 * _N_LETTERS, dtype=np.bool_)
    for word in CUE_WORDS:
        points = np.array([ord(letter) for letter in reversed(word[-_N_LETTERS:])])
        bits = _BITS[np.where(points < 0x80, points, _LOWER)].tolist()
        table[sum(bit << 5 * back for back, bit in enumerate(bits))] = True
    return table
