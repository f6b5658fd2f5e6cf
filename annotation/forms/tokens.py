"""A new API token: what for, how long, which study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.models import Study
from annotation.scopes import Scope

READING = [Scope.READ_STUDIES, Scope.READ_ITEMS, Scope.READ_RATINGS, Scope.READ_ANALYSES]


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"),
        max_length=100,
        help_text=_("E.g. “R script on my laptop”. Only you see it."),
    )
    days = forms.TypedChoiceField(
        label=_("How long it works"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("1 year"))],
        initial=90,
        help_text=_("Make it as short as your work allows."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=Scope.choices,
        initial=[scope.value for scope in READING],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may do yourself. Choose what the program needs and nothing else."),
    )
    study = forms.ChoiceField(label=_("In which study"), required=False)

    def __init__(self, *args: Any, studies: Sequence[Study], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.studies = {study.code: study for study in studies}
        field = self.fields["study"]
        if isinstance(field, forms.ChoiceField):
            named = [(study.code, study.title) for study in studies]
            field.choices = [("", gettext("All of mine, also later ones")), *named]

    def chosen_study(self) -> Study | None:
        return self.studies.get(self.cleaned_data["study"])
