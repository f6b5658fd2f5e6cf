"""Plan a stage: who rates how often, over which items."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from annotation.models import Group, Plan, RubricVersion
from annotation.services.stages import LARGEST_SEED

MAX_PER_ITEM = 100
QUOTA = "quota-"


class StageForm(forms.Form):
    """Stage, rubric, a quota per group, and for a part of the items their number and the seed."""

    stage = forms.ChoiceField(
        choices=[(Plan.Stage.PILOT, "Pilot: a try-out"), (Plan.Stage.MAIN, "Main: the study itself")],
        widget=forms.RadioSelect,
        help_text="Ratings of a pilot never mix with those of the main stage, in no count, analysis or file.",
    )
    rubric = forms.ChoiceField(help_text="Only published versions: raters must not see a form change.")
    n_items = forms.IntegerField(
        label="Number of items",
        required=False,
        min_value=1,
        help_text="Drawn at random by the seed. Empty: all items that have a text.",
    )
    seed = forms.IntegerField(
        min_value=0,
        max_value=LARGEST_SEED,
        help_text="The same seed draws the same items in the same order. It is stored with the stage.",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        groups: Iterable[Group],
        versions: Iterable[RubricVersion],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.versions = {version.code: version for version in versions}
        self.fields["rubric"].choices = [  # type: ignore[attr-defined]
            (code, f"{version.rubric.name}, version {version.number}")
            for code, version in self.versions.items()
        ]
        for group in groups:
            self.fields[f"{QUOTA}{group.key}"] = forms.IntegerField(
                label=f"{group.name}: ratings per item", min_value=0, max_value=MAX_PER_ITEM, initial=2
            )
        self.order_fields(["stage", "rubric", *self.quota_names(), "n_items", "seed"])

    def quota_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith(QUOTA)]

    def quotas(self) -> dict[str, int]:
        """Ratings per item by group key, of a valid form."""
        return {name.removeprefix(QUOTA): self.cleaned_data[name] for name in self.quota_names()}

    def version(self) -> RubricVersion:
        return self.versions[self.cleaned_data["rubric"]]
