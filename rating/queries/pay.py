"""Hours, items and pay by rater.

Paid is the work, whatever came of it: an item counts when it was opened, rated or skipped; the time on an
item that was not submitted is not measured and counts as the rater's usual time for an item. So a sheet
pays regardless of skips, breaks, opt-outs and leaving, and shows none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Sum

from annotation.models import Departure, Group, Rater, Study
from rating.models import PayTerms, Presentation, Rating

MS_PER_MINUTE = 60_000
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Work:
    """`minutes` of activity, begun ones as whole."""

    n_items: int
    minutes: int

    @property
    def hours(self) -> str:
        """E.g. 2:05."""
        return f"{self.minutes // 60}:{self.minutes % 60:02d}"


NO_WORK = Work(0, 0)


def work_by_rater(study: Study | int) -> dict[int, Work]:
    """By rater with a login who opened an item. Two queries."""
    raters = {"rater__study": study, "rater__origin": Rater.Origin.ACCOUNT}
    opened = Presentation.objects.filter(**raters).order_by().values("rater_id").annotate(n=Count("pk"))
    rated = Rating.objects.filter(**raters, active_ms__isnull=False).order_by().values("rater_id")
    timed = {
        row["rater_id"]: (row["ms"], row["n"])
        for row in rated.annotate(ms=Sum("active_ms"), n=Count("slot", distinct=True))
    }
    n_timed = sum(n for _ms, n in timed.values())
    usual = sum(ms for ms, _n in timed.values()) / n_timed if n_timed else 0.0
    return {row["rater_id"]: _work(row["n"], *timed.get(row["rater_id"], (0, 0)), usual) for row in opened}


def _work(n_opened: int, ms: int, n_timed: int, usual_of_all: float) -> Work:
    usual = ms / n_timed if n_timed else usual_of_all
    untimed = max(0, n_opened - n_timed)
    total = round(ms + untimed * usual)
    return Work(n_opened, -(-total // MS_PER_MINUTE))


def amount_of(work: Work, terms: PayTerms | None) -> Decimal | None:
    """Rounded to cents, halves up; None where the study has no terms.

    >>> amount_of(Work(41, 125), PayTerms(basis="hour", rate=Decimal("15.00")))
    Decimal('31.25')
    """
    if terms is None:
        return None
    if terms.basis == PayTerms.Basis.HOUR:
        amount = terms.rate * work.minutes / 60
    elif terms.basis == PayTerms.Basis.ITEM:
        amount = terms.rate * work.n_items
    else:
        amount = terms.rate if work.n_items else Decimal(0)
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class PayRow:
    """Somebody's work and pay. Nothing tells who has left."""

    pseudonym: str
    group_name: str
    work: Work
    amount: Decimal | None


@dataclass(frozen=True)
class PaySheet:
    terms: PayTerms | None
    rows: list[PayRow]

    @property
    def n_items(self) -> int:
        return sum(row.work.n_items for row in self.rows)

    @property
    def hours(self) -> str:
        return Work(0, sum(row.work.minutes for row in self.rows)).hours

    @property
    def total(self) -> Decimal:
        return sum((row.amount for row in self.rows if row.amount is not None), Decimal(0))


def terms_of(study: Study) -> PayTerms | None:
    return PayTerms.objects.filter(study=study).first()


def pay_sheet(study: Study) -> PaySheet:
    """By group, then pseudonym: who opened an item, here or gone. Six queries."""
    terms, work = terms_of(study), work_by_rater(study)
    order = {
        name: place
        for place, name in enumerate(Group.objects.filter(study=study).values_list("name", flat=True))
    }
    raters = Rater.objects.filter(pk__in=work).values_list("pk", "pseudonym", "group__name")
    found = [(pseudonym, group, work[pk]) for pk, pseudonym, group in raters]
    erased = Departure.objects.filter(study=study, rater__isnull=True)
    found += [(one.pseudonym, one.group_name, kept_work(one.statement.get("given", {}))) for one in erased]
    rows = [
        PayRow(pseudonym, group, done, amount_of(done, terms))
        for pseudonym, group, done in found
        if done.n_items
    ]
    return PaySheet(
        terms, sorted(rows, key=lambda row: (order.get(row.group_name, len(order)), row.pseudonym))
    )


def kept_work(given: Mapping[str, int]) -> Work:
    """What a tombstone keeps of the work, so that who had everything erased is paid too."""
    return Work(given.get("items_opened", 0), given.get("active_minutes", 0))


def own_work(rater: Rater) -> Work:
    return work_by_rater(rater.study_id).get(rater.pk, NO_WORK)
