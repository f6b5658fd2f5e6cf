"""Items with texts and every rating of them in full, for formats that keep both in one object."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, NamedTuple

from annotation.models import Study
from rating.models import Answer, Evidence
from rating.queries.export_columns import ColumnPage
from rating.queries.export_items import ItemValues, stretch_begins
from rating.queries.export_stream import KnownAnswers
from rating.queries.exports import ExportScope, exported_ratings
from rating.queries.preference_items import RatedItem, items_with_texts
from rating.queries.restricted_passages import restricted_items

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

# Keys of ratings in one query: databases limit its parameters.
KEYS = 10_000
NAMES = (
    "rating",
    "rater",
    "group",
    "purpose",
    "rubric",
    "rubric_version",
    "revision",
    "submitted_at",
    "active_ms",
    "comment",
)


class RatingCells(NamedTuple):
    """What is told of a rating beside its answers; of NAMES, in their order."""

    rating: str
    rater: str
    group: str
    purpose: str
    rubric: str
    rubric_version: int
    revision: int
    submitted_at: datetime
    active_ms: int | None
    comment: str


@dataclass(frozen=True)
class Marked:
    """A passage that was found in its text."""

    question: str
    label: str
    severity: float | None
    target: str
    start: int
    end: int
    quote: str


@dataclass
class Annotated:
    """One rating with everything in it. `numbers`: its answers among those known; `texts`: words by question,
    target and perspective."""

    key: int
    row: RatingCells
    numbers: list[int] = field(default_factory=list)
    texts: dict[tuple[str, str, str], str] = field(default_factory=dict)
    passages: list[Marked] = field(default_factory=list)


class RatingSpool:
    """Ratings with their answers, put aside in a file by stretches of items."""

    def __init__(self, study: Study, n_ratings: int) -> None:
        self._begins = stretch_begins(study, n_ratings)
        self._pieces: list[list[int]] = [[] for _ in range(len(self._begins) + 1)]
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 (closed with this object)
        weakref.finalize(self, self._file.close)
        self._ends = [0]

    def add(self, page: ColumnPage) -> None:
        import numpy as np
        import pyarrow as pa

        items = page.ratings["item_key"].to_numpy()
        stretches = np.searchsorted(self._begins, items, side="right")
        # Words as they are: the codes of a page would take all its words along into every piece.
        plain = {name: _plain(page.ratings[name]) for name in ("item_id", *NAMES)}
        ratings = pa.table({"key": pa.array(page.keys), "item": pa.array(items), **plain})
        answers = pa.table({"key": page.keys[page.places], "number": page.numbers})
        for part, at in ((ratings, stretches), (answers, stretches[page.places])):
            self._put_aside(part, at)

    def _put_aside(self, table: pa.Table, stretches: npt.NDArray[np.int64]) -> None:
        import numpy as np

        sorting = np.argsort(stretches, kind="stable")
        found, firsts = np.unique(stretches[sorting], return_index=True)
        table = table.take(sorting)
        ends = [*firsts[1:].tolist(), len(table)][: len(found)]
        for stretch, first, end in zip(found.tolist(), firsts.tolist(), ends, strict=True):
            self._pieces[stretch].append(len(self._ends) - 1)
            self._write(table.slice(first, end - first))

    def _write(self, table: pa.Table) -> None:
        import pyarrow as pa

        self._file.seek(self._ends[-1])
        with pa.ipc.new_stream(self._file, table.schema) as stream:
            stream.write_table(table)
        self._ends.append(self._file.tell())

    def _read(self, place: int) -> pa.Table:
        import pyarrow as pa

        self._file.seek(self._ends[place])
        return pa.ipc.open_stream(self._file.read(self._ends[place + 1] - self._ends[place])).read_all()

    def stretches(self) -> Iterator[dict[str, list[Annotated]]]:
        """Ratings by their items' names, in the order they came in, a stretch of items at a time."""
        for pieces in self._pieces:
            tables = [self._read(place) for place in pieces]
            ratings = [table for table in tables if "rating" in table.column_names]
            answers = [table for table in tables if "number" in table.column_names]
            if ratings:
                yield _by_item(ratings, answers)


def _plain(column: pa.Array) -> pa.Array:
    import pyarrow as pa

    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _by_item(ratings: Sequence[pa.Table], answers: Sequence[pa.Table]) -> dict[str, list[Annotated]]:
    import pyarrow as pa

    table = pa.concat_tables(ratings).sort_by([("item", "ascending"), ("key", "ascending")])
    cells = zip(*(table[name].to_pylist() for name in NAMES), strict=True)
    keys, items = table["key"].to_pylist(), table["item_id"].to_pylist()
    found: dict[str, list[Annotated]] = {}
    by_key: dict[int, Annotated] = {}
    for key, item, row in zip(keys, items, cells, strict=True):
        one = by_key[key] = Annotated(key, RatingCells(*row))
        found.setdefault(item, []).append(one)
    for part in answers:
        for key, number in zip(part["key"].to_pylist(), part["number"].to_pylist(), strict=True):
            by_key[key].numbers.append(number)
    return found


def annotated_items(
    scope: ExportScope, spool: RatingSpool, known: KnownAnswers
) -> Iterator[tuple[RatedItem, list[Annotated]]]:
    """Rated items that may leave, with their ratings; some queries a stretch.

    An item of which somebody says that it describes ways to self-harm is left out unless unlocked, so that
    no passage or word of a restricted question is among the rest.
    """
    restricted = restricted_items(scope.study)
    for found in spool.stretches():
        of_stretch = {one.key: one for ratings in found.values() for one in ratings}
        _add_texts(of_stretch, known)
        _add_passages(of_stretch)
        for item in items_with_texts(scope, [ItemValues(name) for name in found], restricted):
            if scope.with_restricted or not item.is_restricted:
                yield item, found[item.name]


def _some(keys: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), KEYS):
        yield ordered[start : start + KEYS]


def _add_texts(found: dict[int, Annotated], known: KnownAnswers) -> None:
    has_text = [row.has_text for row in known.rows]
    named = (key for key, one in found.items() if any(has_text[number] for number in one.numbers))
    names = ("rating_id", "question__key", "target", "perspective", "text")
    for keys in _some(named):
        answers = Answer.objects.filter(rating__in=keys).exclude(text="").values_list(*names)
        for key, question, target, perspective, text in answers:
            found[key].texts[question, target, perspective] = text


def _add_passages(found: dict[int, Annotated]) -> None:
    names = ("question__key", "label", "severity", "target", "start", "end", "quote")
    for keys in _some(found):
        marks = Evidence.objects.filter(rating__in=keys, start__isnull=False).order_by("pk")
        for key, question, *mark in marks.values_list("rating_id", *names):
            found[key].passages.append(Marked(question or "", *mark))


def passage_labels(scope: ExportScope) -> list[tuple[str, str]]:
    """Question and code of every kind of passage that was marked. One query."""
    marks = Evidence.objects.filter(rating__in=exported_ratings(scope).order_by().values("pk"))
    if not scope.with_restricted:
        marks = marks.exclude(question__is_restricted=True)
    kinds = marks.order_by().values_list("question__key", "label").distinct()
    return sorted((question or "", label) for question, label in kinds)
