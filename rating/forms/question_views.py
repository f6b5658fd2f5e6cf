"""A question as it stands on the page: words, fields, what was entered, what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import Any

from django.utils.translation import gettext as _

from annotation.models import Question
from rating.forms.question_fields import CANNOT_JUDGE, NONE_OF_THESE, NOT_APPLICABLE, Asked, Entry
from rating.queries.wordings import Words
from rating.services.answer_kinds import OF_RESPONSES

Kind = Question.Kind
Choice = dict[str, Any]


def reply_letter(place: int) -> str:
    """The name of the n-th reply on the page.

    >>> reply_letter(2), reply_letter(27)
    ('B', '27')
    """
    return ascii_uppercase[place - 1] if 0 < place <= len(ascii_uppercase) else str(place)


@dataclass(frozen=True)
class Shown:
    """What the words on the page depend on. `order`: positions of the responses as shown, from the left."""

    language: str = ""
    group: str = ""
    order: Sequence[int] = ()

    def place(self, position: int) -> int:
        """The number a response bears on the page."""
        return self.order.index(position) + 1 if position in self.order else position

    def letter(self, position: int) -> str:
        """The name a response bears on the page: A is the first one shown."""
        return reply_letter(self.place(position))

    def is_turned(self, target: str) -> bool:
        """Whether the later of two compared responses is shown first."""
        first, second = (int(one) for one in target.removeprefix("pair:").split("-"))
        return self.place(first) > self.place(second)


@dataclass(frozen=True)
class QuestionView:
    """One question about one target; `template` draws it."""

    asked: Asked
    number: str
    title: str
    help: str
    errors: list[str]
    value: str = ""
    values: list[str] = field(default_factory=list)
    levels: list[Choice] = field(default_factory=list)
    aside: list[Choice] = field(default_factory=list)
    aside_value: str = ""
    why: str = ""
    sure: str = ""
    passage: str = ""
    # The question's words alone, whatever they are asked about.
    words: str = ""
    rows: list[Choice] = field(default_factory=list)
    severities: list[Choice] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"q-{self.asked.name}"

    @property
    def name(self) -> str:
        """Its number, where it has one, and its words."""
        return f"{self.number}. {self.title}" if self.number else self.title

    @property
    def question(self) -> Question:
        return self.asked.question

    @property
    def template(self) -> str:
        return f"rate/kinds/{self.question.kind}.html"

    @property
    def is_flag(self) -> bool:
        return self.question.kind == Kind.FLAG

    @property
    def is_own_view(self) -> bool:
        return self.asked.perspective == "self"

    @property
    def is_required(self) -> bool:
        return self.question.is_required and self.is_own_view

    @property
    def needs_words_at(self) -> list[str]:
        """The answers that stand only with words of the text marked for them."""
        needed = {f"{value:g}" for value in self.question.needs_passage}
        return [level["words"] for level in self.levels if level["value"] in needed]

    @property
    def none_value(self) -> str:
        return NONE_OF_THESE

    @property
    def anchors(self) -> list[Choice]:
        """Points of a slider that have words."""
        return [level for level in self.levels if level["words"]]

    @property
    def condition(self) -> dict[str, str]:
        """Names of the fields it waits for and the values, for the page's script."""
        condition = self.question.condition
        if not condition:
            return {}
        values = " ".join(f"{value:g}" for value in condition["values"])
        return {"question": condition["question"], "part": condition.get("part", ""), "values": values}


def question_view(
    asked: Asked, entry: Entry, shown: Shown, *, number: str, group_names: dict[str, str], errors: list[str]
) -> QuestionView:
    """The view of one question. `group_names`: of the groups in whose place it may be asked."""
    words = Words.of(asked.question, shown.language, shown.group)
    return QuestionView(
        asked=asked,
        number=number,
        title=_title(asked, words, shown, group_names),
        help=words.help,
        errors=errors,
        value=entry.first(asked.name),
        values=entry.all(asked.name),
        levels=_levels(asked, words, shown),
        aside=_aside(asked.question),
        aside_value=entry.first(asked.aside_name),
        why=entry.first(asked.why_name),
        sure=entry.first(asked.sure_name),
        passage=entry.first(asked.passage_name),
        words=words.text,
        rows=_rows(asked, words, entry, shown),
        severities=_severities(asked.question),
    )


