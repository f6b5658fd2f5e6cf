"""Name who answers for the safety of raters."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LeadForm(forms.Form):
    name = forms.CharField(
        label=_("Safeguarding lead"), max_length=200, help_text=_("A person whom raters can ask for by name.")
    )
    hours = forms.CharField(
        label=pgettext_lazy("when somebody can be reached", "Hours"),
        max_length=300,
        help_text=_("E.g. “Monday to Friday, 9 to 17, London time”."),
    )
    contacts = forms.CharField(
        label=_("How to reach them"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Telephone and mail, and what to do outside these hours."),
    )
    response_time = forms.CharField(
        label=_("How soon they answer"), max_length=300, help_text=_("E.g. “within four hours”.")
    )
