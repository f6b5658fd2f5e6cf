"""Sign-off of a data set: two people in two capacities sign one snapshot, and the records are locked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import LockSignature, Member, RecordLock, Role, Study, User
from annotation.queries.record_lock import is_locked

# Which role of the study it takes to sign in which capacity.
CAPACITY_ROLES = {
    LockSignature.Capacity.INVESTIGATOR: Role.OWNER,
    LockSignature.Capacity.ANALYST: Role.RESEARCHER,
}


def refuse_locked(study: Study | int) -> None:
    """Raises DomainError (409) where the study's records are signed and locked."""
    if is_locked(study):
        raise DomainError(
            Code.STATE_FORBIDS,
            _("The records of this study are signed and locked: nothing can be rated, changed or reopened."),
        )


def _closed(study: Study) -> Study:
    """The study, held. What is signed must not grow while it is signed."""
    held = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    if held.state != Study.State.CLOSED:
        raise DomainError(
            Code.STATE_FORBIDS, _("Close the study first: a data set that still grows is not signed.")
        )
    return held


def open_lock(study: Study, *, actor: User, digest: str) -> RecordLock:
    """Put a snapshot up for signing, by its digest. The same one again changes nothing.

    Raises:
        DomainError: the study is not closed, or another data set is signed or up for signing (409).
    """
    with transaction.atomic():
        held = _closed(study)
        standing = RecordLock.objects.filter(study=held, lifted_at__isnull=True).first()
        if standing is not None and standing.digest == digest:
            return standing
        if standing is not None:
            raise DomainError(Code.STATE_FORBIDS, _("Another data set is up for signing, or locked already."))
        lock = RecordLock.objects.create(study=held, digest=digest, opened_by=actor)
        record("lock.opened", actor=actor, study=held, about=lock, digest=digest)
        return lock


def _refuse_capacity(study: Study, actor: User, capacity: str) -> None:
    if capacity not in LockSignature.Capacity.values:
        raise DomainError(Code.INVALID, _("Choose in which capacity you sign."))
    member = Member.objects.filter(study=study, user=actor, left_at__isnull=True).first()
    role = CAPACITY_ROLES[LockSignature.Capacity(capacity)]
    if member is None or role not in member.role_set():
        raise DomainError(Code.NOT_ALLOWED, _("Your role in this study does not include this signature."))


def sign_lock(
    lock: RecordLock, *, actor: User, capacity: str, name: str, meaning: str, now: datetime
) -> LockSignature:
    """Sign with name, capacity and meaning. With the second signature the records are locked.

    Raises:
        DomainError: the role does not allow it (403); somebody signed in this capacity, or the actor has
            signed already (409); name or meaning are missing.
    """
    if not name.strip() or not meaning.strip():
        raise DomainError(Code.INVALID, _("A signature needs your name and what you sign for."))
    with transaction.atomic():
        study = _closed(lock.study)
        held = RecordLock.objects.select_for_update(of=("self",)).get(pk=lock.pk)
        _refuse_capacity(study, actor, capacity)
        others = list(held.signatures.all())
        if held.lifted_at or any(one.capacity == capacity or one.signed_by_id == actor.pk for one in others):
            raise DomainError(
                Code.STATE_FORBIDS,
                _(
                    "Two different people sign, each in a capacity of their own. This one is taken, or you "
                    "have signed already."
                ),
            )
        signature = LockSignature.objects.create(
            lock=held, signed_by=actor, capacity=capacity, name=name.strip(), meaning=meaning.strip()
        )
        record("lock.signed", actor=actor, study=study, about=held, digest=held.digest, capacity=capacity)
        if len(others) + 1 == len(LockSignature.Capacity.values):
            held.locked_at = now
            held.save(update_fields=["locked_at"])
            record("lock.locked", actor=actor, study=study, about=held, digest=held.digest)
        return signature


def lift_lock(lock: RecordLock, *, actor: User, why: str, now: datetime) -> RecordLock:
    """Undo a lock, or take a data set back from signing. The signatures stay on record. Twice is once."""
    if not why.strip():
        raise DomainError(Code.INVALID, _("Say why."))
    with transaction.atomic():
        standing = RecordLock.objects.filter(pk=lock.pk, lifted_at__isnull=True)
        if standing.update(lifted_at=now, lifted_why=why.strip(), lifted_by=actor):
            record("lock.lifted", actor=actor, study=lock.study, about=lock, digest=lock.digest)
        lock.refresh_from_db()
        return lock
