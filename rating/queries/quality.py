"""What hidden checks tell of ratings: for coordinators by pseudonym, for raters of their own repeats only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from annotation.models import KeyedItem, Plan, Question, Rater, Slot, Study
from annotation.study_access import StudyAccess
from rating.models import Answer, Rating
from rating.queries.known_answers import OWN_VIEW, Judged, judged_answers, steps_between

# Below this many a share says little: counts are shown instead.
SMALL_N = 10
# Pairs of ratings whose answers are read at a time.
PAIRS = 500


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

    def add_pair(self, pair: Pair) -> None:
        is_close = pair.steps is not None and pair.steps <= 1
        self.repeats_same = self.repeats_same.with_one(is_right=pair.steps == 0)
        self.repeats_close = self.repeats_close.with_one(is_right=is_close)


def checked_raters(raters: QuerySet[Rater], *, search: str = "") -> QuerySet[Rater]:
    """Those with a login who take part, by group and pseudonym."""
    here = raters.filter(member__isnull=False, member__left_at__isnull=True, pseudonym__icontains=search)
    return here.select_related("group").order_by("group__position", "pseudonym")


def _checked(study: Study, raters: Sequence[Rater] | None) -> QuerySet[Rating]:
    """Current ratings of the study's own stages, by these raters or by all."""
    plans = Plan.objects.of_work().filter(study=study)
    ratings = Rating.objects.filter(current_of__isnull=False, slot__plan__in=plans)
    return ratings if raters is None else ratings.filter(rater__in=raters)


def _of_use(study: Study, use: str, raters: Sequence[Rater]) -> QuerySet[Rating]:
    items = KeyedItem.objects.filter(study=study, use=use).values("item")
    regular = Q(slot__purpose__in=[Slot.Purpose.QUOTA, use])
    return _checked(study, raters).filter(regular, slot__item__in=items)


def repeat_pairs(study: Study, raters: Sequence[Rater] | None = None) -> Iterator[Pair]:
    """Answers that were given twice, by these raters or by all. Three queries, and one for so many pairs."""
    again = _checked(study, raters).filter(slot__purpose=Slot.Purpose.REPEAT)
    first = Rating.objects.filter(
        current_of__isnull=False,
        rater=OuterRef("rater"),
        slot__plan=OuterRef("slot__plan"),
        slot__item=OuterRef("slot__item"),
        slot__purpose__in=[Slot.Purpose.QUOTA, Slot.Purpose.SURPLUS],
    )
    found = again.annotate(first=Subquery(first.order_by("pk").values("pk")[:1])).order_by("pk")
    pairs = {second: first for second, first in found.values_list("pk", "first") if first is not None}
    seconds, questions = list(pairs), _Questions()
    for start in range(0, len(seconds), PAIRS):
        yield from _paired({second: pairs[second] for second in seconds[start : start + PAIRS]}, questions)


class _Questions(dict[int, Question]):
    """Questions with their levels by key, each looked up once."""

    def __missing__(self, key: int) -> Question:
        found = Question.objects.select_related("scale").prefetch_related("scale__levels").get(pk=key)
        self[key] = found
        return found


def _paired(pairs: Mapping[int, int], questions: _Questions) -> Iterator[Pair]:
    answers = Answer.objects.filter(
        rating__in=[*pairs, *pairs.values()], perspective=OWN_VIEW, value__isnull=False
    )
    rows = answers.order_by("rating_id", "pk").values_list(
        "rating_id",
        "question__key",
        "target",
        "part",
        "value",
        "question_id",
        "rating__rater_id",
        "rating__slot__item__external_id",
    )
    by_rating: dict[int, dict[tuple[str, str, str], tuple[Any, ...]]] = defaultdict(dict)
    for rating, key, target, part, value, *told in rows:
        by_rating[rating][key, target, part] = (value, *told)
    for second_pk, first_pk in pairs.items():
        for place, (value, question, rater, item) in by_rating[second_pk].items():
            before = by_rating[first_pk].get(place)
            if before is not None:
                key, target, part = place
                steps = steps_between(questions[question], before[0], value)
                yield Pair(rater, item, key, f"{target} {part}".strip(), before[0], value, steps)


def rater_quality(access: StudyAccess, raters: Sequence[Rater] | None = None) -> list[RaterQuality]:
    """One row for each of these raters, or of all whom the member may see. Never anything of how a rater
    fares."""
    study, raters = access.study, list(checked_raters(access.raters())) if raters is None else raters
    rows = {rater.pk: RaterQuality(rater) for rater in raters}
    for one in judged_answers(_of_use(study, KeyedItem.Use.GOLD, raters)):
        if one.value is not None:
            rows[one.rater].gold = rows[one.rater].gold.with_one(is_right=one.is_within_one)
    for pair in repeat_pairs(study, raters):
        rows[pair.rater].add_pair(pair)
    for rater, is_right in _attended(judged_answers(_of_use(study, KeyedItem.Use.ATTENTION, raters))):
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
    for pair in repeat_pairs(rater.study, [rater]):
        mine.add_pair(pair)
    return mine
