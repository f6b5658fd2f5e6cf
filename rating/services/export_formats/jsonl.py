"""JSON Lines: one object per rating, with its answers, comment and marked passages."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from rating.queries.export_columns import REPEATED, WHOLE, ColumnPage
from rating.queries.exports import AnswerRow, EvidenceRow, beside, evidence_rows
from rating.services.column_text import (
    bytes_of,
    in_words,
    joined,
    moments,
    truths,
    whole_numbers,
)
from rating.services.comment_scan import CommentGate
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_tables import ANSWER_COLUMNS, GIVEN_COLUMNS, RATING_COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "ratings.jsonl"
SAID = [name for name in ANSWER_COLUMNS if name not in GIVEN_COLUMNS]
PASSAGE = ("question", "label", "severity", "target", "start", "end", "quote", "is_withheld")


def _json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=65536)
def _json_text(text: str) -> str:
    """A text. Names of items and raters come again and again."""
    return _json(text)


def _answer(answer: AnswerRow) -> str:
    """As JSON without its closing brace, once for all who gave it."""
    return _json({name: getattr(answer, name) for name in SAID})[:-1]


def _answers(page: ColumnPage, said: list[str]) -> pa.Array:
    """Of every rating its answers, with commas between."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    objects = joined(
        pa.array(said, pa.string()).take(pa.array(page.numbers)),
        ',"confidence":',
        in_words(page.confidence, repr, null="null"),
        ',"question_ms":',
        whole_numbers(page.question_ms, null="null"),
        "}",
    )
    ends = np.searchsorted(page.places, np.arange(len(page.keys) + 1))
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(ends, pa.int32()), objects), ",")


def _rating_cells(page: ColumnPage) -> dict[str, pa.Array]:
    """The values of RATING_COLUMNS as JSON."""
    found = {name: in_words(page.ratings[name], _json_text) for name in REPEATED}
    # The program's own letters and digits.
    found["rating"] = joined('"', page.ratings["rating"], '"')
    found |= {name: whole_numbers(page.ratings[name], null="null") for name in WHOLE}
    found["is_current"] = truths(page.ratings["is_current"])
    found["submitted_at"] = joined('"', moments(page.ratings["submitted_at"]), '"')
    found["shown_order"] = in_words(page.ratings["shown_order"], lambda order: f"[{order.replace(' ', ',')}]")
    return found


def _further(page: ColumnPage, passages: Callable[[int], list[EvidenceRow]], gate: CommentGate) -> list[str]:
    """Of every rating its comment and its marked passages, where it has any."""
    keys = page.keys.tolist()
    pairs = zip(keys, page.ratings["comment"].to_pylist(), strict=True)
    return [_words(key, comment, passages(key), gate) for key, comment in pairs]


def _words(key: int, comment: str, passages: list[EvidenceRow], gate: CommentGate) -> str:
    body: dict[str, Any] = {}
    if comment:
        passes = gate.may_pass((key, "", "", ""), comment)
        body = {"comment": comment if passes else "", "comment_is_masked": not passes}
    if passages:
        body["passages"] = [{name: getattr(one, name) for name in PASSAGE} for one in passages]
    return f",{_json(body)[1:-1]}" if body else ""


def _page(page: ColumnPage, said: list[str], further: list[str]) -> bytes:
    import pyarrow as pa

    cells = _rating_cells(page)
    parts = [part for name in RATING_COLUMNS for part in (f',"{name}":', cells[name])]
    parts[0] = parts[0].replace(",", "{")
    words = pa.array(further, pa.string())
    return bytes_of(joined(*parts, words, ',"answers":[', _answers(page, said), "]}\n"))


def write(source: ExportSource, folder: Path) -> None:
    answers, said = source.known.rows, list[str]()
    passages = beside(evidence_rows(source.scope))
    with (folder / NAME).open("wb") as file:
        for page in source.columns_of_pages():
            said += map(_answer, answers[len(said) :])
            file.write(_page(page, said, _further(page, passages, source.gate)))


FORMAT = ExportFormat(
    key="jsonl",
    label=_("JSON Lines"),
    words=_("One object per rating with its answers, comment and passages."),
    ending="jsonl",
    media_type="application/x-ndjson",
    write=write,
    notes=(
        "ratings.jsonl: one rating a line, UTF-8; null is no value; numbers, truth and lists are "
        "JSON's own, and texts stand as they were written (no apostrophe in front). "
        "comment_is_masked: see below."
    ),
)
