"""The legal gate: two answers before consent, and somebody else's consent where one needs it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import ConsentVersion, LegalScreen, ProxyConsent, Rater, User
from annotation.queries.enrolment import ethics_of
from annotation.queries.legal_gate import Gate, gate_of, lacks_something
from annotation.services.presence import hold_place


def refuse_unscreened(rater: Rater) -> Gate:
    """The rater's gate, open or waiting for somebody else's consent.

    Raises:
        DomainError: the two questions come first, or the study cannot take this person (403).
    """
    gate = gate_of(rater)
    if gate == Gate.ASK:
        raise DomainError(
            Code.CONSENT_NEEDED, _("Please answer the questions before the consent text first.")
        )
    if gate == Gate.CLOSED:
        raise DomainError(Code.NOT_CLEARED, closed_words())
    return gate


def refuse_closed_gate(rater: Rater) -> None:
    """Raises DomainError unless this person may rate: screened, and consented for where that is needed."""
    if refuse_unscreened(rater) == Gate.PROXY:
        raise DomainError(
            Code.NOT_CLEARED,
            _(
                "Somebody who decides with you or for you has to agree as well. As soon as the study's team "
                "has noted that, you can begin."
            ),
        )


def closed_words() -> str:
    return _(
        "Thank you for your interest. This study can only take people who answer both questions with yes. "
        "That says nothing about you, and nothing is stored about it."
    )


def answer_screen(rater: Rater, *, actor: User, is_of_age: bool, has_capacity: bool, now: datetime) -> Gate:
    """Store two answers; where the study cannot take somebody, nothing is stored. Later answers replace.

    Raises:
        DomainError: the study cannot take somebody who answers so (403), or the rater has left (409).
    """
    settings = ethics_of(rater.study)
    lacks = lacks_something(settings, is_of_age=is_of_age, has_capacity=has_capacity)
    if lacks and not settings.takes_proxy:
        raise DomainError(Code.NOT_CLEARED, closed_words())
    with transaction.atomic():
        hold_place(rater)
        said = {"is_of_age": is_of_age, "has_capacity": has_capacity, "answered_at": now}
        LegalScreen.objects.update_or_create(rater=rater, defaults=said)
        # What was answered is the person's own: the trail only says that it was.
        record("screen.answered", actor=actor, study=rater.study, about=rater)
    return gate_of(rater)


def record_proxy(
    rater: Rater, *, actor: User, relationship: str, given_on: date, now: datetime
) -> ProxyConsent:
    """Note that somebody has consented for this rater to the newest text. No name: that is on the paper.

    Raises:
        DomainError: the rater needs nobody's consent or has it (409); the day lies ahead.
    """
    if given_on > timezone.localdate(now):
        raise DomainError(Code.INVALID, _("This day has not come yet."))
    if relationship not in ProxyConsent.Relationship.values:
        raise DomainError(Code.INVALID, _("Say who consented."))
    with transaction.atomic():
        hold_place(rater)
        version = ConsentVersion.objects.filter(study=rater.study_id).order_by("-number").first()
        if gate_of(rater) != Gate.PROXY or version is None:
            raise DomainError(Code.STATE_FORBIDS, _("This rater needs nobody else's consent at the moment."))
        proxy = ProxyConsent.objects.create(
            rater=rater, version=version, relationship=relationship, given_on=given_on, recorded_by=actor
        )
        record("proxy.recorded", actor=actor, study=rater.study, about=rater, number=version.number)
        return proxy


def withdraw_proxy(rater: Rater, *, actor: User, now: datetime) -> int:
    """They have taken back their consent: the rater gets no further item. What was given is left as it is:
    leaving, with keep or erase, is the rater's own page or a recorded withdrawal. Twice is once."""
    with transaction.atomic():
        standing = ProxyConsent.objects.filter(rater=rater, withdrawn_at__isnull=True)
        n = standing.update(withdrawn_at=now)
        if n:
            record("proxy.withdrawn", actor=actor, study=rater.study, about=rater)
        return n
