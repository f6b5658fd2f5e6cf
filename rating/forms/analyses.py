"""What an analysis should compute."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rating.services.options import BY_SCALE, MAX_PERMUTATIONS, MIN_PERMUTATIONS, Options

LEVELS = [
    (BY_SCALE, _("As the rubric declares it")),
    ("interval", _("Interval: distances between points count as equal")),
    ("ordinal", _("Ordinal: only the order of the points counts")),
    ("nominal", _("Nominal: points are only equal or not")),
]


class AnalysisForm(forms.Form):
    """Everything has a default: pressing the button is enough."""

    stage = forms.ChoiceField(label=_("Ratings of the stage"), help_text=_("Stages are never mixed."))
    level = forms.ChoiceField(
        label=_("Level of measurement of rated questions"),
        choices=LEVELS,
        initial=BY_SCALE,
        help_text=_("For alpha and xRR. Misalignment uses the points of the scale; yes/no stays yes/no."),
    )
    questions = forms.MultipleChoiceField(
        label=_("Questions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None marked: all of them. What is chosen here is tested, and adjusted, together."),
    )
    n_permutations = forms.IntegerField(
        label=_("Random relabellings"),
        min_value=MIN_PERMUTATIONS,
        max_value=MAX_PERMUTATIONS,
        initial=2000,
        help_text=_("Where few relabellings are possible all of them are used instead."),
    )
    confidence = forms.TypedChoiceField(
        label=_("Confidence of the intervals"),
        choices=[(0.9, "90 %"), (0.95, "95 %"), (0.99, "99 %")],
        coerce=float,
        initial=0.95,
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text=_(
            "The same seed gives the same numbers. Left empty, one is drawn and printed in the report."
        ),
    )

    def __init__(
        self, *args: Any, stages: list[tuple[str, str]], questions: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = stages  # type: ignore[attr-defined]
        self.fields["questions"].choices = questions  # type: ignore[attr-defined]

    def options(self) -> dict[str, Any]:
        """The chosen options as `start_analysis` takes them."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "seed"}
        return Options.of(data).to_dict()
