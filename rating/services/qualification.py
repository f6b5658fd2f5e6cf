"""Ending a try of the qualification: answers beside their keys, the pass mark of each question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.models import PassMark, Plan, QualificationTry, Rater, Slot, User
from annotation.queries.clearance import settings_of
from annotation.services.clearance import end_try, still_left
from rating.models import Rating
from rating.queries.known_answers import Judged, judged_answers

State = QualificationTry.State


def settle_if_over(rater: Rater, *, actor: User, now: datetime) -> bool:
    """End the rater's try once nothing of it is left; whether one was ended.

    Called inside the transaction that stored its last answer, under the rater's lock.
    """
    tries = QualificationTry.objects.select_related("plan__study", "rater__study")
    running = tries.filter(rater=rater, state=State.RUNNING).first()
    if running is None or still_left(running):
        return False
    ratings = Rating.objects.filter(
        current_of__isnull=False,
        rater=rater,
        slot__plan=running.plan_id,
        slot__occurrence=running.number,
    )
    n_answered, judged = ratings.count(), judged_answers(ratings)
    result = [mark_result(mark, judged) for mark in PassMark.objects.filter(study=rater.study_id)]
    wanted = settings_of(running.plan.study).n_per_try
    state = _state(result, n_answered=n_answered, wanted=min(wanted, len(running.items)))
    end_try(running, state=state, result=result, actor=actor, now=now)
    return True


def refuse_second_thoughts(slot: Slot) -> None:
    """A practice answer is not changed once its known answer was shown, nor a try once it has ended."""
    if not slot.plan.is_training:
        return
    running = QualificationTry.objects.filter(
        rater=slot.rater_id, plan=slot.plan_id, number=slot.occurrence, state=State.RUNNING
    )
    if slot.plan.stage == Plan.Stage.TRAINING or not running.exists():
        raise DomainError(Code.STATE_FORBIDS, _("This item is done: its answers can no longer be changed."))


def _state(result: Sequence[dict[str, Any]], *, n_answered: int, wanted: int) -> str:
    # Whoever skipped most of it has not failed: nobody can say how they rate.
    if n_answered * 2 < wanted or not n_answered:
        return State.UNDECIDED.value
    passed = all(one["is_passed"] for one in result)
    return State.PASSED.value if passed else State.NOT_PASSED.value


def mark_result(mark: PassMark, judged: Sequence[Judged]) -> dict[str, Any]:
    """What was asked of one question and what was reached. A question never answered is not passed."""
    mine = [one for one in judged if one.question.key == mark.question_key and one.value is not None]
    if mark.rule == PassMark.Rule.PANEL:
        return _by_panel(mark, mine)
    is_right = [one.is_exact if mark.rule == PassMark.Rule.EXACT else one.is_within_one for one in mine]
    needed = mark.share or 0
    return {
        "question": mark.question_key,
        "rule": mark.rule,
        "n": len(mine),
        "n_right": sum(is_right),
        "needed": needed,
        # Compared as counts: seven of ten reach 0.7 whatever floating point makes of it.
        "is_passed": bool(mine) and sum(is_right) >= needed * len(mine) - 1e-9,
    }


def _by_panel(mark: PassMark, mine: Sequence[Judged]) -> dict[str, Any]:
    """The sum of |answer - mean| (docs/methods.md, reference panels) against the largest mean distance."""
    distances = [one.distance for one in mine if one.distance is not None]
    score, needed = sum(distances), mark.distance or 0
    return {
        "question": mark.question_key,
        "rule": mark.rule,
        "n": len(distances),
        "score": round(score, 6),
        "needed": needed,
        "is_passed": bool(distances) and score <= needed * len(distances) + 1e-9,
    }
