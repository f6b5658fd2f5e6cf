"""What a rater is told after a practice item: their answer beside the known one, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from annotation.models import GoldKey, Plan, Question, Rater, Slot
from rating.models import Answer, Presentation, Rating
from rating.queries.known_answers import OWN_VIEW, key_value, steps_between
from rating.queries.wordings import Words


@dataclass(frozen=True)
class ToldAnswer:
    """One question with a known answer. `steps` as in Judged."""

    question: str
    target: str
    part: str
    title: str
    yours: str
    your_value: float | None
    known: str
    known_value: float
    steps: int | None
    explanation: str
    source: str

    @property
    def kind_words(self) -> str:
        if self.your_value is None:
            return _("You left this one open. That is always allowed.")
        if self.steps == 0:
            return _("The same answer: well seen.")
        if self.steps == 1:
            return _("Very close: one step apart.")
        return _("You saw it differently. Here is how the study reads it.")


@dataclass(frozen=True)
class ToldItem:
    answers: list[ToldAnswer]


def is_told(slot: Slot, rater: Rater) -> bool:
    """Whether the rater has answered this practice item, so that its known answers may be shown."""
    is_done = slot.state == Slot.State.DONE and slot.rater_id == rater.pk
    return is_done and slot.plan.stage == Plan.Stage.TRAINING


def told_item(presentation: Presentation) -> ToldItem:
    """The known answers of a practice item in the order of the questions. Five queries."""
    answers = Answer.objects.filter(perspective=OWN_VIEW).select_related("level")
    ratings = Rating.objects.filter(slot=presentation.slot_id, current_of__isnull=False)
    rating = ratings.prefetch_related(Prefetch("answers", answers)).first()
    given = {}
    if rating is not None:
        given = {(one.question_id, one.target, one.part): one for one in rating.answers.all()}
    questions = Question.objects.filter(version=presentation.rubric_version_id).select_related("scale")
    by_key = {one.key: one for one in questions.prefetch_related("scale__levels", "wordings")}
    keys = GoldKey.objects.filter(keyed__item=presentation.slot.item_id)
    told = [
        (by_key[key.question_key], key, given.get((by_key[key.question_key].pk, key.target, key.part)))
        for key in keys
        if key.question_key in by_key
    ]
    told.sort(key=lambda row: (row[0].position, row[1].target, row[1].part))
    return ToldItem([_told(question, key, answer, presentation) for question, key, answer in told])


def _told(question: Question, key: GoldKey, answer: Answer | None, presentation: Presentation) -> ToldAnswer:
    levels = {level.value: level.label for level in question.levels}
    known = key_value(key, list(levels))
    value = answer.value if answer is not None else None
    words = Words.of(question, presentation.language, presentation.wording)
    parts = {option["key"]: option["label"] for option in question.options}
    title = f"{words.text} {parts.get(key.part, '')}".strip()
    return ToldAnswer(
        question=question.key,
        target=key.target,
        part=key.part,
        title=title,
        yours=_yours(answer, levels),
        your_value=value,
        known=_known(key, known, levels),
        known_value=known,
        steps=None if value is None else steps_between(question, value, known),
        explanation=key.explanation,
        source=key.source,
    )


def _point(value: float, levels: dict[float, str]) -> str:
    label = levels.get(value, "")
    return f"{value:g} {label}".strip() if label != f"{value:g}" else label


def _yours(answer: Answer | None, levels: dict[float, str]) -> str:
    if answer is None:
        return _("no answer")
    return str(answer.get_missing_display()) if answer.value is None else _point(answer.value, levels)


def _known(key: GoldKey, known: float, levels: dict[float, str]) -> str:
    if key.panel_mean is None:
        return _point(known, levels)
    panel = _("on average %(mean)s by a panel of %(n)s") % {"mean": f"{key.panel_mean:g}", "n": key.panel_n}
    return panel if key.value is None else f"{_point(known, levels)} ({panel})"
