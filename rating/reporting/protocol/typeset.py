"""The protocol card as a PDF. Nobody's words are ever markup: the layout is fixed and reads them as data."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rating.reporting.protocol.document import Line, Part, ProtocolCard, shown
from rating.reporting.protocol.grras import CITATION
from rating.reporting.tables import Table

LAYOUT = Path(__file__).with_name("card.typ")
GRRAS_TITLE = "GRRAS checklist"
MISSING_TITLE = "What is not recorded"
# Neither PDF nor XML holds them: controls but tab and line ends, halves of surrogate pairs, non-characters.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Shares of the width: no column narrower or wider than so many letters.
NARROW, WIDE = 6, 30


def card_pdf(card: ProtocolCard) -> bytes:
    """A tagged PDF with the title as its metadata. No network, no files but the layout.

    Fonts come with the typesetter; those of the machine stand in for scripts that these lack.
    """
    import typst

    data = json.dumps(_printable(typeset(card)))
    compiler = typst.Compiler(LAYOUT.read_bytes(), sys_inputs={"card": data})
    pdf = compiler.compile(format="pdf", timestamp=card.made_at.replace(microsecond=0))
    if not isinstance(pdf, bytes):
        raise TypeError("The typesetter gave no document.")
    return pdf


def typeset(card: ProtocolCard) -> dict[str, Any]:
    """What the layout reads: words only."""
    identity = card.identity
    return {
        "title": card.title,
        "lead": card.lead,
        "footer": f"Attune {identity['attune']} · study {identity['study']} · {identity['stage']} stage",
        "cautions": list(card.cautions),
        "parts": [_part(part) for part in card.parts],
        "checklist": {"caption": GRRAS_TITLE, "lead": CITATION, "table": _checklist(card.checklist)},
        "missing": {
            "caption": MISSING_TITLE,
            "lines": [f"{title}: {'; '.join(labels)}." for title, labels in card.missing] or ["Nothing."],
        },
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "title": part.title,
        "facts": [[fact.label, f"{fact.text} {fact.note}".strip()] for fact in part.facts],
        "tables": [_table(table) for table in part.tables],
        "remarks": list(part.remarks),
    }


def _table(table: Table) -> dict[str, Any]:
    words = shown(table)
    standing = f" ({table.status})" if table.status else ""
    rows = [[cell or "" for cell in row] for row in words.rows]
    return {
        "caption": f"{table.title}{standing}",
        "columns": words.columns,
        "rows": rows,
        "notes": words.notes,
        "numeric_from": words.numeric_from,
        "widths": _widths(words.columns, rows),
    }


def _checklist(lines: Sequence[Line]) -> dict[str, Any]:
    rows = [
        [
            str(line.number),
            f"{line.section}. {line.asks}",
            str(line.reported),
            " ".join(line.sentences),
            ", ".join(line.where) or "–",
        ]
        for line in lines
    ]
    return {
        "caption": "The fifteen items",
        "columns": ["Item", "What is asked", "Reported", "From the record", "More under"],
        "rows": rows,
        "notes": [],
        "numeric_from": 5,
        "widths": [2, 9, 6, 24, 8],
    }


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """A column is as wide as its longest cell or its heading's longest word, within limits."""
    longest = [max((len(row[place]) for row in rows), default=0) for place in range(len(columns))]
    words = [max((len(word) for word in column.split()), default=0) for column in columns]
    return [min(max(NARROW, *pair), WIDE) for pair in zip(longest, words, strict=True)]


def _printable(value: Any) -> Any:
    """The same with every unprintable character taken out of its strings."""
    if isinstance(value, str):
        return UNPRINTABLE.sub("", value)
    if isinstance(value, list):
        return [_printable(one) for one in value]
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    return value
