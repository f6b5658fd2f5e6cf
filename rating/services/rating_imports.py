"""Ratings of a checked file, staged under a batch: a plan of stage "imported" with its slots all done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from annotation.imports.checks.passages import Place, place_of, texts_in_order
from annotation.imports.checks.ratings import RatingRow
from annotation.models import (
    ErasurePermit,
    Group,
    ImportBatch,
    Item,
    Level,
    Plan,
    Question,
    Rater,
    RubricVersion,
    Slot,
    Study,
)
from annotation.services.item_imports import ReadText
from annotation.services.people import new_pseudonym
from annotation.services.staging import hold_writing, still_writing, write_in_pieces
from rating.models import Answer, CurrentRating, Evidence, Rating

Stored = tuple[float | None, str]


@dataclass
class _Staging:
    """What the rows of one import are written with."""

    batch: ImportBatch
    plan: Plan
    items: Mapping[str, int]
    raters: Mapping[str, Rater]
    questions: Mapping[str, Question]
    levels: Mapping[tuple[int | None, float], Level]
    texts: Mapping[str, list[tuple[str, str]]]
    now: datetime


@dataclass
class _Judgement:
    """All rows of one rater about one item, and what they become."""

    rows: list[RatingRow]
    slot: Slot
    rating: Rating


def imported_answers(study: Study) -> dict[tuple[str, str, str], Stored]:
    """Value or reason by (item, rater, question key) of all finished imports."""
    rows = Answer.objects.filter(
        rating__slot__plan__in=Plan.objects.visible().filter(study=study, stage=Plan.Stage.IMPORTED)
    ).values_list(
        "rating__slot__item__external_id",
        "rating__rater__external_id",
        "question__key",
        "value",
        "missing",
    )
    return {(item, rater, key): (value, missing) for item, rater, key, value, missing in rows.iterator(5000)}


def imported_raters(study: Study) -> dict[str, str]:
    """Group key by imported name, of raters whose ratings can be seen."""
    raters = Rater.objects.filter(study=study, slots__plan__in=Plan.objects.visible()).exclude(external_id="")
    return dict(raters.values_list("external_id", "group__key").distinct())


def stage_raters(study: Study, raters: Mapping[str, str], groups: Mapping[str, Group]) -> dict[str, Rater]:
    """Raters without accounts by imported name; those of earlier imports are found again.

    Args:
        raters: group key by imported name.
    """
    stored = Rater.objects.filter(study=study).exclude(external_id="").select_related("group")
    found = {rater.external_id: rater for rater in stored if raters.get(rater.external_id) == rater.group.key}
    fresh = [_rater(study, name, groups[key]) for name, key in raters.items() if name not in found]
    write_in_pieces(fresh, Rater.objects.bulk_create)
    return found | {rater.external_id: rater for rater in fresh}


def _rater(study: Study, name: str, group: Group) -> Rater:
    is_judge = group.kind == Group.Kind.JUDGE
    return Rater(
        study=study,
        group=group,
        pseudonym=new_pseudonym(group),
        origin=Rater.Origin.JUDGE if is_judge else Rater.Origin.IMPORTED,
        external_id=name,
        judge_model=name if is_judge else "",
    )


def stage_ratings(
    batch: ImportBatch,
    rows: Sequence[RatingRow],
    *,
    version: RubricVersion,
    raters: Mapping[str, Rater],
    texts: Mapping[str, ReadText],
) -> None:
    """Write slots, ratings, answers and passages in short transactions; nothing is shown yet.

    Args:
        texts: turns and responses by item, in which quoted passages are looked for.
    """
    with transaction.atomic():
        plan = Plan.objects.create(
            study=batch.study,
            batch=batch,
            rubric_version=version,
            stage=Plan.Stage.IMPORTED,
            state=Plan.State.CLOSED,
            design="imported",
            seed=0,
        )
    levels = Level.objects.filter(scale__version=version)
    staging = _Staging(
        batch=batch,
        plan=plan,
        items=dict(Item.objects.filter(study=batch.study).values_list("external_id", "pk")),
        raters=raters,
        questions={question.key: question for question in Question.objects.filter(version=version)},
        levels={(level.scale_id, level.value): level for level in levels},
        texts={name: texts_in_order(turns, replies) for name, (turns, replies) in texts.items()},
        now=timezone.now(),
    )
    write_in_pieces(_judgements(staging, rows), lambda piece: _write(staging, piece))


def _judgements(staging: _Staging, rows: Iterable[RatingRow]) -> Iterator[_Judgement]:
    """One judgement per item and rater, in the order of the file."""
    by_pair: dict[tuple[str, str], list[RatingRow]] = defaultdict(list)
    for row in rows:
        by_pair[row.item, row.rater].append(row)
    numbers: dict[tuple[str, int], int] = defaultdict(int)
    for (item, name), answers in by_pair.items():
        rater = staging.raters[name]
        numbers[item, rater.group_id] += 1
        slot = _slot(staging, staging.items[item], rater, numbers[item, rater.group_id])
        yield _Judgement(answers, slot, _rating(staging, slot, rater, answers))


def _slot(staging: _Staging, item: int, rater: Rater, number: int) -> Slot:
    return Slot(
        plan=staging.plan,
        item_id=item,
        group_id=rater.group_id,
        rubric_version=staging.plan.rubric_version,
        number=number,
        state=Slot.State.DONE,
        rater=rater,
        completed_at=staging.now,
    )


def _rating(staging: _Staging, slot: Slot, rater: Rater, rows: Sequence[RatingRow]) -> Rating:
    times = [row.submitted_at for row in rows if row.submitted_at is not None]
    return Rating(
        slot=slot,
        rater=rater,
        rubric_version=staging.plan.rubric_version,
        client_id=uuid4(),
        # Files repeat a comment on every row of a rating.
        comment="\n".join(dict.fromkeys(row.comment for row in rows if row.comment)),
        submitted_at=max(times, default=staging.now),
    )


def _write(staging: _Staging, piece: Sequence[_Judgement]) -> None:
    hold_writing(staging.batch)
    Slot.objects.bulk_create(one.slot for one in piece)
    Rating.objects.bulk_create(one.rating for one in piece)
    CurrentRating.objects.bulk_create(CurrentRating(slot=one.slot, rating=one.rating) for one in piece)
    pairs = [(one.rating, row) for one in piece for row in one.rows]
    Answer.objects.bulk_create(_answer(staging, rating, row) for rating, row in pairs)
    Evidence.objects.bulk_create(_evidence(staging, rating, row) for rating, row in pairs if row.quote)
    still_writing(staging.batch)


def _target(question: Question) -> str:
    return "item" if question.target == Question.Target.ITEM else "response:1"


def _answer(staging: _Staging, rating: Rating, row: RatingRow) -> Answer:
    question = staging.questions[row.question]
    level = None if row.value is None else staging.levels.get((question.scale_id, row.value))
    return Answer(
        rating=rating,
        question=question,
        target=_target(question),
        level=level,
        value=row.value,
        is_exception=row.is_exception,
        missing=row.missing,
    )


def _evidence(staging: _Staging, rating: Rating, row: RatingRow) -> Evidence:
    place = place_of(row.quote, staging.texts.get(row.item, ())) or Place("", 0, 0)
    is_found = bool(place.target)
    return Evidence(
        rating=rating,
        question=staging.questions[row.question],
        target=place.target,
        start=place.start if is_found else None,
        end=place.end if is_found else None,
        quote=row.quote,
    )


def remove_staged_ratings(batch: ImportBatch) -> None:
    """Delete ratings, slots and plan of a batch that was never shown, and raters whom nothing else names."""
    slots = list(Slot.objects.filter(plan__batch=batch).values_list("pk", flat=True))
    write_in_pieces(slots, _remove_slots)
    with transaction.atomic():
        Plan.objects.filter(batch=batch).delete()
    unused = Rater.objects.filter(study=batch.study, slots__isnull=True, member__isnull=True)
    keys = list(unused.exclude(external_id="").values_list("pk", flat=True))
    write_in_pieces(keys, lambda piece: Rater.objects.filter(pk__in=piece).delete())


def _remove_slots(keys: Sequence[int]) -> None:
    # Ratings are append-only by database rule. The permit lives in this transaction alone, and these
    # rows were never shown to anybody.
    permit = ErasurePermit.objects.create(reason="rows of an import that was never shown")
    CurrentRating.objects.filter(slot__in=keys).delete()
    Rating.objects.filter(slot__in=keys).delete()
    Slot.objects.filter(pk__in=keys).delete()
    permit.delete()
