"""What every page of a study shows besides its own content: navigation, a group's shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from annotation.access import SITED_ROLES, StudyAccess
from annotation.models import Group, Role, Study
from annotation.queries.set_up import KEYS, PLACES

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

register = template.Library()

STAFF = frozenset({Role.COORDINATOR, Role.RESEARCHER})
COORDINATOR = frozenset({Role.COORDINATOR})
OWNER = frozenset({Role.OWNER})
RESEARCHER = frozenset({Role.RESEARCHER})
RATER = frozenset({Role.RATER})
ADJUDICATORS = frozenset({Role.COORDINATOR, Role.ADJUDICATOR})
SAFEGUARDING = frozenset({Role.SAFEGUARDING})


class Page(NamedTuple):
    """A page of a study: URL name, words, whose it is, beginnings of the URL names of what lies beneath."""

    name: str
    label: StrOrPromise
    roles: frozenset[Role]
    beneath: tuple[str, ...] = ()


# What belongs together stands under one word; a word with a single page is that page.
AREAS: tuple[tuple[StrOrPromise, tuple[Page, ...]], ...] = (
    (_("Overview"), (Page("study", _("Overview"), STAFF, ("job_", "study_setup")),)),
    (
        _("Items"),
        (
            Page("study_items", _("All items"), STAFF, ("study_item",)),
            Page("study_import", _("Import"), COORDINATOR, ("study_import", "import_")),
        ),
    ),
    (_("Rubric"), (Page("study_rubric", _("Rubric"), STAFF, ("study_rubric",)),)),
    (
        _("Plan"),
        (
            Page("study_plan", _("Stages"), STAFF, ("study_plan", "plan_")),
            Page("study_training", _("Training"), COORDINATOR, ("study_training",)),
        ),
    ),
    (
        _("People"),
        (
            Page(
                "study_people",
                _("Team and raters"),
                COORDINATOR,
                ("study_people", "study_member"),
            ),
            Page("study_sites", _("Sites"), COORDINATOR, ("study_site", "study_rater_site")),
            Page("study_invitations", _("Invitations"), COORDINATOR, ("study_invitation",)),
            Page("study_calls", _("Registration"), COORDINATOR, ("study_call", "study_application")),
            Page("study_screening", _("Screening"), COORDINATOR, ("study_screening_new",)),
            Page("study_screening_scales", _("Scales"), RESEARCHER),
            Page("study_messages", _("Messages"), COORDINATOR),
            Page("study_pay", _("Hours and pay"), COORDINATOR, ("study_pay",)),
        ),
    ),
    (
        _("Progress"),
        (
            Page("study_watch", _("How it goes"), STAFF, ("study_watch",)),
            Page("study_quality", _("Checks"), STAFF),
            Page("study_adjudication", _("Adjudication"), ADJUDICATORS, ("study_adjudic",)),
            Page("study_second_looks", _("Second looks"), COORDINATOR, ("study_second_look",)),
            Page("study_problems", _("Problems"), COORDINATOR, ("study_problem",)),
            Page("study_care", _("Care"), COORDINATOR, ("study_care",)),
        ),
    ),
    (
        _("Results"),
        (
            Page("analyses", _("Analyses"), RESEARCHER, ("analys", "snapshot")),
            Page("study_exports", _("Downloads"), STAFF, ("study_export", "export_")),
            Page("study_protocol", _("Protocol card"), STAFF, ("protocol_",)),
        ),
    ),
    (
        _("Ethics"),
        (
            Page("study_ethics", _("Approval"), COORDINATOR, ("study_ethics", "study_approval")),
            Page("study_consents", _("Consents"), COORDINATOR, ("study_consents",)),
            Page("study_safeguarding", _("Safeguarding"), COORDINATOR),
            Page("study_incidents", _("Incidents"), SAFEGUARDING, ("study_incidents",)),
            Page("study_incident_new", _("Report an incident"), STAFF | SAFEGUARDING),
            Page("study_logs", _("Logs"), COORDINATOR, ("study_log",)),
            Page("study_retention", _("Retention"), COORDINATOR, ("study_retention",)),
            Page("study_protection", _("Data protection"), COORDINATOR, ("study_protection",)),
            Page("study_lock", _("Record lock"), STAFF, ("study_lock",)),
            Page("study_archives", _("Archive"), OWNER, ("study_archive",)),
        ),
    ),
    (
        _("Settings"),
        (
            Page(
                "study_settings",
                _("Settings"),
                COORDINATOR,
                ("study_settings", "study_consent_new", "study_group"),
            ),
            Page("study_audit", _("Audit trail"), OWNER),
            Page("study_accesses", _("Access log"), OWNER),
            Page("study_webhooks", _("Webhooks"), OWNER, ("study_webhook",)),
        ),
    ),
    (_("Rate"), (Page("rate_home", _("Rate"), RATER, ("rate_",)),)),
)

# What somebody bound to sites may open: pages of people, cut to theirs.
OF_SITES = frozenset(
    {
        "study",
        "study_people",
        "study_invitations",
        "study_calls",
        "study_messages",
        "study_pay",
        "study_watch",
        "study_quality",
        "study_second_looks",
        "study_problems",
        "study_care",
        "study_consents",
        "study_incidents",
        "study_incident_new",
        "study_logs",
    }
)

# Shape and colour of a group; other groups by their place in the study, and the fifth after the third.
NUMBERS = {"peer": 1, "clinician": 2, "patient": 3}
N_PLACES, JUDGES, OTHERS = 3, 4, 5


def _page_name(context: dict[str, Any]) -> str:
    request: HttpRequest = context["request"]
    match = request.resolver_match
    return (match.url_name or "") if match else ""


def _is_open(page: Page, access: StudyAccess) -> bool:
    if not access.is_bound:
        return bool(page.roles & access.roles)
    held = access.member.role_set()
    return bool(page.roles & (held - SITED_ROLES)) or bool(page.name in OF_SITES and page.roles & held)


def _tabs(pages: Sequence[Page], access: StudyAccess, current: str) -> list[dict[str, Any]]:
    """Those of the pages that this member may see."""
    return [
        {
            "url": reverse(page.name, args=[access.study.code]),
            "label": page.label,
            "current": current == page.name or current.startswith(page.beneath),
        }
        for page in pages
        if _is_open(page, access)
    ]


@register.simple_tag(takes_context=True)
def study_sections(context: dict[str, Any], access: StudyAccess) -> dict[str, list[dict[str, Any]]]:
    """The study's pages that this member may see: `areas` as tabs, and the `pages` of the one at hand."""
    current = _page_name(context)
    areas, beneath = [], []
    for label, pages in AREAS:
        tabs = _tabs(pages, access, current)
        if not tabs:
            continue
        is_here = any(tab["current"] for tab in tabs)
        areas.append({"url": tabs[0]["url"], "label": label, "current": is_here})
        if is_here and len(tabs) > 1:
            beneath = tabs
    return {"areas": areas, "pages": beneath}


