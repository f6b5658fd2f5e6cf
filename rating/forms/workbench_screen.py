"""The rating form as it stands on the page: questions with what was entered and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language_info

from annotation.models import Question, Turn
from rating.forms.workbench import (
    CANNOT_JUDGE,
    Asked,
    Entry,
    entry_of_draft,
    entry_of_rating,
    parsed_mark,
)
from rating.models import Presentation
from rating.queries.presented import PresentedItem, presented_item
from rating.services.answers import targets_of


@dataclass(frozen=True)
class QuestionView:
    """A question as it stands on the page: ids, words, what was entered, what is wrong with it."""

    asked: Asked
    number: int
    title: str
    levels: list[dict[str, str]]
    aside: list[dict[str, str]]
    value: str
    passage: str
    errors: list[str]

    @property
    def id(self) -> str:
        return f"q-{self.asked.name}"


@dataclass
class Screen:
    """Everything the rating page shows."""

    presented: PresentedItem
    entry: Entry
    scales: list[QuestionView]
    flags: list[QuestionView]
    errors: list[dict[str, str]]
    marks: list[dict[str, str]] = field(default_factory=list)

    @property
    def presentation(self) -> Presentation:
        return self.presented.presentation

    @property
    def expected_revision(self) -> int:
        return self.presented.rating.revision if self.presented.rating else 0

    @property
    def draft_number(self) -> int:
        return self.presented.draft.number if self.presented.draft else 0

    @property
    def questions(self) -> list[QuestionView]:
        return [*self.scales, *self.flags]

    @property
    def turns(self) -> list[dict[str, Any]]:
        roles = {Turn.Speaker.SEEKER: "person", Turn.Speaker.SUPPORTER: "supporter"}
        return [
            {
                "role": roles[Turn.Speaker(turn.speaker)],
                "speaker": turn.get_speaker_display(),
                "text": turn.text,
                "number": turn.position,
                "id": f"turn-{turn.position}",
            }
            for turn in self.presented.turns
        ]

    @property
    def direction(self) -> str:
        return text_direction(self.presentation.slot.item.language)


def text_direction(language: str) -> str:
    """ "rtl" for languages written from right to left, else "ltr"."""
    try:
        return "rtl" if get_language_info(language)["bidi"] else "ltr"
    except KeyError:
        return "ltr"


def asked_questions(presented: PresentedItem) -> list[Asked]:
    """Every question about every target, in the order shown."""
    responses = presented.responses
    return [Asked(one, target) for one in presented.questions for target in targets_of(one, responses)]


def texts_of_presented(presented: PresentedItem) -> dict[str, str]:
    """The texts in which a passage can lie, by target."""
    texts = {f"response:{one.position}": one.text for one in presented.responses}
    return texts | {f"turn:{one.position}": one.text for one in presented.turns}


def _title(asked: Asked, n_responses: int) -> str:
    kind, _, position = asked.target.partition(":")
    is_one_of_several = kind == "response" and n_responses > 1
    return f"{asked.question.text} (reply {position})" if is_one_of_several else asked.question.text


def _view(asked: Asked, entry: Entry, *, number: int, n_responses: int, errors: list[str]) -> QuestionView:
    question = asked.question
    values = [(f"{level.value:g}", level.label) for level in question.scale.levels.all()]
    aside = [{"value": CANNOT_JUDGE, "words": "Cannot judge"}] if question.allows_cannot_judge else []
    return QuestionView(
        asked=asked,
        number=number,
        title=_title(asked, n_responses),
        levels=[{"value": value, "number": value, "words": words} for value, words in values],
        aside=aside,
        value=entry.first(asked.name),
        passage=entry.first(asked.passage_name),
        errors=errors,
    )


def _errors_by_question(
    asked: Sequence[Asked], entry: Entry, defects: Iterable[str]
) -> tuple[dict[str, list[str]], list[str]]:
    """Sentences by field name, and those that belong to no question."""
    placed: dict[str, list[str]] = {}
    others: list[str] = []
    for defect in defects:
        subject, _, sentence = defect.partition(": ")
        names = [one.name for one in asked if one.question.key == subject and sentence]
        if defect.startswith("“"):
            quote = subject.strip("“”")
            names = [one.name for one in asked if quote and quote in entry.first(one.passage_name)]
            sentence = defect
        for name in names[:1] if defect.startswith("“") else names:
            placed.setdefault(name, []).append(sentence[:1].upper() + sentence[1:])
        if not names:
            others.append(defect)
    return placed, others


def _still_open(placed: dict[str, list[str]], asked: Asked, entry: Entry) -> list[str]:
    """A sentence that names a question goes only to the targets it is true of."""
    sentences = placed.get(asked.name, [])
    is_answered = bool(entry.first(asked.name))
    return [one for one in sentences if not (is_answered and one.startswith("Please answer"))]


def _marks(entry: Entry, views: Sequence[QuestionView]) -> list[dict[str, str]]:
    titles = {view.asked.question.key: view.title for view in views}
    rows = [(value, parsed_mark(value)) for value in entry.all("mark")]
    return [
        {"value": value, "quote": mark["quote"], "title": titles.get(str(mark.get("question")), "")}
        for value, mark in rows
        if mark
    ]


def _entered(presented: PresentedItem) -> Entry:
    """A draft is newer than the rating it revises: submitting deletes the draft."""
    if presented.draft is not None:
        return entry_of_draft(presented.draft.payload)
    return entry_of_rating(presented.rating) if presented.rating else Entry({})


def rating_screen(
    presentation: Presentation, *, entry: Entry | None = None, defects: Sequence[str] = ()
) -> Screen:
    """The page of an item. `entry`: what was just sent (else the draft, else the rating so far)."""
    presented = presented_item(presentation)
    entry = _entered(presented) if entry is None else entry
    asked = asked_questions(presented)
    placed, others = _errors_by_question(asked, entry, defects)
    n_responses = len(presented.responses)
    views = [
        _view(one, entry, number=n, n_responses=n_responses, errors=_still_open(placed, one, entry))
        for n, one in enumerate(asked, start=1)
    ]
    errors = [
        {"text": f"{view.number}. {view.title} {error}", "target": view.id}
        for view in views
        for error in view.errors
    ]
    is_flag = {view.asked.name: view.asked.question.kind == Question.Kind.FLAG for view in views}
    return Screen(
        presented=presented,
        entry=entry,
        scales=[view for view in views if not is_flag[view.asked.name]],
        flags=[view for view in views if is_flag[view.asked.name]],
        errors=[*errors, *({"text": text, "target": ""} for text in others)],
        marks=_marks(entry, views),
    )
