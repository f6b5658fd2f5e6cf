"""Invitations by e-mail: one person each, the link drawn when the mail is written, the address kept
only until it is used, revoked or expired."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.imports.checks.invitees import MAX_INVITEES, Invitee, checked_invitees, is_address
from annotation.imports.checks.report import CheckReport
from annotation.job_kinds import SEND_INVITATIONS
from annotation.jobs import enqueue
from annotation.models import Group, Invitation, Job, JoiningSettings, Role, Study, User
from annotation.queries.joining import joining_of
from annotation.queries.people import invitation_digest
from annotation.queries.sites import bonds_of, sites_open_to
from annotation.services.invitations import MAX_DAYS, refuse_higher_role
from annotation.services.sites import site_to_join

Tell = Callable[[float, str], None]
SENDING = SMTPException, OSError


@dataclass(frozen=True)
class Mailing:
    """How long the links work, the study's subject and words (kept for the next time), and the address
    of this site with a slash at its end."""

    days: int
    root: str
    subject: str = ""
    words: str = ""


def invite_by_mail(
    study: Study, invitees: Sequence[Invitee], *, actor: User, mailing: Mailing
) -> list[Invitation]:
    """One invitation for each person; the mails go out after the commit, in the background.

    Raises:
        DomainError: somebody cannot be invited; then nobody is (`details` name each).
    """
    if not 1 <= mailing.days <= MAX_DAYS:
        raise DomainError(Code.INVALID, _("1 to %(days)s days, please.") % {"days": MAX_DAYS})
    if not 1 <= len(invitees) <= MAX_INVITEES:
        raise DomainError(
            Code.INVALID, _("1 to %(people)s people at once, please.") % {"people": MAX_INVITEES}
        )
    with transaction.atomic():
        refuse_higher_role(study, actor, {invitee.role for invitee in invitees})
        forget_addresses(now=timezone.now(), study=study)
        _refuse_known(study, invitees, actor)
        said = _kept_words(study, mailing, actor)
        made = _make(study, invitees, actor, timezone.now() + timedelta(days=mailing.days))
        _send(study, made, actor=actor, root=mailing.root, said=said)
        return made


def invite_from_file(
    study: Study,
    *,
    actor: User,
    name: str,
    data: bytes,
    roles: Sequence[str],
    mailing: Mailing,
) -> list[Invitation]:
    """As `invite_by_mail`, for the people of a CSV file.

    Raises:
        DomainError: INVALID_FILE with a sentence for every faulty row; nobody is invited then.
    """
    report = CheckReport(name)
    groups = dict(Group.objects.filter(study=study, kind=Group.Kind.HUMAN).values_list("key", "name"))
    sites = dict(sites_open_to(study, actor).values_list("key", "name"))
    invitees = checked_invitees(data, groups=groups, roles=roles, report=report, sites=sites)
    living = _living(study, [invitee.address for invitee in invitees], actor)
    for invitee in invitees:
        if invitee.address in living:
            report.add(invitee.line, "this address has an invitation that still works.")
    if not report.is_clean():
        raise DomainError(
            Code.INVALID_FILE, _("The file was not taken, and nobody was invited."), report.sentences()
        )
    return invite_by_mail(study, invitees, actor=actor, mailing=mailing)


def _living(study: Study, addresses: Sequence[str], actor: User) -> set[str]:
    """Those of the addresses that are invited, as far as the actor may know: nobody learns who was invited
    to another site."""
    living = Invitation.objects.filter(study=study, email__in=addresses, expires_at__gt=timezone.now())
    bonds = bonds_of(study, actor)
    if bonds.exists():
        living = living.filter(site__in=bonds.values("site"))
    return set(living.values_list("email", flat=True))


def _refuse_known(study: Study, invitees: Sequence[Invitee], actor: User) -> None:
    defects = [
        f"{one.address}: " + _("not an e-mail address.") for one in invitees if not is_address(one.address)
    ]
    addresses = [one.address for one in invitees]
    doubled = sorted({one for one in addresses if addresses.count(one) > 1})
    defects += [f"{one}: " + _("stands there twice.") for one in doubled]
    living = sorted(_living(study, addresses, actor))
    defects += [f"{one}: " + _("has an invitation that still works.") for one in living]
    if defects:
        raise DomainError(Code.INVALID, _("Nobody has been invited yet. Please look at these:"), defects)


def _kept_words(study: Study, mailing: Mailing, actor: User) -> dict[str, str]:
    """Keep subject and words as the study's own. Those of whoever is bound to sites go into these mails
    alone, and are given back."""
    fields = {"mail_subject": " ".join(mailing.subject.split()), "mail_words": mailing.words.strip()}
    if bonds_of(study, actor).exists():
        return fields
    JoiningSettings.objects.update_or_create(study=study, defaults=fields)
    return {}


def _make(study: Study, invitees: Sequence[Invitee], actor: User, expires_at: datetime) -> list[Invitation]:
    groups = {group.key: group for group in Group.objects.filter(study=study, kind=Group.Kind.HUMAN)}
    sites = {site.key: site for site in sites_open_to(study, actor)}
    made = []
    for invitee in invitees:
        group = groups.get(invitee.group)
        if invitee.role == Role.RATER and group is None:
            raise DomainError(Code.INVALID, _("Choose the group that the raters will belong to."))
        invitation = Invitation.objects.create(
            study=study,
            role=invitee.role,
            group=group if invitee.role == Role.RATER else None,
            site=site_to_join(study, sites.get(invitee.site), actor=actor, role=invitee.role),
            email=invitee.address,
            is_by_mail=True,
            # Nobody holds this token: the link is drawn when the mail is written, and stored as a digest.
            token_digest=invitation_digest(secrets.token_urlsafe(32)),
            expires_at=expires_at,
            created_by=actor,
        )
        record("invitation.mailed", actor=actor, study=study, about=invitation, role=invitee.role)
        made.append(invitation)
    return made


def _send(
    study: Study,
    invitations: Sequence[Invitation],
    *,
    actor: User,
    root: str,
    said: Mapping[str, str] | None = None,
) -> Job:
    """`said`: subject and words of these mails, where they are not the study's."""
    payload = {
        "invitations": [one.code for one in invitations],
        "root": root,
        "language": get_language() or "en",
        **({"said": dict(said)} if said else {}),
    }
    return enqueue(SEND_INVITATIONS, actor=actor, study=study, payload=payload)


