"""The rating form: what a rater has entered, from a request, a draft or an earlier rating."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict

from annotation.errors import Code, DomainError
from annotation.models import Question
from annotation.text import is_storable, texts_in
from rating.models import Answer, Evidence, Rating
from rating.services.answers import AnswerInput, EvidenceInput, Submission

CANNOT_JUDGE = Answer.Missing.CANNOT_JUDGE.value
MAX_ACTIVE_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Asked:
    """One question about one target, with the name of its field."""

    question: Question
    target: str

    @property
    def name(self) -> str:
        return f"{self.question.key}--{self.target.replace(':', '-')}"

    @property
    def passage_name(self) -> str:
        return f"passage--{self.name}"


@dataclass(frozen=True)
class Entry:
    """Values by field name, as a form sends them; a field may occur several times."""

    fields: Mapping[str, Sequence[str]]

    def first(self, name: str) -> str:
        values = self.fields.get(name) or [""]
        return values[0]

    def all(self, name: str) -> list[str]:
        return list(self.fields.get(name, []))

    def has_content(self) -> bool:
        """Whether anything but hidden numbers was entered."""
        return any(any(values) for name, values in self.fields.items() if name != "active_ms")


def entry_of_post(data: QueryDict) -> Entry:
    """A sent form; line ends as the browser's script counts them, not as forms send them."""
    return Entry({name: [value.replace("\r\n", "\n") for value in values] for name, values in data.lists()})


def fields_of_json(given: object) -> dict[str, list[str]]:
    """The fields of a draft. DomainError when they are not lists of text by name."""
    if not isinstance(given, dict):
        raise DomainError(Code.INVALID, "A draft names its fields.")
    for name, values in given.items():
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise DomainError(Code.INVALID, "A draft's fields are lists of text.", [str(name)[:60]])
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
        },
        ensure_ascii=False,
    )


def entry_of_rating(rating: Rating) -> Entry:
    """What a rater submitted, back in the form for revision."""
    fields: dict[str, list[str]] = {"comment": [rating.comment]}
    for answer in rating.answers.all():
        name = Asked(answer.question, answer.target).name
        if answer.question.kind == Question.Kind.FLAG:
            fields[name] = ["yes"] if answer.value else []
        elif answer.missing:
            fields[name] = [CANNOT_JUDGE] if answer.missing == CANNOT_JUDGE else []
        elif answer.value is not None:
            fields[name] = [f"{answer.value:g}"]
    fields["mark"] = [mark_text(passage) for passage in rating.evidence.all()]
    return Entry(fields)


def _answer(asked: Asked, entry: Entry, *, is_whole: bool) -> AnswerInput | None:
    question, given = asked.question, entry.first(asked.name)
    if question.kind == Question.Kind.FLAG:
        return AnswerInput(question.key, asked.target, 1.0 if given else 0.0)
    if is_whole and question.allows_cannot_judge:
        given = CANNOT_JUDGE
    if not given:
        return None
    if given == CANNOT_JUDGE:
        return AnswerInput(question.key, asked.target, missing=CANNOT_JUDGE)
    try:
        return AnswerInput(question.key, asked.target, float(given))
    except ValueError:
        # No number at all: the service says that it is not on the scale.
        return AnswerInput(question.key, asked.target)


def raw_offset(text: str, offset: int) -> int:
    """Where an offset that counts line ends as one lies in the stored text, which may have CRLF."""
    position = 0
    for _ in range(min(offset, len(text))):
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
    start, end = mark.get("start"), mark.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        return EvidenceInput(mark["quote"], target, question)
    text = texts.get(target, "")
    quote = mark["quote"]
    if "\r\n" in text and text[start:end] != quote:
        first, last = raw_offset(text, start), raw_offset(text, end)
        if text[first:last].replace("\r\n", "\n") == quote:
            start, end, quote = first, last, text[first:last]
    return EvidenceInput(quote, target, question, start, end)


def _passages(asked: Sequence[Asked], entry: Entry, texts: Mapping[str, str]) -> list[EvidenceInput]:
    found = [_marked(value, texts) for value in entry.all("mark")]
    typed = [
        EvidenceInput(line.strip(), question_key=one.question.key)
        for one in asked
        for line in entry.first(one.passage_name).split("\n")
        if line.strip()
    ]
    return [one for one in found if one is not None] + typed


def _whole_number(text: str, highest: int) -> int | None:
    return min(int(text), highest) if text.isdecimal() and len(text) < 16 else None


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
    answers = [_answer(one, entry, is_whole=is_whole) for one in asked]
    return Submission(
        slot_code=slot_code,
        client_id=_client_id(entry),
        rubric_version_code=entry.first("rubric_version"),
        answers=[answer for answer in answers if answer is not None],
        evidence=_passages(asked, entry, texts),
        comment=entry.first("comment"),
        active_ms=_whole_number(entry.first("active_ms"), MAX_ACTIVE_MS),
        expected_revision=_whole_number(entry.first("expected_revision"), 1_000_000) or 0,
    )
