"""Who practises, who is examined, who is cleared: for coordinators, by pseudonym."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, QuerySet, When

from annotation.models import Clearance, QualificationTry, Rater, Study
from annotation.queries.clearance import Standing, Where, open_plans, standing_of
from annotation.study_access import StudyAccess


@dataclass(frozen=True)
class RaterRow:
    """`tries`: what came of each, the newest last."""

    rater: Rater
    standing: Standing
    clearance: Clearance | None
    tries: list[QualificationTry]

    @property
    def needs_decision(self) -> bool:
        return self.standing.where == Where.NOT_PASSED

    @property
    def can_be_invited(self) -> bool:
        return self.standing.where in {Where.NOT_PASSED, Where.WAITING}

    @property
    def is_by_hand(self) -> bool:
        return self.clearance is not None and self.clearance.state == Clearance.State.BY_HAND


def practising_raters(raters: QuerySet[Rater], *, search: str = "") -> QuerySet[Rater]:
    """Those with a login who take part: who wait for a decision first, then by group and pseudonym."""
    waits = Case(When(clearance__state=Clearance.State.NOT_PASSED, then=0), default=1)
    here = raters.filter(member__isnull=False, member__left_at__isnull=True, pseudonym__icontains=search)
    found = here.select_related("group", "clearance", "study").prefetch_related("qualification_tries")
    return found.order_by(waits, "group__position", "pseudonym")


def rater_rows(
    access: StudyAccess, raters: Iterable[Rater] | None = None, *, now: datetime
) -> list[RaterRow]:
    """Where some of `practising_raters` stand, or all whom the member may see. Some queries for each who is
    not cleared."""
    raters = practising_raters(access.raters()) if raters is None else raters
    plans = open_plans(access.study)
    return [_row(rater, standing_of(rater, plans, now=now)) for rater in raters]


def _row(rater: Rater, standing: Standing) -> RaterRow:
    clearance = getattr(rater, "clearance", None)
    return RaterRow(rater, standing, clearance, list(rater.qualification_tries.all()))


def n_to_decide(study: Study) -> int:
    """Raters who have not passed and wait for a coordinator."""
    waiting = Clearance.objects.filter(rater__study=study, state=Clearance.State.NOT_PASSED)
    return waiting.filter(rater__member__isnull=False, rater__member__left_at__isnull=True).count()
