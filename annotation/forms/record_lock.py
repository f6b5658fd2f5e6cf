"""Put a data set up for signing, sign it, lift the lock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.models import LockSignature


class OpenLockForm(forms.Form):
    digest = forms.ChoiceField(label=_("Which snapshot is signed"), widget=forms.RadioSelect)

    def __init__(self, data: Any, *, snapshots: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        cast("forms.ChoiceField", self.fields["digest"]).choices = list(snapshots)


class SignForm(forms.Form):
    capacity = forms.ChoiceField(
        label=_("You sign as"), choices=LockSignature.Capacity.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(label=_("Your full name"), max_length=200)
    meaning = forms.CharField(
        label=_("What you sign for"),
        max_length=500,
        help_text=_("E.g. “I have reviewed the data set and take responsibility for its content.”"),
    )
    is_meant = forms.BooleanField(
        label=_("I sign this data set, as I would on paper."),
        error_messages={"required": _("Tick this to sign.")},
    )

    def said(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("capacity", "name", "meaning")}


class LiftForm(forms.Form):
    why = forms.CharField(label=_("Why the lock is lifted"), max_length=500)
