"""What wants the attention of those who run a study, besides how a stage goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.models import (
    AlertChoice,
    ContactWish,
    Incident,
    Invitation,
    Job,
    Member,
    Plan,
    RecordLock,
    Role,
    Study,
    WebhookEndpoint,
)
from annotation.queries.duties import open_duties
from annotation.queries.joining import waiting_applications
from annotation.queries.safeguarding import lead_of
from annotation.queries.sites import bonds_of
from annotation.queries.stage_counts import count_stuck, stored_counts

# Those of `annotation.access` that reach as far as a member's sites.
SITED_ROLES = frozenset({Role.COORDINATOR, Role.RESEARCHER, Role.SAFEGUARDING})
# Work that failed longer ago is history.
FAILED_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Alert:
    """Something that wants attention; `url` is where to go, or empty. Counts and days, never names."""

    words: str
    url: str = ""


def alert_choice_of(member: Member) -> AlertChoice:
    """What the member hears by e-mail; nothing where no row is stored."""
    return AlertChoice.objects.filter(member=member).first() or AlertChoice(member=member)


def roles_in_whole(member: Member) -> frozenset[str]:
    """The roles in which a member sees the study as a whole: alerts count everybody, so whoever is bound to
    sites gets those alone that are about no rater. One query."""
    held = member.role_set()
    if held & SITED_ROLES and bonds_of(member.study, member.user).exists():
        return held - SITED_ROLES
    return held


def study_alerts(member: Member, *, now: datetime) -> list[Alert]:
    """What a member's roles let them see of what waits in the study. At most twelve queries."""
    roles, study = roles_in_whole(member), member.study
    found: list[Alert] = []
    if Role.COORDINATOR in roles:
        found += _of_promises(study, now)
        found += _of_joining(study, now)
    if Role.SAFEGUARDING in roles:
        found += _of_incidents(study)
    if roles & {Role.COORDINATOR, Role.RESEARCHER}:
        found += _of_work(study, now)
        found += _of_lock(study)
    if Role.OWNER in roles:
        found += _of_webhooks(study)
    return found


def stuck_alerts(plan: Plan, *, now: datetime) -> Iterator[Alert]:
    """Seats and ratings of an open stage that nobody moves. Two queries, none of a large stage.

    Why somebody does not rate is not asked: who takes a break stands still too.
    """
    if plan.state != Plan.State.OPEN:
        return
    stored = stored_counts(plan, now=now)
    stuck = stored.stuck if stored else count_stuck(plan, now=now)
    page = reverse("study_plan_stage", args=[plan.study.code, plan.code])
    for n, said in (
        (stuck.n_seats, _seats_stand_still(stuck.n_seats)),
        (stuck.n_empty, _seats_are_empty(stuck.n_empty)),
        (stuck.n_begun, _ratings_are_begun(stuck.n_begun)),
    ):
        if n:
            yield Alert(said % {"n": n}, page)


def _seats_stand_still(n: int) -> str:
    return ngettext(
        "%(n)s seat has stood still for a week: nobody else can take what is left in it.",
        "%(n)s seats have stood still for a week: nobody else can take what is left in them.",
        n,
    )


def _seats_are_empty(n: int) -> str:
    return ngettext(
        "%(n)s seat has nobody in it: its ratings wait until somebody joins, or are opened to all.",
        "%(n)s seats have nobody in them: their ratings wait until somebody joins, or are opened to all.",
        n,
    )


def _ratings_are_begun(n: int) -> str:
    return ngettext(
        "%(n)s rating was begun a week ago or earlier and is not finished.",
        "%(n)s ratings were begun a week ago or earlier and are not finished.",
        n,
    )


def _of_promises(study: Study, now: datetime) -> Iterator[Alert]:
    for duty in open_duties(study, now=now):
        yield Alert(duty.words, reverse(duty.page, args=[study.code]))
    if study.state == Study.State.OPEN and lead_of(study) is None:
        yield Alert(_("No safeguarding lead is named."), reverse("study_safeguarding", args=[study.code]))
    n = ContactWish.objects.filter(rater__study=study, answered_at=None).count()
    if n:
        said = ngettext(
            "%(n)s rater would like to be contacted.", "%(n)s raters would like to be contacted.", n
        )
        yield Alert(said % {"n": n}, reverse("study_care", args=[study.code]))


def _of_joining(study: Study, now: datetime) -> Iterator[Alert]:
    n = waiting_applications(study).count()
    if n:
        said = ngettext(
            "%(n)s person asks to join and waits for a decision.",
            "%(n)s people ask to join and wait for a decision.",
            n,
        )
        yield Alert(said % {"n": n}, reverse("study_calls", args=[study.code]))
    unsent = Invitation.objects.filter(study=study, has_send_failed=True, revoked_at__isnull=True)
    n = unsent.filter(expires_at__gt=now).count()
    if n:
        said = ngettext("%(n)s invitation could not be sent.", "%(n)s invitations could not be sent.", n)
        yield Alert(said % {"n": n}, reverse("study_invitations", args=[study.code]))


def _of_incidents(study: Study) -> Iterator[Alert]:
    n = Incident.objects.filter(study=study, closed_at__isnull=True).count()
    if n:
        said = ngettext("%(n)s incident is open.", "%(n)s incidents are open.", n)
        yield Alert(said % {"n": n}, reverse("study_incidents", args=[study.code]))


def _of_work(study: Study, now: datetime) -> Iterator[Alert]:
    failed = Job.objects.filter(
        study=study, state=Job.State.FAILED, finished_at__gt=now - FAILED_WITHIN
    ).order_by("-finished_at")
    codes = list(failed.values_list("code", flat=True))
    if codes:
        said = ngettext(
            "%(n)s piece of work in the background failed since yesterday.",
            "%(n)s pieces of work in the background failed since yesterday.",
            len(codes),
        )
        yield Alert(said % {"n": len(codes)}, reverse("job_detail", args=[study.code, codes[0]]))


def _of_lock(study: Study) -> Iterator[Alert]:
    waiting = RecordLock.objects.filter(study=study, lifted_at__isnull=True, locked_at__isnull=True)
    if waiting.exists():
        yield Alert(_("A snapshot waits for its signatures."), reverse("study_lock", args=[study.code]))


def _of_webhooks(study: Study) -> Iterator[Alert]:
    off = WebhookEndpoint.objects.filter(study=study, disabled_at__isnull=False).exclude(n_given_up=0)
    n = off.count()
    if n:
        said = ngettext(
            "%(n)s webhook was switched off after failures.",
            "%(n)s webhooks were switched off after failures.",
            n,
        )
        yield Alert(said % {"n": n}, reverse("study_webhooks", args=[study.code]))
