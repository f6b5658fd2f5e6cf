"""Leaving a study: keep or erase what was given, until the data freeze, with a receipt.

Locks: study, then rater. Whoever writes for a rater holds the rater's place
(`annotation.services.presence`), so a submission in flight is erased with the rest or refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.audit import record
from annotation.erasers import counts_of
from annotation.errors import Code, DomainError
from annotation.models import Consent, Departure, Member, Rater, Role, RoleGrant, Slot, Study, User
from annotation.models.base import ALPHABET
from annotation.models.leaving import RECEIPT_LENGTH
from annotation.queries.consent import consent_statement
from annotation.queries.leaving import is_frozen
from annotation.queries.sites import raters_seen_by
from annotation.services.erasure import erase_membership, erase_rater, run_always
from annotation.services.presence import LEFT
from annotation.services.queue import release_claim
from annotation.services.seats import free_seats_of
from annotation.services.tombstones import departure_again

Choice = Literal["keep", "erase"]
FROZEN = gettext_lazy(
    "The data of this study were frozen, as it was announced. What was given until then is part of results "
    "that are already out, and can no longer be taken back from them. Leaving is possible, without erasing."
)


def _refuse_frozen(study: Study, choice: Choice, now: datetime) -> None:
    if choice == "erase" and is_frozen(study, now):
        raise DomainError(Code.STATE_FORBIDS, str(FROZEN))


def _earlier(study: Study, rater: Rater, receipt_code: str) -> Departure | None:
    """The departure that a form sent twice has made already; another's receipt code is refused."""
    if len(receipt_code) != RECEIPT_LENGTH or not set(receipt_code) <= set(ALPHABET):
        raise DomainError(Code.INVALID, _("Please load the page again and choose once more."))
    departure = Departure.objects.filter(receipt_code=receipt_code).first()
    if departure is None:
        return None
    if departure.study_id != study.pk or departure.pseudonym != rater.pseudonym:
        raise DomainError(Code.INVALID, _("Please load the page again and choose once more."))
    return departure


def _locked_study(pk: int) -> Study:
    # Without the key: a submission that holds its rater still writes an event that points at the study.
    return Study.objects.select_for_update(no_key=True).get(pk=pk)


def _locked(rater: Rater) -> Rater | None:
    """The rater's row, `FOR UPDATE`: waits for whatever is being written for this rater."""
    raters = Rater.objects.select_for_update(of=("self",)).select_related("group", "study", "member__user")
    return raters.filter(pk=rater.pk).first()


def _depart(study: Study, rater: Rater, receipt_code: str, *, by_letter: bool, now: datetime) -> Departure:
    return Departure.objects.create(
        study=study,
        rater=rater,
        receipt_code=receipt_code,
        pseudonym=rater.pseudonym,
        group_name=rater.group.name,
        left_at=now,
        is_by_letter=by_letter,
        statement={"consents": consent_statement(rater), "given": counts_of(rater)},
    )


def _release_claims(rater: Rater, actor: User) -> None:
    for slot in Slot.objects.filter(rater=rater, state=Slot.State.CLAIMED):
        release_claim(slot, rater, actor=actor)
    free_seats_of(rater, actor=actor)


def _end_membership(rater: Rater, *, is_erased: bool, now: datetime) -> None:
    """Who also runs the study stays in its team, no longer as a rater."""
    member = rater.member
    if member is None:
        return
    RoleGrant.objects.filter(member=member, role=Role.RATER).delete()
    if RoleGrant.objects.filter(member=member).exists():
        Rater.objects.filter(pk=rater.pk).update(member=None)
    elif is_erased:
        erase_membership(member)
    else:
        RoleGrant.objects.create(member=member, role=Role.RATER)
        Member.objects.filter(pk=member.pk, left_at__isnull=True).update(left_at=now)


def leave_study(
    rater: Rater, *, actor: User, choice: Choice, receipt_code: str, now: datetime, by_letter: bool = False
) -> Departure:
    """End a rater's part in a study; with `choice` "erase" everything they gave goes. There is no way back.

    The same receipt code sent twice gives the same departure. `by_letter`: a coordinator records what
    the person asked for; then the rater may also have left before, keeping what they gave.

    Raises:
        DomainError: the data are frozen, or the rater has left already (409).
    """
    with transaction.atomic():
        study = _locked_study(rater.study_id)
        earlier = _earlier(study, rater, receipt_code)
        if earlier is not None:
            return earlier
        held = _locked(rater)
        is_away = held is None or held.member is None or held.member.left_at is not None
        if held is None or (is_away and not by_letter):
            raise DomainError(Code.STATE_FORBIDS, str(LEFT))
        _refuse_frozen(study, choice, now)
        _release_claims(held, actor)
        departure = Departure.objects.filter(rater=held).first() if is_away else None
        departure = departure or _depart(study, held, receipt_code, by_letter=by_letter, now=now)
        record("rater.left", actor=actor, study=study, about=departure)
        return _carried_out(departure, held, actor=actor, choice=choice, now=now)


