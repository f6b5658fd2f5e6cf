"""From what was entered for one question to its rows: one function per kind of question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.models import Level, Question, Response, Turn
from rating.models import Answer
from rating.services.answer_inputs import OWN_VIEW, AnswerInput

Kind, Target, Missing = Question.Kind, Question.Target, Answer.Missing
BEST, WORST, NEITHER = 1.0, -1.0, 0.0
MAX_TEXT = 10_000
PLEASE = gettext_lazy("please answer, or choose “cannot judge”.")
# Kinds that ask about the item and answer about each of its responses.
OF_RESPONSES = frozenset({Kind.RANKING, Kind.BEST_WORST})
OF_PARTS = frozenset({Kind.MULTI, Kind.CHECKLIST, Kind.SPANS})


@dataclass(frozen=True)
class Asking:
    """One question as put to a rater: about what, from whose point of view, with what was entered.

    `codes`: labels of the passages marked for it. `is_judged`: whether anything of the item was.
    """

    question: Question
    target: str
    perspective: str = OWN_VIEW
    given: Sequence[AnswerInput] = ()
    responses: Sequence[Response] = ()
    codes: frozenset[str] = frozenset()
    is_judged: bool = True

    @property
    def parts(self) -> list[str]:
        """Keys of its parts; none where it has one answer."""
        return part_keys(self.question)

    @property
    def row_targets(self) -> list[str]:
        """What its rows are about: for a ranking, every response."""
        if self.question.kind in OF_RESPONSES:
            return [f"response:{response.position}" for response in self.responses]
        return [self.target]

    @property
    def is_required(self) -> bool:
        return self.question.is_required and self.perspective == OWN_VIEW

    def row(self, value: float | None = None, **fields: object) -> Answer:
        """A row; ValueError when the value is not on the scale."""
        level = None if value is None else self.level_of(value)
        defaults = {"target": self.target, "perspective": self.perspective, "level": level, "value": value}
        return Answer(question=self.question, **(defaults | fields))

    def level_of(self, value: float) -> Level:
        for level in self.question.levels:
            if level.value == value:
                return level
        raise ValueError(_("the answer is not on the scale."))

    def absent(self, reason: str, words: str = "") -> list[Answer]:
        """Every row of the question with a reason why it has no answer."""
        return [
            self.row(target=target, part=part, missing=reason, text=words)
            for target in self.row_targets
            for part in self.parts or [""]
        ]


def part_keys(question: Question) -> list[str]:
    """Keys of the options, elements or codes that are answers of their own."""
    return [option["key"] for option in question.options] if question.kind in OF_PARTS else []


def targets_of(question: Question, responses: Iterable[Response], turns: Iterable[Turn] = ()) -> list[str]:
    """What a question is asked about in an item with these responses and turns."""
    if question.target == Target.ITEM:
        return ["item"]
    places = [response.position for response in responses]
    if question.target == Target.RESPONSE:
        return [f"response:{place}" for place in places]
    if question.target == Target.PAIR:
        return [f"pair:{a}-{b}" for n, a in enumerate(places) for b in places[n + 1 :]]
    speakers = {
        Target.SUPPORTER_TURN.value: {Turn.Speaker.SUPPORTER},
        Target.SEEKER_TURN.value: {Turn.Speaker.SEEKER},
    }.get(question.target, set(Turn.Speaker))
    return [f"turn:{turn.position}" for turn in turns if turn.speaker in speakers]


def rows_of(asking: Asking) -> list[Answer]:
    """The rows to store; none for a question that need not be answered from another's point of view.

    Raises:
        ValueError: with a sentence that says what does not fit.
    """
    reasons = [one for one in asking.given if one.missing and not one.part]
    if reasons:
        return _reasoned(asking, reasons[0])
    if not asking.given and not (asking.question.kind == Kind.SPANS and asking.codes):
        return _unanswered(asking)
    return _ROWS[asking.question.kind](asking)


def _reasoned(asking: Asking, one: AnswerInput) -> list[Answer]:
    offered = {
        Missing.CANNOT_JUDGE.value: asking.question.allows_cannot_judge,
        Missing.NOT_APPLICABLE.value: asking.question.allows_not_applicable,
    }
    if not offered.get(one.missing):
        raise ValueError(_("this reason for having no answer is not offered here."))
    if one.value is not None or len(asking.given) > 1:
        raise ValueError(_("an answer has a value or a reason why there is none, not both."))
    return asking.absent(one.missing, _words(one))


def _unanswered(asking: Asking) -> list[Answer]:
    """A flag not ticked is "no"; an optional question was declined.

    Where nothing of the item could be judged, an empty flag says nothing either.
    """
    if asking.perspective != OWN_VIEW:
        return []
    if asking.question.kind == Kind.FLAG:
        return [asking.row(0.0)] if asking.is_judged else asking.absent(Missing.CANNOT_JUDGE)
    if asking.is_required:
        raise ValueError(str(_WANTED.get(asking.question.kind, PLEASE)))
    return asking.absent(Missing.DECLINED)


def _words(one: AnswerInput) -> str:
    if len(one.text) > MAX_TEXT:
        raise ValueError(_("this is longer than %(n)s characters.") % {"n": MAX_TEXT})
    return one.text.strip()


def _single(asking: Asking) -> list[Answer]:
    if len(asking.given) > 1:
        raise ValueError(_("it is answered twice."))
    one = asking.given[0]
    if one.value is None:
        raise ValueError(_("the answer is not on the scale."))
    return [asking.row(one.value, confidence=_confidence(asking, one))]


def _confidence(asking: Asking, one: AnswerInput) -> float | None:
    if one.confidence is None or not asking.question.asks_confidence:
        return None
    if not 0 <= one.confidence <= 100:
        raise ValueError(_("how sure you are lies between 0 and 100."))
    return one.confidence


def _text(asking: Asking) -> list[Answer]:
    words = _words(asking.given[0])
    return [asking.row(text=words)] if words else _unanswered(asking)


def _multi(asking: Asking) -> list[Answer]:
    """Every option is a yes or a no; one input of value 0 without a part: none of them."""
    ticked = {one.part: one.value for one in asking.given if one.part}
    _refuse_unknown(asking, ticked)
    is_none = any(not one.part and one.value == 0 for one in asking.given)
    if is_none and any(ticked.values()):
        raise ValueError(_("“none of these” and one of them cannot both be true."))
    return [asking.row(ticked.get(part) or 0.0, part=part) for part in asking.parts]


def _checklist(asking: Asking) -> list[Answer]:
    given = {one.part: one for one in asking.given}
    _refuse_unknown(asking, given)
    if asking.is_required and set(given) != set(asking.parts):
        labels = {option["key"]: option["label"] for option in asking.question.options}
        empty = ", ".join(f"“{labels[part]}”" for part in asking.parts if part not in given)
        raise ValueError(_("please answer also for %(places)s.") % {"places": empty})
    return [_element(asking, part, given.get(part)) for part in asking.parts]


def _element(asking: Asking, part: str, one: AnswerInput | None) -> Answer:
    if one is None:
        return asking.row(part=part, missing=Missing.DECLINED)
    if one.missing == Missing.NOT_APPLICABLE:
        return asking.row(part=part, missing=one.missing)
    if one.missing or one.value is None:
        raise ValueError(_("the answer is not on the scale."))
    return asking.row(one.value, part=part)


def _ranking(asking: Asking) -> list[Answer]:
    """A place for every response; two may share one only where the ranking allows ties."""
    places = {one.target: one.value for one in asking.given}
    if set(places) != set(asking.row_targets):
        raise ValueError(_("please give every reply a place."))
    if len(set(places.values())) < len(places) and not asking.question.allows_ties:
        raise ValueError(_("two replies have the same place."))
    return [asking.row(places[target], target=target) for target in asking.row_targets]


def _best_worst(asking: Asking) -> list[Answer]:
    chosen = {one.target: one.value for one in asking.given if one.value}
    if not set(chosen) <= set(asking.row_targets):
        raise ValueError(_("this reply does not exist."))
    if sorted(value or NEITHER for value in chosen.values()) != [WORST, BEST]:
        raise ValueError(_("please choose one best and one worst reply."))
    return [asking.row(chosen.get(target, NEITHER), target=target) for target in asking.row_targets]


def _spans(asking: Asking) -> list[Answer]:
    """Every code is a yes where a passage bears it; the passages themselves are stored as evidence."""
    if asking.codes and asking.given:
        raise ValueError(_("passages are marked, and “nothing to mark” is ticked."))
    return [asking.row(float(part in asking.codes), part=part) for part in asking.parts]


def _refuse_unknown(asking: Asking, parts: Iterable[str]) -> None:
    if not set(parts) <= set(asking.parts):
        raise ValueError(_("this is not one of its options."))


_ROWS: dict[str, Callable[[Asking], list[Answer]]] = {
    Kind.SCALE: _single,
    Kind.FLAG: _single,
    Kind.SLIDER: _single,
    Kind.PAIR: _single,
    Kind.TEXT: _text,
    Kind.MULTI: _multi,
    Kind.CHECKLIST: _checklist,
    Kind.RANKING: _ranking,
    Kind.BEST_WORST: _best_worst,
    Kind.SPANS: _spans,
}
_WANTED = {
    Kind.MULTI.value: gettext_lazy("please tick what applies, or “none of these”."),
    Kind.SPANS.value: gettext_lazy("please mark passages, or tick “nothing to mark”."),
    Kind.TEXT.value: gettext_lazy("please write a few words."),
    Kind.RANKING.value: gettext_lazy("please give every reply a place, or choose “cannot judge”."),
    Kind.BEST_WORST.value: gettext_lazy("please choose the best and the worst reply, or “cannot judge”."),
}
