"""A paper of headings, paragraphs, points and facts; as plain text and as a PDF."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

LAYOUT = Path(__file__).with_name("paper.typ")
# Neither PDF nor XML holds them: controls but tab and line ends, halves of surrogate pairs, non-characters.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
WIDTH = 78
HEADING = re.compile(r"^#{1,4}\s+")
POINT = re.compile(r"^(?:[-*]|\d+[.)])\s+")
BOLD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True)
class Block:
    """`kind`: heading, text, item or fact (with a label)."""

    kind: str
    text: str
    label: str = ""


@dataclass(frozen=True)
class Paper:
    title: str
    blocks: Sequence[Block]
    footer: str
    language: str = "en"


def blocks_of(text: str) -> Iterator[Block]:
    """The little markup of consent texts as blocks; bold is set as it is read, without signs.

    >>> [(one.kind, one.text) for one in blocks_of("## Why\\n- **one**\\n\\nplain")]
    [('heading', 'Why'), ('item', 'one'), ('text', 'plain')]
    """
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        plain: list[str] = []
        for line in (BOLD.sub(r"\1", line.strip()) for line in block.split("\n")):
            kind = "heading" if HEADING.match(line) else "item" if POINT.match(line) else ""
            if not kind:
                plain.append(line)
                continue
            if plain:
                yield Block("text", "\n".join(plain))
                plain = []
            yield Block(kind, POINT.sub("", HEADING.sub("", line)))
        if any(plain):
            yield Block("text", "\n".join(plain))


def _wrapped(text: str, first: str = "", rest: str = "") -> str:
    lines = [
        textwrap.fill(line, WIDTH, initial_indent=first, subsequent_indent=rest) for line in text.split("\n")
    ]
    return "\n".join(lines)


def _plain(block: Block) -> str:
    if block.kind == "heading":
        return f"\n{block.text}\n{'-' * min(len(block.text), WIDTH)}\n"
    if block.kind == "item":
        return _wrapped(block.text, "- ", "  ")
    if block.kind == "fact":
        return _wrapped(f"{block.label}: {block.text}", "", "  ")
    return f"{_wrapped(block.text)}\n"


def paper_text(paper: Paper) -> str:
    body = "\n".join(map(_plain, paper.blocks))
    return f"{paper.title}\n{'=' * min(len(paper.title), WIDTH)}\n\n{body}\n\n{paper.footer}\n"


def paper_pdf(paper: Paper, *, made_at: datetime) -> bytes:
    """A tagged PDF. No network, no files but the layout; the machine's fonts serve rare scripts."""
    import typst

    data = {"title": paper.title, "footer": paper.footer, "lang": paper.language.split("-", maxsplit=1)[0]}
    blocks = [asdict(block) for block in paper.blocks]
    filled = data | {"blocks": blocks, "is_rtl": data["lang"] in RIGHT_TO_LEFT}
    words = UNPRINTABLE.sub("", json.dumps(filled, ensure_ascii=False))
    compiler = typst.Compiler(LAYOUT.read_bytes(), sys_inputs={"paper": words})
    pdf = compiler.compile(format="pdf", timestamp=made_at.replace(microsecond=0))
    if not isinstance(pdf, bytes):
        raise TypeError("The typesetter gave no document.")
    return pdf
