"""Which stage and which analysis a protocol card tells of."""

from __future__ import annotations

from typing import Any, TypedDict

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.errors import Code, DomainError
from annotation.models import Study
from rating.queries.exports import stage_counts
from rating.queries.protocol import finished_analyses


class Chosen(TypedDict):
    """Codes; empty: the usual one."""

    stage: str
    analysis: str


class ProtocolForm(forms.Form):
    """From the query string; what is left out is main (or imported) and the newest analysis."""

    stage = forms.ChoiceField(label=_("Stage"), required=False)
    analysis = forms.ChoiceField(
        label=_("Numbers of the analysis"),
        required=False,
        help_text=_("An analysis brings its own stage."),
    )

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = [(count.stage, count.label) for count in stage_counts(study)]
        analyses = [
            (one.code, f"{one.code}, {one.finished_at:%Y-%m-%d %H:%M} UTC")
            for one in finished_analyses(study)
        ]
        self.fields["stage"].choices = [("", _("Main, or imported")), *stages]  # type: ignore[attr-defined]
        self.fields["analysis"].choices = [("", _("The newest finished")), *analyses]  # type: ignore[attr-defined]

    def chosen(self) -> Chosen:
        """Stage and analysis; INVALID where the study has no such one."""
        if not self.is_valid():
            raise DomainError(
                Code.INVALID, gettext("Choose one of the stages and one of the analyses."), list(self.errors)
            )
        return Chosen(stage=self.cleaned_data["stage"], analysis=self.cleaned_data["analysis"])
