"""Everything that wants a member's attention: how the stage goes, and what waits in the study."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import ngettext

from annotation.models import Member, Plan, Role, Study
from annotation.queries.alerts import Alert, roles_in_whole, study_alerts
from annotation.queries.course import stage_course, stage_progress
from annotation.queries.items import exhausted_pairs
from annotation.queries.stage_counts import stored_counts
from annotation.queries.studies import current_plan
from rating.models import SecondLook
from rating.queries.adjudication import free_for
from rating.queries.watching import alerts, measuring_of

WATCHERS = frozenset({Role.COORDINATOR, Role.RESEARCHER})


def waiting_alerts(member: Member, *, now: datetime) -> list[Alert]:
    """What waits in the study beside its stage, as far as the member's roles go. Some fifteen queries."""
    roles = roles_in_whole(member)
    found = study_alerts(member, now=now)
    if Role.ADJUDICATOR in roles:
        found += _to_adjudicate(member)
    if Role.COORDINATOR in roles:
        found += _second_looks(member.study)
    return found


def _to_adjudicate(member: Member) -> list[Alert]:
    n = free_for(member.study, member).count()
    if not n:
        return []
    said = ngettext("%(n)s item waits for an adjudicator.", "%(n)s items wait for an adjudicator.", n)
    return [Alert(said % {"n": n}, reverse("study_adjudication", args=[member.study.code]))]


def _second_looks(study: Study) -> list[Alert]:
    n = SecondLook.objects.filter(rating__slot__plan__study=study, closed_at__isnull=True).count()
    if not n:
        return []
    said = ngettext(
        "%(n)s second look has not been given yet.", "%(n)s second looks have not been given yet.", n
    )
    return [Alert(said % {"n": n}, reverse("study_second_looks", args=[study.code]))]


def exhausted_alerts(plan: Plan, *, now: datetime) -> list[Alert]:
    """Items that nobody is left to rate. Four queries, none of a large stage."""
    if plan.state != Plan.State.OPEN:
        return []
    stored = stored_counts(plan, now=now)
    pairs = stored.exhausted if stored else exhausted_pairs(plan, now=now)
    n = len({item for item, _group in pairs})
    if not n:
        return []
    said = ngettext(
        "%(n)s item has nobody left who would rate it.",
        "%(n)s items have nobody left who would rate them.",
        n,
    )
    return [Alert(said % {"n": n}, reverse("study_items", args=[plan.study.code]) + "?coverage=exhausted")]


def all_alerts(member: Member, *, now: datetime) -> list[Alert]:
    """The page's alerts, for whoever reads them elsewhere."""
    plan = current_plan(member.study) if roles_in_whole(member) & WATCHERS else None
    found: list[Alert] = []
    # A closed stage has nobody to press any more.
    if plan is not None and plan.state == Plan.State.OPEN and member.study.state == Study.State.OPEN:
        progress = stage_progress(member.study, plan, now=now)
        course = stage_course(plan, progress, now=now)
        found += alerts(plan, progress, course, measuring_of(plan)[1], now=now)
        found += exhausted_alerts(plan, now=now)
    return found + waiting_alerts(member, now=now)
