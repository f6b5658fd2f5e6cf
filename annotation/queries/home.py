"""The start page: my studies, my part in each, what there is to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Cast, Coalesce

from annotation.models import Member, Pass, Plan, Rater, Role, Slot, Study, Withheld
from annotation.queries.open_slots import needs_met
from annotation.queries.opt_outs import avoided_items
from annotation.queries.stage_counts import group_items_of


@dataclass(frozen=True)
class RaterProgress:
    """Of the stage that is open: rated, and what this rater could still rate."""

    n_done: int
    n_left: int

    @property
    def n_all(self) -> int:
        return self.n_done + self.n_left


@dataclass(frozen=True)
class StudyCard:
    study: Study
    roles: list[str]
    is_coordinator: bool
    is_researcher: bool
    is_rater: bool
    progress: RaterProgress | None

    @property
    def can_rate(self) -> bool:
        return self.is_rater and self.study.state == Study.State.OPEN


def _counted(slots: QuerySet[Slot]) -> Coalesce:
    counts = slots.order_by().values("plan__state").annotate(n=Count("item", distinct=True)).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def _progress(members: list[Member], now: datetime) -> dict[int, RaterProgress]:
    """By member. Three queries, however many studies.

    What is left in a large stage is what the group is asked about, as last counted, if anything is.
    """
    asked = group_items_of({member.study_id for member in members}, now=now)
    in_stage = Slot.objects.filter(plan__study=OuterRef("study"), plan__state=Plan.State.OPEN).counting()
    done = in_stage.done().filter(rater=OuterRef("pk"))
    rated = Slot.objects.filter(plan=OuterRef("plan"), item=OuterRef("item"), rater=OuterRef(OuterRef("pk")))
    passed = Pass.objects.filter(plan=OuterRef("plan"), item=OuterRef("item"), rater=OuterRef(OuterRef("pk")))
    withheld = Withheld.objects.filter(
        plan=OuterRef("plan"), item=OuterRef("item"), rater=OuterRef(OuterRef("pk"))
    )
    held = Q(state=Slot.State.CLAIMED, rater=OuterRef("pk"))
    free = Q(state=Slot.State.OPEN) | Q(state=Slot.State.CLAIMED, claim_expires_at__lte=now)
    left = in_stage.filter(held | free, group=OuterRef("group")).filter(
        Q(is_shared=True) | Q(seat__rater=OuterRef("pk")),
        needs_met(OuterRef(OuterRef("pk"))),
        ~Exists(rated.done()),
        ~Exists(passed.filter(withdrawn_at__isnull=True)),
        ~Exists(withheld),
    )
    left = left.exclude(item__in=avoided_items(Rater.objects.filter(member__in=members)))
    is_any_left = Cast(Exists(left), IntegerField())
    n_left = Case(When(study__in=asked, then=is_any_left), default=_counted(left))
    raters = Rater.objects.filter(member__in=members).annotate(n_done=_counted(done), n_left=n_left)
    told = {}
    for rater in raters:
        n_more = rater.n_left
        if n_more and rater.study_id in asked:
            n_more = max(asked[rater.study_id].get(rater.group_id, 0) - rater.n_done, 1)
        told[rater.member_id] = RaterProgress(rater.n_done, n_more)
    return {member: progress for member, progress in told.items() if member}


def study_cards(memberships: QuerySet[Member], *, now: datetime) -> list[StudyCard]:
    """One card per study that a login takes part in, newest first. Five queries, more with opt-outs."""
    members = list(memberships)
    progress = _progress(members, now)
    return [_card(member, progress.get(member.pk)) for member in members]


def _card(member: Member, progress: RaterProgress | None) -> StudyCard:
    held, implied = {grant.role for grant in member.grants.all()}, member.role_set()
    return StudyCard(
        study=member.study,
        roles=[str(role.label) for role in Role if role in held],
        is_coordinator=Role.COORDINATOR in implied,
        is_researcher=Role.RESEARCHER in implied,
        is_rater=Role.RATER in implied and progress is not None,
        progress=progress,
    )
