"""Invite by e-mail: a list of addresses, or a file of people."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.forms.people import ROLE_WORDS
from annotation.imports.checks.invitees import MAX_BYTES, MAX_INVITEES, Invitee
from annotation.models import Group, JoiningSettings, Role
from annotation.services.invitations import MAX_DAYS
from annotation.services.mailed_invitations import Mailing

GIVEN_BESIDES = (Role.COORDINATOR, Role.RESEARCHER, Role.SAFEGUARDING)


def roles_to_give(held: frozenset[str]) -> list[str]:
    """What somebody with these roles may invite to, besides rating."""
    return [str(Role.ADJUDICATOR), *(str(role) for role in GIVEN_BESIDES if role in held)]


class _MailingForm(forms.Form):
    """The mail's words and how long its link works. `settings`: the words of the last time."""

    days = forms.IntegerField(label=_("Days until it expires"), min_value=1, max_value=MAX_DAYS, initial=14)
    subject = forms.CharField(
        label=_("Subject of the mail"),
        required=False,
        max_length=150,
        help_text=_("Empty: the study's title. Others may see it on a screen: choose it with care."),
    )
    words = forms.CharField(
        label=_("Words of the mail"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Empty: the study's purpose and the group's words. The link and its end are added below."
        ),
    )

    def __init__(self, *args: Any, settings: JoiningSettings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(subject=settings.mail_subject, words=settings.mail_words)

    def mailing(self, root: str) -> Mailing:
        asked = self.cleaned_data
        return Mailing(asked["days"], root, asked["subject"], asked["words"])


class MailInvitationForm(_MailingForm):
    """`groups`: of raters; `roles`: those the inviting person holds."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        max_length=MAX_INVITEES * 100,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        help_text=_("One on each line. Each gets a link of their own."),
    )
    role = forms.ChoiceField(label=_("They join as"), widget=forms.RadioSelect)
    group = forms.ChoiceField(
        label=_("Group of the raters"),
        required=False,
        help_text=_("Needed for raters; the team belongs to no group."),
    )
    field_order = ("addresses", "role", "group", "days", "subject", "words")

    def __init__(self, *args: Any, groups: list[Group], roles: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = cast("forms.ChoiceField", self.fields["role"])
        offered = [str(Role.RATER), *roles_to_give(roles)]
        role.choices = [(name, ROLE_WORDS[Role(name)]) for name in offered]
        role.initial = Role.RATER
        self._groups = {group.code: group for group in groups}
        group = cast("forms.ChoiceField", self.fields["group"])
        group.choices = [("", gettext("Choose a group")), *((one.code, one.name) for one in groups)]
        group.is_needed_by_some = True  # type: ignore[attr-defined]

    def clean_addresses(self) -> list[str]:
        return [one.lower() for one in re.split(r"[\s,;]+", self.cleaned_data["addresses"]) if one]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("role") == Role.RATER and not data.get("group") and "group" not in self.errors:
            self.add_error("group", gettext("Choose the group that the raters will belong to."))
        return data

    def invitees(self) -> list[Invitee]:
        asked = self.cleaned_data
        group = self._groups[asked["group"]].key if asked["role"] == Role.RATER else ""
        return [Invitee(address, group, asked["role"]) for address in asked["addresses"]]


class InviteesFileForm(_MailingForm):
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("UTF-8, columns separated by commas: address, group, role, site."),
    )
    field_order = ("file", "days", "subject", "words")

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(gettext("This file is too long for a list of people."))
        return file
