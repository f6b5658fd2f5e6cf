"""Ratings with their answers as columns, a page at a time: what the large files are written from.

Both databases fill the same columns: PostgreSQL by COPY, SQLite from the rows of `export_stream`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

from rating.queries.export_copy import Spool, as_table, lines_as_table
from rating.queries.export_stream import (
    Given,
    KnownAnswers,
    RatingPage,
    answer_lines,
    rating_pages,
    rows_in_order,
)
from rating.queries.exports import ExportScope, RatingRow
from rating.queries.shown_raters import ShownRater

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Ints = npt.NDArray[np.int64]

# Of a page: its answers in text take some 20 MB.
N_ANSWERS = 100_000
# Ratings of a page at most, and of the first one, before it is known how many answers a rating has.
N_RATINGS, N_FIRST = 20_000, 1_000
# Columns whose texts come again and again.
REPEATED = ("item_id", "conversation_id", "rater", "group", "stage", "purpose", "rubric", "shown_order")
WHOLE = ("occurrence", "rubric_version", "revision", "active_ms")
_UNTOLD = frozenset({"key", "rater_key", "question_ms", "response_order"})


class ColumnPage(NamedTuple):
    """Ratings, and their answers in the order of the ratings and of the form.

    `ratings`: a column by each name of `RatingRow` but `key`, `question_ms` and `response_order`, and
    `shown_order`; those of REPEATED are dictionaries. `places` and `numbers`: each answer's rating in the
    page, and the answer among those known.
    """

    keys: Ints
    ratings: dict[str, pa.Array]
    places: Ints
    numbers: Ints
    confidence: pa.Array
    question_ms: pa.Array


def column_pages(
    scope: ExportScope, known: KnownAnswers, shown: dict[int, ShownRater]
) -> Iterator[ColumnPage]:
    """All ratings of the scope in the order they came in. `shown`: their raters, as files name them."""
    if connection.vendor == "postgresql":
        return _copied_pages(scope, known, shown)
    return (_page_of_rows(page, known) for page in rating_pages(scope, known, shown))


def _page_of_rows(page: RatingPage, known: KnownAnswers) -> ColumnPage:
    import numpy as np
    import pyarrow as pa

    rows, given = page
    flat: list[Given] = [one for of_one in given for one in of_one]
    counts = [len(of_one) for of_one in given]
    places = np.repeat(np.arange(len(rows), dtype=np.int64), counts)
    numbers = np.array([one.number for one in flat], dtype=np.int64)
    return ColumnPage(
        np.array([row.key for row in rows], dtype=np.int64),
        _columns_of(rows),
        places,
        numbers,
        pa.array([one.confidence for one in flat], pa.float64()),
        _times([row.question_ms for row in rows], places, numbers, known),
    )


def _columns_of(rows: Sequence[RatingRow]) -> dict[str, pa.Array]:
    import pyarrow as pa

    kinds = {name: pa.string() for name in ("rating", *REPEATED, "comment")}
    kinds |= {name: pa.int64() for name in (*WHOLE, "item_key")}
    kinds |= {"is_current": pa.bool_(), "submitted_at": pa.timestamp("us", tz="UTC")}
    columns = {name: pa.array([getattr(row, name) for row in rows], kind) for name, kind in kinds.items()}
    return columns | {name: columns[name].dictionary_encode() for name in REPEATED}


def _times(
    times: Sequence[dict[str, dict[str, int]]], places: Ints, numbers: Ints, known: KnownAnswers
) -> pa.Array:
    """How long each answer took. A question about all responses at once, such as a ranking, was timed as
    one about the item."""
    import pyarrow as pa

    if not any(times):
        return pa.nulls(len(places), pa.int64())
    asked = [(row.question, row.target) for row in known.rows]
    pairs = zip(places.tolist(), numbers.tolist(), strict=True)
    told = ((times[place], asked[number]) for place, number in pairs)
    found = [
        of_it.get(target, of_it.get("item")) if (of_it := of_rating.get(question)) else None
        for of_rating, (question, target) in told
    ]
    return pa.array(found, pa.int64())


def _copied_pages(
    scope: ExportScope, known: KnownAnswers, shown: dict[int, ShownRater]
) -> Iterator[ColumnPage]:
    n = N_FIRST
    with closing(Spool(rows_in_order(scope))) as spool:
        while not spool.is_read:
            page = _copied_page(spool.page(n), shown, known)
            yield page
            n = min(N_RATINGS, N_ANSWERS * len(page.keys) // max(len(page.places), 1))


def _copied_page(text: bytes, shown: dict[int, ShownRater], known: KnownAnswers) -> ColumnPage:
    import numpy as np

    table = as_table(text, _rating_types())
    keys = table["key"].to_numpy()
    answers = _answer_table(keys)
    rating_keys = answers["rating_key"].to_numpy()
    places = np.searchsorted(keys, rating_keys)
    numbers = _numbers(answers, known)
    is_mine = keys[np.minimum(places, len(keys) - 1)] == rating_keys
    ranks = np.array([*known.ranks(), 0], dtype=np.int64)
    # Stable, as rows are sorted elsewhere: two questions may stand at one place of a form.
    order = np.argsort(places * len(ranks) + ranks[numbers], kind="stable")
    order = order[is_mine[order]]
    places, numbers = places[order], numbers[order]
    return ColumnPage(
        keys,
        _told(table, shown),
        places,
        numbers,
        _column(answers, "confidence").take(order),
        _times(_parsed(table["question_ms"]), places, numbers, known),
    )


def _rating_types() -> dict[str, pa.DataType]:
    """Of the columns of RATING_NAMES, in their order."""
    import pyarrow as pa

    text, again, whole = pa.string(), pa.dictionary(pa.int32(), pa.string()), pa.int64()
    return {
        "key": whole,
        "rating": text,
        "item_id": again,
        "conversation_id": again,
        "rater_key": whole,
        "stage": again,
        "purpose": again,
        "occurrence": whole,
        "rubric": again,
        "rubric_version": whole,
        "revision": whole,
        "is_current": pa.bool_(),
        "submitted_at": pa.timestamp("us", tz="UTC"),
        "active_ms": whole,
        "question_ms": text,
        "response_order": again,
        "comment": text,
        "item_key": whole,
    }


def _answer_table(keys: Ints) -> pa.Table:
    """The answers of ratings, maybe others' among them, in any order.

    Put into lines by the database, some hundred to a row: a row for each would take longer than all else.
    """
    import pyarrow as pa

    types = {"rating_key": pa.int64(), "said": pa.dictionary(pa.int32(), pa.string())}
    types |= {"value": pa.float64(), "confidence": pa.float64()}
    return lines_as_table("\n".join(answer_lines(keys.tolist())).encode(), types)


def _column(table: pa.Table, name: str) -> pa.Array:
    """In one piece."""
    return table[name].combine_chunks()


def _parsed(texts: pa.Array) -> list[dict[str, dict[str, int]]]:
    found: list[dict[str, dict[str, int]]] = json.loads(f"[{','.join(texts.to_pylist())}]")
    return found


def _numbers(answers: pa.Table, known: KnownAnswers) -> Ints:
    """Of each answer its number among those known: what is new is learnt, once for all that said it."""
    import numpy as np

    said, values = _column(answers, "said"), _column(answers, "value").dictionary_encode()
    n_values = len(values.dictionary)
    codes = values.indices.fill_null(n_values).to_numpy(zero_copy_only=False).astype(np.int64)
    codes += said.indices.to_numpy().astype(np.int64) * (n_values + 1)
    found, places = np.unique(codes, return_inverse=True)
    words, numbers = said.dictionary.to_pylist(), [*values.dictionary.to_pylist(), None]
    pairs = [divmod(code, n_values + 1) for code in found.tolist()]
    learnt = [known.given(words[word], numbers[value], None).number for word, value in pairs]
    return np.array(learnt, dtype=np.int64)[places]


def _told(table: pa.Table, shown: dict[int, ShownRater]) -> dict[str, pa.Array]:
    """The columns of ratings as files may tell them."""
    import pyarrow as pa

    raters = _column(table, "rater_key").dictionary_encode()
    named = [shown[key] for key in raters.dictionary.to_pylist()]
    orders = _column(table, "response_order")
    words = [_order_words(order) for order in orders.dictionary.to_pylist()]
    told = {
        "rater": pa.array([one.name for one in named], pa.string()).take(raters.indices),
        "group": pa.array([one.group for one in named], pa.string()).take(raters.indices),
        "shown_order": pa.array(words, pa.string()).take(orders.indices).fill_null(""),
    }
    same = {name: _column(table, name) for name in _rating_types() if name not in _UNTOLD}
    return same | {name: column.dictionary_encode() for name, column in told.items()}


def _order_words(order: str) -> str:
    """Positions of the responses as they stood on the page, from the left; also where none were shown."""
    return " ".join(map(str, json.loads(order) or []))
