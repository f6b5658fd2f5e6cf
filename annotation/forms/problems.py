"""Answer a reported problem."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.services.problems import MAX_LENGTH


class AnswerForm(forms.Form):
    answer = forms.CharField(
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The rater reads this. Do not say who wrote the reply or how others rated it."),
    )
