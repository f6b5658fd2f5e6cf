"""Upload of items and ratings."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.imports.checks.questions import scale_of
from rating.services.import_sources import ImportOptions

ACCEPT = {"accept": ".csv,text/csv"}
ACCEPT_ITEMS = {"accept": ".csv,.jsonl,.ndjson,.json,.xlsx,.parquet"}
AS_DESCRIBED, INTERVAL = "", "interval"


class ImportForm(forms.Form):
    """Two files and how to read them. What the rows hold is checked by the services."""

    items = forms.FileField(
        label=_("Items (CSV, JSONL, JSON, Excel or Parquet)"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs=ACCEPT_ITEMS),
        help_text=_("Conversations, with responses where there are any. You say what the columns are."),
    )
    ratings = forms.FileField(
        label=_("Ratings (CSV)"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs=ACCEPT),
        help_text=_("Judgements made elsewhere: one answer per row."),
    )
    scale = forms.CharField(
        label=_("Scale of the ratings"),
        required=False,
        max_length=20,
        help_text=_(
            "Such as 1-5: questions are made from the file. Empty: the study's own questions are used."
        ),
    )
    measurement = forms.ChoiceField(
        label=_("Level of measurement of that scale"),
        required=False,
        choices=[
            (AS_DESCRIBED, _("Ordinal, or as the data set describes itself")),
            (INTERVAL, _("Interval")),
        ],
    )
    keep_out_of_scale = forms.BooleanField(
        label=_("Keep values outside the scale as declared exceptions"),
        required=False,
        help_text=_(
            "Otherwise every such row is refused. Exceptions are counted wherever numbers are shown."
        ),
    )
    add_items = forms.BooleanField(
        label=_("Make items without a text for names that are unknown"),
        required=False,
        help_text=_("They are analysed and never handed out to raters."),
    )
    add_groups = forms.BooleanField(label=_("Add groups that the study does not have yet"), required=False)
    judge_groups = forms.CharField(
        label=_("Which of the new groups are judge models"),
        required=False,
        max_length=400,
        help_text=_("Keys of groups, separated by commas."),
    )

    def clean_scale(self) -> str:
        words = str(self.cleaned_data["scale"]).strip()
        if words:
            try:
                scale_of(words)
            except ValueError as error:
                raise forms.ValidationError(str(error)) from error
        return words

    def options(self) -> ImportOptions:
        """The choices of a valid form."""
        data = self.cleaned_data
        judges = [key.strip() for key in data["judge_groups"].split(",")]
        return ImportOptions(
            scale=data["scale"],
            measurement=data["measurement"],
            keep_out_of_scale=data["keep_out_of_scale"],
            add_items=data["add_items"],
            add_groups=data["add_groups"],
            judge_groups=tuple(key for key in judges if key),
        )
