"""Consent to a versioned text, tick by tick."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Consent, ConsentTick, ConsentVersion, Rater, TickAnswer, User
from annotation.queries.consent import newest_consent, tick_states
from annotation.services.approvals import refuse_closed_enrolment
from annotation.services.legal_gate import refuse_unscreened
from annotation.services.presence import hold_place


def _refuse_old(version: ConsentVersion) -> None:
    newest = ConsentVersion.objects.filter(study=version.study_id).order_by("-number").first()
    if newest is None or newest.pk != version.pk:
        raise DomainError(
            Code.STALE_REVISION, _("The consent text has changed since you opened it. Please read it again.")
        )


def _refuse_gaps(ticks: Sequence[ConsentTick], ticked: Collection[str]) -> None:
    lacking = [
        _("Not ticked: %(words)s") % {"words": tick.words}
        for tick in ticks
        if tick.is_required and tick.key not in ticked
    ]
    if lacking:
        raise DomainError(Code.INVALID, _("Taking part needs every tick that is not optional."), lacking)


def _store(consent: Consent, ticks: Sequence[ConsentTick], ticked: Collection[str], at: datetime) -> None:
    for tick in ticks:
        TickAnswer.objects.create(consent=consent, tick=tick, is_agreed=tick.key in ticked, answered_at=at)


def give_consent(
    rater: Rater, version: ConsentVersion, *, actor: User, ticked: Collection[str] | None = None
) -> Consent:
    """Store agreement to this version with the answer to each tick. Giving it twice changes nothing.

    Args:
        ticked: keys of the ticks that were ticked; by default those without which nobody takes part.

    Raises:
        DomainError: an old version (409), a needed tick is missing (400), the rater has left (409), it would
            be the first and no ethics approval holds (409).
    """
    ticks = list(version.ticks.all())
    if ticked is None:
        ticked = {tick.key for tick in ticks if tick.is_required}
    _refuse_gaps(ticks, ticked)
    refuse_unscreened(rater)
    with transaction.atomic():
        hold_place(rater)
        _refuse_old(version)
        now = timezone.now()
        if newest_consent(rater) is None:
            refuse_closed_enrolment(rater.study, now=now)
        consent, is_new = Consent.objects.get_or_create(
            rater=rater, version=version, defaults={"given_at": now, "language": version.language}
        )
        if is_new:
            _store(consent, ticks, ticked, now)
            record("consent.given", actor=actor, study=rater.study, about=rater, number=version.number)
        return consent


def change_ticks(rater: Rater, *, actor: User, ticked: Collection[str]) -> Consent:
    """Think again about the optional ticks of what was agreed to last; the others stay as they are.

    Raises:
        DomainError: the rater has agreed to nothing yet, or has left (409).
    """
    with transaction.atomic():
        hold_place(rater)
        consent = newest_consent(rater)
        if consent is None:
            raise DomainError(Code.STATE_FORBIDS, _("You have not agreed to a consent text yet."))
        optional = [state for state in tick_states(consent) if not state.tick.is_required]
        changed = [one.tick for one in optional if one.answer.is_agreed != (one.tick.key in ticked)]
        if changed:
            _store(consent, changed, ticked, timezone.now())
            number = consent.version.number
            record("consent.changed", actor=actor, study=rater.study, about=rater, number=number)
        return consent
