"""Ethics approvals, and who may take part."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import EthicsApproval, EthicsSettings, Study, User
from annotation.queries.enrolment import enrolment_closed

MAX_AGE = 99


def refuse_closed_enrolment(study: Study, *, now: datetime) -> None:
    """Raises DomainError (409) with the reason while nobody new can take part."""
    reason = enrolment_closed(study, now=now)
    if reason is not None:
        raise DomainError(Code.STATE_FORBIDS, reason)


def add_approval(
    study: Study,
    *,
    actor: User,
    board: str,
    number: str,
    valid_from: date,
    valid_until: date | None = None,
    note: str = "",
) -> EthicsApproval:
    """Record an approval or its renewal. Earlier ones stay.

    Raises:
        DomainError: the board or the number is missing, or it would end before it begins.
    """
    if not board.strip() or not number.strip():
        raise DomainError(Code.INVALID, _("Name the board and the number of its approval."))
    if valid_until is not None and valid_until < valid_from:
        raise DomainError(Code.INVALID, _("The last day lies before the first."))
    with transaction.atomic():
        approval = EthicsApproval.objects.create(
            study=study,
            board=board.strip(),
            number=number.strip(),
            valid_from=valid_from,
            valid_until=valid_until,
            note=note.strip(),
        )
        until = valid_until.isoformat() if valid_until else None
        days = {"valid_from": valid_from.isoformat(), "valid_until": until}
        record("approval.added", actor=actor, study=study, about=approval, number=number.strip(), **days)
        return approval


def withdraw_approval(
    approval: EthicsApproval, *, actor: User, why: str, now: datetime, is_mistake: bool = False
) -> EthicsApproval:
    """It holds no longer. One entered by mistake counts as if it had never been. Twice is once."""
    if not why.strip():
        raise DomainError(Code.INVALID, _("Say why."))
    with transaction.atomic():
        living = EthicsApproval.objects.filter(pk=approval.pk, withdrawn_at__isnull=True)
        if living.update(withdrawn_at=now, withdrawn_why=why.strip(), is_mistake=is_mistake):
            study, said = approval.study, {"is_mistake": is_mistake}
            record("approval.withdrawn", actor=actor, study=study, about=approval, **said)
        approval.refresh_from_db()
        return approval


def update_ethics(
    study: Study,
    *,
    actor: User,
    pauses_rating: bool,
    minimum_age: int | None,
    asks_capacity: bool,
    takes_proxy: bool,
) -> EthicsSettings:
    """Who may take part, and whether a passed approval stops rating too.

    Raises:
        DomainError: an age that nobody reaches; a proxy where nothing is asked that one could lack.
    """
    if minimum_age is not None and not 1 <= minimum_age <= MAX_AGE:
        raise DomainError(Code.INVALID, _("The minimum age lies between 1 and 99."))
    if takes_proxy and minimum_age is None and not asks_capacity:
        raise DomainError(
            Code.INVALID, _("Consent for others needs a minimum age, or the question about deciding alone.")
        )
    chosen = {
        "pauses_rating": pauses_rating,
        "minimum_age": minimum_age,
        "asks_capacity": asks_capacity,
        "takes_proxy": takes_proxy,
    }
    with transaction.atomic():
        settings, _made = EthicsSettings.objects.update_or_create(study=study, defaults=chosen)
        record("ethics.described", actor=actor, study=study, about=study, **chosen)
        return settings
