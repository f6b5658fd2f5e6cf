"""Marked passages on the page: listed, and highlighted in the text they stand in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotation.rich_text import Mark, find_visible
from rating.forms.question_fields import Entry
from rating.forms.question_views import QuestionView
from rating.forms.workbench import parsed_mark

HEAVIEST = 3


@dataclass(frozen=True)
class ShownMark:
    """A row of the list. `value`: of its field; `number`: also stands behind the words in the text."""

    value: str
    number: int
    quote: str
    words: str
    severity: str
    weight: int
    target: str
    start: int | None
    end: int | None


def shown_marks(entry: Entry, views: Sequence[QuestionView]) -> list[ShownMark]:
    """What was marked, in the order of marking."""
    by_key = {view.question.key: view for view in reversed(views)}
    parsed = [(value, parsed_mark(value)) for value in entry.all("mark")]
    kept = [(value, mark) for value, mark in parsed if mark]
    return [_shown(value, mark, n, by_key) for n, (value, mark) in enumerate(kept, start=1)]


def _shown(value: str, mark: dict[str, Any], number: int, views: Mapping[str, QuestionView]) -> ShownMark:
    view = views.get(str(mark.get("question")))
    codes = {row["key"]: row["words"] for row in view.rows} if view else {}
    severities = view.severities if view else []
    weight = next((n for n, one in enumerate(severities, start=1) if _is(one, mark.get("severity"))), 0)
    start, end = mark.get("start"), mark.get("end")
    return ShownMark(
        value=value,
        number=number,
        quote=mark["quote"],
        words=codes.get(mark.get("label")) or (view.words if view else ""),
        severity=severities[weight - 1]["words"] if weight else "",
        weight=min(weight, HEAVIEST),
        target=str(mark.get("target", "")),
        start=start if isinstance(start, int) else None,
        end=end if isinstance(end, int) else None,
    )


def _is(severity: dict[str, Any], value: object) -> bool:
    return isinstance(value, int | float) and severity["value"] == f"{value:g}"


def marks_in_texts(marks: Sequence[ShownMark], texts: Mapping[str, str]) -> dict[str, list[Mark]]:
    """By target, what is to be highlighted. A passage that is not there is listed only."""
    found: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        text = texts.get(mark.target, "")
        place = _place(mark, text)
        if place is not None:
            found[mark.target].append(Mark(*place, mark.number, mark.weight))
    return found


def _place(mark: ShownMark, text: str) -> tuple[int, int] | None:
    start, end = mark.start, mark.end
    if start is not None and end is not None and 0 <= start < end and text[start:end] == mark.quote:
        return start, end
    at = text.find(mark.quote)
    if at >= 0 and mark.quote:
        return at, at + len(mark.quote)
    return find_visible(text, mark.quote)
