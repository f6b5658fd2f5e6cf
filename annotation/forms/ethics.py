"""What the ethics pages ask: approvals and who may take part."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.services.approvals import MAX_AGE

MAX_NOTE = 5000


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ApprovalForm(forms.Form):
    board = forms.CharField(label=_("Ethics board"), max_length=200)
    number = forms.CharField(label=_("Number of the approval"), max_length=100)
    valid_from = forms.DateField(label=_("First day"), widget=day_input())
    valid_until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=day_input(),
        help_text=_("The day itself is included. Empty: it holds without an end."),
    )
    note = forms.CharField(
        label=_("Note on the document"),
        required=False,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Where the letter lies, or which amendment it covers."),
    )


class WithdrawApprovalForm(forms.Form):
    why = forms.CharField(
        label=_("Why it holds no longer"),
        max_length=500,
        help_text=_("E.g. “suspended by the board on 3 May”."),
    )
    is_mistake = forms.BooleanField(
        label=_("It was entered by mistake"),
        required=False,
        help_text=_("Then it counts as if it had never been recorded, and does not pause enrolment."),
    )


class EthicsForm(forms.Form):
    pauses_rating = forms.BooleanField(
        label=_("Pause rating too while no approval holds"),
        required=False,
        help_text=_(
            "Without it, raters who have joined may finish. An item in hand can be submitted either way."
        ),
    )
    minimum_age = forms.IntegerField(
        label=_("Minimum age"),
        required=False,
        min_value=1,
        max_value=MAX_AGE,
        help_text=_("Raters are asked whether they have reached it; no age is stored. Empty: not asked."),
    )
    asks_capacity = forms.BooleanField(
        label=_("Ask whether they can decide for themselves to take part"), required=False
    )
    takes_proxy = forms.BooleanField(
        label=_("Take part with somebody else’s consent"),
        required=False,
        help_text=_(
            "For those who are younger or cannot decide alone: they assent themselves, and you record the "
            "consent of a parent, guardian or representative. Both are needed before they rate."
        ),
    )
