"""Who sits where: filling seats, freeing them, opening what their raters will not rate.

A rater takes a seat when they first ask for an item and keeps it until they leave or a coordinator frees it.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Plan, Rater, Seat, Slot, User

SKIPPING_ROUNDS = 2
ROUNDS = 8


def seat_of(plan: Plan, rater: Rater) -> Seat | None:
    """The rater's seat, or the first free one of their group, taken for them; None where all are filled.

    Called under the rater's lock of the plan. One query in a pool, where a seat holds only what was assigned.
    """
    own = Seat.objects.filter(plan=plan, rater=rater).first()
    if own is not None or not plan.is_seated:
        return own
    free = Seat.objects.filter(plan=plan, group=rater.group_id, rater__isnull=True).order_by("number")
    can_skip = connection.features.has_select_for_update_skip_locked
    for attempt in range(ROUNDS):
        skips = can_skip and attempt < SKIPPING_ROUNDS
        seat = free.select_for_update(skip_locked=skips, of=("self",) if can_skip else ()).first()
        if seat is not None:
            taken = Seat.objects.filter(pk=seat.pk, rater__isnull=True)
            if taken.update(rater=rater, filled_at=timezone.now()) == 1:
                record("seat.filled", actor=None, study=plan.study, about=rater, seat=seat.code)
                return Seat.objects.get(pk=seat.pk)
        elif not free.exists():
            return None
    raise DomainError(Code.LOST_RACE, _("Others took the last free seats just now. Please try once more."))


def free_seats_of(rater: Rater, *, actor: User | None) -> None:
    """Whoever leaves makes room: what they have not rated waits for the next in the seat."""
    with transaction.atomic():
        for seat in Seat.objects.filter(rater=rater):
            Seat.objects.filter(pk=seat.pk).update(rater=None, filled_at=None)
            # About the rater: what is told of somebody goes when they have it erased.
            record("seat.freed", actor=actor, study=rater.study, about=rater, seat=seat.code)


def free_seat(seat: Seat, *, actor: User, reason: str) -> None:
    """Take a rater who stays away out of a seat; what they hold is given back, what they rated stays.

    Raises:
        DomainError: no reason; nobody sits there (409).
    """
    if not reason.strip():
        raise DomainError(Code.INVALID, _("Please say why: the reason is kept in the study's record."))
    with transaction.atomic():
        filled = Seat.objects.select_for_update(of=("self",)).select_related("rater")
        held = filled.filter(pk=seat.pk, rater__isnull=False).first()
        if held is None:
            raise DomainError(Code.STATE_FORBIDS, _("Nobody fills this seat at the moment."))
        claims = Slot.objects.filter(plan=seat.plan_id, rater=held.rater_id, state=Slot.State.CLAIMED)
        claims.update(state=Slot.State.OPEN, rater=None, claimed_at=None, claim_expires_at=None)
        Seat.objects.filter(pk=seat.pk).update(rater=None, filled_at=None)
        told = {"seat": seat.code, "reason": reason.strip()}
        record("seat.freed", actor=actor, study=seat.plan.study, about=held.rater, **told)


def share_slots(plan: Plan, *, actor: User, group_key: str = "") -> int:
    """Let any rater of the group take what waits in planned sequences; returns how many slots.

    Each rater comes to it after their own sequence. Balance gives way to coverage: for the end of a stage.
    """
    with transaction.atomic():
        waiting = Slot.objects.filter(plan=plan, is_shared=False).exclude(state=Slot.State.DONE)
        if group_key:
            waiting = waiting.filter(group__key=group_key)
        n = waiting.update(is_shared=True)
        record("plan.shared", actor=actor, study=plan.study, about=plan, group=group_key, n_slots=n)
        return n


def share_unwanted(seat: Seat) -> int:
    """What is left of a sequence that its rater will not or may not rate goes to the others of the group."""
    left = Slot.objects.filter(seat=seat, is_shared=False, state=Slot.State.OPEN)
    return left.update(is_shared=True)
