"""JSON Lines: one object per rating, with its answers, comment and marked passages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from rating.queries.export_stream import Given
from rating.queries.exports import AnswerRow, EvidenceRow, RatingRow, beside, evidence_rows
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_tables import ANSWER_COLUMNS, GIVEN_COLUMNS, RATING_COLUMNS, in_utc, time_of

NAME = "ratings.jsonl"
SAID = [name for name in ANSWER_COLUMNS if name not in GIVEN_COLUMNS]
PASSAGE = ("question", "label", "severity", "target", "start", "end", "quote", "is_withheld")


class _AnswerTexts:
    """An answer as JSON without its closing brace, once for all who gave it."""

    def __init__(self, answers: list[AnswerRow]) -> None:
        self.answers = answers
        self._texts: list[str] = []

    def of(self, number: int) -> str:
        while number >= len(self._texts):
            answer = self.answers[len(self._texts)]
            self._texts.append(_json({name: getattr(answer, name) for name in SAID})[:-1])
        return self._texts[number]


def _json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _answers(row: RatingRow, given: list[Given], texts: _AnswerTexts) -> Iterator[str]:
    for number, confidence in given:
        sure = "null" if confidence is None else repr(confidence)
        time = time_of(row, texts.answers[number]) if row.question_ms else None
        yield f'{texts.of(number)},"confidence":{sure},"question_ms":{"null" if time is None else time}}}'


def _rating(row: RatingRow, passages: list[EvidenceRow], source: ExportSource) -> dict[str, Any]:
    body = {name: getattr(row, name) for name in RATING_COLUMNS}
    body |= {"submitted_at": in_utc(row.submitted_at), "shown_order": row.response_order or []}
    if row.comment:
        passes = source.gate.may_pass((row.key, "", "", ""), row.comment)
        body |= {"comment": row.comment if passes else "", "comment_is_masked": not passes}
    if passages:
        body["passages"] = [{name: getattr(one, name) for name in PASSAGE} for one in passages]
    return body


def write(source: ExportSource, folder: Path) -> None:
    texts = _AnswerTexts(source.known.rows)
    passages = beside(evidence_rows(source.scope))
    with (folder / NAME).open("w", encoding="utf-8", newline="\n") as file:
        for page in source.pages():
            for row, given in zip(page.ratings, page.answers, strict=True):
                head = _json(_rating(row, passages(row.key), source))[:-1]
                file.write(f'{head},"answers":[{",".join(_answers(row, given, texts))}]}}\n')


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
