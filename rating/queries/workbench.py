"""The rating screen: what a rater sees of an item, and of their own way through a study.

Sources of replies, hidden factors and other people's ratings are never read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from annotation.errors import Code, DomainError
from annotation.models import Pass, Plan, Question, Rater, RubricVersion, Slot, Study
from annotation.services.queue import candidates
from rating.models import CurrentRating, Presentation, Rating


@dataclass(frozen=True)
class Progress:
    """`n_done` of what this rater can rate in the open stage; the group's planned ratings beside it."""

    n_done: int
    n_left: int
    n_group_done: int
    n_group_planned: int

    @property
    def n_total(self) -> int:
        return self.n_done + self.n_left


def served_presentation(rater: Rater, slot_code: str) -> Presentation:
    """What was shown to this rater under this slot. 404 when it never was."""
    shown = Presentation.objects.select_related("slot__item", "slot__plan", "rubric_version__rubric").filter(
        rater=rater, slot__code=slot_code
    )
    presentation = shown.first()
    if presentation is None:
        raise DomainError(Code.NOT_FOUND, "There is nothing here, or it is not yours to see.")
    return presentation


def open_plan(study: Study) -> Plan | None:
    plans = Plan.objects.select_related("rubric_version__rubric")
    return plans.filter(study=study, state=Plan.State.OPEN).first()


def rater_progress(plan: Plan, rater: Rater, now: datetime) -> Progress:
    """Counts in the open stage; numbers of ratings only, never whose they are."""
    slots = Slot.objects.filter(plan=plan, group=rater.group_id)
    counting = slots.counting()
    n_held = slots.filter(rater=rater, state=Slot.State.CLAIMED).count()
    n_free = candidates(plan, rater, now).values("item").distinct().count()
    return Progress(
        n_done=slots.filter(rater=rater).done().count(),
        n_left=n_held + n_free,
        n_group_done=counting.done().count(),
        n_group_planned=counting.count(),
    )


def held_presentation(plan: Plan, rater: Rater) -> Presentation | None:
    """The item in the rater's hands, also one whose time is up and that nobody else took."""
    held = Slot.objects.filter(plan=plan, rater=rater, state=Slot.State.CLAIMED)
    return Presentation.objects.filter(rater=rater, slot__in=held).select_related("slot__item").first()


def passed_items(plan: Plan, rater: Rater) -> list[Pass]:
    """What this rater skipped and has not taken back, the newest first."""
    passes = Pass.objects.filter(plan=plan, rater=rater, withdrawn_at__isnull=True)
    return list(passes.select_related("item").order_by("-passed_at"))


def is_passed(presentation: Presentation) -> bool:
    slot = presentation.slot
    passes = Pass.objects.filter(plan=slot.plan_id, item=slot.item_id, rater=presentation.rater_id)
    return passes.filter(withdrawn_at__isnull=True).exists()


def previous_rating(presentation: Presentation) -> Rating | None:
    """The rater's newest other rating, to go back to."""
    ratings = CurrentRating.objects.filter(rating__rater=presentation.rater_id)
    others = ratings.exclude(rating__presentation=presentation).filter(rating__presentation__isnull=False)
    newest = others.select_related("rating__presentation__slot").order_by("-rating__submitted_at").first()
    return newest.rating if newest else None


def guideline_questions(version: RubricVersion) -> list[Question]:
    """Questions with their levels and examples, in the rubric's order."""
    questions = Question.objects.filter(version=version).select_related("scale")
    return list(questions.prefetch_related("scale__levels").order_by("position"))


def rated_version(study: Study) -> RubricVersion | None:
    """The questions in use: of the open stage, else the newest published."""
    plan = open_plan(study)
    if plan is not None:
        return plan.rubric_version
    published = RubricVersion.objects.filter(rubric__study=study, state=RubricVersion.State.PUBLISHED)
    return published.order_by("-published_at").first()
