"""Take a rubric from what comes with the program or from a file; what it says of itself; publish it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.services.rubric_packs import shipped_document, shipped_packs, uploaded_document

UPLOAD, SCRATCH = "file", "scratch"
LANGUAGE = r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z"


CORRECTS, NEW = "corrects", "new"


def _long(label: Any, length: int, rows: int, **options: Any) -> forms.CharField:
    """A text of several lines that may be empty."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, max_length=length, required=False, strip=False, widget=widget, **options
    )


class RubricForm(forms.Form):
    pack = forms.ChoiceField(label=_("Which rubric"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("Rubric file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        help_text=_("JSON in the form that docs/data-formats.md describes, 1 MB at most."),
    )
    name = forms.CharField(label=_("Name of the new rubric"), required=False, max_length=200)
    language = forms.RegexField(
        LANGUAGE,
        label=_("Language of its words"),
        required=False,
        max_length=12,
        initial="en",
        help_text=_("A code such as en, de or pt-BR."),
        error_messages={"invalid": _("Write a language code such as en, de or pt-BR.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.packs = shipped_packs()
        shipped = [(pack.key, pack.name) for pack in self.packs]
        self.fields["pack"].choices = [*shipped, (UPLOAD, UPLOAD), (SCRATCH, SCRATCH)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("pack") == UPLOAD and not self.cleaned_data.get("file"):
            self.add_error("file", gettext("Choose the rubric's file."))
        if self.is_from_scratch and not self.cleaned_data.get("name"):
            self.add_error("name", gettext("Give the rubric a name."))
        return self.cleaned_data

    @property
    def is_from_scratch(self) -> bool:
        return self.cleaned_data.get("pack") == SCRATCH

    def document(self) -> dict[str, Any]:
        """The chosen document, of a valid form.

        Raises:
            DomainError: the file cannot be read as JSON.
        """
        if self.cleaned_data["pack"] == UPLOAD:
            return uploaded_document(self.cleaned_data["file"])
        return shipped_document(self.cleaned_data["pack"])


class AboutForm(forms.Form):
    """What a rubric says of itself. Line breaks and blanks at the end stay as they were typed."""

    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.RegexField(
        LANGUAGE,
        label=_("Language of its words"),
        max_length=12,
        error_messages={"invalid": _("Write a language code such as en, de or pt-BR.")},
    )
    purpose = _long(_("What it measures"), 1000, 2)
    source = _long(_("Where it comes from"), 1000, 2, help_text=_("With the publication it is inspired by."))
    licence = _long(_("What may be done with its words"), 1000, 1)
    note = _long(_("What to know about it"), 10_000, 2, help_text=_("Such as that it is unvalidated."))
    guidelines = _long(
        _("Guidelines for raters"),
        60_000,
        14,
        help_text=_("What raters read beside the questions. ## headings, **bold** and lists work."),
    )
    sign_off = _long(
        _("Who must approve it"),
        1000,
        1,
        help_text=_("Not empty: it cannot be published without a name of who did."),
    )
    order = _long(
        _("Order of what is measured"),
        2000,
        2,
        help_text=_(
            "One on each line: questions that measure one come after those of every line before it. "
            "Whatever stands here, trust comes before safety, and the guess who wrote it last."
        ),
    )

    def values(self) -> dict[str, Any]:
        """The entries of the document, of a valid form."""
        data = {name: value.replace("\r\n", "\n") for name, value in self.cleaned_data.items()}
        order = [line.strip() for line in data.pop("order").splitlines()]
        return {**data, "name": data["name"].strip(), "order": [line for line in order if line]}


def about_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The form's values for a document."""
    found = {name: document.get(name, "") for name in AboutForm.base_fields}
    order = "\n".join(document.get("order", []))
    return {**found, "language": document.get("language", "en"), "order": order}


class PublishForm(forms.Form):
    """Publish a version: what it is to the one before, who gets it, who has approved it.

    What does not apply is taken out: without an earlier version there is nothing to correct, without stages
    under way nobody to hand it to.
    """

    meaning = forms.ChoiceField(
        label=_("What is this version?"),
        required=False,
        initial=NEW,
        widget=forms.RadioSelect,
        choices=[
            (CORRECTS, _("A correction of words: answers mean the same, and are counted together")),
            (NEW, _("A version of its own: its answers are kept apart until an analysis says how they fit")),
        ],
    )
    reason = _long(
        _("What was corrected, and why it means the same"),
        1000,
        2,
        help_text=_("Needed for a correction. It stands in the log and in every report."),
    )
    hands_out = forms.BooleanField(label=_("Hand it out in the stages under way"), required=False)
    signed_off_by = forms.CharField(
        label=_("Approved by"),
        required=False,
        max_length=200,
        help_text=_("Name and profession of who has approved it. It is kept with the version."),
    )

    def offer(self, *, may_correct: bool, has_earlier: bool, n_free: int, sign_off: str) -> None:
        """Take out what does not apply to this version."""
        for name in ("meaning", "reason"):
            self.fields[name].is_needed_by_some = True  # type: ignore[attr-defined]
        if not has_earlier:
            del self.fields["meaning"], self.fields["reason"]
        elif not may_correct:
            self.fields["meaning"].choices = self.fields["meaning"].choices[1:]  # type: ignore[attr-defined]
            del self.fields["reason"]
        if not n_free:
            del self.fields["hands_out"]
        else:
            self.fields["hands_out"].help_text = gettext(
                "Places that nobody has taken yet: %(n)s. What is taken or rated keeps the version it was "
                "shown with."
            ) % {"n": n_free}
        if not sign_off:
            del self.fields["signed_off_by"]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("meaning") == CORRECTS and not self.cleaned_data.get("reason", "").strip():
            self.add_error("reason", gettext("Say what was corrected, and why it means the same."))
        return self.cleaned_data

    def told(self) -> dict[str, Any]:
        """What `publish_rubric` takes, of a valid form."""
        data = self.cleaned_data
        is_correction = data.get("meaning") == CORRECTS
        return {
            "signed_off_by": data.get("signed_off_by", ""),
            "equivalence_reason": data.get("reason", "") if is_correction else "",
            "hands_out": data.get("hands_out", False),
        }
