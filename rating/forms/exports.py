"""What an export should hold."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from annotation.errors import Code, DomainError
from annotation.models import Plan, Study
from rating.queries.exports import ExportScope, StageCount, export_scope
from rating.queries.ratings import default_stage

CURRENT, ALL = "current", "all"


class ExportForm(forms.Form):
    """Stage and revisions, from the query string."""

    stage = forms.ChoiceField(
        label="Stage",
        choices=Plan.Stage.choices,
        required=False,
        help_text="Stages are never mixed in one file.",
    )
    revisions = forms.ChoiceField(
        label="Revisions",
        choices=[(CURRENT, "The newest of each rating"), (ALL, "All, the earlier ones marked")],
        required=False,
        widget=forms.RadioSelect,
    )

    def offer(self, counts: list[StageCount]) -> None:
        """Show only the stages that the study has, each with its number of ratings."""
        # Left out they have defaults; on the page one of each is always chosen.
        for field in self.fields.values():
            field.required = True
        self.fields["stage"].choices = [  # type: ignore[attr-defined]
            (count.stage, f"{count.label} ({count.n_ratings} rating{'' if count.n_ratings == 1 else 's'})")
            for count in counts
        ]


def chosen_scope(study: Study, form: ExportForm, *, offered: Sequence[str] = ()) -> ExportScope:
    """The scope a form asks for: by default the newest revisions of main, else imported.

    Args:
        offered: stages that a page offers; its first stands in for a default that is not among them.

    Raises:
        DomainError: there is no such stage, or no such choice of revisions.
    """
    if not form.is_valid():
        raise DomainError(
            Code.INVALID, "Choose one of the stages, and current or all revisions.", list(form.errors)
        )
    stage = form.cleaned_data["stage"] or default_stage(study)
    if not form.cleaned_data["stage"] and offered and stage not in offered:
        stage = offered[0]
    is_current_only = form.cleaned_data["revisions"] != ALL
    return export_scope(study, stage=stage, is_current_only=is_current_only)
