"""When ratings were shown and submitted, as an export tells it: as columns, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import QuerySet

from rating.models import Rating
from rating.queries.export_copy import Spool, as_table
from rating.queries.export_stream import PAGE, by_key
from rating.queries.exports import ExportScope, exported_ratings
from rating.queries.shown_raters import ShownRater

if TYPE_CHECKING:
    import pyarrow as pa

N_RATINGS = 20_000
NAMES = {
    "pk": "key",
    "code": "rating",
    "slot__item__external_id": "item_id",
    "rater_id": "rater_key",
    "revision": "revision",
    "presentation__position": "position",
    "presentation__shown_at": "shown_at",
    "submitted_at": "submitted_at",
    "active_ms": "active_ms",
    "question_ms": "question_ms",
}


def _types() -> dict[str, pa.DataType]:
    import pyarrow as pa

    moment, again = pa.timestamp("us", tz="UTC"), pa.dictionary(pa.int32(), pa.string())
    kinds: dict[str, pa.DataType] = dict.fromkeys(NAMES.values(), pa.int64())
    kinds |= {"rating": pa.string(), "question_ms": pa.string(), "item_id": again}
    return kinds | {"shown_at": moment, "submitted_at": moment}


def timing_pages(scope: ExportScope, shown: dict[int, ShownRater]) -> Iterator[dict[str, pa.Array]]:
    """By the names of the file's columns, and `question_ms` as JSON. `position` is the rating's place among
    what the rater was served; it and `shown_at` are null where nothing was shown."""
    rows = exported_ratings(scope).order_by("pk").values_list(*NAMES)
    tables = _copied(rows) if connection.vendor == "postgresql" else _asked(rows)
    for table in tables:
        columns = {name: table[name].combine_chunks() for name in table.column_names}
        yield columns | _named(columns.pop("rater_key"), shown)


def _copied(rows: QuerySet[Rating, tuple[Any, ...]]) -> Iterator[pa.Table]:
    with closing(Spool(rows)) as spool:
        while not spool.is_read:
            yield as_table(spool.page(N_RATINGS), _types())


def _asked(rows: QuerySet[Rating, tuple[Any, ...]]) -> Iterator[pa.Table]:
    import pyarrow as pa

    for page in by_key(rows, PAGE):
        told: list[Sequence[Any]] = [*zip(*page, strict=True)]
        told[-1] = [json.dumps(times) for times in told[-1]]
        pairs = zip(_types().items(), told, strict=True)
        yield pa.table({name: pa.array(cells, kind) for (name, kind), cells in pairs})


def _named(raters: pa.Array, shown: dict[int, ShownRater]) -> dict[str, pa.Array]:
    import pyarrow as pa

    keys = raters.dictionary_encode()
    named = [shown[key] for key in keys.dictionary.to_pylist()]
    names = {"rater": [one.name for one in named], "group": [one.group for one in named]}
    return {
        name: pa.DictionaryArray.from_arrays(keys.indices, pa.array(words, pa.string()))
        for name, words in names.items()
    }
