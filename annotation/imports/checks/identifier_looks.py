"""Cheap looks that say where an identifier cannot be, so that the costly patterns are tried nowhere else.

A look may be wrong in one direction only: it may let a pattern search in vain, never keep it from a find.
`tests/annotation/imports/test_identifier_looks.py` compares with searching for everything everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Span = tuple[int, int]

# Longer than any address, on either side of its number.
_WINDOW = 160
# The same of numbers and dates: “September” before a day, “th of September” behind it.
_BEFORE, _BEHIND = 16, 40
_DIGITS = re.compile(r"\d+")
_ASCII_DIGITS = re.compile(r"[0-9]+")
# A small word before a number, as in “for 5 weeks”: part of no date, street or code, “Box” and “num” apart.
_COMMON = re.compile(r"[ \n](?!num)[a-z]{1,20}(?<!ox) $")
_BRACKET_AT = re.compile(r"[\[({](?:at|arroba|ät)[\])}]", re.IGNORECASE)
_DOT_WORD_SLASH = re.compile(r"\.[^\W\d_]{2,10}/")
# What patterns that ignore case take for i, s and k, and `lower` leaves as it is or writes with two letters.
_ODD_CASE = re.compile("[\u0130\u0131\u017f\u212a]")
_EVEN_CASE = {0x130: "i", 0x131: "i", 0x17F: "s", 0x212A: "k"}


def lowered(text: str) -> str:
    """In small letters, as patterns that ignore case see it."""
    if not text.isascii() and _ODD_CASE.search(text):
        text = text.translate(_EVEN_CASE)
    return text.lower()


def has_spelt_at(text: str) -> bool:
    is_bracketed = "[" in text or "(" in text or "{" in text
    return is_bracketed and _BRACKET_AT.search(text) is not None


def has_short_url(text: str) -> bool:
    return "/" in text and _DOT_WORD_SLASH.search(text) is not None


@dataclass(slots=True)
class Window:
    """A part of a text with all of its digits and their surroundings: `runs` of digits, `n_digits` in all.

    `begun`: where those runs begin that do not stand behind a common small word.
    """

    text: str
    start: int
    end: int
    runs: tuple[Span, ...]
    begun: tuple[int, ...]
    n_digits: int

    def matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        return pattern.finditer(self.text, self.start, self.end)

    def near(self, pattern: re.Pattern[str], before: int = _BEFORE) -> Iterator[re.Match[str]]:
        """The same for what begins so many letters before its first digit, and ends soon behind its last."""
        first, last = self.runs[0][0] - before, self.runs[-1][1] + _BEHIND
        return pattern.finditer(self.text, max(first, self.start), min(last, self.end))

    def names_any(self, words: Iterable[str]) -> bool:
        """Whether one of these small words stands in it, in letters of any size."""
        small = self.text[self.start : self.end].lower()
        return any(word in small for word in words)

    def has(self, look: re.Pattern[str]) -> bool:
        return look.search(self.text, self.start, self.end) is not None

    def count(self, letter: str) -> int:
        return self.text.count(letter, self.start, self.end)

    def has_before_digits(self, look: re.Pattern[str], letters: int) -> bool:
        """Whether `look`, which ends with “$”, fits what stands before digits: `letters` of it.

        Looks for words of small letters would miss them, but for those that `_COMMON` leaves out.
        """
        text = self.text
        # Mostly there are none: the generator costs more than the looks.
        return bool(self.begun) and any(
            look.search(text[max(start - letters, 0) : start]) for start in self.begun
        )

    def has_behind_digits(self, look: re.Pattern[str]) -> bool:
        return any(look.match(self.text, end) for _, end in self.runs)


def windows_of(text: str) -> list[Window]:
    """The surroundings of all digits, joined where they meet: most of a conversation has none."""
    pattern = _ASCII_DIGITS if text.isascii() else _DIGITS
    joined: list[list[Span]] = []
    last = -1
    for match in pattern.finditer(text):
        start, end = match.span()
        if joined and last >= max(start - _WINDOW, 0):
            joined[-1].append((start, end))
        else:
            joined.append([(start, end)])
        last = end + _WINDOW
    return [_window(text, runs) for runs in joined]


def _window(text: str, runs: list[Span]) -> Window:
    start, end = max(runs[0][0] - _WINDOW, 0), runs[-1][1] + _WINDOW
    begun = tuple([first for first, _ in runs if not _is_common(text, first)])
    return Window(text, start, end, tuple(runs), begun, sum([last - first for first, last in runs]))


def _is_common(text: str, first: int) -> bool:
    # Most numbers follow no small letter: the pattern need not look.
    before = text[max(first - 2, 0) : first]
    is_near = before[1:] == " " and before[0].islower()
    return is_near and _COMMON.search(text[max(first - 24, 0) : first]) is not None


# A capital in the middle of a sentence; “I” is none.
_NO_PRONOUN = r"(?!I(?: |'(?:m|ve|ll)(?![\w'-])))"
_ASCII_CAPITAL = re.compile(rf" {_NO_PRONOUN}[A-Z](?<=[\w,' ] .)")
# Scripts without capitals are left out: in Arabic every word would stop the search.
_CASELESS = r"\u0590-\u08ff\u0900-\u0dff\u0e00-\u0fff\u1100-\u11ff\u2e80-\ua63f\uac00-\ud7ff"
_LETTER = rf"[^\W\d_a-zß-öø-ÿ{_CASELESS}]"
_CAPITAL = re.compile(rf" {_NO_PRONOUN}{_LETTER}(?<=[\w,' ] .)")
# What stands behind is left to the next find: “Prof. Dr. Ba” holds two titles.
_ASCII_TITLED = re.compile(r"[A-Z][a-z]{1,10}\. {1,3}(?=[A-Z])")
_TITLED = re.compile(rf"[A-ZÀ-Þ][a-zß-ÿ]{{1,10}}\. {{1,3}}(?={_LETTER})")
_BEGINS_LINE = re.compile(rf"\n {{0,3}}{_LETTER}")
_PARTS = re.compile(r"[^\W\d_]+")
_LETTERS_BEFORE = 30


def words_before_capitals(text: str) -> Iterator[tuple[str, int]]:
    """Small, the word before each capital that may begin a name behind a cue, and where the capital stands.

    Not behind the end of a sentence; behind the full stop of what may be a title, and where a line begins.
    """
    is_ascii = text.isascii()
    for match in (_ASCII_CAPITAL if is_ascii else _CAPITAL).finditer(text):
        yield _word_before(text, match.start()), match.end() - 1
    for match in (_ASCII_TITLED if is_ascii else _TITLED).finditer(text):
        yield match.group().partition(".")[0].lower(), match.end()
    for match in _BEGINS_LINE.finditer(text) if "\n" in text else ():
        yield _word_before(text, match.start()), match.end() - 1


def _word_before(text: str, place: int) -> str:
    words = _PARTS.findall(lowered(text[max(place - _LETTERS_BEFORE, 0) : place]))
    return words[-1] if words else ""


def last_words(endings: Iterable[str]) -> frozenset[str]:
    """The words with which cues end, as `words_before_capitals` tells them.

    >>> sorted(last_words(["name's", "this is"]))
    ['is', 's']
    """
    return frozenset(_PARTS.findall(ending.lower())[-1] for ending in endings)
