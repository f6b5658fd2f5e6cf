"""Notes on the data protection impact assessment, and its signature."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.queries.protection import ProtectionPart

MAX_TEXT = 20_000


class ProtectionNotesForm(forms.Form):
    """A note for each part of the assessment."""

    def __init__(self, data: Any, *, parts: Iterable[ProtectionPart]) -> None:
        super().__init__(data)
        for part in parts:
            self.fields[part.key] = forms.CharField(
                label=part.title,
                required=False,
                max_length=MAX_TEXT,
                initial=part.note,
                widget=forms.Textarea(attrs={"rows": 4}),
            )


class ProtectionSignForm(forms.Form):
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    name = forms.CharField(label=_("Your full name"), max_length=200)
    capacity = forms.CharField(
        label=_("You sign as"), max_length=200, help_text=_("E.g. “data protection officer”.")
    )
