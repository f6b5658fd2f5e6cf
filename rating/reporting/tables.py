"""A table of results: unrounded inside, shown with rounded numbers and the reasons for what is absent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from string import ascii_lowercase
from typing import Any

from rating.agreement.wording import reason_sentence


class Kind(StrEnum):
    """What a column holds, and so how it is shown."""

    TEXT = "text"
    COUNT = "count"
    # A count, or words where there is none to give.
    ENTRY = "entry"
    NUMBER = "number"
    SHARE = "share"
    P = "p"
    # An Estimate's dict of `rating.agreement`: number, interval, reasons.
    ESTIMATE = "estimate"


@dataclass(frozen=True)
class Column:
    label: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Shown:
    """A table as words, ready for a page or a typeset document."""

    columns: list[str]
    rows: list[list[str | None]]
    notes: list[str]
    numeric_from: int


@dataclass(frozen=True)
class Table:
    """`rows` hold one value per column; an Estimate's dict in columns of that kind."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    question: str = ""
    note: str = ""
    # Planned, partly planned or exploratory: `rating.reporting.statuses`.
    status: str = ""
    # Said where groups read different words: `rating.reporting.cautions`.
    caution: str = ""

    @property
    def numeric_from(self) -> int:
        """Place of the first column of numbers."""
        kinds = [column.kind is Kind.TEXT for column in self.columns]
        return kinds.index(False) if False in kinds else len(kinds)

    def shown(self) -> Shown:
        """Rounded; what is undefined says "not defined" and its reason stands in a lettered note."""
        notes = _Notes()
        rows = [
            [_word(value, column.kind, notes) for value, column in zip(row, self.columns, strict=True)]
            for row in self.rows
        ]
        written = [words for words in (self.caution, self.note) if words]
        return Shown([c.label for c in self.columns], rows, [*written, *notes.lines()], self.numeric_from)

    def flat(self) -> tuple[list[str], list[list[Any]]]:
        """Column names and unrounded rows; an estimate takes six columns, its n's among them."""
        names = [name for column in self.columns for name in _flat_names(column)]
        rows = [
            [cell for value, column in zip(row, self.columns, strict=True) for cell in _flat(value, column)]
            for row in self.rows
        ]
        return names, rows


@dataclass
class _Notes:
    letters: dict[str, str] = field(default_factory=dict)

    def mark(self, sentence: str) -> str:
        """The letter of a reason; reasons beyond z share it."""
        letter = ascii_lowercase[min(len(self.letters), 25)]
        return self.letters.setdefault(sentence, letter)

    def lines(self) -> list[str]:
        return [f"({letter}) {sentence}" for sentence, letter in self.letters.items()]


def number_text(value: float | None, places: int = 2) -> str:
    """A number with a true minus sign, never "-0.00"."""
    if value is None:
        return "–"
    text = f"{value:.{places}f}"
    if not float(text):
        text = text.lstrip("-")
    return text.replace("-", "−")


def p_text(value: float) -> str:
    """A p value: three decimals, or "<" below one in ten thousand."""
    if value < 0.0001:
        return "< 0.0001"
    return f"{value:.4f}" if value < 0.001 else f"{value:.3f}"


def interval_text(estimate: Mapping[str, Any]) -> str:
    """An interval as "low to high"; empty when there is none."""
    if estimate["low"] is None or estimate["high"] is None:
        return ""
    return f"{number_text(estimate['low'])} to {number_text(estimate['high'])}"


def _estimate_text(estimate: Mapping[str, Any], notes: _Notes) -> str:
    if estimate["estimate"] is None:
        reason = f"not defined: {_lowered(reason_sentence(estimate['reason']))}"
        return f"not defined ({notes.mark(reason)})"
    # Three decimals, as agreement is published, so that a known value can be found again; two for limits.
    number = number_text(estimate["estimate"], 3)
    interval = interval_text(estimate)
    if interval:
        return f"{number} ({interval})"
    return f"{number} (no interval: {notes.mark(reason_sentence(estimate['interval_reason']))})"


def _word(value: Any, kind: Kind, notes: _Notes) -> str | None:
    if value is None:
        return None
    if kind is Kind.ESTIMATE:
        return _estimate_text(value, notes)
    return _PLAIN[kind](value)


_PLAIN: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: str,
    Kind.COUNT: lambda value: f"{value:,}",
    Kind.ENTRY: lambda value: value if isinstance(value, str) else f"{value:,}",
    Kind.NUMBER: number_text,
    Kind.SHARE: lambda value: f"{100 * value:.1f} %",
    Kind.P: p_text,
}


def _flat_names(column: Column) -> list[str]:
    if column.kind is not Kind.ESTIMATE:
        return [column.label]
    parts = ("low", "high", "n items", "n raters", "n ratings", "interval", "reason")
    return [column.label, *(f"{column.label}: {part}" for part in parts)]


def _flat(value: Any, column: Column) -> list[Any]:
    if column.kind is not Kind.ESTIMATE:
        return [value]
    if value is None:
        return [None] * 8
    names = ("estimate", "low", "high", "n_items", "n_raters", "n_ratings", "interval_method")
    return [*(value[name] for name in names), value["reason"] or value["interval_reason"]]


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
