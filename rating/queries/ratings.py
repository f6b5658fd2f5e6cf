"""Answers as long rows: one row per question and target of every rating that counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Concat

from annotation.models import Plan, Slot, Study
from rating.models import Answer

# Rows fetched at a time: a large study never lies in memory as objects.
CHUNK = 5_000

OWN_VIEW = "self"

# `part_name` in SQL.
_NAMED = Case(
    When(part="", then=F("question__key")),
    default=Concat(F("question__key"), Value("__"), F("part")),
    output_field=CharField(),
)


class RatingRow(NamedTuple):
    """One answer of a current rating. `value` is None exactly when `missing` says why."""

    item: str
    conversation: str
    rater: str
    group: str
    kind: str
    stage: str
    question: str
    target: str
    value: float | None
    missing: str
    version_id: int
    rating_id: int
    active_ms: int | None


def counting_answers(study: Study, stage: str) -> QuerySet[Answer]:
    """Answers that count in default analyses: current revision, planned quota, a stage of its own.

    Repeats, practice, surplus and unfinished imports stay outside, and so do answers given from the
    perspective of another group, and free text.
    """
    plans = Plan.objects.visible().filter(study=study, stage=stage)
    return Answer.objects.filter(
        rating__current_of__isnull=False,
        rating__slot__plan__in=plans,
        rating__slot__purpose=Slot.Purpose.QUOTA,
        perspective=OWN_VIEW,
        question__scale__isnull=False,
    )


def part_name(key: str, part: str) -> str:
    """What a part of a question is called where every part is a question of its own."""
    return f"{key}__{part}" if part else key


def long_rows(study: Study, *, stage: str) -> Iterator[RatingRow]:
    """The rows of a stage in the order in which their ratings were submitted; one statement.

    One statement sees one state of the database: ratings that arrive meanwhile are not half in it.
    """
    rows = (
        counting_answers(study, stage)
        .annotate(named=_NAMED)
        .order_by("rating__submitted_at", "rating_id", "question_id", "part", "target")
        .values_list(
            "rating__slot__item__code",
            "rating__slot__item__conversation__code",
            "rating__rater__pseudonym",
            "rating__rater__group__key",
            "rating__rater__group__kind",
            "rating__slot__plan__stage",
            "named",
            "target",
            "value",
            "missing",
            "rating__rubric_version_id",
            "rating_id",
            "rating__active_ms",
        )
    )
    return (RatingRow(*row) for row in rows.iterator(chunk_size=CHUNK))


def default_stage(study: Study) -> str:
    """Main; imported where a study holds imported ratings only."""
    has_main = counting_answers(study, Plan.Stage.MAIN).exists()
    has_imported = not has_main and counting_answers(study, Plan.Stage.IMPORTED).exists()
    return str(Plan.Stage.IMPORTED if has_imported else Plan.Stage.MAIN)
