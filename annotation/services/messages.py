"""Messages to raters who are behind. Whom they reach, who muted them and who has an address stays unknown
to those who write; the trail says that one was sent, not what it said."""

from __future__ import annotations

from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.erasers import Eraser, register
from annotation.errors import Code, DomainError
from annotation.job_kinds import SEND_MESSAGE
from annotation.jobs import enqueue
from annotation.models import Job, MessageCopy, MessageMute, Rater, RaterMessage, Study, User
from annotation.queries.messages import behind_raters, is_muted, next_message_at
from annotation.queries.sites import bonds_of, raters_seen_by
from annotation.services.mailed_invitations import SENDING
from annotation.services.presence import hold_place

MAX_WORDS = 4000


def write_to_behind(
    study: Study, *, actor: User, subject: str, body: str, root: str, now: datetime
) -> RaterMessage:
    """One message to all who are behind just now: on their start pages, and by e-mail where there is one.
    From somebody bound to sites it goes to those of their sites.

    Raises:
        DomainError: nobody is behind, or the last message is not a day old (409); it is empty or too long.
    """
    subject, body = " ".join(subject.split()), body.strip()
    if not (subject and body) or len(body) > MAX_WORDS or len(subject) > 150:
        raise DomainError(Code.INVALID, _("A message needs a subject and words, not too many of either."))
    with transaction.atomic():
        # Two coordinators who write at once wait here: the second finds the first's message.
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        theirs = raters_seen_by(study, actor) if bonds_of(study, actor).exists() else None
        if next_message_at(study, now=now, raters=theirs) is not None:
            raise DomainError(
                Code.STATE_FORBIDS, _("A message went out less than a day ago. Please give people time.")
            )
        all_behind = behind_raters(study, now=now)
        behind = list(all_behind if theirs is None else all_behind.filter(pk__in=theirs))
        if not behind:
            raise DomainError(Code.STATE_FORBIDS, _("Nobody is behind at the moment."))
        message = RaterMessage.objects.create(study=study, subject=subject, body=body, sent_by=actor)
        muted = set(MessageMute.objects.filter(rater__in=behind).values_list("rater_id", flat=True))
        MessageCopy.objects.bulk_create(
            MessageCopy(message=message, rater=rater) for rater in behind if rater.pk not in muted
        )
        record("message.sent", actor=actor, study=study, about=message)
        payload = {"message": message.code, "root": root, "language": get_language() or "en"}
        enqueue(SEND_MESSAGE, actor=actor, study=study, payload=payload)
        return message


def send_message(job: Job) -> dict[str, str]:
    """Mail the copies of those who have an address. No count comes back: it would tell who has none."""
    copies = MessageCopy.objects.filter(message__code=job.payload["message"], mailed_at__isnull=True)
    copies = copies.filter(rater__member__left_at__isnull=True).exclude(rater__member__user__email="")
    with override(job.payload["language"]):
        for copy in copies.select_related("message__study", "rater__member__user"):
            if _mail(copy, root=job.payload["root"]):
                MessageCopy.objects.filter(pk=copy.pk).update(mailed_at=timezone.now())
    return {}


def _mail(copy: MessageCopy, *, root: str) -> bool:
    member = copy.rater.member
    if member is None or is_muted(copy.rater):
        return False
    study = copy.message.study
    context = {"study": study, "message": copy.message, "link": f"{root}studies/{study.code}/rate/messages/"}
    body = render_to_string("people/mail/message.txt", context)
    try:
        EmailMessage(subject=copy.message.subject, body=body, to=[member.user.email]).send()
    except SENDING:
        # It stands on the start page all the same; the reason may hold the address.
        return False
    return True


def put_away(copy: MessageCopy) -> None:
    """A rater has read a message. No event: who reads what is theirs."""
    with transaction.atomic():
        MessageCopy.objects.filter(pk=copy.pk, put_away_at__isnull=True).update(put_away_at=timezone.now())


def set_mute(rater: Rater, *, is_muted: bool) -> None:
    """A rater wants no such messages, or wants them again. No event: coordinators do not learn it."""
    with transaction.atomic():
        hold_place(rater)
        if is_muted:
            MessageMute.objects.get_or_create(rater=rater, defaults={"at": timezone.now()})
        else:
            MessageMute.objects.filter(rater=rater).delete()


def _erase(rater: Rater) -> None:
    MessageCopy.objects.filter(rater=rater).delete()
    MessageMute.objects.filter(rater=rater).delete()


def register_messages() -> None:
    """Whoever leaves takes along what they were told, also where they leave their ratings."""
    register(Eraser("messages", counts=lambda rater: {}, erase=_erase, is_always=True))
