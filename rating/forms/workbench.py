"""The rating form: what a rater has entered, from a request, a draft or an earlier rating."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.models import Question
from annotation.text import is_storable, texts_in
from rating.forms.question_fields import (
    CANNOT_JUDGE,
    Asked,
    Entry,
    inputs_of,
    number_in,
)
from rating.forms.stored_fields import fields_of_answers
from rating.models import Evidence, Rating
from rating.services.answer_inputs import OWN_VIEW, AnswerInput, EvidenceInput, Submission, Times

WITH_CODES = frozenset({Question.Kind.SPANS})
MAX_ACTIVE_MS = 24 * 60 * 60 * 1000


def entry_of_post(data: QueryDict) -> Entry:
    """A sent form; line ends as the browser's script counts them, not as forms send them."""
    return Entry({name: [value.replace("\r\n", "\n") for value in values] for name, values in data.lists()})


def fields_of_json(given: object) -> dict[str, list[str]]:
    """The fields of a draft. DomainError when they are not lists of text by name."""
    if not isinstance(given, dict):
        raise DomainError(Code.INVALID, _("A draft names its fields."))
    for name, values in given.items():
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise DomainError(Code.INVALID, _("A draft's fields are lists of text."), [str(name)[:60]])
    return given


def entry_of_draft(payload: dict[str, Any]) -> Entry:
    """A draft of this form; empty for one that another client wrote in a shape of its own."""
    try:
        return Entry(fields_of_json(payload.get("fields", {})))
    except DomainError:
        return Entry({})


def mark_text(passage: Evidence) -> str:
    """A marked passage as the value of its field."""
    return json.dumps(
        {
            "question": passage.question.key if passage.question else "",
            "target": passage.target,
            "start": passage.start,
            "end": passage.end,
            "quote": passage.quote,
            "label": passage.label,
            "severity": passage.severity,
        },
        ensure_ascii=False,
    )


def entry_of_rating(rating: Rating) -> Entry:
    """What a rater submitted, back in the form for revision."""
    marks = [mark_text(passage) for passage in rating.evidence.all()]
    return Entry(fields_of_answers(rating.answers.all()) | {"comment": [rating.comment], "mark": marks})


def _answers(asked: Asked, entry: Entry, responses: Sequence[str], *, is_whole: bool) -> list[AnswerInput]:
    question = asked.question
    if is_whole and asked.perspective == OWN_VIEW and question.allows_cannot_judge and not _is_flag(question):
        return [AnswerInput(question.key, asked.target, missing=CANNOT_JUDGE)]
    return inputs_of(asked, entry, responses)


def _is_flag(question: Question) -> bool:
    return question.kind == Question.Kind.FLAG


def raw_offset(text: str, offset: int) -> int:
    """Where an offset that counts line ends as one lies in the stored text, which may have CRLF."""
    position = 0
    for _letter in range(min(offset, len(text))):
        position += 2 if text.startswith("\r\n", position) else 1
    return position


def parsed_mark(value: str) -> dict[str, Any]:
    """A mark's field as a dictionary; empty when it is none."""
    try:
        mark = json.loads(value)
        # JSON can spell out halves of surrogate pairs, which no page can show again.
        is_mark = isinstance(mark, dict) and all(is_storable(text) for text in texts_in(mark))
    except (ValueError, RecursionError):
        return {}
    return mark if is_mark and isinstance(mark.get("quote"), str) else {}


def _marked(value: str, texts: Mapping[str, str]) -> EvidenceInput | None:
    mark = parsed_mark(value)
    if not mark:
        return None
    question, target = str(mark.get("question", "")), str(mark.get("target", ""))
    severity = mark.get("severity")
    coded = EvidenceInput(
        mark["quote"],
        target,
        question,
        label=str(mark.get("label") or ""),
        severity=float(severity) if isinstance(severity, int | float) else None,
    )
    start, end = mark.get("start"), mark.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        return coded
    text = texts.get(target, "")
    quote = mark["quote"]
    if "\r" in text and text[start:end] != quote:
        first, last = raw_offset(text, start), raw_offset(text, end)
        if text[first:last].replace("\r\n", "\n").replace("\r", "\n") == quote:
            start, end, quote = first, last, text[first:last]
    return replace(coded, quote=quote, start=start, end=end)


def _typed(one: Asked, entry: Entry) -> list[EvidenceInput]:
    """Passages typed or pasted, one a line; of a question with codes in a field for each code."""
    codes = [option["key"] for option in one.question.options] if one.question.kind in WITH_CODES else []
    found = []
    for code in codes or [""]:
        name = f"{one.passage_name}--{code}" if code else one.passage_name
        severity = number_in(entry.first(f"{name}--severity")) if code else None
        lines = (line.strip() for line in entry.first(name).split("\n"))
        found += [
            EvidenceInput(line, question_key=one.question.key, label=code, severity=severity)
            for line in lines
            if line
        ]
    return found


def _passages(asked: Sequence[Asked], entry: Entry, texts: Mapping[str, str]) -> list[EvidenceInput]:
    found = [_marked(value, texts) for value in entry.all("mark")]
    own = [one for one in asked if one.perspective == OWN_VIEW]
    return [one for one in found if one is not None] + [
        passage for one in own for passage in _typed(one, entry)
    ]


def _whole_number(text: str, highest: int) -> int | None:
    return min(int(text), highest) if text.isdecimal() and len(text) < 16 else None


def _times(text: str) -> Times:
    """Times by question and target, as the page's script writes them; what is no time is left out."""
    try:
        told = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    rows = told.items() if isinstance(told, dict) else ()
    return {key: found for key, row in rows if isinstance(row, dict) and (found := _whole_times(row))}


def _whole_times(row: dict[str, object]) -> dict[str, int]:
    return {
        target[:40]: min(ms, MAX_ACTIVE_MS)
        for target, ms in row.items()
        if isinstance(ms, int) and not isinstance(ms, bool) and ms > 0 and is_storable(target)
    }


def _client_id(entry: Entry) -> UUID:
    try:
        return UUID(entry.first("client_id"))
    except ValueError:
        return uuid4()


def submission_of(
    entry: Entry, *, slot_code: str, asked: Iterable[Asked], texts: Mapping[str, str]
) -> Submission:
    """What the service stores. `texts`: the item's texts by target, to place passages in."""
    asked = list(asked)
    is_whole = entry.first("whole") == CANNOT_JUDGE
    responses = [target for target in texts if target.startswith("response:")]
    answers = [answer for one in asked for answer in _answers(one, entry, responses, is_whole=is_whole)]
    return Submission(
        slot_code=slot_code,
        client_id=_client_id(entry),
        rubric_version_code=entry.first("rubric_version"),
        answers=answers,
        evidence=_passages(asked, entry, texts),
        comment=entry.first("comment"),
        active_ms=_whole_number(entry.first("active_ms"), MAX_ACTIVE_MS),
        question_ms=_times(entry.first("times")),
        expected_revision=_whole_number(entry.first("expected_revision"), 1_000_000) or 0,
    )
