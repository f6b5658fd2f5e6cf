"""Take a rubric from what comes with the program, or from a file."""

from __future__ import annotations

from typing import Any

from django import forms

from annotation.services.rubric_packs import shipped_document, shipped_packs, uploaded_document

UPLOAD = "file"


class RubricForm(forms.Form):
    pack = forms.ChoiceField(label="Which rubric", widget=forms.RadioSelect)
    file = forms.FileField(
        label="Rubric file",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        help_text="JSON in the form that docs/data-formats.md describes, 1 MB at most.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shipped = [(pack.key, f"{pack.name} (comes with Attune)") for pack in shipped_packs()]
        self.fields["pack"].choices = [*shipped, (UPLOAD, "My own, from a file")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("pack") == UPLOAD and not self.cleaned_data.get("file"):
            self.add_error("file", "Choose the rubric's file.")
        return self.cleaned_data

    def document(self) -> dict[str, Any]:
        """The chosen document, of a valid form.

        Raises:
            DomainError: the file cannot be read as JSON.
        """
        if self.cleaned_data["pack"] == UPLOAD:
            return uploaded_document(self.cleaned_data["file"])
        return shipped_document(self.cleaned_data["pack"])
