"""Filters of the audit trail, and where a study's events are told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.hook_events import EVENTS
from annotation.queries.audit_trail import TrailFilter


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class TrailFilterForm(forms.Form):
    """The page's query string. Wrong values are dropped rather than refused."""

    kind = forms.ChoiceField(label=_("What"), required=False)
    person = forms.ChoiceField(label=_("Who"), required=False)
    about = forms.CharField(label=_("Code"), required=False, max_length=12)
    since = forms.DateField(label=_("From"), required=False, widget=_day())
    until = forms.DateField(label=_("Until"), required=False, widget=_day())

    def __init__(self, data: Any, *, kinds: list[str], people: list[tuple[str, str]]) -> None:
        super().__init__(data)
        choices = {"kind": [(kind, kind) for kind in kinds], "person": people}
        for name, named in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", gettext("All")), *named]

    def wanted(self) -> TrailFilter:
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return TrailFilter(**given)


class WebhookForm(forms.Form):
    label = forms.CharField(label=_("What it is for"), max_length=100)
    url = forms.CharField(
        label=_("Address"), max_length=500, help_text=_("Begins with https:// and is open to the internet.")
    )
    events = forms.MultipleChoiceField(
        label=_("What it is told"),
        choices=[(event.name, event.label) for event in EVENTS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Codes and states only: no answers, no names, no texts."),
    )
