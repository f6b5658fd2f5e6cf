"""The queue: who gets which slot next.

Locks are taken in one order: study, plan, cursor, slot. A rater's own requests (two tabs, a double
click) wait for each other at the rater's cursor; different raters never wait on PostgreSQL, they skip
what another holds. On SQLite the IMMEDIATE transaction is the lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from annotation.audit import record
from annotation.design.pool import key_ranges, rater_offset
from annotation.errors import Code, DomainError
from annotation.models import Item, Pass, Plan, QueueCursor, Rater, Slot, Study, User
from annotation.models.plans import SlotQuerySet

# The first rounds skip rows that others hold; later ones wait for them, because the last free slots
# may all be in the hands of transactions that will roll back.
SKIPPING_ROUNDS = 2
ROUNDS = 8


@dataclass(frozen=True)
class Claim:
    """A slot in a rater's hands. `position`: the rater's n-th served item of the plan, from 1."""

    slot: Slot
    position: int


def open_plan_of(study: Study) -> Plan:
    """The plan raters claim from; refuses when the study or its stage is not open."""
    # Asked of the database: the caller's object may be older than a pause.
    if not Study.objects.filter(pk=study.pk, state=Study.State.OPEN).exists():
        raise DomainError(Code.STUDY_NOT_OPEN, "This study is not open for rating at the moment.")
    plan = Plan.objects.filter(study=study, state=Plan.State.OPEN).first()
    if plan is None:
        raise DomainError(Code.STUDY_NOT_OPEN, "No stage of this study is open for rating at the moment.")
    return plan


def lock_rater(plan: Plan, rater: Rater) -> QueueCursor:
    """Make this rater's requests about a plan wait for each other until the transaction ends."""
    offset = rater_offset(plan.seed, rater.pseudonym)
    QueueCursor.objects.get_or_create(plan=plan, rater=rater, defaults={"offset": offset})
    return QueueCursor.objects.select_for_update().get(plan=plan, rater=rater)


def _expiry(rater: Rater, now: datetime) -> datetime:
    return now + timedelta(minutes=rater.study.claim_minutes)


def candidates(plan: Plan, rater: Rater, now: datetime) -> SlotQuerySet:
    """Free slots of the rater's group on items this rater has neither rated nor passed."""
    mine = Slot.objects.filter(plan=plan, rater=rater, item=OuterRef("item"))
    passed = Pass.objects.filter(plan=plan, rater=rater, item=OuterRef("item"), withdrawn_at__isnull=True)
    free = Slot.objects.filter(plan=plan, group=rater.group_id).counting().open_at(now)
    return free.filter(~Exists(mine), ~Exists(passed))


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
        state=Slot.State.CLAIMED, rater=rater, claimed_at=now, claim_expires_at=_expiry(rater, now)
    )
    if changed != 1:
        return None
    slot.refresh_from_db()
    return slot


def _search(plan: Plan, rater: Rater, cursor: QueueCursor, now: datetime) -> Slot | None:
    for attempt in range(ROUNDS):
        for low, high in key_ranges(cursor.offset, cursor.last_key):
            in_range = candidates(plan, rater, now).filter(random_key__gte=low, random_key__lt=high)
            ordered = in_range.order_by("random_key", "number")
            slot = _take(ordered, rater, now, skip=attempt < SKIPPING_ROUNDS)
            if slot is not None:
                return slot
        # PostgreSQL drops a row that changed under the lock without trying the next: look again.
        if not candidates(plan, rater, now).exists():
            return None
    raise DomainError(Code.LOST_RACE, "Others took the last free items just now. Please try once more.")


def _held(plan: Plan, rater: Rater, now: datetime) -> Slot | None:
    """The slot this rater holds, its time renewed; an expired claim nobody took is still theirs."""
    held = Slot.objects.filter(plan=plan, rater=rater, state=Slot.State.CLAIMED).first()
    if held is None:
        return None
    still_mine = Slot.objects.filter(pk=held.pk, rater=rater, state=Slot.State.CLAIMED)
    if still_mine.update(claim_expires_at=_expiry(rater, now)) != 1:
        return None
    held.refresh_from_db()
    return held


