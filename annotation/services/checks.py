"""The hidden check that is due at a place of a rater's sequence, in the rater's hands."""

from __future__ import annotations

from datetime import datetime

from annotation.design.checks import check_at, drawn_one
from annotation.models import Plan, Rater, Slot
from annotation.queries.checks import REPEAT, keyed_for, rates_of, repeatable, settings_beside
from annotation.services.own_slots import take_own


def due_kind(plan: Plan, rater: Rater, *, place: int) -> str:
    """The kind of check that the plan's seed puts at this place of the rater's sequence; empty for none."""
    rates = rates_of(settings_beside(plan))
    return check_at(place, plan.seed, rater.pseudonym, rates) if any(rates.values()) else ""


def take_check(plan: Plan, rater: Rater, *, kind: str, place: int, now: datetime) -> Slot | None:
    """A gold item, a repeat or an attention check; None where there is none for this rater.

    Called under the rater's lock of the plan. The same seed, rater and place give the same kind.
    """
    if kind == REPEAT:
        settings = settings_beside(plan)
        items = repeatable(plan, rater, distance=settings.repeat_distance) if settings else []
        chosen = drawn_one(sorted(items), plan.seed, rater.pseudonym, place) if items else None
    else:
        chosen = next(iter(keyed_for(plan, rater, kind)), None)
    if chosen is None:
        return None
    occurrence = 2 if kind == REPEAT else 1
    return take_own(plan, rater, chosen, purpose=kind, occurrence=occurrence, now=now)
