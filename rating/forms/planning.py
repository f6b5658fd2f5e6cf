"""What plan to simulate, prefilled from the study's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.models import Group
from rating.agreement.planning.limits import MAX_ITEMS, MAX_RATERS
from rating.queries.planning import Outset
from rating.reporting.plans import GAPS
from rating.services.planning import MAX_SIMULATIONS

RATERS, PER_ITEM = "raters-", "per-item-"
if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NOBODY = ""
N_STUDIES = (200, 500, 1000, MAX_SIMULATIONS)
# Spreads of a scale of five points, in shares of its length: .8, .3 and .8 points; a gap of .4.
SPREADS = {"item": 0.2, "rater": 0.075, "residual": 0.2, "gap": 0.1}


def _number(label: StrOrPromise, help_text: StrOrPromise, **options: Any) -> forms.FloatField:
    return forms.FloatField(label=label, help_text=help_text, **options)


class PlanSimulationForm(forms.Form):
    """Everything has a value to begin with: pressing the button is enough."""

    first = forms.ChoiceField(label=_("First group"))
    second = forms.ChoiceField(
        label=_("Second group"),
        required=False,
        help_text=_("Nobody: only agreement inside the first group is looked at."),
    )
    n_items = forms.IntegerField(label=_("Items"), min_value=1, max_value=MAX_ITEMS)
    n_blocks = forms.IntegerField(
        label=_("Blocks of raters"),
        min_value=1,
        max_value=MAX_RATERS,
        initial=1,
        help_text=_("Raters of a block share its items. 1: no blocks; anybody may get any item."),
    )
    missing = _number(
        _("Planned ratings that stay away, %"),
        _("Skipped, not judged, never begun."),
        min_value=0,
        max_value=90,
        initial=0,
    )
    n_levels = forms.IntegerField(label=_("Points of the scale"), min_value=2, max_value=101)
    unit = forms.ChoiceField(
        label=_("Raters, residual and gap are given in"),
        choices=[("points", _("scale points")), ("item_sds", _("standard deviations of the items"))],
        initial="points",
    )
    item = _number(
        _("How much items differ"),
        _("Standard deviation of items’ means, always in scale points."),
        min_value=0,
    )
    rater = _number(
        _("How much raters of a group differ"),
        _("Standard deviation of their severity. This limits what a study finds more than anything else."),
        min_value=0,
    )
    residual = _number(
        _("All other noise"), _("Standard deviation of a rating around its rater and item."), min_value=0.01
    )
    vary = forms.ChoiceField(
        label=_("Kind of gap"),
        choices=[(name, words.capitalize()) for name, words in GAPS.items()],
        initial="shift",
    )
    gap = _number(
        _("Gap between the groups"), _("The one you expect, or the smallest that would matter."), min_value=0
    )
    target_power = _number(
        _("Studies that should find it, %"), _("Usual: 80."), min_value=5, max_value=99, initial=80
    )
    is_search_wanted = forms.BooleanField(
        label=_("Search how many raters that needs"), required=False, initial=True
    )
    n_simulations = forms.TypedChoiceField(
        label=_("Studies simulated at each gap"),
        choices=[(n, f"{n:,}") for n in N_STUDIES],
        coerce=int,
        initial=500,
        help_text=_("More are more exact, and take longer."),
    )
    seed = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text=_("The same seed gives the same numbers. Left empty, one is drawn and shown."),
    )

    def __init__(self, data: Any = None, *, outset: Outset) -> None:
        super().__init__(data)
        self.groups: dict[str, Group] = {found.group.key: found.group for found in outset.groups}
        choices = [(key, group.name) for key, group in self.groups.items()]
        self.fields["first"].choices = choices  # type: ignore[attr-defined]
        self.fields["second"].choices = [(NOBODY, gettext("Nobody")), *choices]  # type: ignore[attr-defined]
        for found in outset.groups:
            self._add_group(found.group, found.n_raters, found.per_item)
        keys = list(self.groups)
        beginning = {
            "n_items": outset.n_items,
            "n_levels": outset.n_levels,
            "first": keys[0] if keys else NOBODY,
        }
        beginning["second"] = keys[1] if len(keys) > 1 else NOBODY
        length = outset.n_levels - 1
        self.initial = beginning | {name: round(share * length, 2) for name, share in SPREADS.items()}

    def _add_group(self, group: Group, n_raters: int, per_item: int) -> None:
        self.fields[f"{RATERS}{group.key}"] = forms.IntegerField(
            label=gettext("%(group)s: raters") % {"group": group.name},
            min_value=1,
            max_value=MAX_RATERS,
            initial=n_raters,
        )
        self.fields[f"{PER_ITEM}{group.key}"] = forms.IntegerField(
            label=gettext("%(group)s: ratings per item") % {"group": group.name},
            required=False,
            min_value=1,
            max_value=MAX_RATERS,
            initial=per_item,
            help_text=gettext("Empty: everybody rates every item (of their block)."),
        )

    def sections(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The fields under headings."""
        groups = [name for name in self.fields if name.startswith((RATERS, PER_ITEM))]
        yield (
            gettext("Who rates what"),
            self._named(["first", "second", *groups, "n_items", "n_blocks", "missing"]),
        )
        yield (
            gettext("What you expect"),
            self._named(["n_levels", "unit", "item", "rater", "residual", "vary", "gap"]),
        )
        yield (
            gettext("What you want to know"),
            self._named(["target_power", "is_search_wanted", "n_simulations", "seed"]),
        )

    def _named(self, names: Sequence[str]) -> list[BoundField]:
        return [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first") and data.get("first") == data.get("second"):
            self.add_error("second", gettext("Choose another group than the first."))
        return data

    def settings(self) -> dict[str, Any]:
        """The plan of a valid form, as `start_plan_simulation` takes it."""
        data = self.cleaned_data
        same = ("n_items", "n_levels", "vary", "n_blocks", "n_simulations", "is_search_wanted")
        spreads = {name: data[name] for name in ("item", "rater", "residual", "unit")}
        return {
            **{name: data[name] for name in same},
            "groups": [self._group(key) for key in (data["first"], data["second"]) if key],
            "expected": spreads | {data["vary"]: data["gap"]},
            "share_missing": data["missing"] / 100,
            "target_power": data["target_power"] / 100,
        }

    def _group(self, key: str) -> dict[str, Any]:
        data = self.cleaned_data
        numbers = {"n_raters": data[f"{RATERS}{key}"], "per_item": data[f"{PER_ITEM}{key}"]}
        return {"name": self.groups[key].name, **numbers}