def _severities(question: Question) -> list[Choice]:
    return [{"value": f"{one['value']:g}", "words": one["label"]} for one in question.severities]


def _title(asked: Asked, words: Words, shown: Shown, group_names: dict[str, str]) -> str:
    kind, _colon, place = asked.target.partition(":")
    text = words.text
    if kind == "response" and len(shown.order) > 1:
        text = _("%(question)s (reply %(letter)s)") % {"question": text, "letter": shown.letter(int(place))}
    elif kind == "turn":
        text = _("%(question)s (turn %(number)s)") % {"question": text, "number": place}
    elif kind == "pair" and len(shown.order) > 2:
        first, second = sorted(shown.letter(int(one)) for one in place.split("-"))
        text = _("%(question)s (replies %(first)s and %(second)s)") % {
            "question": text,
            "first": first,
            "second": second,
        }
    if asked.perspective == "self":
        return text
    name = group_names.get(asked.perspective, asked.perspective)
    return _("How would a %(group)s answer? %(question)s") % {"group": name.lower(), "question": text}


def _levels(asked: Asked, words: Words, shown: Shown) -> list[Choice]:
    is_turned = asked.question.kind == Kind.PAIR and shown.is_turned(asked.target)
    choices = []
    for level in asked.question.levels:
        # "Clearly the first" is about what stands first on this page; stored is which response that was.
        stored = 0.0 - level.value if is_turned else level.value
        text = words.label(f"{level.value:g}", level.label)
        choices.append({"value": f"{stored:g}", "number": f"{level.value:g}", "words": text})
    if asked.question.kind == Kind.PAIR:
        for place, choice in enumerate(choices, start=1):
            choice["number"] = str(place)
    return choices


def _aside(question: Question) -> list[Choice]:
    choices = []
    if question.allows_cannot_judge and question.kind != Kind.FLAG:
        choices.append({"value": CANNOT_JUDGE, "words": _("Cannot judge")})
    if question.allows_not_applicable:
        choices.append({"value": NOT_APPLICABLE, "words": _("Does not apply")})
    return choices


def _rows(asked: Asked, words: Words, entry: Entry, shown: Shown) -> list[Choice]:
    """Options, elements, codes, or the responses to be put in order."""
    if asked.question.kind in OF_RESPONSES:
        return _response_rows(asked, entry, shown)
    return _option_rows(asked, words, entry)


def _response_rows(asked: Asked, entry: Entry, shown: Shown) -> list[Choice]:
    return [
        {
            "key": f"response:{position}",
            "position": str(position),
            "words": _("Reply %(letter)s") % {"letter": reply_letter(place)},
            "name": asked.part_name(f"response:{position}"),
            "value": entry.first(asked.part_name(f"response:{position}")),
            "is_best": entry.first(asked.part_name("best")) == str(position),
            "is_worst": entry.first(asked.part_name("worst")) == str(position),
        }
        for place, position in enumerate(shown.order, start=1)
    ]


def _option_rows(asked: Asked, words: Words, entry: Entry) -> list[Choice]:
    return [
        {
            "key": option["key"],
            "words": words.label(option["key"], option["label"]),
            "definition": option.get("definition", ""),
            "example": option.get("example", ""),
            "counterexample": option.get("counterexample", ""),
            "name": asked.part_name(option["key"]),
            "value": entry.first(asked.part_name(option["key"])),
            "passage_name": f"{asked.passage_name}--{option['key']}",
            "passage": entry.first(f"{asked.passage_name}--{option['key']}"),
            "severity": entry.first(f"{asked.passage_name}--{option['key']}--severity"),
            "is_ticked": option["key"] in entry.all(asked.name),
        }
        for option in asked.question.options
    ]
