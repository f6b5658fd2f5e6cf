"""The queue: who gets which slot next.

Locks are taken in one order: study, rater, plan, cursor, slot. A rater's own requests (two tabs, a double
click) wait for each other at the rater's cursor; different raters never wait on PostgreSQL, they skip
what another holds. On SQLite the IMMEDIATE transaction is the lock.

Whoever fills a seat walks its sequence first (`annotation.services.seats`), then what is shared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.design.pool import key_ranges, rater_offset
from annotation.errors import Code, DomainError
from annotation.models import Item, Pass, Plan, QueueCursor, Rater, Seat, Slot, User
from annotation.models.plans import SlotQuerySet
from annotation.queries.open_slots import candidates
from annotation.queries.opt_outs import avoided_items
from annotation.services.checks import due_kind, take_check
from annotation.services.clearance import plan_for, training_slot
from annotation.services.own_slots import expiry, take_back
from annotation.services.presence import hold_place
from annotation.services.seats import ROUNDS, SKIPPING_ROUNDS, seat_of, share_unwanted
from annotation.services.wellbeing import end_pause, note_item


@dataclass(frozen=True)
class Claim:
    """A slot in a rater's hands. `position`: the rater's n-th served item of the plan, from 1."""

    slot: Slot
    position: int


def lock_rater(plan: Plan, rater: Rater) -> QueueCursor:
    """Make this rater's requests about a plan wait for each other until the transaction ends.

    Raises:
        DomainError: STATE_FORBIDS (409) where the rater has left the study.
    """
    hold_place(rater)
    offset = rater_offset(plan.seed, rater.pseudonym)
    QueueCursor.objects.get_or_create(plan=plan, rater=rater, defaults={"offset": offset})
    return QueueCursor.objects.select_for_update().get(plan=plan, rater=rater)


def _lock_first(slots: SlotQuerySet, *, skip: bool) -> Slot | None:
    can_skip = connection.features.has_select_for_update_skip_locked
    return slots.select_for_update(skip_locked=skip and can_skip, of=("self",) if can_skip else ()).first()


def _take(slots: SlotQuerySet, rater: Rater, now: datetime, *, skip: bool) -> Slot | None:
    """Claim the first of `slots`; None when there is none or another was faster."""
    slot = _lock_first(slots, skip=skip)
    if slot is None:
        return None
    taken = Slot.objects.filter(pk=slot.pk).open_at(now)
    changed = taken.update(
        state=Slot.State.CLAIMED, rater=rater, claimed_at=now, claim_expires_at=expiry(rater, now)
    )
    if changed != 1:
        return None
    slot.refresh_from_db()
    return slot


def _walks(cursor: QueueCursor, seat: Seat | None, free: SlotQuerySet) -> Iterator[SlotQuerySet]:
    """Where to look in turn: the rater's own sequence, then round the circle of what is shared."""
    if seat is not None:
        yield free.filter(seat=seat).order_by("position")
    shared = free.filter(is_shared=True)
    for low, high in key_ranges(cursor.offset, cursor.last_key):
        in_range = shared.filter(random_key__gte=low, random_key__lt=high)
        yield in_range.order_by("random_key", "number")


def _search(plan: Plan, rater: Rater, cursor: QueueCursor, now: datetime) -> Slot | None:
    seat, free = seat_of(plan, rater), candidates(plan, rater, now)
    # The first rounds skip rows that others hold; later ones wait for them, because the last free slots
    # may all be in the hands of transactions that will roll back.
    for attempt in range(ROUNDS):
        for ordered in _walks(cursor, seat, free):
            slot = _take(ordered, rater, now, skip=attempt < SKIPPING_ROUNDS)
            if slot is not None:
                return slot
        # PostgreSQL drops a row that changed under the lock without trying the next: look again.
        if not free.exists():
            if seat is not None:
                share_unwanted(seat)
            return None
    raise DomainError(Code.LOST_RACE, _("Others took the last free items just now. Please try once more."))


def _held(plan: Plan, rater: Rater, now: datetime) -> Slot | None:
    """The slot this rater holds, its time renewed; an expired claim nobody took is still theirs."""
    held = Slot.objects.filter(plan=plan, rater=rater, state=Slot.State.CLAIMED).first()
    if held is None:
        return None
    still_mine = Slot.objects.filter(pk=held.pk, rater=rater, state=Slot.State.CLAIMED)
    if still_mine.update(claim_expires_at=expiry(rater, now)) != 1:
        return None
    held.refresh_from_db()
    return held


