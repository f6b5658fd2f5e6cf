"""What an adjudicator sees and enters: the rating form, then what raters said, without who said it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.imports.checks.identifiers import find_identifiers, masked
from annotation.models import Group, Plan
from rating.forms.own_ratings import answers_in_words, told_rating
from rating.forms.question_fields import Entry
from rating.forms.question_views import Shown
from rating.forms.stored_fields import fields_of_answers
from rating.forms.workbench import submission_of
from rating.forms.workbench_screen import (
    Screen,
    asked_questions,
    screen_of,
    shown_order,
    texts_of_presented,
)
from rating.models import Adjudication, Judgement
from rating.queries.adjudication import adjudicated_item, disputed_questions, raters_ratings
from rating.services.answer_inputs import Submission


class ChooseForm(forms.Form):
    """Which answers are far apart, and in whose words the items are judged."""

    question = forms.ChoiceField(label=_("Question"))
    at_least = forms.FloatField(
        label=_("Answers at least so far apart"),
        min_value=0,
        initial=2,
        help_text=_("Highest less lowest answer, in points of the scale; for yes or no 1: some said yes."),
    )
    as_group = forms.ChoiceField(
        label=_("Judged with the words for"),
        help_text=_("Questions asked of this group only are asked of the adjudicator too."),
    )

    def offer(self, plan: Plan, groups: Sequence[Group]) -> None:
        questions = [(one.key, one.text) for one in disputed_questions(plan)]
        self.fields["question"].choices = questions  # type: ignore[attr-defined]
        self.fields["as_group"].choices = [(one.key, one.name) for one in groups]  # type: ignore[attr-defined]


@dataclass
class Said:
    """What raters answered to one question: each answer with how many gave it, and the words beside."""

    title: str
    answers: list[tuple[str, int]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SaidByRaters:
    n_raters: int
    questions: list[Said]
    comments: list[str]
    passages: list[tuple[str, str]]


def adjudication_screen(
    adjudication: Adjudication, entry: Entry | None = None, defects: Sequence[str] = ()
) -> Screen:
    """The rating form of the item, blind."""
    return screen_of(adjudicated_item(adjudication), entry or Entry({}), defects)


def adjudication_submission(adjudication: Adjudication, entry: Entry) -> Submission:
    presented = adjudicated_item(adjudication)
    return submission_of(
        entry, slot_code="", asked=asked_questions(presented), texts=texts_of_presented(presented)
    )


def entry_of_judgement(judgement: Judgement) -> Entry:
    """What was judged, back in the form."""
    answers = [one.as_answer() for one in judgement.answers.all()]
    marks = [json.dumps(one, ensure_ascii=False) for one in judgement.passages]
    return Entry(fields_of_answers(answers) | {"mark": marks})


def said_by_raters(adjudication: Adjudication) -> SaidByRaters:
    """All that raters of the stage said of the item, in the adjudicator's own wording.

    Neither rater nor group nor order of submission can be told from it; what looks like a name or a number
    in their comments is masked.
    """
    presented, ratings = adjudicated_item(adjudication), raters_ratings(adjudication)
    shown = Shown(presented.presentation.language, presented.presentation.wording, shown_order(presented))
    told = [told_rating(rating, shown, presented.group_names) for rating in ratings]
    questions: dict[str, Said] = {}
    counts: dict[str, Counter[str]] = {}
    for rating in told:
        for answer in rating.answers:
            said = questions.setdefault(answer.title, Said(answer.title))
            counts.setdefault(answer.title, Counter())["; ".join(answer.words)] += 1
            said.reasons += [_masked(answer.why)] if answer.why else []
    for title, said in questions.items():
        said.answers = sorted(counts[title].items())
    return SaidByRaters(
        n_raters=len(ratings),
        questions=list(questions.values()),
        comments=sorted(_masked(rating.comment) for rating in ratings if rating.comment),
        passages=sorted((mark.quote, mark.words) for one in told for mark in one.marks),
    )


def _masked(text: str) -> str:
    return masked(text, find_identifiers(text))


@dataclass(frozen=True)
class Settled:
    """One question with the adjudicator's own answer and the decision, in words."""

    title: str
    own: str
    decision: str

    @property
    def has_changed(self) -> bool:
        return self.own != self.decision


def settled(adjudication: Adjudication, own: Judgement, decision: Judgement) -> list[Settled]:
    """Both judgements side by side, in the order of the questions."""
    words = []
    for judgement in (own, decision):
        screen = adjudication_screen(adjudication, entry_of_judgement(judgement))
        answers = answers_in_words(screen.questions)
        words.append({one.title: "; ".join(filter(None, [*one.words, one.why])) for one in answers})
    before, after = words
    titles = dict.fromkeys([*before, *after])
    return [Settled(title, before.get(title, ""), after.get(title, "")) for title in titles]
