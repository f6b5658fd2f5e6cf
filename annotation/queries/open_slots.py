"""What a rater may take: the one place that says so, for the queue, progress bars and start pages."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from annotation.models import Clearance, Pass, Plan, Rater, Seat, Slot, Withheld
from annotation.models.plans import SlotQuerySet
from annotation.queries.clearance import CLEARED
from annotation.queries.opt_outs import avoided_items

HAS_CLEARANCE = Q(state__in=CLEARED)
HAS_PRACTISED = HAS_CLEARANCE | Q(practised_at__isnull=False)


class ExistsForEach(Exists):
    """EXISTS that is looked up for each row in turn: an offset keeps PostgreSQL from reading all of it first.

    For a search that ends at the first row, where a rater may have thousands behind them.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"


def needs_met(rater: Rater | OuterRef) -> Q:
    """Slots whose needs this rater meets. Asked inside the query: no further one."""
    cleared = Clearance.objects.filter(HAS_CLEARANCE, rater=rater)
    practised = Clearance.objects.filter(HAS_PRACTISED, rater=rater)
    return (
        Q(needs=Slot.Needs.NOTHING)
        | Q(Exists(cleared), needs=Slot.Needs.CLEARED)
        | Q(Exists(practised), needs=Slot.Needs.PRACTISED)
    )


def candidates(plan: Plan, rater: Rater, now: datetime) -> SlotQuerySet:
    """Free slots of the rater's group, shared or of their own sequence, on items this rater has neither rated
    nor passed, nor opted out of, that nobody withheld from them and whose needs they meet."""
    return _free(plan, rater, now, Q(seat__in=Seat.objects.filter(plan=plan, rater=rater)))


def slots_ahead(plan: Plan, rater: Rater, now: datetime) -> SlotQuerySet:
    """What waits for a rater: of who has no seat yet, also the sequence of the seat they would take first.

    For counting only: nothing of it is theirs before they sit there.
    """
    if not plan.is_seated or Seat.objects.filter(plan=plan, rater=rater).exists():
        return candidates(plan, rater, now)
    free = Seat.objects.filter(plan=plan, group=rater.group_id, rater__isnull=True).order_by("number")
    return _free(plan, rater, now, Q(seat__in=list(free.values_list("pk", flat=True)[:1])))


def _free(
    plan: Plan, rater: Rater, now: datetime, own: Q, *, avoids: bool = True, found: type[Exists] = Exists
) -> SlotQuerySet:
    """`avoids`: whether the rater may have topics they would rather not see. `found`: how to look for what
    stands against an item."""
    mine = Slot.objects.filter(plan=plan, rater=rater, item=OuterRef("item"))
    passed = Pass.objects.filter(plan=plan, rater=rater, item=OuterRef("item"), withdrawn_at__isnull=True)
    withheld = Withheld.objects.filter(plan=plan, rater=rater, item=OuterRef("item"))
    free = Slot.objects.filter(plan=plan, group=rater.group_id).counting().open_at(now)
    free = free.filter(Q(is_shared=True) | own, ~found(mine), ~found(passed), ~found(withheld))
    if plan.rules:
        free = free.filter(needs_met(rater))
    return free.exclude(item__in=avoided_items([rater])) if avoids else free


def shared_between(plan: Plan, rater: Rater, now: datetime, low: int, high: int) -> SlotQuerySet:
    """What a rater without opt-outs and without a sequence may take from one stretch of the circle."""
    free = _free(plan, rater, now, Q(), avoids=False, found=ExistsForEach).filter(is_shared=True)
    # In these words the condition of the index `slot_queue`: SQLite recognises it by them alone.
    free = free.exclude(state=Slot.State.DONE)
    return free.filter(random_key__gte=low, random_key__lt=high).order_by("random_key", "number")