def leave_by_letter(study: Study, request: Mapping[str, str], *, actor: User, now: datetime) -> Departure:
    """Carry out what somebody asked for in writing: `request` has pseudonym, choice and receipt (its code).

    Raises:
        DomainError: nobody rates here under this pseudonym, or the data are frozen.
    """
    accounts = raters_seen_by(study, actor).filter(origin=Rater.Origin.ACCOUNT)
    raters = accounts.select_related("group", "study")
    rater = raters.filter(pseudonym__iexact=request["pseudonym"].strip()).first()
    if rater is None:
        raise DomainError(
            Code.INVALID, _("Nobody rates with a login under this pseudonym here, or all was erased already.")
        )
    choice: Choice = "erase" if request["choice"] == "erase" else "keep"
    receipt_code = request["receipt"]
    return leave_study(rater, actor=actor, choice=choice, receipt_code=receipt_code, now=now, by_letter=True)


def _carried_out(
    departure: Departure, rater: Rater, *, actor: User | None, choice: Choice, now: datetime
) -> Departure:
    is_erased = choice == "erase"
    if is_erased:
        erase_rater(departure, rater, actor=actor, at=now)
    else:
        run_always(rater)
    _end_membership(rater, is_erased=is_erased, now=now)
    return departure


def erase_after_leaving(departure: Departure, *, now: datetime) -> Departure:
    """Who kept, and holds the receipt, may still have everything erased until the freeze. Twice is once.

    Raises:
        DomainError: the data are frozen (409), or the person is back in the study (409).
    """
    with transaction.atomic():
        study = _locked_study(departure.study_id)
        departure = Departure.objects.select_related("study").get(pk=departure.pk)
        if departure.is_erased:
            return departure
        _refuse_frozen(study, "erase", now)
        rater = _locked(departure.rater) if departure.rater is not None else None
        if rater is None or (rater.member is not None and rater.member.left_at is None):
            raise DomainError(
                Code.STATE_FORBIDS, _("You take part again: sign in, and leave from your own pages.")
            )
        return _carried_out(departure, rater, actor=None, choice="erase", now=now)


def erase_again(tombstone: dict[str, Any]) -> bool:
    """Erase who was erased before and came back with a restored backup; False where nobody did.

    No freeze stands against it: the erasure was carried out once before.
    """
    with transaction.atomic():
        found = departure_again(tombstone)
        rater = _locked(found[1]) if found else None
        if found is None or rater is None:
            return False
        erased_at = datetime.fromisoformat(tombstone["erased_at"])
        _carried_out(found[0], rater, actor=None, choice="erase", now=erased_at)
        return True


def set_data_terms(
    study: Study, *, actor: User, contact: str, data_freeze_at: datetime | None, now: datetime
) -> Study:
    """Whom to write to, and until when raters can have erased what they gave.

    Raises:
        DomainError: the freeze would lie in the past, come earlier than raters were told, or is over (409).
    """
    with transaction.atomic():
        locked = _locked_study(study.pk)
        before = locked.data_freeze_at
        if data_freeze_at != before:
            _refuse_freeze(locked, before, data_freeze_at, now)
        locked.contact, locked.data_freeze_at = contact.strip(), data_freeze_at
        locked.save(update_fields=["contact", "data_freeze_at"])
        frozen = data_freeze_at.isoformat() if data_freeze_at else None
        record("study.data_terms", actor=actor, study=study, about=study, data_freeze_at=frozen)
        return locked


def _refuse_freeze(study: Study, before: datetime | None, wanted: datetime | None, now: datetime) -> None:
    if is_frozen(study, now):
        raise DomainError(Code.STATE_FORBIDS, _("The data are frozen. A freeze that has come is not undone."))
    if wanted is not None and wanted <= now:
        raise DomainError(Code.INVALID, _("Choose a time that is still to come."))
    has_consents = Consent.objects.filter(rater__study=study).exists()
    if before is not None and wanted is not None and wanted < before and has_consents:
        raise DomainError(
            Code.STATE_FORBIDS,
            _("Raters have agreed knowing the later date. The freeze can be moved back, not forward."),
        )
