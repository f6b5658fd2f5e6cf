"""Markdown-like texts of items, shown as their writers meant them, and safe whatever is in them.

A fixed set of tags is produced from escaped text: bold, italics, code, lists, quotes, link words with their
address (never a link), headings as bold lines. Signs such as the stars around bold words stay in the page in
a hidden span: the text of the rendering is the source, character by character. A place in the page is a
place in the source, so marked passages keep their offsets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape
from itertools import pairwise

TAGS = frozenset({"strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "span", "mark"})

INLINE = re.compile(r"`|\*+|_+|\[|[\u202d\u202e]")
LINK = re.compile(r"\[([^\[\]\r\n]{1,500})\]\(([^\s()]{1,2000})\)")
FENCE = re.compile(r"[ ]{0,3}```[^`\r\n]*$")
HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]+(?=\S)")
QUOTE = re.compile(r"[ ]{0,3}>[ ]?")
POINT = re.compile(r"([ \t]*)(?:[-*+]|(\d{1,9})\.)[ \t]+(?=\S)")
STYLES = {"**": "strong", "__": "strong", "*": "em", "_": "em"}
# Below these scripts, words are parted by spaces, and a star within a word is no emphasis.
FIRST_UNSPACED = 0x2E80
DEEP = 2
HIDDEN = '<span class="rich__sign" hidden>'


class Kind(Enum):
    OPEN = "open"
    CLOSE = "close"
    TEXT = "text"
    SIGN = "sign"


@dataclass(frozen=True)
class Piece:
    """Part of a rendering. TEXT, and SIGN, which is not shown, cover the source once and in order."""

    kind: Kind
    start: int = 0
    end: int = 0
    tag: str = ""
    attributes: str = ""


@dataclass(frozen=True)
class Mark:
    """A passage of the source to be highlighted. `weight`: 0 without severity, else from 1 (least)."""

    start: int
    end: int
    number: int
    weight: int = 0


@dataclass(frozen=True)
class Line:
    start: int
    # Without and with its line break.
    end: int
    after: int


def _text(start: int, end: int) -> Iterator[Piece]:
    if end > start:
        yield Piece(Kind.TEXT, start, end)


def _sign(start: int, end: int) -> Iterator[Piece]:
    if end > start:
        yield Piece(Kind.SIGN, start, end)


def _within(tag: str, pieces: Iterable[Piece], attributes: str = "") -> Iterator[Piece]:
    yield Piece(Kind.OPEN, tag=tag, attributes=attributes)
    yield from pieces
    yield Piece(Kind.CLOSE, tag=tag)


def _is_wordy(character: str) -> bool:
    return character.isalnum() and ord(character) < FIRST_UNSPACED


def _opens(source: str, at: int, span: tuple[int, int], sign: str) -> bool:
    after = at + len(sign)
    before = source[at - 1] if at > span[0] else " "
    return after < span[1] and not source[after].isspace() and not _is_wordy(before) and before != "\\"


def _closing(source: str, begin: int, end: int, sign: str) -> int:
    """Where the sign that closes what began before `begin` stands; -1 when nowhere up to `end`."""
    at = source.find(sign, begin, end)
    while at >= 0:
        run = at
        while run < end and source[run] == sign[0]:
            run += 1
        # Of three stars in a row the inner one belongs to the italics inside.
        place = run - len(sign)
        fits = run - at >= 2 if len(sign) == 2 else run - at in {1, 3}
        is_last = run >= end or not _is_wordy(source[run])
        if fits and is_last and place > begin and not source[at - 1].isspace():
            return place
        at = source.find(sign, run, end)
    return -1


def _inline(source: str, start: int, end: int, *, inside: frozenset[str] = frozenset()) -> Iterator[Piece]:
    """Bold, italics, code and links of one line. A sign without its partner is text."""
    unpaired: set[str] = set()
    at = shown = start
    while (found := INLINE.search(source, at, end)) is not None:
        at = found.start()
        made = _styled(source, (at, start, end), found[0], inside, unpaired)
        if made is None:
            at = found.end()
            continue
        pieces, after = made
        yield from _text(shown, at)
        yield from pieces
        at = shown = after
    yield from _text(shown, end)


def _styled(
    source: str, place: tuple[int, int, int], sign: str, inside: frozenset[str], unpaired: set[str]
) -> tuple[Iterator[Piece], int] | None:
    """What begins with a sign, and where it ends; None when nothing does. `place`: there, line's ends."""
    at, start, end = place
    if sign[0] in "*_":
        # Of three, the first two are bold and the third italics within; more are no formatting.
        sign = "" if len(sign) > 3 else sign[:2]
    begin = at + len(sign)
    if not sign:
        return None
    if sign in "\u202d\u202e":
        # An override turns round what follows. It is kept, and has no effect.
        return _sign(at, begin), begin
    if sign == "[":
        return None if "link" in inside else _link(source, at, end, inside)
    tag = STYLES.get(sign, "code")
    if sign in unpaired or tag in inside:
        return None
    if tag == "code":
        close = source.find(sign, begin, end)
        close = close if close > begin else -1
    else:
        close = _closing(source, begin, end, sign) if _opens(source, at, (start, end), sign) else -2
    if close < 0:
        if close == -1:
            unpaired.add(sign)
        return None
    inner = _text(begin, close) if tag == "code" else _inline(source, begin, close, inside=inside | {tag})
    return _wrapped(tag, (at, begin, close, close + len(sign)), inner), close + len(sign)


