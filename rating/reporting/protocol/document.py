"""One structure for the page, the PDF and the JSON of a protocol card. What is missing is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from rating.reporting.tables import Shown, Table

NOT_RECORDED = "not recorded"
FORMAT = "attune-protocol-card-1"

Value = str | int | float | datetime | None


def moment(at: datetime) -> str:
    """A time in words, always UTC.

    >>> moment(datetime(2026, 3, 2, 9, 5, tzinfo=UTC))
    '2 March 2026, 09:05 UTC'
    """
    return f"{at.astimezone(UTC):%-d %B %Y, %H:%M} UTC"


def listed(words: Sequence[str]) -> str:
    """Words as one phrase.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


@dataclass(frozen=True)
class Fact:
    """One thing the card states. `value` None: the study has no record of it, and the card says so."""

    key: str
    label: str
    value: Value
    note: str = ""

    @property
    def text(self) -> str:
        if self.value is None or self.value == "":
            return NOT_RECORDED
        if isinstance(self.value, datetime):
            return moment(self.value)
        return self.value if isinstance(self.value, str) else f"{self.value:,}"

    @property
    def is_recorded(self) -> bool:
        return self.text != NOT_RECORDED

    def to_dict(self) -> dict[str, Any]:
        value = self.value.astimezone(UTC).isoformat() if isinstance(self.value, datetime) else self.value
        return {
            "key": self.key,
            "label": self.label,
            "value": value if self.is_recorded else None,
            "text": self.text,
            "note": self.note,
        }


@dataclass(frozen=True)
class Part:
    """One heading of the card with its facts, tables and remarks."""

    key: str
    title: str
    facts: Sequence[Fact] = ()
    tables: Sequence[Table] = ()
    remarks: Sequence[str] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "title": self.title,
            "facts": [fact.to_dict() for fact in self.facts],
            "tables": [_table(table) for table in self.tables],
            "remarks": list(self.remarks),
        }

    def missing(self) -> list[str]:
        """Labels of the facts, and cells of the tables, of which there is no record."""
        labels = [fact.label for fact in self.facts if not fact.is_recorded]
        for table in self.tables:
            empty = [
                column.label
                for place, column in enumerate(table.columns)
                if any(row[place] is None for row in table.rows)
            ]
            labels += [f"{table.title}: {label}" for label in empty]
        return labels


def shown(table: Table) -> Shown:
    """The table in words; a cell without a record says so, never a dash."""
    words = table.shown()
    rows: list[list[str | None]] = [
        [NOT_RECORDED if cell is None else cell for cell in row] for row in words.rows
    ]
    return Shown(words.columns, rows, words.notes, words.numeric_from)


def _table(table: Table) -> dict[str, Any]:
    names, rows = table.flat()
    return {
        "key": table.key,
        "title": table.title,
        "standing": table.status,
        "caution": table.caution,
        "note": table.note,
        "columns": names,
        "rows": rows,
    }


class Reported(StrEnum):
    """How far the record answers an item of the checklist."""

    YES = "from the record"
    PARTLY = "partly from the record"
    NO = "not recorded"
    AUTHORS = "for the authors to write"


@dataclass(frozen=True)
class Line:
    """One item of the checklist. `where`: titles of the parts of the card that hold more."""

    number: int
    section: str
    asks: str
    reported: Reported
    sentences: Sequence[str]
    where: Sequence[str] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "section": self.section,
            "asks": self.asks,
            "reported": str(self.reported),
            "sentences": list(self.sentences),
            "where": list(self.where),
        }


@dataclass(frozen=True)
class ProtocolCard:
    """The whole document. `identity`: study, stage, software and analysis, for programs."""

    title: str
    lead: str
    made_at: datetime
    identity: Mapping[str, Any]
    parts: Sequence[Part]
    checklist: Sequence[Line]
    cautions: Sequence[str] = field(default_factory=tuple)

    @property
    def missing(self) -> list[tuple[str, list[str]]]:
        """What is not recorded, by part."""
        return [(part.title, labels) for part in self.parts if (labels := part.missing())]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe; numbers unrounded, what is not recorded null."""
        return {
            "format": FORMAT,
            "title": self.title,
            "about": self.lead,
            "made_at": self.made_at.astimezone(UTC).isoformat(),
            **self.identity,
            "cautions": list(self.cautions),
            "parts": [part.to_dict() for part in self.parts],
            "grras": [line.to_dict() for line in self.checklist],
            "not_recorded": [{"part": title, "what": labels} for title, labels in self.missing],
        }
