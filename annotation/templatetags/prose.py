"""The little markup that guidelines, consent and support texts use: headings, lists, bold, paragraphs.

Everything is escaped first, so a text can bring no HTML of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

BOLD = re.compile(r"\*\*(.+?)\*\*")
HEADING = re.compile(r"^(#{1,4})\s+(.*)$")
BULLET = re.compile(r"^[-*]\s+(.*)$")
NUMBERED = re.compile(r"^\d+[.)]\s+(.*)$")
# A page has its own h1, and these texts stand in sections under an h2.
TOP, LOWEST = 3, 6


def _inline(line: str) -> str:
    return BOLD.sub(r"<strong>\1</strong>", escape(line))


def _kind(line: str) -> str:
    if HEADING.match(line):
        return "heading"
    if BULLET.match(line):
        return "ul"
    return "ol" if NUMBERED.match(line) else "p"


def _list(tag: str, lines: list[str]) -> str:
    pattern = BULLET if tag == "ul" else NUMBERED
    words = (pattern.sub(r"\1", line) for line in lines)
    points = "".join(f"<li>{_inline(point)}</li>" for point in words)
    return f"<{tag}>{points}</{tag}>"


def _heading(line: str) -> str:
    signs, words = HEADING.sub(r"\1", line), HEADING.sub(r"\2", line)
    level = min(TOP + max(len(signs) - 2, 0), LOWEST)
    return f"<h{level}>{_inline(words)}</h{level}>"


def _blocks(text: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        for kind, group in groupby((line.strip() for line in block.split("\n")), key=_kind):
            lines = list(group)
            if kind == "heading":
                yield from map(_heading, lines)
            elif kind == "p":
                yield f"<p>{'<br>'.join(map(_inline, lines))}</p>"
            else:
                yield _list(kind, lines)


@register.filter
def prose(text: str) -> SafeString:
    """Headings (#), lists (-, 1.), **bold** and paragraphs as HTML; everything else escaped."""
    return mark_safe("".join(_blocks(text))) if text.strip() else mark_safe("")  # noqa: S308
