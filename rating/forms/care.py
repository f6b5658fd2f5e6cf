"""Small forms around how a rater is: a check-in, a wish for contact, topics not wanted."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

ANSWER = _("Give a number from 0 to 100, or skip the question.")


class CheckInForm(forms.Form):
    value = forms.IntegerField(
        label=_("A number from 0 to 100"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": ANSWER, "invalid": ANSWER, "min_value": ANSWER, "max_value": ANSWER},
    )


class ContactForm(forms.Form):
    reach = forms.CharField(
        label=_("How to reach you"),
        required=False,
        max_length=200,
        help_text=_("A phone number, an address, a time. Needed only if your login has no e-mail address."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class TopicsForm(forms.Form):
    topics = forms.MultipleChoiceField(
        label=_("Please do not show me items about"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, *, topics: Mapping[str, str], chosen: Set[str]) -> None:
        super().__init__(data, initial={"topics": sorted(chosen)})
        # A choice made earlier stays on the list, also where no item has the topic any more.
        known = {**{one: one for one in chosen}, **topics}
        field = self.fields["topics"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 (declared above)
        field.choices = sorted(known.items())
