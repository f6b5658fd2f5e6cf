"""What raters read, answer to "How are you right now?", and when they rest.

Nothing here writes an audit event: wellbeing never enters the trail.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotation.erasers import Eraser, register
from annotation.errors import Code, DomainError
from annotation.models import CheckIn, ContactWish, Exposure, Pass, Pause, Rater, TopicOptOut
from annotation.queries.care import REST, care_of
from annotation.services.presence import hold_place


def _exposure(rater: Rater, now: datetime) -> Exposure:
    """The rater's counters; a stretch of work ends by itself after some minutes without an item."""
    mine, _ = Exposure.objects.get_or_create(rater=rater, defaults={"began_at": now, "last_at": now})
    if now - mine.last_at >= REST:
        mine.began_at, mine.n_heavy_in_row = now, 0
    return mine


def note_item(rater: Rater, *, is_heavy: bool, now: datetime) -> None:
    """Count an item that the rater has read and rated. Called inside the transaction that completes it."""
    with transaction.atomic(savepoint=False):
        mine = _exposure(rater, now)
        mine.n_since_checkin += 1
        mine.n_heavy_in_row = mine.n_heavy_in_row + 1 if is_heavy else 0
        mine.last_at = now
        mine.save()


def begin_stretch(rater: Rater, *, now: datetime) -> None:
    """Count minutes and heavy items from here: after a break, or when the rater would rather go on."""
    with transaction.atomic():
        mine = _exposure(rater, now)
        mine.began_at, mine.last_at, mine.n_heavy_in_row = now, now, 0
        mine.save()


def skip_check_in(rater: Rater, *, now: datetime) -> None:
    """Ask again after as many items as the study has set; that it was skipped is not kept."""
    with transaction.atomic():
        mine = _exposure(rater, now)
        mine.n_since_checkin = 0
        mine.save()


def check_in(rater: Rater, *, value: int, now: datetime) -> CheckIn:
    if not 0 <= value <= 100:
        raise DomainError(Code.INVALID, _("Give a number from 0 to 100, or skip the question."))
    with transaction.atomic():
        hold_place(rater)
        skip_check_in(rater, now=now)
        is_above = value > care_of(rater.study).checkin_number
        return CheckIn.objects.create(rater=rater, value=value, is_above=is_above, answered_at=now)


def begin_pause(rater: Rater, *, now: datetime) -> Pause:
    """Pausing twice is one pause."""
    with transaction.atomic():
        hold_place(rater)
        pause, _ = Pause.objects.get_or_create(rater=rater, ended_at=None, defaults={"began_at": now})
        return pause


def end_pause(rater: Rater, *, now: datetime) -> None:
    """Back at work; nothing happens to who was not away. Called inside the transaction of the claim."""
    with transaction.atomic(savepoint=False):
        if Pause.objects.filter(rater=rater, ended_at=None).update(ended_at=now):
            begin_stretch(rater, now=now)


def wish_contact(rater: Rater, *, reach: str, now: datetime) -> ContactWish:
    """Tell the coordinators that the rater would like to be contacted, and nothing else.

    A wish that waits already is the same wish; a way to reach the rater given now replaces the earlier one.
    """
    with transaction.atomic():
        hold_place(rater)
        try:
            with transaction.atomic():
                return ContactWish.objects.create(rater=rater, reach=reach.strip(), wished_at=now)
        except IntegrityError:
            waiting = ContactWish.objects.get(rater=rater, answered_at=None)
        if reach.strip():
            waiting.reach = reach.strip()
            waiting.save(update_fields=["reach"])
        return waiting


def answer_wish(wish: ContactWish, *, now: datetime) -> None:
    """A coordinator has been in touch; the second of two coordinators changes nothing."""
    with transaction.atomic():
        ContactWish.objects.filter(pk=wish.pk, answered_at=None).update(answered_at=now)


def forget_wellbeing(rater: Rater) -> None:
    """Delete what a rater told about how they are; topics they would rather not see stay their choice."""
    with transaction.atomic():
        for model in (CheckIn, Pause, Exposure, ContactWish):
            model.objects.filter(rater=rater).delete()
        Pass.objects.filter(rater=rater).exclude(reason="").update(reason="")


def erase_wellbeing(rater: Rater) -> None:
    """Delete everything about how a rater is, opt-outs included: they have left."""
    with transaction.atomic():
        forget_wellbeing(rater)
        TopicOptOut.objects.filter(rater=rater).delete()


def register_wellbeing() -> None:
    """Whoever leaves takes these data along, also where they leave their ratings; no receipt counts them."""
    register(Eraser("wellbeing", counts=lambda rater: {}, erase=erase_wellbeing, is_always=True))
