"""What hidden checks tell of ratings: for coordinators by pseudonym, for raters of their own repeats only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from annotation.models import KeyedItem, Plan, Rater, Slot, Study
from rating.models import Answer, Rating
from rating.queries.known_answers import OWN_VIEW, Judged, judged_answers, steps_between

# Below this many a share says little: counts are shown instead.
SMALL_N = 10


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    n: int = 0
    n_right: int = 0

    @property
    def is_small(self) -> bool:
        return self.n < SMALL_N

    @property
    def percent(self) -> int:
        return round(100 * self.n_right / self.n) if self.n else 0

    def with_one(self, *, is_right: bool) -> Share:
        return Share(self.n + 1, self.n_right + is_right)


@dataclass(frozen=True)
class Pair:
    """The same rater's answers to one question about the same item, the first and the second time."""

    rater: int
    item: str
    question: str
    target: str
    first: float
    second: float
    steps: int | None


@dataclass
class RaterQuality:
    """One rater's checks; a share without checks has n = 0."""

    rater: Rater
    gold: Share = field(default_factory=Share)
    repeats_same: Share = field(default_factory=Share)
    repeats_close: Share = field(default_factory=Share)
    attention: Share = field(default_factory=Share)


def _checked(study: Study) -> QuerySet[Rating]:
    """Current ratings of the study's own stages."""
    plans = Plan.objects.of_work().filter(study=study)
    return Rating.objects.filter(current_of__isnull=False, slot__plan__in=plans)


def _of_use(study: Study, use: str) -> QuerySet[Rating]:
    items = KeyedItem.objects.filter(study=study, use=use).values("item")
    regular = Q(slot__purpose__in=[Slot.Purpose.QUOTA, use])
    return _checked(study).filter(regular, slot__item__in=items)


def repeat_pairs(study: Study, rater: Rater | None = None) -> list[Pair]:
    """Answers that were given twice. Five queries."""
    again = _checked(study).filter(slot__purpose=Slot.Purpose.REPEAT)
    if rater is not None:
        again = again.filter(rater=rater)
    seconds = {
        (one.rater_id, one.slot.plan_id, one.slot.item_id): one for one in again.select_related("slot")
    }
    if not seconds:
        return []
    firsts = _checked(study).filter(
        slot__purpose__in=[Slot.Purpose.QUOTA, Slot.Purpose.SURPLUS],
        rater__in=again.values("rater"),
        slot__item__in=again.values("slot__item"),
    )
    before = {
        (one.rater_id, one.slot.plan_id, one.slot.item_id): one for one in firsts.select_related("slot")
    }
    pairs = {second.pk: before[place].pk for place, second in seconds.items() if place in before}
    return list(_paired(pairs))


def _paired(pairs: Mapping[int, int]) -> Iterable[Pair]:
    answers = Answer.objects.filter(
        rating__in=[*pairs, *pairs.values()], perspective=OWN_VIEW, value__isnull=False
    ).select_related("rating__slot__item", "question__scale")
    by_rating: dict[int, dict[tuple[str, str, str], Answer]] = defaultdict(dict)
    for one in answers.prefetch_related("question__scale__levels").order_by("rating_id", "pk"):
        by_rating[one.rating_id][one.question.key, one.target, one.part] = one
    for second_pk, first_pk in pairs.items():
        for place, second in by_rating[second_pk].items():
            first = by_rating[first_pk].get(place)
            if first is not None and first.value is not None and second.value is not None:
                key, target, part = place
                yield Pair(
                    rater=second.rating.rater_id,
                    item=second.rating.slot.item.external_id,
                    question=key,
                    target=f"{target} {part}".strip(),
                    first=first.value,
                    second=second.value,
                    steps=steps_between(second.question, first.value, second.value),
                )


def rater_quality(study: Study) -> list[RaterQuality]:
    """One row per rater with a login, by group and pseudonym. Never anything of how a rater fares."""
    raters = Rater.objects.filter(study=study, member__isnull=False, member__left_at__isnull=True)
    rows = {
        rater.pk: RaterQuality(rater)
        for rater in raters.select_related("group").order_by("group__position", "pseudonym")
    }
    for one in judged_answers(_of_use(study, KeyedItem.Use.GOLD)):
        if one.rater in rows and one.value is not None:
            rows[one.rater].gold = rows[one.rater].gold.with_one(is_right=one.is_within_one)
    for pair in repeat_pairs(study):
        if pair.rater in rows:
            row = rows[pair.rater]
            row.repeats_same = row.repeats_same.with_one(is_right=pair.steps == 0)
            row.repeats_close = row.repeats_close.with_one(
                is_right=pair.steps is not None and pair.steps <= 1
            )
    for rater, is_right in _attended(judged_answers(_of_use(study, KeyedItem.Use.ATTENTION))):
        if rater in rows:
            rows[rater].attention = rows[rater].attention.with_one(is_right=is_right)
    return list(rows.values())


def _attended(judged: Iterable[Judged]) -> list[tuple[int, bool]]:
    """A check is passed by the whole card: every answer it asks for."""
    cards: dict[tuple[int, int], list[bool]] = defaultdict(list)
    for one in judged:
        cards[one.rater, one.rating].append(one.is_exact)
    return [(rater, all(found)) for (rater, _rating), found in cards.items()]


def own_consistency(rater: Rater) -> RaterQuality:
    """A rater's own repeats. Gold items and attention checks stay untold: they would no longer be hidden."""
    mine = RaterQuality(rater)
    for pair in repeat_pairs(rater.study, rater):
        mine.repeats_same = mine.repeats_same.with_one(is_right=pair.steps == 0)
        mine.repeats_close = mine.repeats_close.with_one(is_right=pair.steps is not None and pair.steps <= 1)
    return mine