def _next(plan: Plan, rater: Rater, cursor: QueueCursor, now: datetime) -> Slot | None:
    """Of practice or qualification what comes next; of the study's own items the check that is due here,
    else the next free slot on the rater's way."""
    if plan.is_training:
        return training_slot(plan, rater, now=now)
    place = cursor.n_served + 1
    kind = due_kind(plan, rater, place=place)
    # Nobody is called back for a check alone.
    if kind and candidates(plan, rater, now).exists():
        check = take_check(plan, rater, kind=kind, place=place, now=now)
        if check is not None:
            return check
    return _search(plan, rater, cursor, now)


def _serve(cursor: QueueCursor, slot: Slot) -> Claim:
    if not slot.is_own and slot.is_shared:
        cursor.last_key = slot.random_key
    cursor.n_served += 1
    cursor.save(update_fields=["last_key", "n_served"])
    return Claim(slot, cursor.n_served)


def _take_begun(plan: Plan, rater: Rater, begun: Collection[int], now: datetime) -> Slot | None:
    """One of the slots the rater had begun before a pause, where nobody else took it meanwhile."""
    if not begun:
        return None
    own = Slot.objects.filter(plan=plan, pk__in=begun, number=rater.pk, state=Slot.State.OPEN)
    own = own.exclude(item__in=avoided_items([rater]))
    made_for_them = next((slot for slot in own if slot.is_own), None)
    if made_for_them is not None:
        return take_back(made_for_them, rater, now=now)
    return _take(candidates(plan, rater, now).filter(pk__in=begun).order_by("pk"), rater, now, skip=True)


def claim_next(rater: Rater, *, actor: User, now: datetime, begun: Collection[int] = ()) -> Claim | None:
    """The slot the rater holds, one of those in `begun` (ids), or the next free one; None when nothing is
    left for them now. Claiming ends a pause.

    Practice and qualification come before the study's own items (`annotation.services.clearance`).

    Raises:
        DomainError: the study or its stage is not open; the rater is not cleared; every free slot was lost
            to others.
    """
    with transaction.atomic():
        plan = plan_for(rater, now=now)
        cursor = lock_rater(plan, rater)
        held = _held(plan, rater, now)
        end_pause(rater, now=now)
        if held is not None:
            return Claim(held, cursor.n_served)
        slot = _take_begun(plan, rater, begun, now)
        if slot is not None:
            # It has its place on the rater's way already.
            record("slot.claimed", actor=actor, study=rater.study, about=slot)
            return Claim(slot, cursor.n_served)
        slot = _next(plan, rater, cursor, now)
        if slot is None:
            return None
        record("slot.claimed", actor=actor, study=rater.study, about=slot)
        return _serve(cursor, slot)


def release_claim(slot: Slot, rater: Rater, *, actor: User) -> None:
    """Give a claimed slot back. Releasing what one no longer holds changes nothing."""
    with transaction.atomic():
        if _open_again(slot, rater):
            record("slot.released", actor=actor, study=rater.study, about=slot)


def release_held(rater: Rater, *, items: QuerySet[Item]) -> None:
    """Give back what a rater who rests, or would rather not see it, holds of `items`."""
    with transaction.atomic():
        for slot in Slot.objects.filter(rater=rater, state=Slot.State.CLAIMED, item__in=items):
            if _open_again(slot, rater):
                # Neither slot nor rater: whoever reads the trail need not learn who needed a rest.
                record("slot.released", actor=None, study=rater.study)


def _open_again(slot: Slot, rater: Rater) -> bool:
    mine = Slot.objects.filter(pk=slot.pk, rater=rater, state=Slot.State.CLAIMED)
    return bool(mine.update(state=Slot.State.OPEN, rater=None, claimed_at=None, claim_expires_at=None))


def pass_item(slot: Slot, rater: Rater, *, actor: User, reason: str, now: datetime) -> Pass:
    """Skip: the slot opens for others and does not come back to this rater unless asked."""
    with transaction.atomic():
        hold_place(rater)
        if not _open_again(slot, rater):
            raise DomainError(Code.CLAIM_EXPIRED, _("This item is no longer in your hands: nothing to skip."))
        if slot.seat_id is not None:
            # In a planned sequence too, others may take what its rater will not.
            Slot.objects.filter(pk=slot.pk).update(is_shared=True)
        passed, _made = Pass.objects.update_or_create(
            plan=slot.plan,
            item=slot.item,
            rater=rater,
            defaults={"reason": reason.strip(), "passed_at": now, "withdrawn_at": None},
        )
        # Neither reason nor rater: whoever reads the trail need not learn what somebody could not bear.
        record("item.passed", actor=None, study=rater.study)
        return passed


