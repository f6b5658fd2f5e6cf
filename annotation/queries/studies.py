"""What the overview of a study shows: progress by group, who is behind, what is missing, what happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import Count, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.models import (
    ConsentVersion,
    Group,
    Item,
    Plan,
    PlanQuota,
    Rater,
    RubricVersion,
    Slot,
    StagePace,
    Study,
)
from annotation.queries.consent import announced, uses_hidden_checks
from annotation.queries.portions import portions_of
from annotation.queries.safeguarding import lead_of
from annotation.queries.stage_counts import (
    Three,
    count_done,
    count_groups,
    count_study_items,
    stored_counts,
)


def current_plan(study: Study) -> Plan | None:
    """The stage raters work in, else the newest one; None before the first."""
    plans = Plan.objects.visible().filter(study=study).select_related("rubric_version__rubric", "summary")
    return plans.of_work().filter(state=Plan.State.OPEN).first() or plans.of_work().order_by("-id").first()


@dataclass(frozen=True)
class GroupProgress:
    """Slots of one group in one stage; `n_planned` counts the quota only."""

    group: Group
    per_item: int
    n_raters: int
    n_planned: int
    n_done: int
    n_claimed: int

    @property
    def n_left(self) -> int:
        return self.n_planned - self.n_done


def study_progress(study: Study, plan: Plan | None, *, now: datetime) -> list[GroupProgress]:
    """One row per group that the stage asks for ratings, or that has raters. Three queries."""
    # Counting drops the order of the model.
    groups = Group.objects.filter(study=study).annotate(n_raters=Count("raters")).order_by("position", "id")
    counts: dict[int, Three] = {}
    if plan is not None:
        stored = stored_counts(plan, now=now)
        counts = stored.groups if stored else count_groups(plan, now=now)
    quotas = dict(PlanQuota.objects.filter(plan=plan).values_list("group_id", "per_item")) if plan else {}
    return [
        GroupProgress(group, quotas.get(group.pk, 0), group.n_raters, *counts.get(group.pk, (0, 0, 0)))
        for group in groups
        if group.kind == Group.Kind.HUMAN or group.pk in counts
    ]


@dataclass(frozen=True)
class RaterPace:
    """How far a rater is, beside the others of the group. Pseudonyms only.

    `portion` of what is usual is asked of this rater (`annotation.queries.portions`): it is never shown, and
    nothing that would give it away is shown beside the verdict.
    """

    pseudonym: str
    group: Group
    n_done: int
    last_at: datetime | None
    group_median: float
    equal_share: float
    portion: float = 1.0

    @property
    def is_behind(self) -> bool:
        """Fewer than half of the rater's portion of what is usual in the group.

        What is usual is the group's median, or an equal share of the quota where that is less.
        """
        return self.n_done < self.portion * min(self.group_median, self.equal_share) / 2


@dataclass(frozen=True)
class ShownPace:
    """A line of the pace table of a large stage, as the scheduler last worked it out."""

    pseudonym: str
    group: Group
    last_at: datetime | None
    is_behind: bool


class StoredPaces:
    """The pace table of a large stage, of all raters or of these, read a page at a time. Whoever has left
    meanwhile is not shown."""

    def __init__(self, plan: Plan, raters: QuerySet[Rater] | None = None) -> None:
        everybody = StagePace.objects.filter(plan=plan)
        self._rows = everybody if raters is None else everybody.filter(rater__in=raters)

    def __len__(self) -> int:
        return self._rows.count()

    def __getitem__(self, part: slice) -> list[ShownPace]:
        rows = self._rows.select_related("rater__group", "rater__member")
        found = [(row, row.rater) for row in rows.order_by("position")[part]]
        return [
            ShownPace(rater.pseudonym, rater.group, row.last_at, row.is_behind)
            for row, rater in found
            if rater.member is not None and rater.member.left_at is None
        ]

    def __iter__(self) -> Iterator[ShownPace]:
        return iter(self[:])


def pace_table(
    study: Study, plan: Plan | None, *, now: datetime, raters: QuerySet[Rater] | None = None
) -> Sequence[RaterPace] | StoredPaces:
    """Raters and their pace beside their whole groups, those behind first: worked out now, or of a large
    stage as it was last. Of all raters, or of these."""
    if plan is not None and stored_counts(plan, now=now):
        return StoredPaces(plan, raters)
    paces = rater_paces(study, plan, now=now)
    if raters is None or not paces:
        return paces
    shown = set(raters.values_list("pseudonym", flat=True))
    return [pace for pace in paces if pace.pseudonym in shown]


def n_behind(plan: Plan, *, now: datetime) -> int:
    stored = stored_counts(plan, now=now)
    return (
        stored.n_behind if stored else sum(pace.is_behind for pace in rater_paces(plan.study, plan, now=now))
    )


def _done_by_rater(plan: Plan) -> dict[int, tuple[int, datetime | None]]:
    done = Slot.objects.filter(plan=plan, state=Slot.State.DONE)
    rows = done.values("rater_id").annotate(n=Count("id"), last=Max("completed_at"))
    return {row["rater_id"]: (row["n"], row["last"]) for row in rows}


def rater_paces(study: Study, plan: Plan | None, *, now: datetime) -> list[RaterPace]:
    """Raters with a login, those behind first. Seven queries, three more where somebody opted out."""
    if plan is None:
        return []
    done, portions = _done_by_rater(plan), portions_of(plan, now=now)
    planned = Slot.objects.filter(plan=plan).counting().values_list("group_id").annotate(n=Count("id"))
    slots = dict(planned)
    by_group: dict[int, list[Rater]] = defaultdict(list)
    raters = Rater.objects.filter(study=study, member__left_at__isnull=True, member__isnull=False)
    for rater in raters.select_related("group").order_by("group__position", "pseudonym"):
        by_group[rater.group_id].append(rater)
    paces = []
    for group_id, members in by_group.items():
        middle = median(done.get(rater.pk, (0, None))[0] for rater in members)
        share = slots.get(group_id, 0) / len(members)
        for rater in members:
            n_done, last_at = done.get(rater.pk, (0, None))
            portion = portions.get(rater.pk, 1.0)
            paces.append(RaterPace(rater.pseudonym, rater.group, n_done, last_at, middle, share, portion))
    return sorted(paces, key=lambda pace: not pace.is_behind)


@dataclass(frozen=True)
class Step:
    """One thing a study needs before raters can begin. `page`: URL name where it is done; `place`: the step
    of the guided set-up (`annotation.queries.set_up`)."""

    label: str
    page: str
    place: str
    is_done: bool
    is_required: bool = True


def opening_steps(study: Study) -> list[Step]:
    """What a study needs before it can open, in the order in which one does it. Up to eleven queries."""
    versions = RubricVersion.objects.filter(rubric__study=study, state=RubricVersion.State.PUBLISHED)
    running = Plan.objects.of_work().filter(study=study, state=Plan.State.OPEN, slots__isnull=False)
    people = Rater.objects.filter(study=study, member__isnull=False)
    has_groups = Group.objects.filter(study=study).exists()
    has_items = Item.objects.claimable().filter(study=study).exists()
    has_consent = ConsentVersion.objects.filter(study=study).exists()
    has_purpose, has_support = bool(study.purpose.strip()), bool(study.support_text.strip())
    purpose, invite = _("Say what the study is for"), _("Invite raters")
    return [
        Step(purpose, "study_settings", "purpose", has_purpose, is_required=False),
        Step(_("Add the groups who rate"), "study_settings", "groups", has_groups),
        Step(_("Publish a rubric"), "study_rubric", "rubric", versions.exists()),
        Step(_("Add items"), "study_items", "items", has_items),
        Step(_("Write the consent text"), "study_settings", "consent", has_consent),
        Step(_("Say whom raters can turn to"), "study_settings", "care", has_support),
        Step(_("Name the safeguarding lead"), "study_safeguarding", "care", lead_of(study) is not None),
        Step(_("Plan a stage and start it"), "study_plan", "plan", running.exists()),
        Step(invite, "study_people", "people", people.exists(), is_required=False),
        *_announcement(study),
    ]


def _announcement(study: Study) -> list[Step]:
    """Raters must be told of hidden checks; a study without them is not asked for the sentence."""
    if not uses_hidden_checks(study):
        return []
    words = _("Announce the hidden checks in the consent text")
    return [Step(words, "study_consent_new", "consent", announced(study))]


@dataclass(frozen=True)
class StudyTotals:
    n_items: int
    n_without_text: int
    n_raters: int
    n_done: int
    n_surplus: int


def study_totals(study: Study, plan: Plan | None) -> StudyTotals:
    """The numbers on the tiles; ratings are those of `plan`. Three queries."""
    stored = stored_counts(plan, now=timezone.now())
    items = stored.items if stored else count_study_items(study)
    done = stored.done if stored else count_done(plan) if plan else {}
    return StudyTotals(
        n_items=items.n,
        n_without_text=items.n_without_text,
        n_raters=Rater.objects.filter(study=study).count(),
        n_done=done.get(Slot.Purpose.QUOTA, 0),
        n_surplus=done.get(Slot.Purpose.SURPLUS, 0),
    )
