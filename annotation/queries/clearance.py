"""Where a rater stands before the study's own items: practice, qualification, or cleared. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from annotation.design.checks import rotated
from annotation.models import (
    CheckSettings,
    Clearance,
    KeyedItem,
    Pass,
    Plan,
    QualificationTry,
    Rater,
    Slot,
    Study,
)
from annotation.queries.opt_outs import avoided_items

CLEARED = (Clearance.State.PASSED, Clearance.State.BY_HAND)


class Where(StrEnum):
    PRACTICE = "practice"
    QUALIFICATION = "qualification"
    WAITING = "waiting"
    NOT_PASSED = "not_passed"
    CLEARED = "cleared"


@dataclass(frozen=True)
class Standing:
    """`plan`: of practice or qualification while the rater is in it. `left`: keys of the items still to do.

    `number`: which try; `retry_at`: when the next may begin, where one has to wait.
    """

    where: Where
    plan: Plan | None = None
    n_done: int = 0
    left: Sequence[int] = ()
    number: int = 1
    retry_at: datetime | None = None
    # Practice is over and nobody has noted it yet.
    has_practised: bool = False

    @property
    def is_cleared(self) -> bool:
        return self.where == Where.CLEARED

    @property
    def n_total(self) -> int:
        return self.n_done + len(self.left)


def open_plans(study: Study) -> dict[str, Plan]:
    """The open plans by stage, "work" for that of the study's own items. One query."""
    plans = Plan.objects.filter(study=study, state=Plan.State.OPEN)
    found = plans.select_related("study__check_settings", "rubric_version__rubric")
    return {plan.stage if plan.is_training else "work": plan for plan in found}


def settings_of(study: Study) -> CheckSettings:
    """The study's settings, or what holds while nobody has set any."""
    return CheckSettings.objects.filter(study=study).first() or CheckSettings(study=study)


def keyed_items(study: Study, use: str) -> list[int]:
    """Keys of the items of a use, in their order. One query."""
    items = KeyedItem.objects.filter(study=study, use=use, item__has_text=True)
    return list(items.order_by("position", "pk").values_list("item_id", flat=True))


def standing_of(rater: Rater, plans: Mapping[str, Plan], *, now: datetime) -> Standing:
    """What the rater has to do next, given the study's open plans. No query where there is nothing to do
    before the study's own items, else at most five."""
    training, examination = plans.get(Plan.Stage.TRAINING), plans.get(Plan.Stage.QUALIFICATION)
    if training is None and examination is None:
        return Standing(Where.CLEARED)
    clearance = Clearance.objects.filter(rater=rater).first() or Clearance(rater=rater)
    if clearance.state in CLEARED:
        return Standing(Where.CLEARED)
    has_practised = False
    if training is not None and clearance.practised_at is None:
        practice = practice_of(rater, training, round_=clearance.practice_round)
        if practice.left:
            return practice
        has_practised = True
    after = Standing(Where.CLEARED) if examination is None else _examined(rater, examination, clearance, now)
    return replace(after, has_practised=has_practised)


def practice_of(rater: Rater, plan: Plan, *, round_: int) -> Standing:
    """How far a rater is with the practice items, in their order."""
    done, passed = _done(rater, plan, round_), _passed(rater, plan)
    items = [item for item in keyed_items(plan.study, KeyedItem.Use.PRACTICE) if item not in passed]
    left = [item for item in items if item not in done]
    return Standing(Where.PRACTICE, plan, n_done=len(items) - len(left), left=left, number=round_)


def _examined(rater: Rater, plan: Plan, clearance: Clearance, now: datetime) -> Standing:
    if clearance.state == Clearance.State.NOT_PASSED:
        return Standing(Where.NOT_PASSED, plan, number=clearance.n_tries)
    if clearance.retry_at is not None and clearance.retry_at > now:
        return Standing(Where.WAITING, plan, number=clearance.n_tries + 1, retry_at=clearance.retry_at)
    running = QualificationTry.objects.filter(rater=rater, state=QualificationTry.State.RUNNING).first()
    if running is None:
        n = settings_of(plan.study).n_per_try
        drawn = draw_items(rater, plan, n)
        return Standing(Where.QUALIFICATION, plan, left=drawn, number=clearance.n_tries + 1)
    left, n_done = try_left(running, plan)
    return Standing(Where.QUALIFICATION, plan, n_done=n_done, left=left, number=clearance.n_tries + 1)


def try_left(running: QualificationTry, plan: Plan) -> tuple[list[int], int]:
    """Items of a try that wait, and how many are answered. What was skipped is neither."""
    done, passed = _done(running.rater, plan, running.number), _passed(running.rater, plan)
    left = [item for item in running.items if item not in done and item not in passed]
    return left, len([item for item in running.items if item in done])


def draw_items(rater: Rater, plan: Plan, n: int) -> list[int]:
    """`n` items for a new try: those the rater has never met, then those met longest ago."""
    met: list[int] = []
    for earlier in QualificationTry.objects.filter(rater=rater).order_by("number"):
        met += [item for item in earlier.items if item not in met]
    rank = Rater.objects.filter(study=rater.study_id, pk__lt=rater.pk).count()
    items = rotated(keyed_items(plan.study, KeyedItem.Use.QUALIFICATION), plan.seed, rank)
    passed = _passed(rater, plan)
    fresh = [item for item in items if item not in met and item not in passed]
    known = [item for item in met if item in items and item not in passed]
    return [*fresh, *known][:n]


def _done(rater: Rater, plan: Plan, occurrence: int) -> set[int]:
    done = Slot.objects.filter(plan=plan, rater=rater, occurrence=occurrence).done()
    return set(done.values_list("item_id", flat=True))


def _passed(rater: Rater, plan: Plan) -> set[int]:
    """What the rater skipped, or would rather not see."""
    passes = Pass.objects.filter(plan=plan, rater=rater, withdrawn_at__isnull=True)
    avoided = avoided_items([rater]).values_list("pk", flat=True)
    return {*passes.values_list("item_id", flat=True), *avoided}
