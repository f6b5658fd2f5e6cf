"""What is written into the logs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.forms.ethics import day_input
from annotation.models import IncidentEntry, LogEntry

MAX_TEXT = 20_000
REASONS = {
    LogEntry.Kind.ADVERSE: _("What was done about it"),
    LogEntry.Kind.DEVIATION: _("What was done about it"),
    LogEntry.Kind.UNBLINDING: _("Why"),
}


def _words(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 5}), **options
    )


class IncidentForm(forms.Form):
    text = _words(
        _("What happened"),
        help_text=_("What was said or seen, where and when. No names: the pseudonym below is enough."),
    )
    pseudonym = forms.CharField(
        label=_("Pseudonym of the rater, where it is about one"), required=False, max_length=40
    )


class IncidentEntryForm(forms.Form):
    """`kinds`: those that fit the incident's state; `entries`: what may be corrected."""

    kind = forms.ChoiceField(label=_("Entry"), widget=forms.RadioSelect)
    corrects = forms.ChoiceField(
        label=_("Which entry is corrected"), required=False, help_text=_("Only for a correction.")
    )
    text = _words(_("What was done, or why"))

    def __init__(self, data: Any, *, kinds: Iterable[str], entries: Iterable[IncidentEntry]) -> None:
        super().__init__(data)
        kind = cast("forms.ChoiceField", self.fields["kind"])
        kind.choices = [(str(one), IncidentEntry.Kind(one).label) for one in kinds]
        named = [
            (entry.code, f"{number}: {entry.get_kind_display()}")
            for number, entry in enumerate(entries, start=1)
        ]
        cast("forms.ChoiceField", self.fields["corrects"]).choices = [("", "–"), *named]


class LogForm(forms.Form):
    happened_on = forms.DateField(label=_("Day"), widget=day_input())
    text = _words(_("What happened"), help_text=_("No names: a pseudonym is enough."))
    reason = _words(_("What was done about it"))
    pseudonym = forms.CharField(
        label=_("Pseudonym of the rater, where it is about one"), required=False, max_length=40
    )
    item = forms.CharField(label=_("Item, where it is about one"), required=False, max_length=200)

    def __init__(self, data: Any, *, kind: str, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["reason"].label = REASONS[LogEntry.Kind(kind)]


class UnblindForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you need to know"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the log of unblindings, with your name and the time."),
    )
