"""Asking a rater to look at a rating again: the rating stays, a revision may follow."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Rater, Slot, Study, User
from rating.models import Rating, SecondLook

MAX_LENGTH = 1000
# Answers to what a rater is examined by, or has been told the answer of, are not asked for twice.
ASKED_OF = (Slot.Purpose.QUOTA, Slot.Purpose.SURPLUS)


def may_be_asked(rating: Rating) -> bool:
    """Whether there is somebody to ask, and something that they may revise."""
    rater = rating.rater
    is_here = rater.origin == Rater.Origin.ACCOUNT and rater.member is not None
    return bool(
        is_here
        and rating.slot.purpose in ASKED_OF
        and not rating.slot.plan.is_training
        and rating.slot.plan.study.state in {Study.State.OPEN, Study.State.PAUSED}
    )


def ask_for_second_look(rating: Rating, *, actor: User, reason: str, now: datetime) -> SecondLook:
    """Ask the rater to look at this rating again.

    Raises:
        DomainError: INVALID without a reason; STATE_FORBIDS where nobody can revise it; LOST_RACE where the
            rater has been asked already.
    """
    reason = reason.strip()
    if not reason or len(reason) > MAX_LENGTH:
        raise DomainError(
            Code.INVALID, _("Say in at most %(n)s characters what to look at.") % {"n": MAX_LENGTH}
        )
    if not may_be_asked(rating):
        raise DomainError(
            Code.STATE_FORBIDS, _("Nobody can revise this rating: its rater or its stage is no longer there.")
        )
    try:
        with transaction.atomic():
            look = SecondLook.objects.create(rating=rating, reason=reason, asked_by=actor, asked_at=now)
            record("rating.second_look_asked", actor=actor, study=rating.rater.study, about=rating)
    except IntegrityError as error:
        raise DomainError(
            Code.LOST_RACE, _("This rater has been asked to look at it again already.")
        ) from error
    return look


def withdraw_second_look(look: SecondLook, *, actor: User, now: datetime) -> None:
    """Take the question back. One that is closed already stays as it is."""
    _close(look, actor=actor, now=now, kind="rating.second_look_withdrawn", is_withdrawn=True)


def keep_as_it_is(look: SecondLook, *, actor: User, now: datetime) -> None:
    """The rater has looked and leaves the rating as it is."""
    _close(look, actor=actor, now=now, kind="rating.second_look_kept", is_withdrawn=False)


def _close(look: SecondLook, *, actor: User, now: datetime, kind: str, is_withdrawn: bool) -> None:
    with transaction.atomic():
        still_open = SecondLook.objects.filter(pk=look.pk, closed_at__isnull=True)
        if still_open.update(closed_at=now, is_withdrawn=is_withdrawn):
            record(kind, actor=actor, study=look.rating.rater.study, about=look.rating)


def close_by_revision(rating: Rating, *, now: datetime) -> None:
    """What was asked of an earlier revision of this rating's slot is answered by it."""
    asked = SecondLook.objects.filter(rating__slot=rating.slot_id, closed_at__isnull=True)
    asked.update(closed_at=now, revision=rating)