def _serve(cursor: QueueCursor, slot: Slot) -> Claim:
    cursor.last_key = slot.random_key
    cursor.n_served += 1
    cursor.save(update_fields=["last_key", "n_served"])
    return Claim(slot, cursor.n_served)


def claim_next(rater: Rater, *, actor: User, now: datetime) -> Claim | None:
    """The slot the rater holds, or the next free one; None when nothing is left for them now.

    Raises:
        DomainError: the study or its stage is not open; every free slot was lost to others.
    """
    with transaction.atomic():
        plan = open_plan_of(rater.study)
        cursor = lock_rater(plan, rater)
        held = _held(plan, rater, now)
        if held is not None:
            return Claim(held, cursor.n_served)
        slot = _search(plan, rater, cursor, now)
        if slot is None:
            return None
        record("slot.claimed", actor=actor, study=rater.study, about=slot)
        return _serve(cursor, slot)


def release_claim(slot: Slot, rater: Rater, *, actor: User) -> None:
    """Give a claimed slot back, e.g. for a pause. Releasing what one no longer holds changes nothing."""
    with transaction.atomic():
        if _open_again(slot, rater):
            record("slot.released", actor=actor, study=rater.study, about=slot)


def _open_again(slot: Slot, rater: Rater) -> bool:
    mine = Slot.objects.filter(pk=slot.pk, rater=rater, state=Slot.State.CLAIMED)
    return bool(mine.update(state=Slot.State.OPEN, rater=None, claimed_at=None, claim_expires_at=None))


def pass_item(slot: Slot, rater: Rater, *, actor: User, reason: str, now: datetime) -> Pass:
    """Skip: the slot opens for others and does not come back to this rater unless asked."""
    with transaction.atomic():
        if not _open_again(slot, rater):
            raise DomainError(Code.CLAIM_EXPIRED, "This item is no longer in your hands: nothing to skip.")
        passed, _ = Pass.objects.update_or_create(
            plan=slot.plan,
            item=slot.item,
            rater=rater,
            defaults={"reason": reason.strip(), "passed_at": now, "withdrawn_at": None},
        )
        # Neither reason nor rater: whoever reads the trail need not learn what somebody could not bear.
        record("item.passed", actor=None, study=rater.study)
        return passed


def return_to_item(item: Item, rater: Rater, *, actor: User, now: datetime) -> Claim:
    """Take back a skip and claim the item, if it still needs a rating of the rater's group."""
    with transaction.atomic():
        plan = open_plan_of(rater.study)
        cursor = lock_rater(plan, rater)
        held = Slot.objects.filter(plan=plan, rater=rater, state=Slot.State.CLAIMED).first()
        if held is not None:
            _open_again(held, rater)
        Pass.objects.filter(plan=plan, item=item, rater=rater).update(withdrawn_at=now)
        slot = _take(candidates(plan, rater, now).filter(item=item), rater, now, skip=False)
        if slot is None:
            raise DomainError(Code.NOTHING_LEFT, "Others have rated this item in the meantime. Thank you.")
        record("slot.claimed", actor=actor, study=rater.study, about=slot)
        cursor.n_served += 1
        cursor.save(update_fields=["n_served"])
        return Claim(slot, cursor.n_served)


def _complete_other(slot: Slot, rater: Rater, now: datetime) -> Slot | None:
    """A late rating takes another free slot of the same item and group."""
    free = Slot.objects.filter(plan=slot.plan_id, item=slot.item_id, group=slot.group_id)
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


def complete_slot(slot: Slot, rater: Rater, *, now: datetime) -> Slot:
    """Mark a slot as done by this rater; returns the slot the rating belongs to.

    Called inside the transaction that stores the rating. A claim that expired and was taken by another
    moves to a free slot of the same item and group, else to a surplus slot outside the quota: what
    somebody has written is never discarded.
    """
    lock_rater(slot.plan, rater)
    mine = Slot.objects.filter(pk=slot.pk, rater=rater, state=Slot.State.CLAIMED)
    if mine.update(state=Slot.State.DONE, completed_at=now, claim_expires_at=None) == 1:
        slot.refresh_from_db()
        return slot
    if Slot.objects.filter(plan=slot.plan_id, item=slot.item_id, rater=rater).done().exists():
        raise DomainError(Code.LOST_RACE, "You have already rated this item. You can revise that rating.")
    other = _complete_other(slot, rater, now)
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
