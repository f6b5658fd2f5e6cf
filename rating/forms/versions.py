"""What to do with ratings made with versions of the rubric that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rating.queries.rated_versions import VersionClass, means_same
from rating.services.version_pooling import APART, ONLY, POOLED


class VersionsForm(forms.Form):
    """A choice, and for every question of an earlier version that differs what it counts as.

    Without versions that differ there is no field, and nothing to say.
    """

    use_required_attribute = False

    use = forms.ChoiceField(
        label=_("Ratings were made with versions of the rubric that differ"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what to do with them.")},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        classes: Sequence[VersionClass],
        may_wait: bool = False,
        chosen: Mapping[str, Any] | None = None,
    ) -> None:
        """`may_wait`: a plan need not say it yet. `chosen`: what it says so far, as `choice` gives it."""
        super().__init__(data, prefix="versions")
        self.classes = classes
        # Number of a field -> class and question that it is about.
        self.mapped: list[tuple[VersionClass, str]] = []
        if len(classes) < 2:
            del self.fields["use"]
            return
        self.fields["use"].required = not may_wait
        self.fields["use"].choices = [  # type: ignore[attr-defined]
            *([("", _("Say it when the analysis starts"))] if may_wait else []),
            (APART, _("Keep them apart: each version’s questions by themselves")),
            (POOLED, _("Count them together, by the mapping below")),
            *(
                (f"{ONLY}:{one.name}", gettext("Only those made with %(name)s") % {"name": _names(one)})
                for one in classes
            ),
        ]
        for earlier in classes[1:]:
            self._offer(earlier)
        self.initial = self._initial(chosen or {})

    def _initial(self, chosen: Mapping[str, Any]) -> dict[str, Any]:
        """Values of the fields for an earlier choice."""
        use = chosen.get("use", "")
        values: dict[str, Any] = {"use": f"{ONLY}:{chosen['version']}" if use == ONLY else use}
        for number, (earlier, key) in enumerate(self.mapped):
            told = chosen.get("map", {}).get(earlier.name, {}).get(key, {})
            if told.get("to"):
                values[f"to-{number}"] = told["to"]
                levels = told.get("levels", {}).items()
                values[f"levels-{number}"] = ", ".join(f"{value}={to:g}" for value, to in levels)
        return values

    def _offer(self, earlier: VersionClass) -> None:
        """Fields for what is not the same in the newest versions."""
        newest = self.classes[0]
        choices = [("", _("— kept apart —")), *((key, _told(newest, key)) for key in newest.scales)]
        for key, scale in earlier.scales.items():
            same = newest.scales.get(key)
            if same is not None and means_same(scale, same):
                continue
            number = len(self.mapped)
            self.mapped.append((earlier, key))
            self.fields[f"to-{number}"] = forms.ChoiceField(
                label=gettext("%(version)s, %(question)s counts as")
                % {"version": earlier.name, "question": _told(earlier, key)},
                choices=choices,
                required=False,
            )
            self.fields[f"levels-{number}"] = forms.CharField(
                label=gettext("Its values"),
                required=False,
                max_length=2000,
                initial=", ".join(f"{value:g}=" for value in scale["values"][:20]),
                help_text=gettext("Each with the value that it counts as: 1=1, 2=1, 3=2."),
            )

    @property
    def n_same(self) -> int:
        """Questions of earlier versions that are the same in the newest."""
        return sum(len(one.scales) for one in self.classes[1:]) - len(self.mapped)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for number in range(len(self.mapped) if data.get("use") == POOLED else 0):
            if data.get(f"to-{number}"):
                data[f"levels-{number}"] = self._levels(number)
        return data

    def choice(self) -> dict[str, Any]:
        """What the valid form says, as `start_analysis` takes it; {} where nothing is asked."""
        use, _sign, version = self.cleaned_data.get("use", "").partition(":")
        if use == ONLY:
            return {"use": ONLY, "version": version}
        if use != POOLED:
            return {"use": use} if use else {}
        found: dict[str, dict[str, Any]] = {}
        for number, (earlier, key) in enumerate(self.mapped):
            if to := self.cleaned_data.get(f"to-{number}"):
                levels = self.cleaned_data[f"levels-{number}"]
                found.setdefault(earlier.name, {})[key] = {"to": to, **({"levels": levels} if levels else {})}
        return {"use": POOLED, "map": found}

    def _levels(self, number: int) -> dict[str, float]:
        """“1=1, 2=1” as {"1": 1, "2": 1}; what has nothing after its sign is not said yet."""
        words = self.cleaned_data.get(f"levels-{number}", "").replace(";", ",")
        pairs = [part.partition("=") for part in words.split(",") if part.strip()]
        try:
            return {f"{float(value):g}": float(to) for value, _equals, to in pairs if to.strip()}
        except ValueError:
            self.add_error(f"levels-{number}", gettext("Write pairs of numbers such as 1=1, 2=1."))
            return {}


def _names(one: VersionClass) -> str:
    return " / ".join(f"{version.rubric.key} {version.number}" for version in one.versions)


def _told(one: VersionClass, key: str) -> str:
    values = one.scales[key]["values"]
    return f"{key}: {one.texts[key]}"[:80] + f" ({values[0]:g}–{values[-1]:g})"
