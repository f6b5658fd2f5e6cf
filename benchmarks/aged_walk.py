"""Every address of the product that a visit answers, with what is named in it taken from the database.

Pages of reports belong to the demo study, which has one; all others to the aged study. Long lists are
also asked for their second half and by their filters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from annotation import models as m
from rating import models as r

OURS = ("annotation.", "rating.", "api.", "config.")
DEMO_KEY = "demo"
# Whole files, and what changes no page: their cost is the file's.
SET = {"kind": "json", "change": "paused", "step": "plan", "shape": "choice", "number": "1"}
BY_NAME = {
    ("study_log_new", "kind"): "deviation",
    ("study_retention_done", "kind"): "contacts",
    ("study_consents_copy", "kind"): "html",
    ("rate_consent_copy", "kind"): "html",
    ("rate_consent_file", "kind"): "txt",
    ("analysis_figure", "kind"): "svg",
    ("analysis_table", "kind"): "csv",
    ("import_template", "name"): "items.csv",
    ("analysis_question_part", "part"): "groups",
    ("study_training_state", "change"): "open",
    ("study_training_state", "stage"): "training",
    ("study_plan_state", "change"): "closed",
}
# The whole trail as a file is as long as the trail: nobody waits for it on a page.
LEFT_OUT = {"study_audit_file", "account_logout"}
# Lists at other places than their beginning, and by their filters.
QUERIES = {
    "study_items": (
        "page=40", "coverage=complete", "coverage=missing", "coverage=untouched", "coverage=unplanned",
        "coverage=exhausted", "notes=with", "factor-topic=topic+3", "q=item-7", "q=d3d9446802a4", "page=9999",
    ),
    "study_audit": ("page=40", "kind=item.added", "person=raters", "person=program", "about=s00000000007",
        "since=2026-01-01"),
    "study_accesses": ("page=10",),
    "study_people": ("page=2",),
    "study_problems": ("page=2",),
    "study_invitations": ("page=2",),
    "study_consents": ("page=2",),
    "study_pay": ("page=2", "q=R-7"),
    "study_quality": ("page=2", "q=R-7"),
    "study_training_people": ("page=2", "q=R-7"),
    "study_second_looks": ("page=2",),
    "study_exports": ("audience=public", "revisions=all"),
    "study_adjudication": ("page=2",),
    "study_watch": ("factor=topic",),
    "study_logs": ("kind=deviation",),
    "api_items": ("page=40",),
    "api_ratings": ("page=40", "group=peer", "question=warmth", "revisions=all"),
    "api_raters": ("page=2",),
}  # fmt: skip


@dataclass(frozen=True)
class Address:
    name: str
    path: str


def _is_walked(pattern: URLPattern) -> bool:
    is_ours = (pattern.callback.__module__ + ".").startswith(OURS)
    return is_ours and bool(pattern.name) and pattern.name not in LEFT_OUT


def _walk(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        template = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, template)
        elif _is_walked(pattern) and "^" not in template:
            yield str(pattern.name), template


def _codes(study: m.Study) -> dict[str, str]:
    """Something of each kind that an address of the study can name."""
    of = {"study": study}
    plan = m.Plan.objects.filter(**of).order_by("pk")[0]
    held = m.Slot.objects.filter(plan=plan, rater__member__user__username="aged-1", state="claimed").first()
    done = m.Slot.objects.filter(plan=plan, state="done").order_by("pk")[0]
    found = {
        "code": study, "study_code": study, "plan_code": plan,
        "item_code": m.Item.objects.filter(**of).order_by("pk").first(),
        "slot_code": held or done, "slot": done,
        "version_code": plan.rubric_version, "version": plan.rubric_version,
        "rater_code": m.Rater.objects.filter(**of).order_by("pk").first(),
        "member_code": m.Member.objects.filter(**of).order_by("pk").first(),
        "problem_code": m.ProblemReport.objects.filter(**of).order_by("pk").first(),
        "job_code": m.Job.objects.filter(**of).order_by("pk").first(),
        "invitation_code": m.Invitation.objects.filter(**of).order_by("pk").first(),
        "incident_code": m.Incident.objects.filter(**of).order_by("pk").first(),
        "entry_code": m.LogEntry.objects.filter(**of).order_by("pk").first(),
        "message_code": m.RaterMessage.objects.filter(**of).order_by("pk").first(),
        "look": r.SecondLook.objects.filter(rating__slot__plan=plan).order_by("pk").first(),
        "adjudication": r.Adjudication.objects.filter(plan=plan).order_by("pk").first(),
        "analysis": r.Analysis.objects.filter(**of).first(),
        "snapshot": r.Snapshot.objects.filter(**of).first(),
        "call_code": m.PublicCall.objects.filter(**of).first(),
        "application_code": m.Application.objects.filter(call__study=study).order_by("pk").first(),
        "hook": m.WebhookEndpoint.objects.filter(**of).first(),
        "delivery": m.WebhookDelivery.objects.filter(endpoint__study=study).order_by("pk").first(),
        "export": r.Export.objects.filter(**of).order_by("pk").first(),
        "archive": r.StudyArchive.objects.filter(**of).order_by("pk").first(),
        "site_code": m.Site.objects.filter(**of).order_by("pk").first(),
        "held": r.HeldComment.objects.filter(rating__slot__plan=plan).order_by("pk").first(),
    }  # fmt: skip
    codes = {name: one.code for name, one in found.items() if one is not None}
    codes |= {
        "item": codes["item_code"],
        "plan": plan.code,
        "question": "warmth",
        "job": codes.get("job_code", ""),
        "key": "warmth",
        "address": m.PublicCall.objects.get(**of).address if "call_code" in codes else "",
    }
    # The same thing under the names that the API gives it.
    named = ("site", "problem", "invitation", "rater", "member", "incident", "entry", "message")
    codes |= {name: codes[f"{name}_code"] for name in named if f"{name}_code" in codes}
    figure = r.Figure.objects.filter(analysis__study=study).order_by("pk").first()
    return SET | codes | ({"key": figure.key} if figure else {})


def addresses(source_key: str) -> Iterator[Address]:
    """Addresses that name something there is; the others lead nowhere in either database."""
    aged = _codes(m.Study.objects.get(source_key=source_key))
    demo = _codes(m.Study.objects.get(source_key=DEMO_KEY))
    for name, template in _walk(get_resolver().url_patterns):
        is_report = name.startswith(("analysis", "api_analysis", "api_snapshot"))
        codes = demo if is_report and "code" in template else aged
        named = {
            key: BY_NAME.get((name, key), codes.get(key)) for key in re.findall(r"<(?:\w+:)?(\w+)>", template)
        }
        if all(named.values()):
            path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(named[match[1]]), template)  # noqa: B023
            yield Address(name, path)
            yield from (Address(f"{name}?{query}", f"{path}?{query}") for query in QUERIES.get(name, ()))
