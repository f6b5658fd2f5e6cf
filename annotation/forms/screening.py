"""The screening: a coordinator's questions, and a rater's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.models import JoiningSettings, ScreeningQuestion
from annotation.queries.screening import Given, Kind

MAX_ANSWER = 1000


class ScreeningForm(forms.Form):
    when = forms.ChoiceField(
        label=_("When the questions are asked"),
        choices=JoiningSettings.Screening.choices,
        widget=forms.RadioSelect,
        help_text=_("Only people who join after you switch it on are asked."),
    )


class _Lines(forms.CharField):
    """One entry on each line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]


class ScreeningQuestionForm(forms.Form):
    words = forms.CharField(label=_("Question"), max_length=500)
    help_text = forms.CharField(label=_("Help under the question"), required=False, max_length=500)
    kind = forms.ChoiceField(label=_("Kind of answer"), choices=Kind.choices, widget=forms.RadioSelect)
    is_required = forms.BooleanField(label=_("Must be answered"), required=False, initial=True)
    construct = forms.CharField(
        label=_("Construct"),
        required=False,
        max_length=60,
        help_text=_("Scale items with the same name are read together, e.g. “trust in technology”."),
    )
    is_reversed = forms.BooleanField(
        label=_("Reversed: the highest point means the least of it"), required=False
    )
    low = forms.IntegerField(
        label=_("Lowest point, or lowest number taken"), required=False, min_value=-1000, max_value=100_000
    )
    high = forms.IntegerField(
        label=_("Highest point, or highest number taken"), required=False, min_value=-1000, max_value=100_000
    )
    low_words = forms.CharField(label=_("Words of the lowest point"), required=False, max_length=100)
    high_words = forms.CharField(label=_("Words of the highest point"), required=False, max_length=100)
    options = _Lines(label=_("Options of a choice, one on each line"), required=False, max_length=4000)
    accepted = _Lines(
        label=_("Who fits: answers, one on each line"),
        required=False,
        max_length=4000,
        help_text=_("Empty: every answer fits."),
    )
    at_least = forms.IntegerField(
        label=_("Who fits: at least this number"),
        required=False,
        help_text=_("Empty: every answer fits. Of a reversed item: after turning it round."),
    )


class ScreeningAnswersForm(forms.Form):
    """A field for each question; an empty answer to a question that need not be answered is None."""

    def __init__(self, *args: Any, questions: Sequence[ScreeningQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._questions = list(questions)
        for question in self._questions:
            self.fields[f"answer-{question.key}"] = _field(question)

    def given(self) -> Mapping[str, Given | None]:
        return {
            question.key: _given(question, self.cleaned_data.get(f"answer-{question.key}"))
            for question in self._questions
        }


def _given(question: ScreeningQuestion, answer: Any) -> Given | None:
    if answer in (None, ""):
        return None
    return float(answer) if question.kind in {Kind.SCALE, Kind.NUMBER} else str(answer)


def _field(question: ScreeningQuestion) -> forms.Field:
    common: dict[str, Any] = {
        "label": question.words,
        "help_text": question.help_text,
        "required": question.is_required,
    }
    if question.kind == Kind.NUMBER:
        return forms.IntegerField(min_value=question.low, max_value=question.high, **common)
    if question.kind == Kind.TEXT:
        return forms.CharField(max_length=MAX_ANSWER, widget=forms.Textarea(attrs={"rows": 3}), **common)
    choices = _points(question) if question.kind == Kind.SCALE else [(one, one) for one in question.options]
    if not question.is_required:
        choices = [*choices, ("", gettext("I would rather not say"))]
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)


def _points(question: ScreeningQuestion) -> list[tuple[str, str]]:
    low, high = question.low or 0, question.high or 0
    ends = {low: question.low_words, high: question.high_words}
    return [
        (str(point), f"{point} – {ends[point]}" if ends.get(point) else str(point))
        for point in range(low, high + 1)
    ]
