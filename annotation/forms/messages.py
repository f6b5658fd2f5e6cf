"""A message to raters who are behind."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.services.messages import MAX_WORDS


class MessageForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=150)
    body = forms.CharField(
        label=_("Message"),
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("You do not know why somebody is behind: a kind question does more than a deadline."),
    )
