"""Slots made for one rater: practice, qualification, gold, repeats, attention checks."""

from __future__ import annotations

from datetime import datetime, timedelta

from annotation.models import Plan, Rater, Slot


def expiry(rater: Rater, now: datetime) -> datetime:
    return now + timedelta(minutes=rater.study.claim_minutes)


def take_own(
    plan: Plan, rater: Rater, item: int, *, purpose: str, occurrence: int, now: datetime
) -> Slot | None:
    """The rater's own slot of an item (its key), in their hands; None where it is done already.

    Called under the rater's lock of the plan (`queue.lock_rater`). A slot that was given back is taken again.
    """
    mine = {"rater": rater, "claimed_at": now, "claim_expires_at": expiry(rater, now)}
    slot, is_new = Slot.objects.get_or_create(
        plan=plan,
        item_id=item,
        group_id=rater.group_id,
        purpose=purpose,
        occurrence=occurrence,
        number=rater.pk,
        defaults={"rubric_version_id": plan.rubric_version_id, "state": Slot.State.CLAIMED, **mine},
    )
    if not is_new:
        free = Slot.objects.filter(pk=slot.pk, state=Slot.State.OPEN)
        if free.update(state=Slot.State.CLAIMED, **mine) != 1:
            return None
        slot.refresh_from_db()
    return slot


def take_back(slot: Slot, rater: Rater, *, now: datetime) -> Slot | None:
    """The rater's own slot that they had given back, in their hands again."""
    return take_own(slot.plan, rater, slot.item_id, purpose=slot.purpose, occurrence=slot.occurrence, now=now)
