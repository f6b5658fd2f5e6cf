"""The gate before the study's own items: practice, qualification, and what coordinators decide by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Clearance, Plan, QualificationTry, Rater, Slot, Study, User
from annotation.queries.clearance import (
    CLEARED,
    Where,
    draw_items,
    open_plans,
    practice_of,
    settings_of,
    standing_of,
    try_left,
)
from annotation.queries.enrolment import rating_halted
from annotation.services.own_slots import take_own

WAIT = gettext_lazy(
    "The next try can begin on {at}. Until then there is nothing to do, and nothing is held against you."
)
NOT_PASSED = gettext_lazy(
    "The qualification was not passed, which says nothing about you as a person. "
    "The study's coordinators know and will see how to go on."
)
PRACTICE = Slot.Purpose.PRACTICE


def plan_for(rater: Rater, *, now: datetime) -> Plan:
    """The plan this rater claims from now: practice, qualification, or the study's own items.

    Raises:
        DomainError: the study or its stage is not open (409); qualification stands in the way (403).
    """
    # Asked of the database: the caller's object may be older than a pause.
    if not Study.objects.filter(pk=rater.study_id, state=Study.State.OPEN).exists():
        raise DomainError(Code.STUDY_NOT_OPEN, _("This study is not open for rating at the moment."))
    halted = rating_halted(rater.study, now=now)
    if halted is not None:
        raise DomainError(Code.STUDY_NOT_OPEN, halted)
    plans = open_plans(rater.study)
    standing = standing_of(rater, plans, now=now)
    if standing.has_practised:
        _note_practised(rater, now)
    if standing.where == Where.WAITING and standing.retry_at is not None:
        at = timezone.localtime(standing.retry_at)
        raise DomainError(Code.NOT_CLEARED, WAIT.format(at=f"{at:%d %B, %H:%M}"))
    if standing.where == Where.NOT_PASSED:
        raise DomainError(Code.NOT_CLEARED, str(NOT_PASSED))
    plan = plans.get("work") if standing.is_cleared else standing.plan
    if plan is None:
        raise DomainError(Code.STUDY_NOT_OPEN, _("No stage of this study is open for rating at the moment."))
    return plan


def clearance_of(rater: Rater) -> Clearance:
    clearance, _ = Clearance.objects.get_or_create(rater=rater)
    return clearance


def _note_practised(rater: Rater, now: datetime) -> None:
    clearance = clearance_of(rater)
    if Clearance.objects.filter(pk=clearance.pk, practised_at__isnull=True).update(practised_at=now):
        record("practice.finished", actor=None, study=rater.study, about=rater)


def training_slot(plan: Plan, rater: Rater, *, now: datetime) -> Slot | None:
    """The rater's next slot of practice or qualification; None when nothing is left of it.

    Called under the rater's lock of the plan.
    """
    if plan.stage == Plan.Stage.TRAINING:
        round_ = clearance_of(rater).practice_round
        left: Sequence[int] = practice_of(rater, plan, round_=round_).left
        occurrence = round_
    else:
        running = running_try(rater, plan, now=now)
        left, occurrence = still_left(running), running.number
    if not left:
        return None
    return take_own(plan, rater, left[0], purpose=PRACTICE, occurrence=occurrence, now=now)


def running_try(rater: Rater, plan: Plan, *, now: datetime) -> QualificationTry:
    """The rater's try under way, or a new one with items of its own."""
    running = QualificationTry.objects.filter(rater=rater, state=QualificationTry.State.RUNNING).first()
    if running is not None:
        return running
    number = QualificationTry.objects.filter(rater=rater).count() + 1
    items = draw_items(rater, plan, settings_of(plan.study).n_per_try)
    return QualificationTry.objects.create(rater=rater, plan=plan, number=number, items=items, started_at=now)


def still_left(running: QualificationTry) -> list[int]:
    """Items of a try still to do. What was skipped is replaced while there are others."""
    left, n_done = try_left(running, running.plan)
    wanted = settings_of(running.plan.study).n_per_try
    if n_done + len(left) < wanted:
        others = draw_items(running.rater, running.plan, wanted + len(running.items))
        fresh = [item for item in others if item not in running.items][: wanted - n_done - len(left)]
        if fresh:
            running.items = [*running.items, *fresh]
            running.save(update_fields=["items"])
            left = [*left, *fresh]
    return left


def end_try(
    running: QualificationTry, *, state: str, result: list[dict[str, Any]], actor: User | None, now: datetime
) -> Clearance:
    """Store what came of a try and what follows from it.

    Called inside the transaction that found it, under the rater's lock of the plan. A try of which too much
    was skipped does not count; a coordinator decides.
    """
    rater, settings = running.rater, settings_of(running.plan.study)
    running.state, running.result, running.ended_at = state, result, now
    running.save(update_fields=["state", "result", "ended_at"])
    clearance = clearance_of(rater)
    if state == QualificationTry.State.PASSED:
        clearance.state = Clearance.State.PASSED
    elif state == QualificationTry.State.UNDECIDED:
        clearance.state = Clearance.State.NOT_PASSED
    else:
        clearance.n_tries += 1
        if clearance.n_tries < settings.max_tries + clearance.n_more_tries:
            clearance.retry_at = now + timedelta(hours=settings.retry_hours)
        else:
            clearance.state = Clearance.State.NOT_PASSED
    clearance.decided_at = now
    clearance.save()
    study = running.plan.study
    record(f"qualification.{state}", actor=actor, study=study, about=rater, number=running.number)
    return clearance


def let_pass(rater: Rater, *, actor: User, reason: str) -> Clearance:
    """A coordinator clears a rater without practice or qualification. The reason stays in the trail."""
    if not reason.strip():
        raise DomainError(Code.INVALID, _("Please say why: the reason is kept in the study's record."))
    with transaction.atomic():
        clearance = Clearance.objects.select_for_update().get(pk=clearance_of(rater).pk)
        if clearance.state in CLEARED:
            raise DomainError(Code.STATE_FORBIDS, _("This rater is cleared already."))
        _drop_running(rater)
        clearance.state, clearance.retry_at = Clearance.State.BY_HAND, None
        clearance.decided_by, clearance.decided_at = actor, timezone.now()
        clearance.save()
        record("clearance.by_hand", actor=actor, study=rater.study, about=rater, reason=reason.strip())
        return clearance


def invite_again(rater: Rater, *, actor: User) -> Clearance:
    """Practice once more and one more try, at once."""
    with transaction.atomic():
        clearance = Clearance.objects.select_for_update().get(pk=clearance_of(rater).pk)
        is_waiting = clearance.retry_at is not None and clearance.state == Clearance.State.UNDER_WAY
        if clearance.state != Clearance.State.NOT_PASSED and not is_waiting:
            raise DomainError(
                Code.STATE_FORBIDS, _("Only somebody who has not passed can be invited to practise again.")
            )
        settings = settings_of(rater.study)
        missing = clearance.n_tries + 1 - settings.max_tries
        clearance.n_more_tries = max(clearance.n_more_tries, missing, 0)
        clearance.state, clearance.retry_at = Clearance.State.UNDER_WAY, None
        clearance.practice_round += 1
        clearance.practised_at = None
        clearance.save()
        record("clearance.invited_again", actor=actor, study=rater.study, about=rater)
        return clearance


def _drop_running(rater: Rater) -> None:
    running = QualificationTry.objects.filter(rater=rater, state=QualificationTry.State.RUNNING)
    running.update(state=QualificationTry.State.UNDECIDED, ended_at=timezone.now())
