"""The rating screen: what a rater sees of an item, and of their own way through a study.

Sources of replies, hidden factors and other people's ratings are never read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from annotation.errors import Code, DomainError
from annotation.kept import Kept
from annotation.models import Pass, Plan, Rater, RubricVersion, Slot, Study
from annotation.queries.checks import n_checks_ahead
from annotation.queries.clearance import standing_of
from annotation.queries.open_slots import slots_ahead
from annotation.queries.opt_outs import avoided_items
from annotation.queries.stage_counts import count_group_items, stored_counts
from rating.models import CurrentRating, Presentation, Rating, SecondLook


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


def _served(rater: int, code: str) -> QuerySet[Presentation]:
    joined = ("slot__item", "slot__plan__study__check_settings", "slot__group", "rubric_version__rubric")
    shown = Presentation.objects.select_related(*joined).filter(rater=rater, slot__code=code)
    # Long texts that the screen does not show, or only on a page of its own.
    return shown.defer("rubric_version__document", "slot__plan__options", "slot__plan__study__purpose")


_SERVED = Kept(_served, rater=910_000_001, code="stand-in")


def shown_to(rater: Rater, slot_code: str) -> Presentation | None:
    """What was shown to this rater under this slot; None when nothing ever was."""
    return _SERVED.first(rater=rater.pk, code=slot_code)


def served_presentation(rater: Rater, slot_code: str) -> Presentation:
    """What was shown to this rater under this slot. 404 when it never was."""
    presentation = shown_to(rater, slot_code)
    if presentation is None:
        raise DomainError(Code.NOT_FOUND, "There is nothing here, or it is not yours to see.")
    return presentation


def open_plan(study: Study) -> Plan | None:
    plans = Plan.objects.of_work().select_related("rubric_version__rubric", "study__check_settings")
    return plans.filter(study=study, state=Plan.State.OPEN).first()


def rater_progress(plan: Plan, rater: Rater, now: datetime) -> Progress:
    """Counts in the open stage; numbers of ratings only, never whose they are.

    Of a large stage the group's numbers are those last counted: counting a million slots takes longer than
    the whole page. What waits for the rater is counted there where it is little.
    """
    slots = Slot.objects.filter(plan=plan, group=rater.group_id)
    n_done = slots.filter(rater=rater).done().count()
    n_held = slots.filter(rater=rater, state=Slot.State.CLAIMED).count()
    stored = stored_counts(Plan.objects.select_related("summary").get(pk=plan.pk), now=now)
    if stored is None:
        n_free: int | None = slots_ahead(plan, rater, now).values("item").distinct().count()
        counting = slots.counting()
        n_group, n_group_done, n_items = counting.count(), counting.done().count(), 0
    else:
        n_free, n_items = _n_free(plan, rater, now), stored.group_items.get(rater.group_id, 0)
        n_group, n_group_done, _n_claimed = stored.groups.get(rater.group_id, (0, 0, 0))
    if n_free is None:
        return Progress(n_done, max(n_items - n_done, COUNTED), n_group_done, n_group)
    n_checks = n_checks_ahead(plan, rater, n_regular=n_free, n_done=n_done + n_held)
    return Progress(n_done, n_held + n_free + n_checks, n_group_done, n_group)


# Up to so many left are counted for every page; of more, what is planned for the group is looked up once a
# minute by each process, and only the rater's own part is exact.
COUNTED = 200
LOOKED_AT = 5 * COUNTED
KEPT_FOR = timedelta(minutes=1)
_planned: dict[tuple[str, int], tuple[datetime, int]] = {}
_many_left: dict[tuple[str, str], datetime] = {}


def work_progress(plan: Plan, rater: Rater, *, now: datetime, n_done: int | None = None) -> Progress:
    """The bar over an item of the study's own, without the group's part.

    `n_done`: where it is known, of a rater who holds one item more.
    """
    n_free = _n_free(plan, rater, now)
    if n_done is None:
        if n_free is not None:
            return rater_progress(plan, rater, now)
        n_done = Slot.objects.filter(plan=plan, group=rater.group_id, rater=rater).done().count()
    if n_free is None:
        return Progress(n_done, max(_n_planned(plan, rater.group_id, now) - n_done, COUNTED), 0, 0)
    n_checks = n_checks_ahead(plan, rater, n_regular=n_free, n_done=n_done + 1)
    return Progress(n_done, 1 + n_free + n_checks, 0, 0)


def _n_free(plan: Plan, rater: Rater, now: datetime) -> int | None:
    """How many items wait for the rater; None for many."""
    place = plan.code, rater.code
    known = _many_left.get(place)
    if known is not None and abs(now - known) < KEPT_FOR:
        return None
    first = slots_ahead(plan, rater, now).order_by("random_key").values_list("item", flat=True)[:LOOKED_AT]
    found = list(first)
    if len(found) < LOOKED_AT and len(set(found)) <= COUNTED:
        _many_left.pop(place, None)
        return len(set(found))
    _many_left[place] = now
    return None


def _n_planned(plan: Plan, group_id: int, now: datetime) -> int:
    place = plan.code, group_id
    known = _planned.get(place)
    if known is None or abs(now - known[0]) >= KEPT_FOR:
        stored = stored_counts(Plan.objects.select_related("summary").get(pk=plan.pk), now=now)
        by_group = stored.group_items if stored else count_group_items(plan)
        known = _planned[place] = now, by_group.get(group_id, 0)
    return known[1]


def progress_beside(slot: Slot, rater: Rater, now: datetime) -> Progress | None:
    """What the bar over an item shows: of practice or the try the item belongs to, else of the open stage."""
    if not slot.plan.is_training:
        plan = open_plan(rater.study)
        return work_progress(plan, rater, now=now) if plan else None
    standing = standing_of(rater, {slot.plan.stage: slot.plan}, now=now)
    return Progress(standing.n_done, len(standing.left), 0, 0) if standing.plan else None


def held_presentation(plan: Plan, rater: Rater) -> Presentation | None:
    """The item in the rater's hands, also one whose time is up and that nobody else took."""
    held = Slot.objects.filter(plan=plan, rater=rater, state=Slot.State.CLAIMED)
    return Presentation.objects.filter(rater=rater, slot__in=held).select_related("slot__item").first()