class SetUpPlace(NamedTuple):
    """A step of the guided set-up, as its number of all steps."""

    key: str
    label: StrOrPromise
    number: int
    n_steps: int


# Pages that a step of the set-up leads to, by the beginnings of their URL names.
PLACES_BENEATH = (
    ("items", ("study_import", "import_", "study_item_new", "job_")),
    ("rubric", ("study_rubric",)),
    ("plan", ("study_plan", "plan_")),
    ("people", ("study_invitation", "study_call")),
)


@register.simple_tag(takes_context=True)
def setup_place(context: dict[str, Any], access: StudyAccess) -> SetUpPlace | None:
    """The step that this page of a draft belongs to, for those who set it up. No query."""
    if access.study.state != Study.State.DRAFT or not access.can(Role.COORDINATOR):
        return None
    current = _page_name(context)
    key = next((key for key, names in PLACES_BENEATH if current.startswith(names)), None)
    return SetUpPlace(key, PLACES[key], KEYS.index(key) + 1, len(KEYS)) if key else None


@register.filter
def group_number(group: Group) -> int:
    """Shape and colour: 1 to 3 peers, clinicians, patients, or by place; 4 judge models, 5 others."""
    if group.kind == Group.Kind.JUDGE:
        return JUDGES
    if group.key in NUMBERS:
        return NUMBERS[group.key]
    return group.position if 1 <= group.position <= N_PLACES else OTHERS
