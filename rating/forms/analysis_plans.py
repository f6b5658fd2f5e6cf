"""Writing an analysis plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rating.services.options import (
    BENJAMINI_HOCHBERG,
    BY_SCALE,
    MAX_PERMUTATIONS,
    MAX_STATISTIC,
    MIN_PERMUTATIONS,
    coefficients,
)

PRIMARY = "primary-"
USUAL = ""
ALPHA_LEVELS = {"ordinal": "ordinal", "interval": "interval", "nominal": "nominal"}


class AnalysisPlanForm(forms.Form):
    """Everything but the name has a default, so that a plan can be short."""

    title = forms.CharField(label=_("Name of the plan"), max_length=200)
    note = forms.CharField(
        label=_("Why these choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In a new version: what is different, and why."),
    )
    stage = forms.ChoiceField(label=_("Ratings of the stage"))
    questions = forms.MultipleChoiceField(
        label=_("Questions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None marked: all of the rubric. What is chosen here is tested, and adjusted, together."),
    )
    pairs = forms.MultipleChoiceField(
        label=_("Pairs of groups to compare"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None marked: all. Other pairs are still computed, and called exploratory."),
    )
    raters = forms.CharField(
        label=_("Raters left out"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One on each line: the pseudonym, a colon, the reason."),
    )
    seconds = forms.FloatField(
        label=_("Leave out ratings made in less than (seconds)"), required=False, min_value=0.1
    )
    few = forms.IntegerField(label=_("Leave out raters with fewer ratings than"), required=False, min_value=1)
    levels = forms.MultipleChoiceField(
        label=_("Leave out items with"), required=False, widget=forms.CheckboxSelectMultiple
    )
    try_seconds = forms.FloatField(
        label=_("Beside the main result, try without ratings made in less than (seconds)"),
        required=False,
        min_value=0.1,
    )
    try_few = forms.IntegerField(
        label=_("Beside the main result, try without raters with fewer ratings than"),
        required=False,
        min_value=1,
    )
    strata = forms.MultipleChoiceField(
        label=_("Strata that are part of the plan"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None marked: every factor is shown, and called exploratory."),
    )
    adjustment = forms.ChoiceField(
        label=_("Adjustment for many tests"),
        choices=[
            (BENJAMINI_HOCHBERG, _("Benjamini–Hochberg: bounds the share of false claims")),
            (MAX_STATISTIC, _("Maximum statistic: bounds the chance of any false claim")),
        ],
        initial=BENJAMINI_HOCHBERG,
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
        help_text=_("The same seed gives the same numbers. Left empty, one is drawn."),
    )

    def __init__(self, *args: Any, choices: Mapping[str, list[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("stage", "questions", "pairs", "levels", "strata"):
            self.fields[name].choices = choices[name]  # type: ignore[attr-defined]
        for name in ("pairs", "levels", "strata"):
            if not choices[name]:
                del self.fields[name]
        named = primary_choices()
        for key, label in choices["questions"]:
            self.fields[f"{PRIMARY}{key}"] = forms.ChoiceField(label=label, choices=named, required=False)

    def general_fields(self) -> list[forms.BoundField]:
        """All but the coefficients, which stand folded away."""
        return [field for field in self if not field.name.startswith(PRIMARY)]

    def primary_fields(self) -> list[forms.BoundField]:
        """One for each question."""
        return [field for field in self if field.name.startswith(PRIMARY)]

    def clean_raters(self) -> list[dict[str, str]]:
        """Lines as rules; a line without a reason is refused."""
        rules = []
        for line in filter(str.strip, self.cleaned_data["raters"].splitlines()):
            rater, _colon, reason = (part.strip() for part in line.partition(":"))
            if not rater or not reason:
                raise forms.ValidationError(
                    gettext("Say of every rater why: the pseudonym, a colon, the reason.")
                )
            rules.append({"rule": "rater", "rater": rater, "reason": reason})
        return rules

    def options(self) -> dict[str, Any]:
        """What the valid form lays down, as `write_plan` takes it."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("stage", "questions", "adjustment")},
            **{name: data[name] for name in ("n_permutations", "confidence")},
            "pairs": [pair.split("|") for pair in data.get("pairs", [])],
            "strata": data.get("strata", []),
            "primary": dict(self._primary()),
            "exclusions": [*data["raters"], *_rules(data["seconds"], data["few"]), *self._levels()],
            "sensitivity": _rules(data["try_seconds"], data["try_few"]),
        }

    def _primary(self) -> Iterator[tuple[str, dict[str, str]]]:
        for field in self.primary_fields():
            chosen = self.cleaned_data[field.name]
            if chosen:
                name, variant, level = chosen.split("|")
                found = {"coefficient": name, "variant": variant, "level": level}
                yield field.name.removeprefix(PRIMARY), found

    def _levels(self) -> list[dict[str, str]]:
        parts = [value.partition("=") for value in self.cleaned_data.get("levels", [])]
        return [
            {"rule": "factor_level", "factor": factor, "level": level} for factor, _equals, level in parts
        ]


def primary_choices() -> list[tuple[str, str]]:
    """Alpha at each level first, then every other coefficient of agreement within a group."""
    alphas = [(f"alpha||{level}", f"Krippendorff’s alpha, {name}") for level, name in ALPHA_LEVELS.items()]
    others = [
        (f"{name}|{variant}|{BY_SCALE}", label)
        for (name, variant), label in coefficients().items()
        if name != "alpha"
    ]
    return [(USUAL, "Krippendorff’s alpha at the level that the rubric declares"), *alphas, *others]


def initial_of(options: Mapping[str, Any], *, title: str, note: str, seed: int) -> dict[str, Any]:
    """The form's values for a plan that is to be changed, or followed by a new version."""
    initial = {name: options[name] for name in ("stage", "questions", "strata", "adjustment")}
    initial |= {name: options[name] for name in ("n_permutations", "confidence")}
    initial |= {"title": title, "note": note, "seed": seed}
    initial["pairs"] = ["|".join(pair) for pair in options["pairs"]]
    lines, levels = [], []
    for rule in options["exclusions"]:
        if rule["rule"] == "rater":
            lines.append(f"{rule['rater']}: {rule['reason']}")
        elif rule["rule"] == "factor_level":
            levels.append(f"{rule['factor']}={rule['level']}")
    initial |= {"raters": "\n".join(lines), "levels": levels}
    initial |= _limits(options["exclusions"], "") | _limits(options["sensitivity"], "try_")
    for key, found in options["primary"].items():
        initial[f"{PRIMARY}{key}"] = f"{found['coefficient']}|{found['variant']}|{found['level']}"
    return initial


def _limits(rules: list[Mapping[str, Any]], prefix: str) -> dict[str, Any]:
    by_name = {rule["rule"]: rule for rule in rules}
    found = {}
    if "fast_rating" in by_name:
        found[f"{prefix}seconds"] = by_name["fast_rating"]["seconds"]
    if "few_ratings" in by_name:
        found[f"{prefix}few"] = by_name["few_ratings"]["ratings"]
    return found


def _rules(seconds: float | None, few: int | None) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = []
    if seconds is not None:
        rules.append({"rule": "fast_rating", "seconds": seconds})
    if few is not None:
        rules.append({"rule": "few_ratings", "ratings": few})
    return rules
