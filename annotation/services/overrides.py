"""What a coordinator decides by hand against the plan: always with a reason, always in the trail.

Whether somebody has passed an item or opted out of its topic is never told here: what they would rather not
see is not handed to them, whatever was assigned.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.design.eligibility import groups_for, restored
from annotation.errors import Code, DomainError
from annotation.models import Item, Plan, Rater, Seat, Slot, User, Withheld
from annotation.queries.designs import factor_values
from annotation.queries.open_slots import needs_met
from annotation.services.queue import lock_rater
from annotation.services.seats import seat_of


def _refuse_closed(plan: Plan, reason: str) -> None:
    if not reason.strip():
        raise DomainError(Code.INVALID, _("Please say why: the reason is kept in the study's record."))
    if not Plan.objects.of_work().filter(pk=plan.pk, batch=None).exclude(state=Plan.State.CLOSED).exists():
        raise DomainError(Code.STATE_FORBIDS, _("This stage is closed. Start it again to change it."))


def assign_item(plan: Plan, item: Item, rater: Rater, *, actor: User, reason: str) -> Slot:
    """Put an item at the end of a rater's own sequence; in a pool it comes next. An open slot is moved
    there that nobody's sequence holds, else one is added beyond the quota.

    Raises:
        DomainError: it is theirs already, or a rule of the stage forbids it.
    """
    _refuse_closed(plan, reason)
    with transaction.atomic():
        lock_rater(plan, rater)
        mine = Q(rater=rater) | Q(seat__rater=rater, is_shared=False)
        if Slot.objects.filter(mine, plan=plan, item=item).counting().exists():
            raise DomainError(Code.STATE_FORBIDS, _("This item is with this rater already."))
        seat = seat_of(plan, rater) or _further_seat(plan, rater)
        slot = _moved(plan, item, rater, seat) or _added(plan, item, rater, seat)
        _refuse_by_rules(plan, item, rater, slot)
        Withheld.objects.filter(plan=plan, item=item, rater=rater).delete()
        told = {"item": item.code, "slot": slot.code, "reason": reason.strip()}
        record("slot.assigned", actor=actor, study=plan.study, about=rater, **told)
        return slot


def _further_seat(plan: Plan, rater: Rater) -> Seat:
    seats = Seat.objects.filter(plan=plan, group=rater.group_id)
    number = (seats.aggregate(n=Max("number"))["n"] or 0) + 1
    return Seat.objects.create(plan=plan, group_id=rater.group_id, number=number, rater=rater)


def _refuse_by_rules(plan: Plan, item: Item, rater: Rater, slot: Slot) -> None:
    rules = restored(plan.rules)
    values = factor_values(plan.study, {rule.factor for rule in rules}, [item.pk]).get(item.pk, {})
    allowed = groups_for(values, [rater.group.key], rules)
    if not allowed or not Slot.objects.filter(needs_met(rater), pk=slot.pk).exists():
        raise DomainError(Code.STATE_FORBIDS, _("A rule of this stage keeps this item from this rater."))


def _last(seat: Seat) -> int:
    return int(seat.slots.aggregate(n=Max("position"))["n"] or 0)


def _moved(plan: Plan, item: Item, rater: Rater, seat: Seat) -> Slot | None:
    """An open slot of the item that stands in no filled sequence, now at the end of this one."""
    nobodys = Q(seat__isnull=True) | Q(seat__rater__isnull=True) | Q(seat=seat)
    free = Slot.objects.filter(nobodys, plan=plan, item=item, group=rater.group_id, state=Slot.State.OPEN)
    slot = free.counting().order_by("seat__number", "number").first()
    if slot is None:
        return None
    still = Slot.objects.filter(pk=slot.pk, state=Slot.State.OPEN)
    if still.update(seat=seat, position=_last(seat) + 1, is_shared=False) != 1:
        return None
    slot.refresh_from_db()
    return slot


def _added(plan: Plan, item: Item, rater: Rater, seat: Seat) -> Slot:
    others = Slot.objects.filter(plan=plan, item=item).counting()
    beside = others.filter(group=rater.group_id).aggregate(n=Max("number"))["n"] or 0
    like = others.first()
    if like is None:
        raise DomainError(
            Code.STATE_FORBIDS, _("This item is not part of the stage: add it to the stage first.")
        )
    # Another has taken their place in it: a further one is open to them as to all.
    is_there = seat.slots.filter(item=item).exists()
    place = {} if is_there else {"seat": seat, "position": _last(seat) + 1, "is_shared": False}
    return Slot.objects.create(
        plan=plan,
        item=item,
        group_id=rater.group_id,
        rubric_version_id=plan.rubric_version_id,
        number=beside + 1,
        random_key=like.random_key,
        needs=like.needs,
        **place,
    )


def withhold_item(plan: Plan, item: Item, rater: Rater, *, actor: User, reason: str) -> Withheld:
    """Take an item away from a rater: what they hold of it is given back, their place in it goes to others.

    Raises:
        DomainError: they have rated it (409).
    """
    _refuse_closed(plan, reason)
    with transaction.atomic():
        lock_rater(plan, rater)
        slots = Slot.objects.filter(plan=plan, item=item)
        if slots.filter(rater=rater).counting().done().exists():
            raise DomainError(
                Code.STATE_FORBIDS, _("They have rated this item. Open its slot again to have it rated anew.")
            )
        given_back = {"state": Slot.State.OPEN, "rater": None, "claimed_at": None, "claim_expires_at": None}
        slots.filter(rater=rater, state=Slot.State.CLAIMED).update(**given_back)
        slots.filter(seat__rater=rater).update(is_shared=True)
        withheld, _made = Withheld.objects.update_or_create(
            plan=plan, item=item, rater=rater, defaults={"reason": reason.strip(), "decided_by": actor}
        )
        told = {"item": item.code, "reason": reason.strip()}
        record("item.withheld", actor=actor, study=plan.study, about=rater, **told)
        return withheld


def reopen_slot(slot: Slot, *, actor: User, reason: str) -> Slot:
    """Have a planned rating given anew. A claim is given back; a rating that was given stays stored, outside
    the quota and the analyses (surplus), and an open slot takes its place. Returns the open slot.

    Raises:
        DomainError: the slot is open, not of the quota, or its stage is closed (409).
    """
    _refuse_closed(slot.plan, reason)
    with transaction.atomic():
        held = Slot.objects.select_for_update(of=("self",)).counting().filter(pk=slot.pk).first()
        if held is None or held.state == Slot.State.OPEN or held.rater_id is None:
            raise DomainError(Code.STATE_FORBIDS, _("This slot is open already, or no part of the plan."))
        was, rater = held.state, Rater.objects.get(pk=held.rater_id)
        again = _given_back(held) if was == Slot.State.CLAIMED else _replaced(held)
        told = {"item": slot.item.code, "was": was, "reason": reason.strip(), "slot": again.code}
        record("slot.reopened", actor=actor, study=slot.plan.study, about=rater, **told)
        return again


def _given_back(slot: Slot) -> Slot:
    slot.state, slot.rater, slot.claimed_at, slot.claim_expires_at = Slot.State.OPEN, None, None, None
    slot.save(update_fields=["state", "rater", "claimed_at", "claim_expires_at"])
    return slot


def _replaced(slot: Slot) -> Slot:
    """The open slot that takes the place of a done one, which becomes surplus under its rater's number."""
    number, slot.number = slot.number, slot.rater_id or 0
    slot.purpose, slot.seat, slot.position, slot.is_shared = Slot.Purpose.SURPLUS, None, None, True
    slot.save(update_fields=["purpose", "number", "seat", "position", "is_shared"])
    return Slot.objects.create(
        plan=slot.plan,
        item=slot.item,
        group=slot.group,
        rubric_version_id=slot.plan.rubric_version_id,
        number=number,
        random_key=slot.random_key,
        needs=slot.needs,
    )
