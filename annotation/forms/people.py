"""Invite people and give roles."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.models import STAFF_ROLES, Group, Role
from annotation.services.invitations import MAX_DAYS, MAX_USES

ROLE_WORDS = {
    Role.RATER: _("Rater: reads and rates, sees nothing of other people's ratings"),
    Role.COORDINATOR: _("Coordinator: sets up and steers the study"),
    Role.RESEARCHER: _("Researcher: analyses the ratings"),
    Role.ADJUDICATOR: _("Adjudicator: settles items that they have not rated"),
    Role.SAFEGUARDING: _("Safeguarding: reads and keeps the log of incidents"),
    Role.OWNER: _("Owner: all of that, and says who does what"),
}


class InvitationForm(forms.Form):
    """`roles`: those the inviting person holds; whoever invites may invite raters."""

    label = forms.CharField(
        label=_("Name of this link"),
        required=False,
        max_length=100,
        help_text=_("For you, to tell links apart: “Peer training, March”. Please no names of people."),
    )
    role = forms.ChoiceField(label=_("They join as"), widget=forms.RadioSelect)
    group = forms.ChoiceField(
        label=_("Group of the raters"),
        required=False,
        help_text=_("Needed for raters; the team belongs to no group."),
    )
    days = forms.IntegerField(label=_("Days until it expires"), min_value=1, max_value=MAX_DAYS, initial=14)
    max_uses = forms.IntegerField(
        label=_("How many people may use it"), min_value=1, max_value=MAX_USES, initial=1
    )

    def __init__(self, *args: Any, groups: list[Group], roles: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [
            Role.RATER,
            Role.ADJUDICATOR,
            *(role for role in (Role.COORDINATOR, Role.RESEARCHER, Role.SAFEGUARDING) if role in roles),
        ]
        role = cast("forms.ChoiceField", self.fields["role"])
        role.choices = [(str(name), ROLE_WORDS[name]) for name in offered]
        role.initial = Role.RATER
        self._groups = {group.code: group for group in groups}
        group = cast("forms.ChoiceField", self.fields["group"])
        group.choices = [("", gettext("Choose a group")), *((one.code, one.name) for one in groups)]
        # Most links are for raters, who need it: "(optional)" would mislead them.
        group.is_needed_by_some = True  # type: ignore[attr-defined]

    def clean_group(self) -> Group | None:
        return self._groups.get(self.cleaned_data["group"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("role") == Role.RATER and not data.get("group") and "group" not in self.errors:
            self.add_error("group", gettext("Choose the group that the raters will belong to."))
        return data


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        choices=[(str(role), ROLE_WORDS[role]) for role in STAFF_ROLES],
        widget=forms.CheckboxSelectMultiple,
    )


class PseudonymForm(forms.Form):
    """Part of a pseudonym, to find somebody in a long list."""

    q = forms.CharField(label=_("Pseudonym"), required=False, max_length=40)
