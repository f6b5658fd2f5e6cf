"""A public call, and applying to one."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.models import Group
from annotation.services.public_calls import MAX_DAYS, MAX_WAITING, MAX_WORDS


class CallForm(forms.Form):
    group = forms.ChoiceField(label=_("Group that people ask to join"))
    words = forms.CharField(
        label=_("What the page says"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Whom you look for, what it takes, what it pays. The study's title and purpose stand above."
        ),
    )
    days = forms.IntegerField(label=_("Days until it closes"), min_value=1, max_value=MAX_DAYS, initial=30)
    max_waiting = forms.IntegerField(
        label=_("Applications that may wait at once"),
        min_value=1,
        max_value=MAX_WAITING,
        initial=100,
        help_text=_("Are so many undecided, the page asks people to come back later."),
    )

    def __init__(self, *args: Any, groups: list[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._groups = {group.code: group for group in groups}
        group = cast("forms.ChoiceField", self.fields["group"])
        group.choices = [("", gettext("Choose a group")), *((one.code, one.name) for one in groups)]

    def clean_group(self) -> Group:
        return self._groups[self.cleaned_data["group"]]


class ApplicationForm(forms.Form):
    words = forms.CharField(
        label=_("Why you would like to take part"),
        required=False,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "A few words for the team. Please no name and nothing about your health: neither is needed."
        ),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_(
            "Only to tell you the decision; deleted with it. Without it, keep the link on the next page."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
