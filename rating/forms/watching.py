"""By when a stage should be done; what a rater is asked to look at again."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from rating.services.second_looks import MAX_LENGTH


class TargetForm(forms.Form):
    due_on = forms.DateField(
        required=False,
        label=_("Should be done by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave it empty to have no such day. Raters do not see it."),
    )


class SecondLookForm(forms.Form):
    reason = forms.CharField(
        label=_("What should they look at?"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "The rater reads this. Say what to look at, not what to answer, and nothing of what others "
            "answered or of who wrote the reply."
        ),
    )
