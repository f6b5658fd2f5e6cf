"""Answers as long rows: one row per question and target of every rating that counts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Concat

from annotation.models import Plan, Slot, Study
from rating.models import Answer

if TYPE_CHECKING:
    import pyarrow as pa

# Rows fetched at a time: a large study never lies in memory as objects.
CHUNK = 5_000
LABELS = ("item", "conversation", "rater", "group", "kind", "stage", "question", "target", "missing")
LONG_COLUMNS = (*LABELS[:-1], "value", LABELS[-1], "version_id", "place", "active_ms")

OWN_VIEW = "self"

# `part_name` in SQL.
_NAMED = Case(
    When(part="", then=F("question__key")),
    default=Concat(F("question__key"), Value("__"), F("part")),
    output_field=CharField(),
)


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


def _long_values(study: Study, stage: str) -> QuerySet[Answer, tuple[Any, ...]]:
    """In the columns of `LONG_COLUMNS`, the rating's key for its place. One statement sees one state of the
    database: ratings that arrive meanwhile are not half in it."""
    answers = counting_answers(study, stage).annotate(named=_NAMED)
    ordered = answers.order_by("rating__submitted_at", "rating_id", "question_id", "part", "target")
    return ordered.values_list(
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


def long_tables(study: Study, *, stage: str) -> Iterator[pa.Table]:
    """The answers of a stage as tables with the columns `LONG_COLUMNS`, some ten thousand rows each.

    Labels are dictionaries. `value` is null exactly when `missing` says why; `place` is the rating's in the
    order of submission, larger the later (some may be of no rating); the rows of a rating stand together.
    """
    if connection.vendor == "postgresql":
        from rating.queries.rating_pages import copied_tables

        return copied_tables(study, stage)
    return _tables(_long_values(study, stage).iterator(chunk_size=CHUNK))


def _tables(rows: Iterator[tuple[Any, ...]]) -> Iterator[pa.Table]:
    import numpy as np
    import pyarrow as pa

    place, last = 0, -1
    while batch := list(islice(rows, CHUNK)):
        columns = dict(zip(LONG_COLUMNS, zip(*batch, strict=True), strict=True))
        keys = np.array(columns["place"], dtype=np.int64)
        places = place + np.cumsum(np.diff(keys, prepend=last) != 0)
        place, last = int(places[-1]), int(keys[-1])
        arrays = {name: pa.array(columns[name], pa.string()).dictionary_encode() for name in LABELS}
        arrays |= {name: pa.array(columns[name], pa.int64()) for name in ("version_id", "active_ms")}
        arrays |= {"value": pa.array(columns["value"], pa.float64()), "place": pa.array(places)}
        yield pa.table(arrays)


def default_stage(study: Study) -> str:
    """Main; imported where a study holds imported ratings only."""
    has_main = counting_answers(study, Plan.Stage.MAIN).exists()
    has_imported = not has_main and counting_answers(study, Plan.Stage.IMPORTED).exists()
    return str(Plan.Stage.IMPORTED if has_imported else Plan.Stage.MAIN)
