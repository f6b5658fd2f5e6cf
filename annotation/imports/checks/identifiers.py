"""What in a text may tell who somebody is: found by shape, by checksum, and names by the words around them.

A scan, not a promise. Names stand out only after a cue (“my name is”, “Dr.”, “Liebe …”): a name in the
middle of a sentence is missed, and so are nicknames, employers, places without a street, rare illnesses,
and everything in languages other than English, Spanish, German and Arabic. A person has to look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from annotation.imports.checks.identifier_looks import (
    Window,
    has_short_url,
    has_spelt_at,
    lowered,
    windows_of,
)
from annotation.imports.checks.identifier_names import named_spans
from annotation.imports.checks.identifier_numbers import ip_spans, number_spans, phone_spans
from annotation.imports.checks.identifier_places import address_spans, date_spans

Span = tuple[int, int]


class Kind(StrEnum):
    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    DATE = "date"
    URL = "url"
    HANDLE = "handle"
    IP = "ip"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Identifier:
    """`start` and `end` in code points of the text; `words`: what stands there."""

    kind: Kind
    start: int
    end: int
    words: str


# Digits, spaces and hyphens of other scripts as those of ASCII, one for one: places stay what they are.
PLAIN = {
    **{0x0660 + n: ord("0") + n for n in range(10)},
    **{0x06F0 + n: ord("0") + n for n in range(10)},
    **{0xFF10 + n: ord("0") + n for n in range(10)},
    **dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F, 0x3000), ord(" ")),
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2212), ord("-")),
    0xFF0B: ord("+"),
    0xFF20: ord("@"),
    0x2019: ord("'"),
}
_FOREIGN = re.compile("[" + "".join(map(chr, PLAIN)) + "]")
# Marks without width, which stand between the digits of a telephone number in right-to-left text.
WIDTHLESS = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")

# Every repetition is bounded or possessive: no text, however made, takes more than linear time.
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}+@(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}(?![\w-])")
_SPELT_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,64}+ ?[\[({](?:at|arroba|ät)[\])}] ?"
    r"(?:[\w-]{1,63} ?(?:\.|[\[({](?:dot|punto|punkt)[\])}]) ?){1,4}[^\W\d_]{2,24}(?![\w-])",
    re.IGNORECASE,
)
_URL = re.compile(r"(?<!\w)(?:https?://|www\.)[^\s<>\"“”]{1,2000}+", re.IGNORECASE)
_SHORT_URL = re.compile(
    r"(?<![\w.@/-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,10}/[^\s<>\"“”]{1,500}+", re.IGNORECASE
)
_HANDLE = re.compile(r"(?<![\w@./])@[^\W\d](?:[\w.]{0,28}\w)?(?![\w@])|(?<![\w./])/?u/[\w-]{3,20}(?![\w/])")


def find_identifiers(text: str) -> list[Identifier]:
    """All that was found, in the order of the text; nothing overlaps. Linear in the length of the text.

    >>> [(one.kind.value, one.words) for one in find_identifiers("I'm Ann Lee, call 07700 900123.")]
    [('name', 'Ann Lee'), ('phone', '07700 900123')]
    """
    plain, places = plain_text(text)
    found: list[tuple[int, int, Kind]] = []
    taken = bytearray()
    for kind, spans in _spans(plain):
        for start, end in spans:
            taken = taken or bytearray(len(plain))
            if start < end and not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append((start, end, kind))
    return [_identifier(text, places, one) for one in sorted(found)]


def plain_text(text: str) -> tuple[str, Sequence[int]]:
    """The text with plain digits and without marks, and where each of its letters stood."""
    # Most texts are ASCII, or are so but for the apostrophe: looking is cheaper than translating.
    plain = text if text.isascii() else text.replace("’", "'")
    if not plain.isascii() and _FOREIGN.search(plain):
        plain = plain.translate(PLAIN)
    if plain.isascii() or not WIDTHLESS.search(plain):
        return plain, range(len(plain) + 1)
    places = [place for place, letter in enumerate(plain) if not WIDTHLESS.match(letter)]
    return "".join(plain[place] for place in places), [*places, len(plain)]


def _identifier(text: str, places: Sequence[int], found: tuple[int, int, Kind]) -> Identifier:
    start, end = places[found[0]], places[found[1] - 1] + 1
    return Identifier(found[2], start, end, text[start:end])


def _spans(plain: str) -> Iterator[tuple[Kind, Iterable[Span]]]:
    """Kinds in the order in which they claim a place: an IBAN is no telephone number."""
    small = lowered(plain)
    if "@" in plain:
        yield Kind.EMAIL, _matches(_EMAIL, plain)
    if has_spelt_at(plain):
        yield Kind.EMAIL, _matches(_SPELT_EMAIL, plain)
    if "://" in plain or "www." in small:
        yield Kind.URL, _matches(_URL, plain, _without_end_mark)
    if has_short_url(plain):
        yield Kind.URL, _matches(_SHORT_URL, plain, _without_end_mark)
    if "@" in plain or "u/" in plain:
        yield Kind.HANDLE, _matches(_HANDLE, plain)
    windows = windows_of(plain)
    if windows:
        yield Kind.IP, _inside(ip_spans, windows)
        yield Kind.NUMBER, _inside(number_spans, windows)
        yield Kind.DATE, _inside(date_spans, windows)
        yield Kind.ADDRESS, _inside(address_spans, windows)
        yield Kind.PHONE, _inside(phone_spans, windows)
    yield Kind.NAME, named_spans(plain, small)


def _inside(scan: Callable[[Window], Iterable[Span]], windows: Iterable[Window]) -> Iterator[Span]:
    return (span for window in windows for span in scan(window))


def _matches(
    pattern: re.Pattern[str], text: str, trim: Callable[[str, Span], Span] = lambda _, span: span
) -> Iterator[Span]:
    return (trim(text, match.span()) for match in pattern.finditer(text))


def _without_end_mark(text: str, span: Span) -> Span:
    """A full stop or bracket behind an address belongs to the sentence."""
    start, end = span
    while end > start and text[end - 1] in ".,;:!?)]}'»…":
        end -= 1
    return start, end


def masked(text: str, found: Iterable[Identifier], kinds: Iterable[str] | None = None) -> str:
    """The text with “[name]”, “[phone]” … in place of what was found.

    Args:
        kinds: which to mask; None: all.

    >>> masked("Write to a@b.org", find_identifiers("Write to a@b.org"))
    'Write to [email]'
    """
    chosen = None if kinds is None else set(kinds)
    parts, last = [], 0
    for one in found:
        if chosen is None or one.kind in chosen:
            parts += [text[last : one.start], f"[{one.kind}]"]
            last = one.end
    return "".join([*parts, text[last:]])


def context_of(text: str, found: Sequence[Identifier], one: Identifier, letters: int = 40) -> str:
    """The words around an identifier, itself and its neighbours masked: what a page may show of it."""
    start, end = max(one.start - letters, 0), min(one.end + letters, len(text))
    # A neighbour that is cut in two would show a part of itself.
    start = max([start, *(near.end for near in found if near.start < start < near.end)])
    end = min([end, *(near.start for near in found if near.start < end < near.end)])
    inside = [
        Identifier(near.kind, near.start - start, near.end - start, near.words)
        for near in found
        if start <= near.start and near.end <= end
    ]
    shown = " ".join(masked(text[start:end], inside).split())
    return f"{'…' * (start > 0)}{shown}{'…' * (end < len(text))}"
