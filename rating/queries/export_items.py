"""Answers by item: what matrices, and files that hold the items' texts, are written from.

Ratings are read in the order they came in, where those of an item lie anywhere. They are read once, put aside
in a file by stretches of items, and taken up again a stretch at a time: asked for item by item, the database
would look up every rating on its own.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from annotation.models import Item, Study
from rating.queries.export_columns import ColumnPage
from rating.queries.export_stream import KnownAnswers

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Ratings of a stretch, on average, and items of one at most.
N_RATINGS, N_ITEMS = 20_000, 2_000
# Of one question: (rater's key, occurrence) -> value.
Cells = dict[tuple[int, int], float]
# Question, target, part, perspective.
Place = tuple[str, str, str, str]
# An answer with a value, as it is put aside; `order` is a number of the order the replies were shown in.
ROW = [("item", "<i8"), ("rater", "<i8"), ("occurrence", "<i4"), ("number", "<i4"), ("order", "<i4")]


@dataclass
class ItemValues:
    """What was answered about an item, of each rating the newest revision.

    `values`: by place, then by rater's key and occurrence. `orders`: by rater's key, positions of the replies
    from the left as they stood when the rater first met the item.
    """

    name: str
    values: dict[Place, Cells] = field(default_factory=dict)
    orders: dict[int, list[int]] = field(default_factory=dict)


def stretch_begins(study: Study, n_ratings: int) -> npt.NDArray[np.int64]:
    """Keys of the items with which stretches after the first begin. One query."""
    import numpy as np

    keys = Item.objects.filter(study=study).order_by("pk").values_list("pk", flat=True)
    items = np.fromiter(keys.iterator(), np.int64)
    step = min(N_ITEMS, max(1, len(items) * N_RATINGS // max(n_ratings, 1)))
    return items[step::step]


class ItemSpool:
    """Answers with values by stretches of items. `raters`: keys by the names that pages have."""

    def __init__(self, study: Study, known: KnownAnswers, raters: Mapping[str, int], n_ratings: int) -> None:
        self._begins = stretch_begins(study, n_ratings)
        self._known, self._raters = known, raters
        self._orders = {"": 0}
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 (closed with this object)
        weakref.finalize(self, self._file.close)
        self._end = 0
        self._pieces: list[list[tuple[int, int]]] = [[] for _ in range(len(self._begins) + 1)]

    def add(self, page: ColumnPage) -> None:
        import numpy as np

        is_current = page.ratings["is_current"].to_numpy(zero_copy_only=False)
        has_value = np.array([row.value is not None for row in self._known.rows], bool)
        kept = is_current[page.places] & has_value[page.numbers]
        places = page.places[kept]
        rows = np.empty(len(places), ROW)
        rows["item"] = page.ratings["item_key"].to_numpy()[places]
        rows["occurrence"] = page.ratings["occurrence"].to_numpy()[places]
        rows["number"] = page.numbers[kept]
        rows["rater"] = _codes(page, "rater", self._raters.__getitem__)[places]
        rows["order"] = _codes(page, "shown_order", self._order)[places]
        self._put_aside(rows)

    def _order(self, words: str) -> int:
        return self._orders.setdefault(words, len(self._orders))

    def _put_aside(self, rows: npt.NDArray[Any]) -> None:
        import numpy as np

        stretches = np.searchsorted(self._begins, rows["item"], side="right")
        sorting = np.argsort(stretches, kind="stable")
        found, firsts = np.unique(stretches[sorting], return_index=True)
        # None of a page may be current: then there is no stretch, and no end.
        ends = [*firsts[1:].tolist(), len(rows)][: len(found)]
        self._file.seek(self._end)
        self._file.write(rows[sorting].tobytes())
        for stretch, first, end in zip(found.tolist(), firsts.tolist(), ends, strict=True):
            self._pieces[stretch].append((self._end + first * rows.itemsize, (end - first) * rows.itemsize))
        self._end += rows.nbytes

    def pages(self) -> Iterator[list[ItemValues]]:
        """Items that were answered, a stretch at a time, in the study's order. A query a stretch."""
        orders = [[int(place) for place in words.split()] for words in self._orders]
        for pieces in self._pieces:
            rows = self._taken(pieces)
            if len(rows):
                yield list(_filled(rows, self._known, orders).values())

    def _taken(self, pieces: Sequence[tuple[int, int]]) -> npt.NDArray[Any]:
        """By item, each rater's first meeting with it first."""
        import numpy as np

        packed = bytearray()
        for place, n in pieces:
            self._file.seek(place)
            packed += self._file.read(n)
        rows = np.frombuffer(packed, ROW)
        return rows[np.lexsort((rows["occurrence"], rows["item"]))]


def _codes(page: ColumnPage, name: str, code: Any) -> npt.NDArray[np.int64]:
    """A number for every rating, looked up once for each different word."""
    import numpy as np

    column = page.ratings[name]
    found = np.array([code(words) for words in column.dictionary.to_pylist()], np.int64)
    numbers: npt.NDArray[np.int64] = found[column.indices.to_numpy()]
    return numbers


def _filled(
    rows: npt.NDArray[Any], known: KnownAnswers, orders: Sequence[list[int]]
) -> dict[int, ItemValues]:
    places: list[Place] = [(row.question, row.target, row.part, row.perspective) for row in known.rows]
    given = [row.value for row in known.rows]
    keys = dict.fromkeys(rows["item"].tolist())
    names = dict(Item.objects.filter(pk__in=list(keys)).values_list("pk", "external_id"))
    found = {key: ItemValues(names[key]) for key in keys}
    columns = (rows[name].tolist() for name, _kind in ROW)
    for item, rater, occurrence, number, order in zip(*columns, strict=True):
        of_item, value = found[item], given[number]
        if value is not None:
            of_item.values.setdefault(places[number], {})[rater, occurrence] = value
        if order:
            of_item.orders.setdefault(rater, orders[order])
    return found


def item_pages(
    study: Study, pages: Iterable[ColumnPage], known: KnownAnswers, raters: Mapping[str, int], n_ratings: int
) -> Iterator[list[ItemValues]]:
    """All pages are read at once; the items come a stretch at a time."""
    spool = ItemSpool(study, known, raters, n_ratings)
    for page in pages:
        spool.add(page)
    return spool.pages()