def passed_items(plan: Plan, rater: Rater) -> list[Pass]:
    """What this rater skipped and has not taken back, the newest first."""
    passes = Pass.objects.filter(plan=plan, rater=rater, withdrawn_at__isnull=True)
    wanted = passes.exclude(item__in=avoided_items([rater]))
    return list(wanted.select_related("item").order_by("-passed_at"))


def is_work_over(rater: Rater, now: datetime) -> bool:
    """Whether the study has closed, or the rater has rated all there is for them: time for the debrief."""
    if rater.study.state == Study.State.CLOSED:
        return True
    plan = open_plan(rater.study)
    if plan is None:
        return False
    own = Slot.objects.filter(plan=plan, group=rater.group_id, rater=rater)
    is_at_work = own.filter(state=Slot.State.CLAIMED).exists() or slots_ahead(plan, rater, now).exists()
    return not is_at_work and own.done().exists()


def is_passed(presentation: Presentation) -> bool:
    slot = presentation.slot
    if slot.state == Slot.State.DONE and slot.rater_id == presentation.rater_id:
        # A later repeat of the same item was skipped, not this one.
        return False
    passes = Pass.objects.filter(plan=slot.plan_id, item=slot.item_id, rater=presentation.rater_id)
    return passes.filter(withdrawn_at__isnull=True).exists()


def look_asked_at(rater: Rater, slot: Slot) -> SecondLook | None:
    """What the rater is asked about their rating of a slot and has not answered. One query."""
    asked = SecondLook.objects.filter(rating__rater=rater, rating__slot=slot, closed_at__isnull=True)
    return asked.first()


def previous_rating(presentation: Presentation) -> Rating | None:
    """The rater's newest other rating, to go back to."""
    ratings = CurrentRating.objects.filter(rating__rater=presentation.rater_id)
    others = ratings.exclude(rating__presentation=presentation).filter(rating__presentation__isnull=False)
    # Back from the study's own items leads to none of practice, where answers cannot be changed.
    others = others.filter(slot__plan=presentation.slot.plan_id)
    newest = others.select_related("rating__presentation__slot").order_by("-rating__submitted_at").first()
    return newest.rating if newest else None


def rated_version(study: Study) -> RubricVersion | None:
    """The questions in use: of the open stage, else the newest published."""
    plan = open_plan(study)
    if plan is not None:
        return plan.rubric_version
    published = RubricVersion.objects.filter(rubric__study=study, state=RubricVersion.State.PUBLISHED)
    return published.order_by("-published_at").first()
