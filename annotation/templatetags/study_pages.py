"""What every page of a study shows besides its own content: navigation, a group's shape."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from annotation.access import StudyAccess
from annotation.models import Group, Role

register = template.Library()

STAFF = frozenset({Role.COORDINATOR, Role.RESEARCHER})
COORDINATOR = frozenset({Role.COORDINATOR})
RESEARCHER = frozenset({Role.RESEARCHER})
RATER = frozenset({Role.RATER})

# URL name, words, whose it is, URL names of the pages beneath it (by their beginning).
SECTIONS = (
    ("study", _("Overview"), STAFF, ("job_",)),
    ("study_items", _("Items"), STAFF, ("study_item",)),
    ("study_people", _("People"), COORDINATOR, ("study_people", "study_invitation", "study_member")),
    ("study_plan", _("Plan"), STAFF, ("study_plan", "plan_")),
    ("study_rubric", _("Rubric"), STAFF, ("study_rubric",)),
    ("study_problems", _("Problems"), COORDINATOR, ("study_problem",)),
    ("analyses", _("Analyses"), RESEARCHER, ("analys", "snapshot")),
    ("study_exports", _("Downloads"), STAFF, ("study_export", "export_")),
    ("study_import", _("Import"), COORDINATOR, ("study_import", "import_")),
    ("study_settings", _("Settings"), COORDINATOR, ("study_settings", "study_consent", "study_group")),
    ("rate_home", _("Rate"), RATER, ("rate_",)),
)

# Shape and colour of a group; other groups by their place in the study, and the fifth after the third.
NUMBERS = {"peer": 1, "clinician": 2, "patient": 3}
N_PLACES, JUDGES, OTHERS = 3, 4, 5


def _is_current(page: str, name: str, beginnings: tuple[str, ...]) -> bool:
    return page == name or page.startswith(beginnings)


@register.simple_tag(takes_context=True)
def study_sections(context: dict[str, Any], access: StudyAccess) -> list[dict[str, Any]]:
    """The study's pages that this member may see, as tabs."""
    request: HttpRequest = context["request"]
    match = request.resolver_match
    page = (match.url_name or "") if match else ""
    tabs = []
    for name, label, roles, beginnings in SECTIONS:
        if not roles & access.roles:
            continue
        try:
            url = reverse(name, args=[access.study.code])
        except NoReverseMatch:
            continue
        tabs.append({"url": url, "label": label, "current": _is_current(page, name, beginnings)})
    return tabs


@register.filter
def group_number(group: Group) -> int:
    """Shape and colour: 1 to 3 peers, clinicians, patients, or by place; 4 judge models, 5 others."""
    if group.kind == Group.Kind.JUDGE:
        return JUDGES
    if group.key in NUMBERS:
        return NUMBERS[group.key]
    return group.position if 1 <= group.position <= N_PLACES else OTHERS
