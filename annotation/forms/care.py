"""What a study does for its raters."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.forms.studies import MAX_TEXT
from annotation.services.care import MIN_RETENTION

OFF = _("0 switches it off.")


class CareForm(forms.Form):
    break_minutes = forms.IntegerField(
        label=_("Offer a break after so many minutes without one"), min_value=0, max_value=600, help_text=OFF
    )
    break_heavy_items = forms.IntegerField(
        label=_("Offer a break after so many heavy items in a row"), min_value=0, max_value=100, help_text=OFF
    )
    checkin_every = forms.IntegerField(
        label=_("Ask “How are you right now?” after every so many items"),
        min_value=0,
        max_value=1000,
        help_text=OFF,
    )
    checkin_number = forms.IntegerField(
        label=_("Offer a break and contacts where the answer is above"),
        min_value=0,
        max_value=100,
        help_text=_("0 calm, 50 uneasy but managing, 100 overwhelmed. Nobody is told of an answer."),
    )
    retention_days = forms.IntegerField(
        label=_("Days for which check-ins, breaks and reasons for skipping are kept"),
        min_value=MIN_RETENTION,
        max_value=3650,
        help_text=_("Then they are deleted by themselves. Raters can delete theirs at any time."),
    )
    debrief = forms.CharField(
        label=_("Debrief"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "What raters are told when nothing is left for them or the study has closed, e.g. which replies "
            "were written by a machine. ## headings, **bold**, lists work."
        ),
    )