def resend_invitation(invitation: Invitation, *, actor: User, root: str) -> Invitation:
    """A new mail with a new link, as many days as the first; the link in the earlier mail stops working.

    Raises:
        DomainError: it was not sent by mail, or is used, revoked or expired (409).
    """
    with transaction.atomic():
        now = timezone.now()
        days = invitation.expires_at - (invitation.sent_at or invitation.created_at)
        living = Invitation.objects.filter(pk=invitation.pk, expires_at__gt=now).exclude(email="")
        fields = {"expires_at": now + max(days, timedelta(days=1)), "sent_at": None, "has_send_failed": False}
        if not living.update(**fields):
            raise DomainError(
                Code.STATE_FORBIDS, _("This invitation is over, and its address is gone. Invite anew.")
            )
        record("invitation.sent_again", actor=actor, study=invitation.study, about=invitation)
        _send(invitation.study, [invitation], actor=actor, root=root)
        invitation.refresh_from_db()
        return invitation


def forget_addresses(*, now: datetime, study: Study | None = None) -> int:
    """Empty the addresses of invitations that have expired. Safe to run at any time; returns how many."""
    over = Invitation.objects.filter(expires_at__lte=now).exclude(email="")
    if study is not None:
        over = over.filter(study=study)
    return over.update(email="")


def send_invitations(job: Job, *, tell: Tell) -> dict[str, int]:
    """Write and send the mails of a job. One that cannot be sent is marked; the others go out."""
    codes, said = job.payload["invitations"], job.payload.get("said")
    n_sent = 0
    for number, code in enumerate(codes, start=1):
        tell((number - 1) / len(codes), f"{number} of {len(codes)}")
        n_sent += _send_one(code, root=job.payload["root"], language=job.payload["language"], said=said)
    return {"n_sent": n_sent, "n_failed": len(codes) - n_sent}


def _send_one(code: str, *, root: str, language: str, said: Mapping[str, str] | None) -> bool:
    """Sent before: done. The digest is stored first, so that no mail holds a link that does not work."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        waiting = Invitation.objects.filter(code=code, sent_at__isnull=True, revoked_at__isnull=True)
        waiting = waiting.exclude(email="").filter(n_uses=0)
        if not waiting.update(token_digest=invitation_digest(token)):
            return Invitation.objects.filter(code=code, sent_at__isnull=False).exists()
    invitation = Invitation.objects.select_related("study", "group").get(code=code)
    if not invitation.email:
        return False
    try:
        with override(language):
            mail_of(invitation, f"{root}join/{token}/", said).send()
    except SENDING:
        # The reason may hold the address: it is not kept.
        Invitation.objects.filter(code=code).update(has_send_failed=True)
        return False
    Invitation.objects.filter(code=code).update(
        sent_at=timezone.now(), n_sent=invitation.n_sent + 1, has_send_failed=False
    )
    return True


def mail_of(invitation: Invitation, link: str, said: Mapping[str, str] | None = None) -> EmailMessage:
    """The mail in the study's words or those that were `said`, with the link, until when it works, and what
    happens to the address."""
    study, settings = invitation.study, joining_of(invitation.study)
    own = {"mail_subject": settings.mail_subject, "mail_words": settings.mail_words} if said is None else said
    subject = own["mail_subject"] or _("Invitation to the study “%(title)s”") % {"title": study.title}
    context = {"study": study, "invitation": invitation, "words": own["mail_words"], "link": link}
    body = render_to_string("people/mail/invitation.txt", context)
    return EmailMessage(subject=" ".join(subject.split()), body=body, to=[invitation.email])
