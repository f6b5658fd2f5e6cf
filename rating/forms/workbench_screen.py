"""The rating form as it stands on the page: questions with what was entered and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from django.utils.translation import get_language_info

from annotation.models import Item, Question, Turn
from annotation.rich_text import Mark, direction_of
from rating.forms.question_fields import Asked, Entry
from rating.forms.question_numbers import question_numbers
from rating.forms.question_views import QuestionView, Shown, question_view, reply_letter
from rating.forms.shown_marks import ShownMark, marks_in_texts, shown_marks
from rating.forms.workbench import entry_of_draft, entry_of_rating
from rating.models import Presentation
from rating.queries.presented import PresentedItem, presented_item
from rating.services.answer_kinds import PLEASE
from rating.services.answers import askings, is_asked_of


@dataclass
class Screen:
    """Everything the rating page shows."""

    presented: PresentedItem
    entry: Entry
    questions: list[QuestionView]
    errors: list[dict[str, str]]
    marks: list[ShownMark] = field(default_factory=list)

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
    def blocks(self) -> list[list[QuestionView]]:
        """Questions in the order shown; flags that follow each other stand in one box."""
        return [list(views) for _, views in groupby(self.questions, key=_box)]

    @property
    def coded(self) -> list[QuestionView]:
        """Questions whose codes can be put on passages."""
        return [view for view in self.questions if view.question.kind == Question.Kind.SPANS]

    @property
    def markable(self) -> list[QuestionView]:
        """Questions without codes for which words can be marked, each once, whatever it is asked about."""
        views = {
            view.question.key: view for view in reversed(self.questions) if view.question.allows_evidence
        }
        return list(reversed(views.values()))

    @cached_property
    def _marks_by_text(self) -> dict[str, list[Mark]]:
        return marks_in_texts(self.marks, texts_of_presented(self.presented))

    @property
    def responses(self) -> list[dict[str, Any]]:
        """The replies in the order in which this rater sees them, named as shown."""
        by_position = {one.position: one for one in self.presented.responses}
        return [
            {
                "response": by_position[position],
                "letter": reply_letter(place),
                "direction": self._direction_of(by_position[position].text),
                "marks": self._marks_by_text.get(f"response:{position}", []),
            }
            for place, position in enumerate(shown_order(self.presented), start=1)
        ]

    @property
    def turns(self) -> list[dict[str, Any]]:
        roles = {Turn.Speaker.SEEKER: "person", Turn.Speaker.SUPPORTER: "supporter"}
        words = {speaker.value: (roles[speaker], str(speaker.label)) for speaker in roles}
        return [
            {
                "role": words[turn.speaker][0],
                "speaker": words[turn.speaker][1],
                "text": turn.text,
                "number": turn.position,
                "id": f"turn-{turn.position}",
                "direction": self._direction_of(turn.text),
                "marks": self._marks_by_text.get(f"turn:{turn.position}", []),
            }
            for turn in self.presented.turns
        ]

    @property
    def direction(self) -> str:
        """Of the whole: as the item says, else by its language."""
        item = self.presentation.slot.item
        if item.text_direction != Item.Direction.AUTO:
            return item.text_direction
        return text_direction(item.language)

    def _direction_of(self, text: str) -> str:
        """Of one text: as the item says, else by its first letter."""
        is_said = self.presentation.slot.item.text_direction != Item.Direction.AUTO
        return self.direction if is_said else direction_of(text, self.direction)


def text_direction(language: str) -> str:
    """ "rtl" for languages written from right to left, else "ltr"."""
    try:
        return "rtl" if get_language_info(language)["bidi"] else "ltr"
    except KeyError:
        return "ltr"


def shown_order(presented: PresentedItem) -> list[int]:
    """Positions of the responses from the left; in their own order where none was drawn."""
    order = presented.presentation.response_order
    return list(order) or [one.position for one in presented.responses]


def asked_questions(presented: PresentedItem) -> list[Asked]:
    """Every question about every target and from every point of view, in the order shown."""
    group = presented.presentation.slot.group.key
    questions = [one for one in presented.questions if is_asked_of(one, group)]
    asked = [Asked.of(one) for one in askings(questions, presented.responses, presented.turns)]
    place = {f"response:{position}": n for n, position in enumerate(shown_order(presented))}
    # Of one question, first what is about the reply that stands first.
    groups = groupby(asked, key=lambda one: one.question.key)
    return [one for _, group in groups for one in sorted(group, key=lambda one: place.get(one.target, 0))]


def texts_of_presented(presented: PresentedItem) -> dict[str, str]:
    """The texts in which a passage can lie, by target."""
    texts = {f"response:{one.position}": one.text for one in presented.responses}
    return texts | {f"turn:{one.position}": one.text for one in presented.turns}


def _box(view: QuestionView) -> object:
    return "flags" if view.is_flag else view.id


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
    is_answered = asked.is_answered_in(entry)
    return [one for one in sentences if not (is_answered and one.casefold() == str(PLEASE).casefold())]


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
    return screen_of(presented, _entered(presented) if entry is None else entry, defects)


def screen_of(presented: PresentedItem, entry: Entry, defects: Sequence[str] = ()) -> Screen:
    """What is presented, with what was entered and what is wrong with it."""
    presentation = presented.presentation
    asked = asked_questions(presented)
    placed, others = _errors_by_question(asked, entry, defects)
    shown = Shown(presentation.language, presentation.wording, shown_order(presented))
    views = [
        question_view(
            one,
            entry,
            shown,
            number=n,
            group_names=presented.group_names,
            errors=_still_open(placed, one, entry),
        )
        for n, one in zip(question_numbers(asked), asked, strict=True)
    ]
    errors = [
        {"about": view.name, "text": error, "target": view.id} for view in views for error in view.errors
    ]
    return Screen(
        presented=presented,
        entry=entry,
        questions=views,
        errors=[*errors, *({"text": text, "target": ""} for text in others)],
        marks=shown_marks(entry, views),
    )