def _own_again(plan: Plan, item: Item, rater: Rater, now: datetime) -> Slot | None:
    """A slot made for this rater, which they had skipped."""
    own = Slot.objects.filter(plan=plan, item=item, number=rater.pk, state=Slot.State.OPEN)
    own = own.exclude(item__in=avoided_items([rater]))
    skipped = own.exclude(purpose__in=[Slot.Purpose.QUOTA, Slot.Purpose.SURPLUS]).order_by("-pk").first()
    return None if skipped is None else take_back(skipped, rater, now=now)


def return_to_item(item: Item, rater: Rater, *, actor: User, now: datetime) -> Claim:
    """Take back a skip and claim the item, if it still needs a rating of the rater's group."""
    with transaction.atomic():
        plan = plan_for(rater, now=now)
        cursor = lock_rater(plan, rater)
        held = Slot.objects.filter(plan=plan, rater=rater, state=Slot.State.CLAIMED).first()
        if held is not None:
            _open_again(held, rater)
        Pass.objects.filter(plan=plan, item=item, rater=rater).update(withdrawn_at=now)
        slot = _own_again(plan, item, rater, now) or _take(
            candidates(plan, rater, now).filter(item=item), rater, now, skip=False
        )
        if slot is None:
            raise DomainError(Code.NOTHING_LEFT, _("Others have rated this item in the meantime. Thank you."))
        record("slot.claimed", actor=actor, study=rater.study, about=slot)
        cursor.n_served += 1
        cursor.save(update_fields=["n_served"])
        return Claim(slot, cursor.n_served)


def _complete_other(slot: Slot, rater: Rater, now: datetime) -> Slot | None:
    """A late rating takes another free slot of the same item and group, none planned for somebody else."""
    free = Slot.objects.filter(plan=slot.plan_id, item=slot.item_id, group=slot.group_id)
    free = free.filter(Q(is_shared=True) | Q(seat__rater=rater) | Q(pk=slot.pk))
    other = _lock_first(free.counting().open_at(now).order_by("number"), skip=False)
    if other is None:
        return None
    done = Slot.objects.filter(pk=other.pk).open_at(now)
    changed = done.update(
        state=Slot.State.DONE,
        rater=rater,
        claimed_at=slot.claimed_at,
        claim_expires_at=None,
        completed_at=now,
    )
    return other if changed == 1 else None


def _complete_own(slot: Slot, rater: Rater, now: datetime) -> Slot:
    """A slot made for this rater that was given back meanwhile: nobody else can have taken it."""
    given_back = Slot.objects.filter(pk=slot.pk, state=Slot.State.OPEN, number=rater.pk)
    if given_back.update(state=Slot.State.DONE, rater=rater, claimed_at=now, completed_at=now) != 1:
        raise DomainError(
            Code.LOST_RACE, _("This item changed in another tab just now. Please load it again.")
        )
    return slot


def complete_slot(slot: Slot, rater: Rater, *, now: datetime) -> Slot:
    """Mark a slot as done by this rater; returns the slot the rating belongs to.

    Called inside the transaction that stores the rating. A claim that expired and was taken by another
    moves to a free slot of the same item and group, else to a surplus slot outside the quota: what
    somebody has written is never discarded.
    """
    lock_rater(slot.plan, rater)
    note_item(rater, is_heavy=slot.item.is_heavy, now=now)
    mine = Slot.objects.filter(pk=slot.pk, rater=rater, state=Slot.State.CLAIMED)
    if mine.update(state=Slot.State.DONE, completed_at=now, claim_expires_at=None) == 1:
        slot.refresh_from_db()
        return slot
    if Slot.objects.filter(rater=rater).judging_with(slot).done().exists():
        raise DomainError(Code.LOST_RACE, _("You have already rated this item. You can revise that rating."))
    other = _complete_own(slot, rater, now) if slot.is_own else _complete_other(slot, rater, now)
    if other is not None:
        other.refresh_from_db()
        return other
    return Slot.objects.create(
        plan=slot.plan,
        item=slot.item,
        group=slot.group,
        rubric_version=slot.rubric_version,
        purpose=Slot.Purpose.SURPLUS,
        # A rater rates an item once, so the rater's own number keeps surplus slots apart without a race.
        number=rater.pk,
        state=Slot.State.DONE,
        rater=rater,
        completed_at=now,
    )
