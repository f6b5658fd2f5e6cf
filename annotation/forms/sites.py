"""Sites: naming one, choosing one, and which of them a member sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.forms.people import ROLE_WORDS
from annotation.models import Role, Site
from annotation.study_access import StudyAccess


class SiteForm(forms.Form):
    name = forms.CharField(label=_("Name of the site"), max_length=100)
    key = forms.CharField(
        label=_("Short code"),
        max_length=20,
        help_text=_("Small letters, digits and hyphens: “north”. It stands in files of people, and stays."),
    )


class SiteNameForm(forms.Form):
    name = forms.CharField(label=_("Name of the site"), max_length=100)


class SiteField(forms.ChoiceField):
    """One of the open sites that somebody sees; `None` for no site."""

    def __init__(self, sites: Sequence[Site], *, is_bound: bool = False, **kwargs: Any) -> None:
        self._sites = {site.code: site for site in sites}
        none = [] if is_bound else [("", gettext("No site"))]
        choices = [*none, *((site.code, site.name) for site in sites)]
        super().__init__(label=_("Site"), choices=choices, required=is_bound, **kwargs)

    def clean(self, value: Any) -> Any:
        return self._sites.get(super().clean(value))


def add_site(form: forms.Form, access: StudyAccess, *, after: str = "") -> None:
    """Ask for the site of whoever joins, in a study that has sites."""
    sites = list(access.sites().filter(closed_at__isnull=True))
    if not sites and not access.is_bound:
        return
    form.fields["site"] = SiteField(
        sites,
        is_bound=access.is_bound,
        help_text=_("Whoever joins belongs to it. Of the team: sees the people of this site only."),
    )
    if access.is_bound and "role" in form.fields:
        role = cast("forms.ChoiceField", form.fields["role"])
        role.choices = [(Role.RATER.value, ROLE_WORDS[Role.RATER])]
    names = [name for name in form.fields if name != "site"]
    form.order_fields([*names[: names.index(after) + 1], "site", *names[names.index(after) + 1 :]])


class MoveForm(forms.Form):
    """`sites`: the open ones, and the one where the rater is."""

    def __init__(self, data: Any, *, sites: Sequence[Site], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["site"] = SiteField(sites)


class MemberSitesForm(forms.Form):
    sites = forms.MultipleChoiceField(
        label=_("Sites whose people this member sees"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: everybody in the study."),
    )

    def __init__(self, data: Any, *, sites: Sequence[Site], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self._sites = {site.code: site for site in sites}
        field = cast("forms.MultipleChoiceField", self.fields["sites"])
        field.choices = [(site.code, site.name) for site in sites]

    def clean_sites(self) -> list[Site]:
        return [self._sites[code] for code in self.cleaned_data["sites"]]
