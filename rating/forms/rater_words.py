"""Small forms of the rater: consent, skipping, reporting a problem."""

from __future__ import annotations

from django import forms

from annotation.services.problems import MAX_LENGTH


class ConsentForm(forms.Form):
    version = forms.CharField(widget=forms.HiddenInput, max_length=12)
    agree = forms.BooleanField(
        label="I have read this and agree to take part.",
        error_messages={"required": "Tick the box if you agree. Without it you cannot rate here."},
    )


class SkipForm(forms.Form):
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label="Why, if you want to say",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ProblemForm(forms.Form):
    text = forms.CharField(
        max_length=MAX_LENGTH,
        label="What is wrong with this item?",
        help_text="For example: a text that breaks off, a wrong language, something private.",
        error_messages={"required": "Please write what is wrong with this item."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
