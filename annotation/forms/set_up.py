"""Forms of the guided set-up: groups on one page, whom raters can turn to, links to invite by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.forms.safeguarding import LeadForm
from annotation.forms.studies import MAX_TEXT, NewStudyForm
from annotation.models import Group, Study
from annotation.services.invitations import MAX_DAYS, MAX_USES
from annotation.services.set_up import GroupWish

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

N_OWN = 2
HAS, TOLD, OWN, OWN_TOLD, USES = "has-", "told-", "own-", "own-told-", "uses-"


@dataclass(frozen=True)
class Ready:
    """A group that most studies have, with words to begin from."""

    key: str
    name: StrOrPromise
    singular: StrOrPromise
    words: StrOrPromise


READY = (
    Ready(
        "peer",
        _("Peer supporters"),
        _("Peer supporter"),
        _("Rate each reply as somebody who supports others, from what you have lived through yourself."),
    ),
    Ready(
        "clinician",
        _("Clinicians"),
        _("Clinician"),
        _("Rate each reply from your clinical point of view, as it would reach somebody in your care."),
    ),
    Ready(
        "patient",
        _("Patients"),
        _("Patient"),
        _("Rate each reply as you would hear it if it were written to you."),
    ),
)


def _told(label: str, initial: StrOrPromise = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(
        label=label, required=False, max_length=MAX_TEXT, initial=initial, strip=True, widget=widget
    )


class GroupsForm(forms.Form):
    """The study's groups (`groups`) with their words; ready-made ones to tick; room for others."""

    def __init__(self, *args: Any, groups: Iterable[Group] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {group.key: group for group in groups}
        self.ready = {one.key: one for one in READY if one.key not in self.groups}
        words = gettext("What they are told about their part: %(group)s")
        for group in self.groups.values():
            self.fields[f"{TOLD}{group.key}"] = _told(words % {"group": group.name}, group.words)
        for one in self.ready.values():
            self.fields[f"{HAS}{one.key}"] = forms.BooleanField(label=one.name, required=False)
            self.fields[f"{TOLD}{one.key}"] = _told(words % {"group": one.name}, one.words)
        for number in range(1, N_OWN + 1):
            label = gettext("Another group (%(n)s)") % {"n": number}
            name = forms.CharField(label=label, required=False, max_length=100)
            name.help_text = gettext("In the plural, e.g. “Nurses”.")
            self.fields[f"{OWN}{number}"] = name
            self.fields[f"{OWN_TOLD}{number}"] = _told(words % {"group": label})

    def parts(self) -> list[list[forms.BoundField]]:
        """The fields by group."""
        ready = [[self[f"{HAS}{key}"], self[f"{TOLD}{key}"]] for key in self.ready]
        own = [[self[f"{OWN}{number}"], self[f"{OWN_TOLD}{number}"]] for number in range(1, N_OWN + 1)]
        return [*([self[f"{TOLD}{key}"]] for key in self.groups), *ready, *own]

    def wishes(self) -> list[GroupWish]:
        """Of a valid form, in the order of the page."""
        data = self.cleaned_data
        there = [GroupWish(one.name, data[f"{TOLD}{key}"], key) for key, one in self.groups.items()]
        ticked = [
            GroupWish(str(one.name), data[f"{TOLD}{key}"], key, str(one.singular))
            for key, one in self.ready.items()
            if data[f"{HAS}{key}"]
        ]
        own = [
            GroupWish(data[f"{OWN}{number}"], data[f"{OWN_TOLD}{number}"])
            for number in range(1, N_OWN + 1)
            if data[f"{OWN}{number}"]
        ]
        return there + ticked + own


class BeginForm(NewStudyForm, GroupsForm):
    """A new study: what it is for, and who rates."""

    def plain(self) -> list[forms.BoundField]:
        return [self["title"], self["purpose"]]


class CopyForm(forms.Form):
    """Which study to copy, under which title. `studies`: those that somebody may copy."""

    study = forms.ChoiceField(label=_("Study to copy"))
    title = forms.CharField(label=_("Title of the new study"), max_length=200)
    with_items = forms.BooleanField(
        label=_("Copy its items, too"),
        required=False,
        help_text=_("With their responses and categories, without items that have a known answer."),
    )
    with_screening = forms.BooleanField(label=_("Copy its screening questions"), required=False, initial=True)
    with_training = forms.BooleanField(
        label=_("Copy its training and checks"),
        required=False,
        help_text=_("Items with known answers, pass marks, and how often raters are checked."),
    )

    def __init__(self, *args: Any, studies: Iterable[Study], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ChoiceField", self.fields["study"])
        choice.choices = [(study.code, study.title) for study in studies]


class ItemsFileForm(forms.Form):
    """What `rating.forms.imports.ImportForm` reads, where only items are wanted."""

    items = forms.FileField(
        label=_("Items (CSV, JSONL, JSON, Excel or Parquet)"),
        widget=forms.FileInput(attrs={"accept": ".csv,.jsonl,.ndjson,.json,.xlsx,.parquet"}),
        help_text=_("Conversations, with responses where there are any. You say what the columns are."),
    )


class SupportForm(LeadForm):
    """Whom raters can turn to, who answers questions, and who answers for safeguarding."""

    support_title = forms.CharField(
        label=_("Support: heading"),
        required=False,
        max_length=200,
        help_text=_("E.g. “Someone to talk to”."),
    )
    support_text = forms.CharField(
        label=_("Support: whom raters can turn to"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A name, hours and how to reach them. Shown at the foot of every page."),
    )
    contact = forms.CharField(
        label=_("Who answers questions about the study"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A name and how to reach them. It stands under the consent text and on every receipt."),
    )

    field_order = ("support_title", "support_text", "contact")

    def told(self) -> dict[str, Any]:
        """What `describe_care` takes, of a valid form."""
        data = dict(self.cleaned_data)
        lead = {name: data.pop(name) for name in LeadForm.base_fields}
        return {**data, "lead": lead}


class InviteGroupsForm(forms.Form):
    """A link for each group that is to be invited now."""

    days = forms.IntegerField(
        label=_("Days until the links expire"), min_value=1, max_value=MAX_DAYS, initial=14
    )

    def __init__(self, *args: Any, groups: Iterable[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = list(groups)
        for group in self.groups:
            label = gettext("%(group)s: how many people") % {"group": group.name}
            uses = forms.IntegerField(label=label, required=False, min_value=1, max_value=MAX_USES)
            uses.help_text = gettext("Empty: no link for this group now.")
            self.fields[f"{USES}{group.key}"] = uses
        self.order_fields([*(f"{USES}{group.key}" for group in self.groups), "days"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not self.wanted():
            self.add_error(None, gettext("Say for one group at least how many people the link is for."))
        return data

    def wanted(self) -> list[tuple[Group, int]]:
        """Groups with the number of people, of a valid form."""
        asked = [(group, self.cleaned_data.get(f"{USES}{group.key}")) for group in self.groups]
        return [(group, n) for group, n in asked if n]
