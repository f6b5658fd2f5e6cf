"""A rater's own ratings in the words in which they were given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from annotation.models import Group, Question, Study
from rating.forms.question_fields import NONE_OF_THESE, NOT_APPLICABLE, REASONS, Asked
from rating.forms.question_views import QuestionView, Shown, question_view
from rating.forms.shown_marks import ShownMark, shown_marks
from rating.forms.stored_fields import asked_of
from rating.forms.workbench import entry_of_rating
from rating.models import Answer, Rating

Kind = Question.Kind
EXCERPT = 80
# A question that was not put to the rater, or passed over, has no line.
SILENT = frozenset({Answer.Missing.NOT_ASKED, Answer.Missing.DECLINED})


@dataclass(frozen=True)
class OwnAnswer:
    title: str
    words: list[str]
    why: str = ""


@dataclass(frozen=True)
class OwnRating:
    """`excerpt`: how the reply that stood first begins; empty where the item is heavy or has no text."""

    rating: Rating
    excerpt: str
    answers: list[OwnAnswer]
    marks: list[ShownMark]


def told_ratings(study: Study, ratings: Iterable[Rating]) -> list[OwnRating]:
    """The ratings as their rater reads them again. One query beside those of `own_ratings`."""
    names = {group.key: group.singular or group.name for group in Group.objects.filter(study=study)}
    return [told_rating(rating, _shown(rating), names) for rating in ratings]


def told_rating(rating: Rating, shown: Shown, group_names: dict[str, str]) -> OwnRating:
    """A rating in the words and order of `shown`. No query where `with_words` has loaded it."""
    entry = entry_of_rating(rating)
    asked = dict.fromkeys(asked_of(one) for one in rating.answers.all() if one.missing not in SILENT)
    ordered = sorted(asked, key=lambda one: (one.question.position, _place(one, shown)))
    views = [
        question_view(one, entry, shown, number="", group_names=group_names, errors=[]) for one in ordered
    ]
    return OwnRating(
        rating=rating,
        excerpt=_excerpt(rating, shown),
        answers=list(answers_in_words(views)),
        marks=shown_marks(entry, views),
    )


def _shown(rating: Rating) -> Shown:
    presentation = rating.presentation
    positions = [response.position for response in rating.slot.item.responses.all()]
    if presentation is None:
        return Shown(order=positions)
    return Shown(presentation.language, presentation.wording, presentation.response_order or positions)


def _place(asked: Asked, shown: Shown) -> int:
    """Replies in the order in which they stood, not in which they are stored."""
    kind, _colon, position = asked.target.partition(":")
    return shown.place(int(position)) if kind == "response" else 0


def _excerpt(rating: Rating, shown: Shown) -> str:
    item = rating.slot.item
    texts = {response.position: response.text for response in item.responses.all()}
    if item.is_heavy or not shown.order:
        return ""
    return Truncator(" ".join(texts.get(shown.order[0], "").split())).chars(EXCERPT)


def answers_in_words(views: Iterable[QuestionView]) -> Iterator[OwnAnswer]:
    """What was entered, question by question; nothing where nothing was."""
    for view in views:
        if view.aside_value in REASONS:
            reason = next(one["words"] for one in view.aside if one["value"] == view.aside_value)
            yield OwnAnswer(view.title, [reason], view.why)
        elif words := _WORDS[view.question.kind](view):
            sure = [_("sure: %(number)s of 100") % {"number": view.sure}] if view.sure else []
            yield OwnAnswer(view.title, [*words, *sure])


def _chosen(view: QuestionView, value: str) -> list[str]:
    found = [level for level in view.levels if level["value"] == value]
    return [f"{level['number']} {level['words']}".strip() for level in found]


def _compared(view: QuestionView) -> list[str]:
    return [level["words"] for level in view.levels if level["value"] == view.value]


def _flag(view: QuestionView) -> list[str]:
    return [_("Yes")] if view.value else []


def _text(view: QuestionView) -> list[str]:
    return [view.value] if view.value else []


def _multi(view: QuestionView) -> list[str]:
    ticked = [row["words"] for row in view.rows if row["is_ticked"]]
    return ticked or ([_("None of these")] if NONE_OF_THESE in view.values else [])


def _checklist(view: QuestionView) -> list[str]:
    found = {level["value"]: level["words"] for level in view.levels}
    found[NOT_APPLICABLE] = _("Not needed here")
    return [f"{row['words']}: {found[row['value']]}" for row in view.rows if row["value"] in found]


def _ranking(view: QuestionView) -> list[str]:
    places = {level["value"]: level["words"] for level in view.levels}
    return [f"{row['words']}: {places[row['value']]}" for row in view.rows if row["value"] in places]


def _best_worst(view: QuestionView) -> list[str]:
    best = [_("The best") + f": {row['words']}" for row in view.rows if row["is_best"]]
    return best + [_("The worst") + f": {row['words']}" for row in view.rows if row["is_worst"]]


def _spans(view: QuestionView) -> list[str]:
    """Its passages stand below with the others."""
    return [_("Nothing to mark")] if NONE_OF_THESE in view.values else []


_WORDS: dict[str, Callable[[QuestionView], list[str]]] = {
    Kind.SCALE: lambda view: _chosen(view, view.value),
    Kind.SLIDER: lambda view: _chosen(view, view.value),
    Kind.PAIR: _compared,
    Kind.FLAG: _flag,
    Kind.TEXT: _text,
    Kind.MULTI: _multi,
    Kind.CHECKLIST: _checklist,
    Kind.RANKING: _ranking,
    Kind.BEST_WORST: _best_worst,
    Kind.SPANS: _spans,
}
