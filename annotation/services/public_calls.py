"""Public calls: an address at which people ask to join a group, and what coordinators decide.

Nothing is looked up for an applicant: the page answers alike whoever asks, so nobody learns who has a login.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Literal

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.imports.checks.invitees import is_address
from annotation.job_kinds import SEND_DECISION
from annotation.jobs import enqueue
from annotation.models import Application, Group, Invitation, Job, PublicCall, Role, Site, Study, User
from annotation.queries.people import invitation_digest
from annotation.services.approvals import refuse_closed_enrolment
from annotation.services.mailed_invitations import SENDING
from annotation.services.sites import site_to_join

MAX_DAYS = 365
MAX_WAITING = 1000
MAX_WORDS = 1000
# How long an approval may wait for its applicant, and an undecided application after its call has closed.
JOIN_WITHIN = timedelta(days=30)
DECIDE_WITHIN = timedelta(days=90)
Decision = Literal["approve", "decline"]


def open_call(
    study: Study,
    *,
    actor: User,
    group: Group,
    days: int,
    max_waiting: int,
    words: str = "",
    site: Site | None = None,
) -> PublicCall:
    """A public address at which people may ask to join this group, at `site`.

    Raises:
        DomainError: a group of another study or of judge models; days or number out of bounds; a site that
            is not the actor's.
    """
    if group.study_id != study.pk or group.kind != Group.Kind.HUMAN:
        raise DomainError(Code.INVALID, _("Choose the group that the raters will belong to."))
    if not (1 <= days <= MAX_DAYS and 1 <= max_waiting <= MAX_WAITING):
        raise DomainError(
            Code.INVALID,
            _("1 to %(days)s days and 1 to %(people)s people, please.")
            % {"days": MAX_DAYS, "people": MAX_WAITING},
        )
    with transaction.atomic():
        call = PublicCall.objects.create(
            study=study,
            group=group,
            site=site_to_join(study, site, actor=actor, role=Role.RATER),
            words=words.strip(),
            closes_at=timezone.now() + timedelta(days=days),
            max_waiting=max_waiting,
            created_by=actor,
        )
        record("call.opened", actor=actor, study=study, about=call, group=group.key)
        return call


def close_call(call: PublicCall, *, actor: User) -> PublicCall:
    """Nobody applies any more; who has applied is still decided upon. Closing twice changes nothing."""
    with transaction.atomic():
        living = PublicCall.objects.filter(pk=call.pk, closed_at__isnull=True)
        if living.update(closed_at=timezone.now()):
            record("call.closed", actor=actor, study=call.study, about=call)
        call.refresh_from_db()
        return call


def refuse_closed_call(call: PublicCall, *, now: datetime) -> None:
    """Raises DomainError (410, 409) for a call that is closed, over or full, or while enrolment rests."""
    if call.closed_at is not None or call.closes_at <= now:
        raise DomainError(
            Code.INVITATION_UNUSABLE, _("This call is closed. Nobody is taken on by it any more.")
        )
    refuse_closed_enrolment(call.study, now=now)
    waiting = Application.objects.filter(call=call, state=Application.State.WAITING)
    if waiting.count() >= call.max_waiting:
        raise DomainError(
            Code.STATE_FORBIDS,
            _("So many people have asked that the team must read first. Please come back in a few days."),
        )


def apply_to_call(call: PublicCall, *, words: str, email: str, root: str) -> tuple[Application, str]:
    """An application and its token, which opens the page of its state: 256 random bits, not stored.

    Where an address is given, the page's link is sent there after the commit.

    Raises:
        DomainError: the call is closed or full; the address is none; too many words.
    """
    email = email.strip().lower()
    if email and not is_address(email):
        raise DomainError(Code.INVALID, _("This is not an e-mail address."))
    if len(words) > MAX_WORDS:
        raise DomainError(Code.INVALID, _("At most %(n)s characters, please.") % {"n": MAX_WORDS})
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        # Those who apply at once wait here, so that the last free place is given once.
        call = (
            PublicCall.objects.select_for_update(of=("self",))
            .select_related("study", "group")
            .get(pk=call.pk)
        )
        refuse_closed_call(call, now=timezone.now())
        application = Application.objects.create(
            call=call, token_digest=invitation_digest(token), words=words.strip(), email=email
        )
        record("application.received", actor=None, study=call.study, about=application)
        if email:
            link = f"{root}applications/{token}/"
            transaction.on_commit(lambda: _mail(application, "people/mail/applied.txt", link=link))
        return application, token


def decide_application(
    application: Application, *, actor: User, decision: Decision, root: str
) -> Application:
    """Take somebody on or not. Their words go; their link opens the way in, or says no kindly.

    Raises:
        DomainError: it has been decided already (409).
    """
    is_yes = decision == "approve"
    with transaction.atomic():
        waiting = Application.objects.filter(pk=application.pk, state=Application.State.WAITING)
        state = Application.State.APPROVED if is_yes else Application.State.DECLINED
        if not waiting.update(state=state, decided_at=timezone.now(), decided_by=actor, words=""):
            raise DomainError(
                Code.STATE_FORBIDS, _("This application has been decided or withdrawn already.")
            )
        application.refresh_from_db()
        if is_yes:
            application.invitation = _way_in(application, actor)
            application.save(update_fields=["invitation"])
        study = application.call.study
        record(f"application.{state}", actor=actor, study=study, about=application)
        if application.email:
            payload = {"application": application.code, "root": root, "language": get_language() or "en"}
            enqueue(SEND_DECISION, actor=actor, study=study, payload=payload)
        return application


def _way_in(application: Application, actor: User) -> Invitation:
    """An invitation for one, opened by the link that the applicant holds."""
    return Invitation.objects.create(
        study=application.call.study,
        role=Role.RATER,
        group=application.call.group,
        site=application.call.site,
        label=_("Application"),
        token_digest=application.token_digest,
        expires_at=timezone.now() + JOIN_WITHIN,
        created_by=actor,
    )


def withdraw_application(application: Application) -> None:
    """The applicant thinks again: everything of it goes. What is decided stays decided."""
    with transaction.atomic():
        study = application.call.study
        gone, _rows = Application.objects.filter(pk=application.pk, state=Application.State.WAITING).delete()
        if not gone:
            raise DomainError(Code.STATE_FORBIDS, _("This application has been decided already."))
        record("application.withdrawn", actor=None, study=study)


def forget_applications(*, now: datetime) -> int:
    """Decline what nobody decided long after the call closed; words and addresses go. Safe to repeat."""
    late = now - DECIDE_WITHIN
    old = Application.objects.filter(state=Application.State.WAITING, call__closes_at__lte=late)
    return old.update(state=Application.State.DECLINED, decided_at=now, words="", email="")


def send_decision(job: Job) -> dict[str, bool]:
    """Tell the applicant; then the address goes."""
    application = Application.objects.select_related("call__study").get(code=job.payload["application"])
    if not application.email:
        return {"sent": False}
    with override(job.payload["language"]):
        is_sent = _mail(application, "people/mail/decided.txt", link=job.payload["root"])
    Application.objects.filter(pk=application.pk).update(email="")
    return {"sent": is_sent}


def _mail(application: Application, template: str, *, link: str) -> bool:
    study = application.call.study
    body = render_to_string(template, {"study": study, "application": application, "link": link})
    subject = _("Your application to the study “%(title)s”") % {"title": study.title}
    try:
        EmailMessage(subject=" ".join(subject.split()), body=body, to=[application.email]).send()
    except SENDING:
        # The applicant's page says the same; the reason may hold the address.
        return False
    return True
