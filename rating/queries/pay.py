"""Hours, items and pay by rater.

Paid is the work, whatever came of it: an item counts when it was opened, rated or skipped; the time on an
item that was not submitted is not measured and counts as the rater's usual time for an item. So a sheet
pays regardless of skips, breaks, opt-outs and leaving, and shows none of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from annotation.access import StudyAccess
from annotation.models import Departure, Group, Rater, Study
from annotation.study_numbers import told
from rating.models import PayTerms, Presentation, Rating

MS_PER_MINUTE = 60_000
CENT = Decimal("0.01")
# The name of the number that the scheduler keeps.
PAY = "pay"
# Behind every group there is.
LAST = 2**30


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


# Where a rater's work lies: their site, or none.
Site = int | None


def work_by_rater(raters: QuerySet[Rater]) -> dict[int, Work]:
    """By rater with a login who opened an item. Two queries; one more where somebody has submitted nothing
    and works in a study whose usual time is not stored."""
    opened = Presentation.objects.filter(rater__in=raters).order_by().values_list("rater_id")
    # The index of raters alone answers it: no row is read.
    n_opened = dict(opened.annotate(n=Count("*")))
    timed = _timed(raters)
    usual = 0.0
    if n_opened.keys() - timed.keys():
        study = Rater.objects.select_related("study").get(pk=next(iter(n_opened))).study
        usual = told(study, PAY, now=timezone.now()).number["usual_ms"]
    return {rater: _work(n, *timed.get(rater, (0, 0)), usual) for rater, n in n_opened.items()}


def _timed(raters: QuerySet[Rater]) -> dict[int, tuple[int, int]]:
    """Milliseconds of activity and slots by rater. One query."""
    rated = (
        Rating.objects.filter(rater__in=raters, active_ms__isnull=False).order_by().values_list("rater_id")
    )
    counted = rated.annotate(ms=Sum("active_ms"), n=Count("slot", distinct=True))
    return {rater: (ms, n) for rater, ms, n in counted}


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
class PayTotals:
    """What all of it comes to. `minutes`: raters by their minutes; rounding is by rater."""

    n_items: int
    n_raters: int
    minutes: Mapping[int, int]

    @property
    def hours(self) -> str:
        return Work(0, sum(minutes * n for minutes, n in self.minutes.items())).hours

    def amount(self, terms: PayTerms | None) -> Decimal:
        if terms is None:
            return Decimal(0)
        if terms.basis == PayTerms.Basis.HOUR:
            each = ((amount_of(Work(1, minutes), terms), n) for minutes, n in self.minutes.items())
            return sum((amount * n for amount, n in each if amount is not None), Decimal(0))
        return terms.rate * (self.n_items if terms.basis == PayTerms.Basis.ITEM else self.n_raters)


@dataclass(frozen=True)
class PaySheet:
    """`rows`: all, or of a page those on it. `counted_at`: when the totals were; None: just now."""

    terms: PayTerms | None
    rows: Sequence[PayRow]
    totals: PayTotals
    counted_at: datetime | None = None

    @property
    def n_items(self) -> int:
        return self.totals.n_items

    @property
    def hours(self) -> str:
        return self.totals.hours

    @property
    def total(self) -> Decimal:
        return self.totals.amount(self.terms)


def terms_of(study: Study) -> PayTerms | None:
    return PayTerms.objects.filter(study=study).first()


def erased_work(study: Study) -> QuerySet[Departure]:
    """Tombstones of those who opened an item and had everything erased: they are paid too."""
    return Departure.objects.filter(study=study, rater__isnull=True, statement__given__items_opened__gt=0)


def paid_people(access: StudyAccess, *, search: str = "") -> QuerySet[Rater, Any]:
    """Whoever opened an item, here or gone, by group, then pseudonym: (place of the group, its name,
    pseudonym, key of the rater or, below nought, of the tombstone). Tombstones belong to no site."""
    opened = Exists(Presentation.objects.filter(rater=OuterRef("pk")))
    raters = access.raters().filter(opened, origin=Rater.Origin.ACCOUNT, pseudonym__icontains=search)
    here = raters.order_by().values_list("group__position", "group__name", "pseudonym", "pk")
    if access.is_bound:
        return here.order_by("group__position", "group__name", "pseudonym")
    place = Group.objects.filter(study=access.study, name=OuterRef("group_name")).values("position")[:1]
    gone = erased_work(access.study).filter(pseudonym__icontains=search).order_by()
    gone = gone.annotate(place=Coalesce(Subquery(place), LAST), key=-F("pk"))
    both = here.union(gone.values_list("place", "group_name", "pseudonym", "key"), all=True)
    return both.order_by("group__position", "group__name", "pseudonym")


def pay_rows(people: Iterable[tuple[int, str, str, int]], terms: PayTerms | None) -> list[PayRow]:
    """Some of `paid_people` with their work and pay. Three queries."""
    found = list(people)
    work = work_by_rater(Rater.objects.filter(pk__in=[key for *_who, key in found if key > 0]))
    tombs = Departure.objects.filter(pk__in=[-key for *_who, key in found if key < 0])
    work |= {-one.pk: kept_work(one.statement.get("given", {})) for one in tombs}
    return [
        PayRow(pseudonym, group, work.get(key, NO_WORK), amount_of(work.get(key, NO_WORK), terms))
        for _place, group, pseudonym, key in found
    ]


def pay_sheet(access: StudyAccess) -> PaySheet:
    """The whole sheet, counted now. Up to six queries."""
    terms = terms_of(access.study)
    rows = pay_rows(paid_people(access), terms)
    minutes = Counter(row.work.minutes for row in rows)
    totals = PayTotals(sum(row.work.n_items for row in rows), len(rows), minutes)
    return PaySheet(terms, rows, totals)


def pay_page(access: StudyAccess, people: Iterable[tuple[int, str, str, int]], *, now: datetime) -> PaySheet:
    """A page of the sheet; the totals of a large study are those of its last count."""
    terms, counted = terms_of(access.study), told(access.study, PAY, now=now)
    sites = list(access.sites().values_list("pk", flat=True)) if access.is_bound else None
    return PaySheet(terms, pay_rows(people, terms), _totals(counted.number, sites), counted.at)


def _totals(number: Any, sites: Sequence[int] | None) -> PayTotals:
    seen = [one for one in number["sites"] if sites is None or one["site"] in sites]
    minutes: Counter[int] = Counter()
    for one in seen:
        minutes.update(dict(one["minutes"]))
    return PayTotals(sum(one["n_items"] for one in seen), minutes.total(), minutes)


def count_pay(study: Study) -> Any:
    """The work of all by site, and the usual milliseconds for an item. For `annotation.study_numbers`."""
    raters = Rater.objects.filter(study=study, origin=Rater.Origin.ACCOUNT)
    timed, opened = _timed(raters), Presentation.objects.filter(rater__in=raters).order_by()
    n_timed = sum(n for _ms, n in timed.values())
    usual = sum(ms for ms, _n in timed.values()) / n_timed if n_timed else 0.0
    work = [
        (site, _work(n, *timed.get(rater, (0, 0)), usual))
        for rater, site, n in opened.values_list("rater_id", "rater__site_id").annotate(n=Count("pk"))
    ]
    work += [(None, kept_work(one.statement.get("given", {}))) for one in erased_work(study)]
    by_site: dict[Site, list[Work]] = defaultdict(list)
    for site, one in work:
        by_site[site].append(one)
    return {"usual_ms": usual, "sites": [_of_site(site, found) for site, found in by_site.items()]}


def _of_site(site: Site, work: list[Work]) -> dict[str, Any]:
    minutes = sorted(Counter(one.minutes for one in work).items())
    return {"site": site, "n_items": sum(one.n_items for one in work), "minutes": minutes}


def kept_work(given: Mapping[str, int]) -> Work:
    """What a tombstone keeps of the work, so that who had everything erased is paid too."""
    return Work(given.get("items_opened", 0), given.get("active_minutes", 0))


def own_work(rater: Rater) -> Work:
    return work_by_rater(Rater.objects.filter(pk=rater.pk)).get(rater.pk, NO_WORK)
