"""The wide table with labels, for programs that keep them beside the values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from annotation.models import Question
from rating.queries.exported_items import longest_names, response_positions
from rating.queries.exports import WideColumn
from rating.services.export_formats.registered import ExportSource
from rating.services.export_tables import (
    RATING_COLUMNS,
    confidence_name,
    missing_name,
)

TEXT, NUMBER, TRUTH = "text", "number", "truth"
_NUMBERS = frozenset({"occurrence", "rubric_version", "revision", "active_ms"})
_FOREIGN = re.compile(r"[^A-Za-z0-9_]")
TRUTH_LEVELS = {0.0: "false", 1.0: "true"}


@dataclass(frozen=True)
class LabelledColumn:
    """A column of the wide table. `full_name` as in CSV; `name` as the program allows."""

    full_name: str
    name: str
    kind: str
    label: str
    levels: dict[float, str] = field(default_factory=dict)
    measurement: str = ""


def short_names(names: Iterable[str], limit: int) -> list[str]:
    """Names of letters, digits and _, of `limit` characters at most, no two the same in either case.

    >>> short_names(["a-b__x", "a_b__X", "a-b__y"], 5)
    ['a_b__', 'a_b_2', 'a_b_3']
    """
    taken: set[str] = set()
    found = []
    for name in names:
        plain = _FOREIGN.sub("_", name)
        plain = plain if plain[:1].isalpha() else f"v{plain}"
        short, number = plain[:limit], 1
        while short.lower() in taken:
            number += 1
            short = f"{plain[: limit - len(str(number))]}{number}"
        taken.add(short.lower())
        found.append(short)
    return found


def _words(column: WideColumn, questions: dict[str, Question]) -> str:
    question = questions.get(column.question)
    text = question.text if question else column.question
    part = (
        next((one["label"] for one in question.options if one["key"] == column.part), "") if question else ""
    )
    seen = "" if column.perspective == "self" else f" (as {column.perspective} would)"
    return f"{text}{f' – {part}' if part else ''}{seen}"


def _value_column(column: WideColumn, questions: dict[str, Question]) -> LabelledColumn:
    question = questions.get(column.question)
    levels = {level.value: level.label for level in question.levels} if question else {}
    kind = TRUTH if column.is_text else NUMBER
    return LabelledColumn(
        column.name,
        column.name,
        kind,
        _words(column, questions),
        TRUTH_LEVELS if kind == TRUTH else levels,
        question.measurement if question else "",
    )


def _rating_column(name: str, words: str) -> LabelledColumn:
    if name == "is_current":
        return LabelledColumn(name, name, TRUTH, words, TRUTH_LEVELS)
    return LabelledColumn(name, name, NUMBER if name in _NUMBERS else TEXT, words)


def labelled_columns(source: ExportSource, *, limit: int = 1000) -> list[LabelledColumn]:
    """Every column of the wide table in its order, named in at most `limit` characters."""
    questions, columns = source.newest_questions(), source.columns
    found = [_rating_column(name, words) for name, words in RATING_COLUMNS.items()]
    found += [_value_column(column, questions) for column in columns]
    found += [
        LabelledColumn(missing_name(one), "", TEXT, f"Why empty: {_words(one, questions)}") for one in columns
    ]
    found += [
        LabelledColumn(confidence_name(one), "", NUMBER, f"How sure, 0 to 100: {_words(one, questions)}")
        for one in columns
        if one.has_confidence
    ]
    names = short_names([one.full_name for one in found], limit)
    return [
        LabelledColumn(one.full_name, name, one.kind, one.label, one.levels, one.measurement)
        for one, name in zip(found, names, strict=True)
    ]


def text_widths(source: ExportSource) -> dict[str, int]:
    """How many bytes a column of texts needs at most, by its full name. Three queries, streamed."""
    named = {name: max(n, 1) for name, n in longest_names(source.scope.study).items()}
    orders = " ".join(map(str, response_positions(source.scope.study)))
    named |= {"shown_order": max(len(orders), 1), "submitted_at": 20, "rating": 12, "stage": 13}
    named["rater"] = max((len(one.name.encode()) for one in source.raters), default=1)
    named["group"] = max((len(one.group.encode()) for one in source.raters), default=1)
    return defaultdict(lambda: 14, named)
