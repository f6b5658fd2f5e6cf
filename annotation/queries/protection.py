"""The data protection impact assessment: what a study stores, why, how long, who sees it, risks and measures.

Filled from the study's settings; what the team adds stands under each part.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from annotation.models import (
    ConsentVersion,
    Group,
    ProtectionNote,
    ProtectionSignature,
    RetentionDate,
    Role,
    RoleGrant,
    Study,
)
from annotation.queries.care import care_of
from annotation.queries.enrolment import approvals_of, ethics_of
from annotation.queries.retention import retention_dates
from annotation.queries.safeguarding import lead_of

PART_KEYS = ("purpose", "data", "time", "access", "rights", "risks")


@dataclass(frozen=True)
class ProtectionPart:
    """One part of the assessment. `note`: the team's own words, possibly empty."""

    key: str
    title: str
    lines: list[str]
    note: str


def _day(moment: datetime) -> str:
    return date_format(moment, "j F Y")


def _purpose(study: Study) -> list[str]:
    groups = ", ".join(Group.objects.filter(study=study).values_list("name", flat=True))
    approvals = [one for one in approvals_of(study) if one.withdrawn_at is None]
    lines = [study.purpose or _("No purpose is written under “Settings”.")]
    lines.append(_("Groups who rate: %(names)s.") % {"names": groups or "–"})
    lines += [
        _("Approved by %(board)s, %(number)s.") % {"board": a.board, "number": a.number} for a in approvals
    ]
    if not approvals:
        lines.append(_("No approval by an ethics board is recorded."))
    lines.append(_("Answers questions: %(who)s.") % {"who": study.contact or "–"})
    return lines


def _data(study: Study) -> list[str]:
    asked, lines = ethics_of(study), []
    lines.append(
        _("Login: a drawn user name, a pass phrase (hashed), an e-mail address if given; to sign in.")
    )
    lines.append(_("Pseudonym and group; to compare groups without names."))
    if asked.minimum_age is not None or asked.asks_capacity:
        lines.append(_("Yes or no to age and deciding for oneself, no age; because the law asks for it."))
    lines.append(_("Consent: version, ticks, time, language; to prove it."))
    lines.append(
        _("Ratings, answers, marked passages, times and comments; they are what the study is about.")
    )
    lines.append(
        _("Check-ins, breaks, topics left out, reasons for skipping (health data); to look after raters.")
    )
    lines.append(_("Audit trail: who did what and when, never what was answered; to show what was done."))
    return lines


def _time(study: Study) -> list[str]:
    held, lines = retention_dates(study), []
    for kind in RetentionDate.Kind:
        one = held.get(kind)
        words = date_format(one.due_on, "j F Y") if one else _("no day is set")
        lines.append(f"{kind.label}: {words}")
    days = care_of(study).retention_days
    lines.append(_("Wellbeing data go after %(days)s days in any case.") % {"days": days})
    lines.append(_("Backups are deleted after %(days)s days.") % {"days": settings.BACKUP_DAYS})
    if study.data_freeze_at is not None:
        lines.append(_("Data freeze: %(day)s.") % {"day": _day(study.data_freeze_at)})
    return lines


def _access(study: Study) -> list[str]:
    grants = RoleGrant.objects.filter(member__study=study, member__left_at__isnull=True)
    counts = dict(grants.values_list("role").annotate(n=Count("id")).order_by("role"))
    held = ", ".join(f"{Role(role).label}: {n}" for role, n in counts.items())
    return [
        _("People by role today: %(held)s.") % {"held": held or "–"},
        _("Coordinators and researchers see pseudonyms. Raters see their own data only."),
        _("Wellbeing data are seen by the rater alone; coordinators see totals over five raters or more."),
        _("Incidents are seen by owners and the role for safeguarding; each reading is recorded."),
        _("Whoever runs the server can reach the database."),
    ]


def _rights(study: Study) -> list[str]:
    version = ConsentVersion.objects.filter(study=study).order_by("-number").first()
    number = version.number if version else "–"
    return [
        _("Consent text in force: version %(number)s.") % {"number": number},
        _("Leaving at any time without a reason; keeping or erasing what was given, until the data freeze."),
        _("A copy of the consent as given, and of all data as a file (JSON), from the rater's own pages."),
        _("A new text is put to everybody before their next item."),
    ]


def _risks(study: Study) -> list[str]:
    lead = lead_of(study)
    named = lead.name if lead else _("nobody is named yet")
    return [
        _("Distress by what is read. Measures: content notes, skipping, breaks, topics, support text."),
        _("Disclosure or danger. Measure: a safeguarding lead (%(name)s) and a restricted log.")
        % {"name": named},
        _("Recognition by comments or small groups. Measures: pseudonyms, scanned comments, hidden cells."),
        _("Pressure to go on. Measures: nobody is told who skips or why; leaving needs no reason."),
        _("Unseen access. Measures: roles, an audit trail, records that the database refuses to change."),
    ]


def protection_parts(study: Study) -> list[ProtectionPart]:
    """The whole assessment, in its order. Some ten queries."""
    notes = dict(ProtectionNote.objects.filter(study=study).values_list("key", "text"))
    said = {
        "purpose": (_("What the study is for"), _purpose(study)),
        "data": (_("What is stored, and why"), _data(study)),
        "time": (_("How long"), _time(study)),
        "access": (_("Who sees it"), _access(study)),
        "rights": (_("What raters can do"), _rights(study)),
        "risks": (_("Risks and measures"), _risks(study)),
    }
    return [ProtectionPart(key, *said[key], note=notes.get(key, "")) for key in PART_KEYS]


def digest_of(parts: list[ProtectionPart]) -> str:
    """SHA-256 over every word of the assessment, as it is shown."""
    words = [[part.key, part.title, part.lines, part.note] for part in parts]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


def protection_signatures(study: Study) -> QuerySet[ProtectionSignature]:
    """Newest first."""
    return ProtectionSignature.objects.filter(study=study).select_related("signed_by")
