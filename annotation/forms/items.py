"""Find items, and add one by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.models import Factor, ResponseSource
from annotation.queries.items import ItemFilter

COVERAGE = [
    ("", _("All")),
    ("missing", _("Ratings missing")),
    ("untouched", _("Not begun")),
    ("complete", _("Complete")),
    ("exhausted", _("Passed by all")),
    ("unplanned", _("Not in this stage")),
]
NOTES = [("", _("All")), ("with", _("With a content note")), ("without", _("Without"))]
MAX_TEXT = 200_000


class ItemFilterForm(forms.Form):
    """The items page's query string. Wrong values are dropped rather than refused."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    coverage = forms.ChoiceField(label=_("Ratings"), choices=COVERAGE, required=False)
    notes = forms.ChoiceField(label=_("Content notes"), choices=NOTES, required=False)

    def __init__(self, data: Any, *, factors: list[tuple[Factor, list[str]]]) -> None:
        super().__init__(data)
        self.factor_keys = [factor.key for factor, _ in factors]
        for factor, values in factors:
            self.fields[f"factor-{factor.key}"] = forms.ChoiceField(
                label=factor.name,
                required=False,
                choices=[("", gettext("All")), *((value, value) for value in values)],
            )

    def wanted(self) -> ItemFilter:
        self.is_valid()
        given = self.cleaned_data
        chosen = {key: given.get(f"factor-{key}", "") for key in self.factor_keys}
        return ItemFilter(
            search=given.get("q", "").strip(),
            coverage=given.get("coverage", ""),
            notes=given.get("notes", ""),
            factors={key: value for key, value in chosen.items() if value},
        )


class ItemForm(forms.Form):
    conversation = forms.CharField(
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "One turn per line, beginning with “Seeker:” or “Supporter:”. "
            "Lines without a name go on with the turn above."
        ),
    )
    response = forms.CharField(
        label=_("Reply to rate"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Leave it empty when the supporter's part of the conversation is what is judged."),
    )
    source_kind = forms.ChoiceField(
        label=_("Who wrote the reply"),
        choices=ResponseSource.Kind.choices,
        initial=ResponseSource.Kind.UNKNOWN,
        help_text=_("Raters never see this."),
    )
    source_name = forms.CharField(
        label=_("Name of the model or writer"),
        required=False,
        max_length=200,
        help_text=_("Raters never see this."),
    )
    content_notes = forms.CharField(
        required=False,
        max_length=500,
        help_text=_("What raters should know before they open it, with commas between: “self-harm, loss”."),
    )
    is_heavy = forms.BooleanField(label=_("Heavy: stays closed until the rater opens it"), required=False)
    external_id = forms.CharField(
        label=_("Your own id for it"), required=False, max_length=200, help_text=_("Made up when empty.")
    )

    def clean_content_notes(self) -> list[str]:
        return [note.strip() for note in self.cleaned_data["content_notes"].split(",") if note.strip()]
