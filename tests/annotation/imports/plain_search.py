"""Identifiers as they are found without any look beforehand: every pattern over every place it may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotation.imports.checks import identifier_names as names
from annotation.imports.checks import identifier_numbers as numbers
from annotation.imports.checks import identifier_places as places
from annotation.imports.checks import identifiers
from annotation.imports.checks.identifier_looks import Span
from annotation.imports.checks.identifiers import Kind

Found = list[tuple[str, int, int]]


class Everywhere:
    """A window whose looks never say no."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.n_digits, self.runs = 10**6, ((start, end),) * 4

    def matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        return pattern.finditer(self.text, self.start, self.end)

    def near(self, pattern: re.Pattern[str], before: int = 0) -> Iterator[re.Match[str]]:
        return self.matches(pattern)

    def names_any(self, words: object) -> bool:
        return True

    def has(self, look: object) -> bool:
        return True

    def count(self, letter: str) -> int:
        return 10**6

    def has_before_digits(self, look: object, letters: int) -> bool:
        return True

    def has_behind_digits(self, look: object) -> bool:
        return True


def found_plainly(text: str) -> Found:
    translated = text.translate(identifiers.PLAIN)
    kept = [place for place, letter in enumerate(translated) if not identifiers.WIDTHLESS.match(letter)]
    plain, taken, found = "".join(translated[place] for place in kept), set[int](), []
    for kind, (start, end) in _spans(plain):
        if start < end and taken.isdisjoint(range(start, end)):
            taken |= set(range(start, end))
            found.append((kept[start], kept[end - 1] + 1, kind))
    return [(kind.value, start, end) for start, end, kind in sorted(found)]


def _spans(plain: str) -> Iterator[tuple[Kind, Span]]:
    for kind, pattern in (
        (Kind.EMAIL, identifiers._EMAIL),
        (Kind.EMAIL, identifiers._SPELT_EMAIL),
        (Kind.URL, identifiers._URL),
        (Kind.URL, identifiers._SHORT_URL),
        (Kind.HANDLE, identifiers._HANDLE),
    ):
        for match in pattern.finditer(plain):
            is_url = kind == Kind.URL
            yield kind, identifiers._without_end_mark(plain, match.span()) if is_url else match.span()
    for kind, scan in (
        (Kind.IP, numbers.ip_spans),
        (Kind.NUMBER, numbers.number_spans),
        (Kind.DATE, places.date_spans),
        (Kind.ADDRESS, places.address_spans),
        (Kind.PHONE, numbers.phone_spans),
    ):
        for start, end in _windows(plain):
            for span in scan(Everywhere(plain, start, end)):  # type: ignore[arg-type]
                yield kind, span
    for span in _named(plain):
        yield Kind.NAME, span


def _windows(plain: str) -> list[Span]:
    windows: list[Span] = []
    for match in re.finditer(r"\d+", plain):
        start, end = max(match.start() - 160, 0), match.end() + 160
        if windows and windows[-1][1] >= start:
            start = windows.pop()[0]
        windows.append((start, end))
    return windows


def _named(plain: str) -> Iterator[Span]:
    yield from names._after(names._STRONG, plain, needs_capital=False)
    for _, pattern in names._CAPITALISED:
        yield from names._after(pattern, plain)
    yield from names._after(names._GREETING, plain, ends=names._GREETING_ENDS)
    yield from names._after(names._SIGNED, plain, ends=names._LINE_ENDS)
    yield from names._after(names._SPEAKING, plain, ends=names._SPEAKING_ENDS)
    yield from names._arabic(plain)