def _wrapped(tag: str, places: tuple[int, int, int, int], inner: Iterable[Piece]) -> Iterator[Piece]:
    at, begin, close, after = places
    yield from _sign(at, begin)
    yield from _within(tag, inner)
    yield from _sign(close, after)


def _link(source: str, at: int, end: int, inside: frozenset[str]) -> tuple[Iterator[Piece], int] | None:
    found = LINK.match(source, at, end)
    if found is None:
        return None

    def pieces() -> Iterator[Piece]:
        yield from _sign(at, found.start(1))
        words = _inline(source, *found.span(1), inside=inside | {"link"})
        yield from _within("span", words, ' class="rich__link"')
        yield from _sign(found.end(1), found.end(1) + 1)
        address = _text(found.end(1) + 1, found.end())
        yield from _within("span", address, ' class="rich__address" dir="ltr"')

    return pieces(), found.end()


def _lines(source: str) -> list[Line]:
    lines, start = [], 0
    for found in re.finditer(r"\r\n|\r|\n", source):
        lines.append(Line(start, found.start(), found.end()))
        start = found.end()
    return [*lines, Line(start, len(source), len(source))]


class _Blocks:
    """Reads a source line by line."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines = _lines(source)
        self.n = 0
        fences = [n for n, line in enumerate(self.lines) if FENCE.match(source, line.start, line.end)]
        # Opened and closed in turn; the last one alone is text.
        self.fences = dict(zip(fences[::2], fences[1::2], strict=False))

    def pieces(self) -> Iterator[Piece]:
        while self.n < len(self.lines):
            line = self.lines[self.n]
            if self.n in self.fences:
                yield from self._code(self.n, self.fences[self.n])
            elif self._match(QUOTE, line):
                yield from _within("blockquote", self._quote())
            elif point := self._match(POINT, line):
                yield from self._list(point)
            else:
                yield from self._plain(line)
                self.n += 1

    def _match(self, pattern: re.Pattern[str], line: Line) -> re.Match[str] | None:
        return pattern.match(self.source, line.start, line.end)

    def _plain(self, line: Line) -> Iterator[Piece]:
        heading = self._match(HEADING, line)
        if heading is None:
            yield from _inline(self.source, line.start, line.end)
        else:
            yield from _sign(line.start, heading.end())
            words = _inline(self.source, heading.end(), line.end, inside=frozenset({"strong"}))
            yield from _within("strong", words, ' class="rich__heading"')
        yield from _text(line.end, line.after)

    def _code(self, first: int, last: int) -> Iterator[Piece]:
        inner = self.lines[first].after, self.lines[last].start
        yield from _sign(self.lines[first].start, inner[0])
        yield from _within("pre", _within("code", _text(*inner)))
        yield from _sign(inner[1], self.lines[last].after)
        self.n = last + 1

    def _quote(self) -> Iterator[Piece]:
        while self.n < len(self.lines):
            line = self.lines[self.n]
            found = self._match(QUOTE, line)
            if found is None or self.n in self.fences:
                return
            yield from _sign(line.start, found.end())
            yield from _inline(self.source, found.end(), line.end)
            yield from _text(line.end, line.after)
            self.n += 1

    def _list(self, first: re.Match[str]) -> Iterator[Piece]:
        """Points of one kind and depth in a row, with blank lines between them."""
        tag, is_deep = ("ol" if first[2] else "ul"), len(first[1]) >= DEEP
        yield Piece(Kind.OPEN, tag=tag, attributes=' class="rich__deep"' if is_deep else "")
        point: re.Match[str] | None = first
        while point and bool(point[2]) == (tag == "ol") and (len(point[1]) >= DEEP) == is_deep:
            number = f' value="{int(point[2])}"' if point[2] else ""
            yield from _within("li", self._point(point), number)
            point = None
            if self.n < len(self.lines) and self.n not in self.fences:
                point = self._match(POINT, self.lines[self.n])
        yield Piece(Kind.CLOSE, tag=tag)

    def _point(self, point: re.Match[str]) -> Iterator[Piece]:
        line = self.lines[self.n]
        yield from _sign(line.start, point.end())
        yield from _inline(self.source, point.end(), line.end)
        yield from _text(line.end, line.after)
        self.n += 1
        while self.n < len(self.lines) and self._continues(self.n):
            line = self.lines[self.n]
            yield from _inline(self.source, line.start, line.end)
            yield from _text(line.end, line.after)
            self.n += 1

    def _continues(self, n: int) -> bool:
        """An indented line, or a blank one before the next point."""
        line = self.lines[n]
        if n in self.fences or self._match(POINT, line):
            return False
        words = self.source[line.start : line.end]
        if words.strip():
            return words[:1] in " \t" and not words[:2].strip()
        return n + 1 < len(self.lines) and self._match(POINT, self.lines[n + 1]) is not None


def pieces_of(source: str) -> list[Piece]:
    """The source cut into what is shown, what is not, and the tags around."""
    return list(_Blocks(source).pieces())


def visible_spans(source: str) -> list[tuple[int, int]]:
    """Parts of the source that readers see, in order."""
    return [(piece.start, piece.end) for piece in pieces_of(source) if piece.kind is Kind.TEXT]


def find_visible(source: str, quote: str) -> tuple[int, int] | None:
    """Where words copied from the page stand in the source: without signs, white space run together."""
    places: list[int] = []
    letters: list[str] = []
    for start, end in visible_spans(source):
        for at in range(start, end):
            letter = " " if source[at].isspace() else source[at]
            if letter != " " or not letters or letters[-1] != " ":
                places.append(at)
                letters.append(letter)
    wanted = " ".join(quote.split())
    at = "".join(letters).find(wanted)
    return (places[at], places[at + len(wanted) - 1] + 1) if wanted and at >= 0 else None


def _marked(source: str, piece: Piece, marks: Sequence[Mark]) -> Iterator[str]:
    """The text of a piece, parted at the ends of marks. The number of a mark stands behind its last part."""
    here = [mark for mark in marks if mark.start < piece.end and mark.end > piece.start]
    ends = {end for mark in here for end in (mark.start, mark.end) if piece.start < end < piece.end}
    cuts = [piece.start, *sorted(ends), piece.end]
    for start, end in pairwise(cuts):
        words = escape(source[start:end])
        over = [mark for mark in here if mark.start < end and mark.end > start]
        if not over:
            yield words
            continue
        weight = max(mark.weight for mark in over)
        numbers = " ".join(str(mark.number) for mark in over if mark.end == end)
        tail = f' data-numbers="{numbers}"' if numbers else ""
        yield f'<mark class="evidence evidence--{weight}"{tail}>{words}</mark>'


def _with_visible_ends(pieces: Sequence[Piece], marks: Iterable[Mark]) -> list[Mark]:
    """Marks without the signs at their ends, so that the last part shown bears the number."""
    shown = [piece for piece in pieces if piece.kind is Kind.TEXT]
    found = []
    for mark in marks:
        parts = [piece for piece in shown if piece.start < mark.end and piece.end > mark.start]
        if parts:
            start, end = max(parts[0].start, mark.start), min(parts[-1].end, mark.end)
            found.append(Mark(start, end, mark.number, mark.weight))
    return found


def rich_html(source: str, marks: Iterable[Mark] = ()) -> str:
    """The source as HTML with tags out of TAGS only; its text content is the source."""
    pieces = pieces_of(source)
    kept = _with_visible_ends(pieces, marks)
    out: list[str] = []
    for piece in pieces:
        if piece.kind is Kind.OPEN:
            out.append(f"<{piece.tag}{piece.attributes}>")
        elif piece.kind is Kind.CLOSE:
            out.append(f"</{piece.tag}>")
        elif piece.kind is Kind.SIGN:
            out.append(f"{HIDDEN}{escape(source[piece.start : piece.end])}</span>")
        else:
            out += _marked(source, piece, kept)
    return "".join(out)


def direction_of(text: str, otherwise: str) -> str:
    """ "ltr" or "rtl" by the first letter that has a direction; `otherwise` where none has.

    >>> direction_of("12 سلام", "ltr"), direction_of("Hi سلام", "rtl"), direction_of("🙂 ...", "rtl")
    ('rtl', 'ltr', 'rtl')
    """
    for character in text:
        strength = unicodedata.bidirectional(character)
        if strength in {"R", "AL"}:
            return "rtl"
        if strength == "L":
            return "ltr"
    return otherwise
