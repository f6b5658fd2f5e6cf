"""The fields of one question on the page: their names, what they say, and a stored answer back in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from annotation.models import Question
from rating.models import Answer
from rating.services.answer_inputs import OWN_VIEW, AnswerInput
from rating.services.answer_kinds import BEST, WORST, Asking

Kind = Question.Kind
CANNOT_JUDGE = Answer.Missing.CANNOT_JUDGE.value
NOT_APPLICABLE = Answer.Missing.NOT_APPLICABLE.value
REASONS = (CANNOT_JUDGE, NOT_APPLICABLE)
NONE_OF_THESE = "--none--"
# In these the reasons for having no answer are radios of the scale itself.
WITH_RADIOS = frozenset({Kind.SCALE, Kind.PAIR})


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
        return any(any(values) for name, values in self.fields.items() if name not in {"active_ms", "times"})


@dataclass(frozen=True)
class Asked:
    """One question about one target from one point of view, with the names of its fields."""

    question: Question
    target: str
    perspective: str = OWN_VIEW

    @classmethod
    def of(cls, asking: Asking) -> Asked:
        return cls(asking.question, asking.target, asking.perspective)

    @property
    def name(self) -> str:
        view = "" if self.perspective == OWN_VIEW else f"--as-{self.perspective}"
        return f"{self.question.key}--{self.target.replace(':', '-')}{view}"

    @property
    def aside_name(self) -> str:
        """Holds the reason for having no answer."""
        return self.name if self.question.kind in WITH_RADIOS else f"{self.name}--aside"

    @property
    def why_name(self) -> str:
        return f"{self.name}--why"

    @property
    def sure_name(self) -> str:
        return f"{self.name}--sure"

    @property
    def passage_name(self) -> str:
        return f"passage--{self.name}"

    def part_name(self, part: str) -> str:
        """Field of an element, of a response's place, or of the best and the worst."""
        return f"{self.name}--{part.replace(':', '-')}"

    def is_answered_in(self, entry: Entry) -> bool:
        """Whether anything stands in its own fields."""
        mine = (name for name in entry.fields if name == self.name or name.startswith(f"{self.name}--"))
        beside = {self.why_name, self.sure_name}
        return any(any(entry.all(name)) for name in mine if name not in beside)


def inputs_of(asked: Asked, entry: Entry, responses: Sequence[str]) -> list[AnswerInput]:
    """What was entered for a question. `responses`: targets of the item's responses."""
    reason = entry.first(asked.aside_name)
    if reason in REASONS:
        return [_input(asked, missing=reason, text=entry.first(asked.why_name))]
    return _READ[asked.question.kind](asked, entry, responses)


def _input(asked: Asked, **fields: object) -> AnswerInput:
    basis = {"question_key": asked.question.key, "target": asked.target, "perspective": asked.perspective}
    return AnswerInput(**(basis | fields))  # type: ignore[arg-type]


def number_in(text: str) -> float | None:
    """The number, or None: then the service says that it is not on the scale."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _single(asked: Asked, entry: Entry, _responses: Sequence[str]) -> list[AnswerInput]:
    given = entry.first(asked.name)
    if not given:
        return []
    return [_input(asked, value=number_in(given), confidence=number_in(entry.first(asked.sure_name)))]


def _flag(asked: Asked, entry: Entry, _responses: Sequence[str]) -> list[AnswerInput]:
    return [_input(asked, value=1.0)] if entry.first(asked.name) else []


def _text(asked: Asked, entry: Entry, _responses: Sequence[str]) -> list[AnswerInput]:
    words = entry.first(asked.name).strip()
    return [_input(asked, text=words)] if words else []


def _multi(asked: Asked, entry: Entry, _responses: Sequence[str]) -> list[AnswerInput]:
    ticked = [value for value in entry.all(asked.name) if value]
    return [
        _input(asked, value=0.0) if value == NONE_OF_THESE else _input(asked, value=1.0, part=value)
        for value in ticked
    ]


def _checklist(asked: Asked, entry: Entry, _responses: Sequence[str]) -> list[AnswerInput]:
    found = []
    for option in asked.question.options:
        given = entry.first(asked.part_name(option["key"]))
        if given == NOT_APPLICABLE:
            found.append(_input(asked, part=option["key"], missing=given))
        elif given:
            found.append(_input(asked, part=option["key"], value=number_in(given)))
    return found


def _ranking(asked: Asked, entry: Entry, responses: Sequence[str]) -> list[AnswerInput]:
    places = ((target, entry.first(asked.part_name(target))) for target in responses)
    return [_input(asked, target=target, value=number_in(place)) for target, place in places if place]


def _best_worst(asked: Asked, entry: Entry, responses: Sequence[str]) -> list[AnswerInput]:
    chosen = {"best": BEST, "worst": WORST}
    found = [(f"response:{entry.first(asked.part_name(end))}", value) for end, value in chosen.items()]
    return [_input(asked, target=target, value=value) for target, value in found if target in responses]


def _spans(asked: Asked, entry: Entry, _responses: Sequence[str]) -> list[AnswerInput]:
    return [_input(asked, value=0.0)] if entry.first(asked.name) == NONE_OF_THESE else []


_READ: dict[str, Callable[[Asked, Entry, Sequence[str]], list[AnswerInput]]] = {
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
