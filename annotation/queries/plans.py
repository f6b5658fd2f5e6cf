"""The stages of a study, and what a stage would ask of its raters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.models import Group, Item, Plan, RubricVersion, Slot, Study
from annotation.queries.stage_counts import StageCounts, Three, stored_counts
from annotation.study_numbers import told

# With one rating per item a group's own disagreement cannot be told from the one between groups.
IDENTIFIABLE = 2
# The name of the number that the scheduler keeps.
PLANNABLE = "plannable"


def is_thin(quotas: Mapping[str, int]) -> bool:
    """Whether a group is asked for so few ratings per item that its own disagreement cannot be told."""
    return any(0 < n < IDENTIFIABLE for n in quotas.values())


@dataclass(frozen=True)
class StageRow:
    plan: Plan
    quotas: list[str]
    n_items: int
    n_planned: int
    n_done: int
    # When the numbers of a large stage were counted; None: just now.
    counted_at: datetime | None = None


def stage_rows(study: Study) -> list[StageRow]:
    """The study's stages in the order in which they were made. Four queries."""
    return _stage_rows(Plan.objects.visible().of_work().filter(study=study))


def stage_row(plan: Plan) -> StageRow:
    """One stage of any kind."""
    return _stage_rows(Plan.objects.filter(pk=plan.pk))[0]


def _stage_rows(plans: QuerySet[Plan]) -> list[StageRow]:
    found = list(plans.select_related("rubric_version__rubric", "summary").prefetch_related("quotas__group"))
    now = timezone.now()
    stored = {plan.pk: counts for plan in found if (counts := stored_counts(plan, now=now))}
    counted = _counted([plan for plan in found if plan.pk not in stored])
    return [
        StageRow(
            plan,
            [f"{quota.group.name}: {quota.per_item}" for quota in plan.quotas.all()],
            *(_stored_row(stored[plan.pk]) if plan.pk in stored else counted.get(plan.pk, (0, 0, 0))),
            counted_at=stored[plan.pk].taken_at if plan.pk in stored else None,
        )
        for plan in found
    ]


def _stored_row(counts: StageCounts) -> Three:
    return (
        counts.n_items,
        sum(n for n, _done, _held in counts.groups.values()),
        sum(done for _n, done, _held in counts.groups.values()),
    )


def _counted(plans: list[Plan]) -> dict[int, Three]:
    """Items, slots of the quota and finished ones by stage. One query."""
    counts = Slot.objects.filter(plan__in=plans).counting().values_list("plan_id")
    rows = counts.annotate(
        items=Count("item", distinct=True), n=Count("id"), done=Count("id", filter=Q(state=Slot.State.DONE))
    )
    return {plan: (items, n, done) for plan, items, n, done in rows}


def human_groups(study: Study) -> list[Group]:
    """Groups that rate in the browser, each with `n_raters`: raters with a login who have not left."""
    present = Q(raters__member__isnull=False, raters__member__left_at__isnull=True)
    groups = Group.objects.filter(study=study, kind=Group.Kind.HUMAN)
    # Counting drops the order of the model.
    return list(groups.annotate(n_raters=Count("raters", filter=present)).order_by("position", "id"))


def published_versions(study: Study) -> list[RubricVersion]:
    versions = RubricVersion.objects.filter(rubric__study=study, state=RubricVersion.State.PUBLISHED)
    return list(versions.select_related("rubric").order_by("-published_at", "-id"))


def n_claimable_items(study: Study) -> int:
    """Items that a stage may ask about; of a large study as last counted. One query or two."""
    n: int = told(study, PLANNABLE, now=timezone.now()).number
    return n


def count_plannable(study: Study) -> int:
    """For `annotation.study_numbers`."""
    return Item.objects.plannable().filter(study=study).count()


@dataclass(frozen=True)
class GroupLoad:
    """What a stage asks of one group. `per_rater` is None while the group has no raters."""

    group: Group
    per_item: int
    n_ratings: int
    n_raters: int
    per_rater: int | None
    has_too_few: bool
    # Of planned sequences: how many, and the shortest.
    n_seats: int = 0
    least: int | None = None


def stage_load(groups: Iterable[Group], quotas: Mapping[str, int], *, n_items: int) -> list[GroupLoad]:
    """The load by group, from groups as `human_groups` gives them. No query.

    `has_too_few`: the group has fewer raters than each item needs ratings, and nobody rates twice.
    """
    loads = []
    for group in groups:
        per_item = quotas.get(group.key, 0)
        n_raters: int = group.n_raters  # type: ignore[attr-defined]
        loads.append(
            GroupLoad(
                group=group,
                per_item=per_item,
                n_ratings=per_item * n_items,
                n_raters=n_raters,
                per_rater=min(ceil(per_item * n_items / n_raters), n_items) if n_raters else None,
                has_too_few=n_raters < per_item,
            )
        )
    return loads


def stage_warnings(loads: Iterable[GroupLoad]) -> list[str]:
    """What the coordinator should know before making this stage, as sentences."""
    asked = [load for load in loads if load.per_item]
    thin = _(
        "%(group)s give fewer than two ratings per item. Misalignment between groups is then not "
        "identifiable: disagreement inside the group cannot be told from disagreement with the others."
    )
    warnings = [thin % {"group": load.group.name} for load in asked if load.per_item < IDENTIFIABLE]
    if len(asked) == 1:
        warnings.append(_("Only one group rates. Misalignment needs at least two."))
    return [*warnings, *(_too_few(load) for load in asked if load.has_too_few)]


def _too_few(load: GroupLoad) -> str:
    values = {"group": load.group.name, "n": load.n_raters, "wanted": load.per_item}
    if not load.n_raters:
        said = _(
            "%(group)s: nobody has joined yet. Nobody rates an item twice, so at least %(wanted)s are needed."
        )
        return said % values
    said = ngettext(
        "%(group)s have %(n)s rater with a login, and nobody rates an item twice: at least %(wanted)s are "
        "needed.",
        "%(group)s have %(n)s raters with a login, and nobody rates an item twice: at least %(wanted)s are "
        "needed.",
        load.n_raters,
    )
    return said % values
