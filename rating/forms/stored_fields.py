"""Stored answers as the fields that would send them: for a rater who comes back to revise."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from annotation.models import Question
from rating.forms.question_fields import NONE_OF_THESE, NOT_APPLICABLE, REASONS, Asked
from rating.models import Answer
from rating.services.answer_kinds import BEST, OF_RESPONSES, WORST

Kind = Question.Kind
Field = tuple[str, str]
ENDS = {BEST: "best", WORST: "worst"}


def fields_of_answers(answers: Iterable[Answer]) -> dict[str, list[str]]:
    """Values by field name. A question answered with no tick and no passage says so."""
    fields: dict[str, list[str]] = {}
    ticked: dict[Asked, bool] = {}
    for answer in answers:
        asked = asked_of(answer)
        write = _reason if answer.missing else _WRITE[asked.question.kind]
        for name, value in write(asked, answer):
            fields.setdefault(name, []).append(value)
        if asked.question.kind in {Kind.MULTI, Kind.SPANS} and not answer.missing:
            ticked[asked] = ticked.get(asked, False) or bool(answer.value)
    fields |= {asked.name: [NONE_OF_THESE] for asked, is_any in ticked.items() if not is_any}
    return {name: list(dict.fromkeys(values)) for name, values in fields.items()}


def asked_of(answer: Answer) -> Asked:
    """The question on the page that an answer belongs to."""
    target = "item" if answer.question.kind in OF_RESPONSES else answer.target
    return Asked(answer.question, target, answer.perspective)


def _reason(asked: Asked, answer: Answer) -> list[Field]:
    if asked.question.kind == Kind.CHECKLIST and answer.missing == NOT_APPLICABLE:
        return [(asked.part_name(answer.part), NOT_APPLICABLE)]
    if answer.missing not in REASONS or asked.question.kind == Kind.FLAG:
        return []
    return [(asked.aside_name, answer.missing), (asked.why_name, answer.text)]


def _number(answer: Answer) -> str:
    return "" if answer.value is None else f"{answer.value:g}"


def _single(asked: Asked, answer: Answer) -> list[Field]:
    sure = [] if answer.confidence is None else [(asked.sure_name, f"{answer.confidence:g}")]
    return [(asked.name, _number(answer)), *sure]


def _flag(asked: Asked, answer: Answer) -> list[Field]:
    return [(asked.name, "yes")] if answer.value else []


def _text(asked: Asked, answer: Answer) -> list[Field]:
    return [(asked.name, answer.text)]


def _multi(asked: Asked, answer: Answer) -> list[Field]:
    return [(asked.name, answer.part)] if answer.value else []


def _checklist(asked: Asked, answer: Answer) -> list[Field]:
    return [(asked.part_name(answer.part), _number(answer))]


def _ranking(asked: Asked, answer: Answer) -> list[Field]:
    return [(asked.part_name(answer.target), _number(answer))]


def _best_worst(asked: Asked, answer: Answer) -> list[Field]:
    end = ENDS.get(answer.value or 0)
    return [(asked.part_name(end), answer.target.partition(":")[2])] if end else []


def _spans(_asked: Asked, _answer: Answer) -> list[Field]:
    """Its passages come back as marks."""
    return []


_WRITE: dict[str, Callable[[Asked, Answer], list[Field]]] = {
    Kind.SCALE: _single,
    Kind.SLIDER: _single,
    Kind.PAIR: _single,
    Kind.FLAG: _flag,
    Kind.TEXT: _text,
    Kind.MULTI: _multi,
    Kind.CHECKLIST: _checklist,
    Kind.RANKING: _ranking,
    Kind.BEST_WORST: _best_worst,
    Kind.SPANS: _spans,
}
