"""Describe a study, its groups and its consent text."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_TEXT = 20_000


class NewStudyForm(forms.Form):
    title = forms.CharField(
        max_length=200, help_text=_("Raters see it. It should not give away what you expect.")
    )
    purpose = forms.CharField(
        label=_("What it is for"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In plain words, for the people who rate and run the study."),
    )


class StudyForm(NewStudyForm):
    support_title = forms.CharField(
        label=_("Support: heading"),
        required=False,
        max_length=200,
        help_text=_("E.g. “Someone to talk to”."),
    )
    support_text = forms.CharField(
        label=_("Support: whom raters can turn to"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "A name, hours and how to reach them. Shown at the foot of every page. "
            "A study cannot open without it, because raters read distressing texts. **Bold** and lists work."
        ),
    )
    claim_minutes = forms.IntegerField(
        label=_("Minutes an item stays reserved"),
        min_value=5,
        max_value=60 * 24 * 14,
        help_text=_("After that another rater may take it. What has been typed is kept."),
    )


class GroupForm(forms.Form):
    name = forms.CharField(max_length=100, help_text=_("In the plural, e.g. “Peer supporters”."))
    singular = forms.CharField(
        label=_("One of them"), required=False, max_length=100, help_text=_("E.g. “Peer supporter”.")
    )
    words = forms.CharField(
        label=_("What they are told about their part"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("E.g. “Rate each reply as you would hear it from where you stand.”"),
    )
