"""Two questions before the consent text, and the note of somebody else's consent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.forms.ethics import day_input
from annotation.models import EthicsSettings, ProxyConsent

YES_NO = (("yes", _("Yes")), ("no", _("No")))


class ScreenForm(forms.Form):
    """Only what the study asks; nothing is chosen beforehand."""

    def __init__(self, data: Any, *, settings: EthicsSettings) -> None:
        super().__init__(data)
        if settings.minimum_age is not None:
            label = _("Are you %(age)s years old or older?") % {"age": settings.minimum_age}
            self.fields["is_of_age"] = forms.ChoiceField(
                label=label, choices=YES_NO, widget=forms.RadioSelect
            )
        if settings.asks_capacity:
            self.fields["has_capacity"] = forms.ChoiceField(
                label=_("Can you decide for yourself whether to take part?"),
                choices=YES_NO,
                widget=forms.RadioSelect,
                help_text=_("No, if somebody else decides such things with you or for you."),
            )

    def answers(self) -> dict[str, bool]:
        """What was not asked counts as yes."""
        return {name: self.cleaned_data.get(name, "yes") == "yes" for name in ("is_of_age", "has_capacity")}


class ProxyForm(forms.Form):
    relationship = forms.ChoiceField(
        label=_("Who consented"), choices=ProxyConsent.Relationship.choices, widget=forms.RadioSelect
    )
    given_on = forms.DateField(label=_("Day of the consent"), widget=day_input())
    is_held = forms.BooleanField(
        label=_("We hold the consent, in writing or recorded, and the rater knows of it."),
        error_messages={"required": _("Tick this once you hold it.")},
    )
