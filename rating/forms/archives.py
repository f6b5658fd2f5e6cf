"""What an archive of a study holds beside the study itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ArchiveForm(forms.Form):
    with_wellbeing = forms.BooleanField(
        label=_("With wellbeing data"),
        required=False,
        help_text=_("Check-ins, pauses, topics that raters opted out of, wishes to be contacted."),
    )
    with_incidents = forms.BooleanField(
        label=_("With incidents"), required=False, help_text=_("What was disclosed, and who read it.")
    )
    reason = forms.CharField(
        label=_("Why these records must come along"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only needed where a box is ticked. It stands in the audit trail."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        is_more = given.get("with_wellbeing") or given.get("with_incidents")
        if is_more and not given.get("reason", "").strip():
            self.add_error("reason", _("Say why these records must leave the program."))
        return given


class RestoreForm(forms.Form):
    """An archive of a study, as it was downloaded."""

    file = forms.FileField(
        label=_("Archive of a study (ZIP)"),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        help_text=_(
            "It is checked first: sizes, digests and the audit trail. Everything is restored, or nothing."
        ),
    )
