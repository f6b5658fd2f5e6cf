"""Answers as long rows: one row per question and target of every rating that counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Concat

from annotation.models import Plan, Slot, Study
from rating.models import Answer
from rating.queries.export_copy import Spool, as_table

if TYPE_CHECKING:
    import pyarrow as pa

# Rows fetched at a time: a large study never lies in memory as objects.
CHUNK = 5_000
# The same where they become columns and no objects.
N_COPIED = 50_000

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


def _long_values(study: Study, stage: str) -> QuerySet[Answer, tuple[Any, ...]]:
    """One statement sees one state of the database: ratings that arrive meanwhile are not half in it."""
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


def long_rows(study: Study, *, stage: str) -> Iterator[RatingRow]:
    """The rows of a stage in the order in which their ratings were submitted; one statement."""
    return (RatingRow(*row) for row in _long_values(study, stage).iterator(chunk_size=CHUNK))


def long_tables(study: Study, *, stage: str) -> Iterator[pa.Table]:
    """The same rows as tables with the columns of `RatingRow`, some ten thousand rows each."""
    import pyarrow as pa

    types = {name: pa.dictionary(pa.int32(), pa.string()) for name in RatingRow._fields}
    types |= {name: pa.int64() for name in ("version_id", "rating_id", "active_ms")}
    types["value"] = pa.float64()
    if connection.vendor == "postgresql":
        return _copied_tables(_long_values(study, stage), types)
    rows = _long_values(study, stage).iterator(chunk_size=CHUNK)
    return _tables(rows, pa.schema(types.items()))


def _copied_tables(rows: QuerySet[Any, Any], types: dict[str, pa.DataType]) -> Iterator[pa.Table]:
    with closing(Spool(rows)) as spool:
        while not spool.is_read:
            yield as_table(spool.page(N_COPIED), types)


def _tables(rows: Iterator[tuple[Any, ...]], schema: pa.Schema) -> Iterator[pa.Table]:
    import pyarrow as pa

    while batch := list(islice(rows, CHUNK)):
        columns = zip(*batch, strict=True)
        arrays = [
            pa.array(cells, pa.string()).dictionary_encode()
            if pa.types.is_dictionary(field.type)
            else pa.array(cells, field.type)
            for cells, field in zip(columns, schema, strict=True)
        ]
        yield pa.Table.from_arrays(arrays, schema=schema)


def default_stage(study: Study) -> str:
    """Main; imported where a study holds imported ratings only."""
    has_main = counting_answers(study, Plan.Stage.MAIN).exists()
    has_imported = not has_main and counting_answers(study, Plan.Stage.IMPORTED).exists()
    return str(Plan.Stage.IMPORTED if has_imported else Plan.Stage.MAIN)
