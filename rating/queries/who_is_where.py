"""Who practises, who is examined, who is cleared: for coordinators, by pseudonym."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from annotation.models import Clearance, QualificationTry, Rater, Study
from annotation.queries.clearance import Standing, Where, open_plans, standing_of


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


def rater_rows(study: Study, *, now: datetime) -> list[RaterRow]:
    """Raters with a login; those who wait for a decision first. Some queries for each who is not cleared."""
    raters = Rater.objects.filter(study=study, member__isnull=False, member__left_at__isnull=True)
    plans = open_plans(study)
    rows = [
        _row(rater, standing_of(rater, plans, now=now))
        for rater in raters.select_related("group", "clearance", "study")
        .prefetch_related("qualification_tries")
        .order_by("group__position", "pseudonym")
    ]
    return sorted(rows, key=lambda row: not row.needs_decision)


def _row(rater: Rater, standing: Standing) -> RaterRow:
    clearance = getattr(rater, "clearance", None)
    return RaterRow(rater, standing, clearance, list(rater.qualification_tries.all()))


def n_to_decide(study: Study) -> int:
    """Raters who have not passed and wait for a coordinator."""
    waiting = Clearance.objects.filter(rater__study=study, state=Clearance.State.NOT_PASSED)
    return waiting.filter(rater__member__isnull=False, rater__member__left_at__isnull=True).count()
