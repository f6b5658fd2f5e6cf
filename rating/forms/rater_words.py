"""Small forms of the rater: skipping, reporting a problem."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.services.problems import MAX_LENGTH


class SkipForm(forms.Form):
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label=_("Why, if you want to say"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ProblemForm(forms.Form):
    text = forms.CharField(
        max_length=MAX_LENGTH,
        label=_("What is wrong with this item?"),
        help_text=_("For example: a text that breaks off, a wrong language, something private."),
        error_messages={"required": _("Please write what is wrong with this item.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
