"""What a member wants to hear by e-mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.models import AlertChoice


class AlertForm(forms.Form):
    """`hears_incidents`: whether the member may read incidents."""

    often = forms.ChoiceField(
        label=_("A mail with what wants attention"),
        choices=AlertChoice.Often.choices,
        widget=forms.RadioSelect,
    )
    incidents_at_once = forms.BooleanField(
        label=_("A mail at once whenever an incident is opened"),
        required=False,
        help_text=_("It holds no word of what was written, and goes to everybody who ticks this."),
    )

    def __init__(self, data: Any, *, choice: AlertChoice, hears_incidents: bool) -> None:
        initial = {"often": choice.often, "incidents_at_once": choice.incidents_at_once}
        super().__init__(data, initial=initial)
        if not hears_incidents:
            del self.fields["incidents_at_once"]

    def chosen(self) -> dict[str, Any]:
        return {"incidents_at_once": False} | self.cleaned_data
