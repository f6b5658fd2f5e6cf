"""Plan a stage: who rates how often, over which items, in which order; and change one that exists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.design.eligibility import Eligibility
from annotation.design.layout import ANCHORED, BATCHED, CROSSED, INCOMPLETE, POOL
from annotation.models import Factor, Group, Plan, RubricVersion
from annotation.queries.designs import Design
from annotation.services.stages import LARGEST_SEED

MAX_PER_ITEM = 100
MAX_SEATS = 200
# More values are names rather than kinds: nobody writes a rule for one of them.
MAX_VALUES = 50
N_RULES = 2
QUOTA, SEATS, RULE = "quota-", "seats-", "rule-"
# What follows is chosen beside a group's key.
GROUP = "group-"
Factors = Sequence[tuple[Factor, list[str]]]

DESIGNS = [
    (POOL, _("Pool: whoever asks gets the next open item")),
    (CROSSED, _("Full crossing: every seat rates every item")),
    (
        INCOMPLETE,
        _("Balanced incomplete blocks: equal loads, every pair of raters shares equally many items"),
    ),
    (ANCHORED, _("Anchor items that all rate, the others by the number of ratings per item")),
    (BATCHED, _("Batches: items that stay together, each batch rated whole by the same raters")),
]


class StageForm(forms.Form):
    """Stage, rubric, design, a quota per group, and for a part of the items their number and the seed."""

    stage = forms.ChoiceField(
        choices=[(Plan.Stage.PILOT, _("Pilot: a try-out")), (Plan.Stage.MAIN, _("Main: the study itself"))],
        widget=forms.RadioSelect,
        help_text=_(
            "Ratings of a pilot never mix with those of the main stage, in no count, analysis or file."
        ),
    )
    rubric = forms.ChoiceField(help_text=_("Only published versions: raters must not see a form change."))
    design = forms.ChoiceField(
        label=_("How items meet raters"),
        choices=DESIGNS,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("All but the pool plan a sequence for every seat; raters take the seats as they come."),
    )
    n_items = forms.IntegerField(
        label=_("Number of items"),
        required=False,
        min_value=1,
        help_text=_("Drawn at random by the seed. Empty: all items that have a text."),
    )
    seed = forms.IntegerField(
        min_value=0,
        max_value=LARGEST_SEED,
        help_text=_("The same seed draws the same items in the same order. It is stored with the stage."),
    )
    n_anchors = forms.IntegerField(label=_("Anchor items"), required=False, min_value=1)
    batch_size = forms.IntegerField(label=_("Items in a batch"), required=False, min_value=1)
    conditions = forms.ChoiceField(
        label=_("Counterbalance the order of"),
        required=False,
        help_text=_(
            "Each seat meets the values of this factor one after the other, in an order that is balanced "
            "over seats (Williams squares)."
        ),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        groups: Iterable[Group],
        versions: Iterable[RubricVersion],
        factors: Factors = (),
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"design": POOL} | (initial or {}))
        self.groups = {group.key: group for group in groups}
        # Nothing chosen means the pool; the page always shows a choice.
        _choices(self, "design").is_needed_by_some = True
        self.versions = {version.code: version for version in versions}
        _choices(self, "rubric").choices = [
            (code, f"{version.rubric.name}, version {version.number}")
            for code, version in self.versions.items()
        ]
        for group in self.groups.values():
            self.fields[f"{QUOTA}{group.key}"] = _quota_field(group)
            self.fields[f"{SEATS}{group.key}"] = _seats_field(group)
        named = [(factor.key, factor.name) for factor, _values in factors]
        _choices(self, "conditions").choices = [("", gettext("Nothing: at random")), *named]
        self._add_rules(factors)

    def _add_rules(self, factors: Factors) -> None:
        which = [
            (f"{factor.key}:{value}", f"{factor.name}: {value}")
            for factor, values in factors
            for value in values[:MAX_VALUES]
        ]
        who = [
            ("practised", gettext("raters who have practised")),
            ("cleared", gettext("raters who have qualified")),
            *((f"{GROUP}{group.key}", group.name) for group in self.groups.values()),
        ]
        nothing = ("", gettext("No rule"))
        for number in range(1, N_RULES + 1 if which else 1):
            self.fields[f"{RULE}{number}-what"] = forms.ChoiceField(
                label=gettext("Rule %(n)s: items with") % {"n": number},
                required=False,
                choices=[nothing, *which],
            )
            self.fields[f"{RULE}{number}-who"] = forms.ChoiceField(
                label=gettext("Rule %(n)s: only for") % {"n": number}, required=False, choices=[nothing, *who]
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.rule_names()[::2]:
            if bool(cleaned.get(name)) != bool(cleaned.get(name.replace("-what", "-who"))):
                self.add_error(name, gettext("A rule needs both: which items, and for whom."))
        return cleaned

    def rule_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith(RULE)]

    def plain_fields(self) -> list[forms.BoundField]:
        quotas = [f"{QUOTA}{key}" for key in self.groups]
        return [self[name] for name in ("stage", "rubric", *quotas, "design")]

    def sequence_fields(self) -> list[forms.BoundField]:
        seats = [f"{SEATS}{key}" for key in self.groups]
        return [self[name] for name in (*seats, "n_anchors", "batch_size", "conditions")]

    def rule_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.rule_names()]

    def has_rules(self) -> bool:
        return any(self[name].value() for name in self.rule_names())

    def last_fields(self) -> list[forms.BoundField]:
        return [self["n_items"], self["seed"]]

    def quotas(self) -> dict[str, int]:
        """Ratings per item by group key, of a valid form."""
        return {key: self.cleaned_data[f"{QUOTA}{key}"] for key in self.groups}

    def wished(self) -> Design:
        """Of a valid form. Without a number, a group has a seat for each of its raters with a login."""
        values = self.cleaned_data
        return Design(
            kind=values["design"] or POOL,
            n_seats={key: self._n_seats(key) for key in self.groups},
            n_anchors=values["n_anchors"] or 0,
            batch_size=values["batch_size"] or 1,
            conditions=values["conditions"],
            rules=tuple(self._rules()),
        )

    def _n_seats(self, key: str) -> int:
        n_raters: int = getattr(self.groups[key], "n_raters", 0)
        asked: int | None = self.cleaned_data[f"{SEATS}{key}"]
        return asked or max(n_raters, self.cleaned_data[f"{QUOTA}{key}"])

    def _rules(self) -> Iterable[Eligibility]:
        names = self.rule_names()
        for what, who in zip(names[::2], names[1::2], strict=True):
            factor, _colon, value = self.cleaned_data[what].partition(":")
            wanted = self.cleaned_data[who]
            if factor and wanted.startswith(GROUP):
                yield Eligibility(factor, value, groups=(wanted.removeprefix(GROUP),))
            elif factor:
                yield Eligibility(factor, value, needs=wanted)

    def version(self) -> RubricVersion:
        return self.versions[self.cleaned_data["rubric"]]


def _choices(form: forms.Form, name: str) -> Any:
    return form.fields[name]


def _quota_field(group: Group, *, at_least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext("%(group)s: ratings per item") % {"group": group.name},
        min_value=at_least,
        max_value=MAX_PER_ITEM,
        initial=at_least or 2,
    )


def _seats_field(group: Group, *, at_least: int = 1) -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext("%(group)s: seats") % {"group": group.name},
        required=False,
        min_value=at_least,
        max_value=MAX_SEATS,
        help_text=gettext("Empty: one for each rater with a login."),
    )


class GrowthForm(forms.Form):
    """More ratings per item, more seats, items that came later."""

    def __init__(
        self, data: Any = None, *, plan: Plan, seats: dict[str, tuple[int, int]], n_later: int
    ) -> None:
        super().__init__(data)
        quotas = list(plan.quotas.select_related("group").order_by("group__position"))
        self.keys = [quota.group.key for quota in quotas]
        for quota in quotas:
            group, (n_seats, _filled) = quota.group, seats.get(quota.group.key, (0, 0))
            if plan.design != CROSSED:
                self.fields[f"{QUOTA}{group.key}"] = _quota_field(group, at_least=quota.per_item)
            if plan.is_seated:
                field = _seats_field(group, at_least=max(1, n_seats))
                field.initial, field.help_text = n_seats, ""
                self.fields[f"{SEATS}{group.key}"] = field
        if n_later:
            self.fields["later"] = forms.BooleanField(
                label=gettext("Take up the %(n)s items that are not part of the stage yet") % {"n": n_later},
                required=False,
            )

    def quotas(self) -> dict[str, int]:
        return {key: self.cleaned_data.get(f"{QUOTA}{key}") or 1 for key in self.keys}

    def n_seats(self) -> dict[str, int]:
        wanted = {key: self.cleaned_data.get(f"{SEATS}{key}") for key in self.keys}
        return {key: n for key, n in wanted.items() if n}


class OverrideForm(forms.Form):
    """An item, a rater, what to do, and why."""

    deed = forms.ChoiceField(
        label=_("What to do"),
        choices=[
            ("assign", _("Assign the item to the rater")),
            ("withhold", _("Take the item away from them")),
        ],
        widget=forms.RadioSelect,
    )
    item = forms.CharField(label=_("Item"), max_length=200, help_text=_("Its name, as on the items page."))
    pseudonym = forms.CharField(label=_("Rater"), max_length=40, help_text=_("The pseudonym, as PEE-7k3d9q."))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("Kept in the study's record, with your name.")
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("Kept in the study's record, with your name.")
    )
