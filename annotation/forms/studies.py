"""Describe a study, its groups and its consent text."""

from __future__ import annotations

from django import forms

MAX_TEXT = 20_000


class NewStudyForm(forms.Form):
    title = forms.CharField(
        max_length=200, help_text="Raters see it. It should not give away what you expect."
    )
    purpose = forms.CharField(
        label="What it is for",
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="In plain words, for the people who rate and run the study.",
    )


class StudyForm(NewStudyForm):
    support_title = forms.CharField(
        label="Support: heading",
        required=False,
        max_length=200,
        help_text="E.g. “Someone to talk to”.",
    )
    support_text = forms.CharField(
        label="Support: whom raters can turn to",
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="A name, hours and how to reach them. Shown at the foot of every page. "
        "A study cannot open without it, because raters read distressing texts. **Bold** and lists work.",
    )
    claim_minutes = forms.IntegerField(
        label="Minutes an item stays reserved",
        min_value=5,
        max_value=60 * 24 * 14,
        help_text="After that another rater may take it. What has been typed is kept.",
    )


class GroupForm(forms.Form):
    name = forms.CharField(max_length=100, help_text="In the plural, e.g. “Peer supporters”.")
    singular = forms.CharField(
        label="One of them", required=False, max_length=100, help_text="E.g. “Peer supporter”."
    )
    words = forms.CharField(
        label="What they are told about their part",
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="E.g. “Rate each reply as you would hear it from where you stand.”",
    )


class ConsentForm(forms.Form):
    title = forms.CharField(max_length=200)
    body = forms.CharField(
        label="Text",
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="What taking part means, what is stored, how to stop. ## headings, **bold**, lists work.",
    )
