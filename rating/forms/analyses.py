"""What an analysis should compute."""

from __future__ import annotations

from typing import Any

from django import forms

from rating.services.numbers import BY_SCALE, MAX_PERMUTATIONS, MIN_PERMUTATIONS, Options

LEVELS = [
    (BY_SCALE, "As the rubric declares it"),
    ("interval", "Interval: distances between points count as equal"),
    ("ordinal", "Ordinal: only the order of the points counts"),
    ("nominal", "Nominal: points are only equal or not"),
]


class AnalysisForm(forms.Form):
    """Everything has a default: pressing the button is enough."""

    stage = forms.ChoiceField(label="Ratings of the stage", help_text="Stages are never mixed.")
    level = forms.ChoiceField(
        label="Level of measurement of rated questions",
        choices=LEVELS,
        initial=BY_SCALE,
        help_text="For alpha and xRR. Misalignment uses the points of the scale; yes/no stays yes/no.",
    )
    questions = forms.MultipleChoiceField(
        label="Questions",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None marked: all of them. What is chosen here is tested, and adjusted, together.",
    )
    n_permutations = forms.IntegerField(
        label="Random relabellings",
        min_value=MIN_PERMUTATIONS,
        max_value=MAX_PERMUTATIONS,
        initial=2000,
        help_text="Where few relabellings are possible all of them are used instead.",
    )
    confidence = forms.TypedChoiceField(
        label="Confidence of the intervals",
        choices=[(0.9, "90 %"), (0.95, "95 %"), (0.99, "99 %")],
        coerce=float,
        initial=0.95,
    )
    seed = forms.IntegerField(
        label="Seed",
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text="The same seed gives the same numbers. Left empty, one is drawn and printed in the report.",
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
