"""The rows of a snapshot: collected compactly, laid out in one order, digested, written, read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from rating.queries.ratings import LABELS
from rating.services.snapshot_digest import canonical, row_lines

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa
    from pyarrow import parquet

FORMAT = 2
# Files of format 1 end here; format 2 adds how long a rating took and a column for each factor of items.
FIRST_COLUMNS = (*LABELS, "rubric_version", "value", "order")
COLUMNS = (*FIRST_COLUMNS, "seconds")
FACTOR = "factor:"
# Two rows with the same key are one rater's answer given twice, in two plans of one stage.
KEY = ["item", "rater", "question", "target"]
HEAD_KEY = b"attune"
# Rows of a file that are written together, and bytes of one column's labels among them.
ROW_GROUP, MAX_LABELS = 2**20, 2**26
VERSION = "version"
# Products of numbers of labels below this fit a whole number of 64 bits.
MAX_KEY = 2**62


@dataclass(frozen=True)
class SnapshotTable:
    """What a snapshot holds: `head` (groups, questions with their scales) and one row per answer.

    `rows` has the columns of `columns_of(head)`; labels are categories, `value` is NaN where `missing` says
    why, `order` is the place of the rating in the order of submission, from 1, `seconds` how long the whole
    rating took (NaN where nobody measured it), and "factor:<key>" the item's level, empty where it has none.
    """

    head: dict[str, Any]
    rows: pd.DataFrame

    def digest(self) -> str:
        """SHA-256 of the head and the rows as canonical JSON lines, whatever the file around them."""
        found = hashlib.sha256(f"{canonical(self.head)}\n".encode())
        for lines in row_lines(self.rows, columns_of(self.head)):
            found.update(lines)
        return found.hexdigest()


def columns_of(head: Mapping[str, Any]) -> list[str]:
    """The columns of a snapshot with this head, in their order."""
    if head["format"] == 1:
        return list(FIRST_COLUMNS)
    return [*COLUMNS, *(FACTOR + factor["key"] for factor in head["factors"])]


@dataclass
class CollectedRows:
    """Answers as integer codes into vocabularies: some thirty bytes a row instead of objects."""

    vocabularies: dict[str, dict[Any, int]] = field(
        default_factory=lambda: {name: {} for name in (*LABELS, VERSION)}
    )
    # A column by each label, "version", "value" and "order": the rating's place among those with an answer.
    pages: list[dict[str, npt.NDArray[Any]]] = field(default_factory=list)
    # By order - 1; NaN where nobody measured it.
    seconds: npt.NDArray[np.float64] | None = None
    n_ratings: int = 0

    @classmethod
    def of_tables(cls, tables: Iterable[pa.Table]) -> CollectedRows:
        """Collect tables with the columns `LONG_COLUMNS`."""
        import numpy as np

        collected = cls()
        timed = [collected._add_table(table) for table in tables if len(table)]
        if timed:
            places, first = np.unique(np.concatenate([of[0] for of in timed]), return_index=True)
            collected.seconds = np.concatenate([of[1] for of in timed])[first] / 1000
            collected.n_ratings = len(places)
            for page in collected.pages:
                page["order"] = (np.searchsorted(places, page["order"]) + 1).astype(np.int32)
        return collected

    @property
    def versions(self) -> set[int]:
        """Keys of the versions of the rubric that rows were rated with."""
        return set(self.vocabularies[VERSION])

    @property
    def n_rows(self) -> int:
        return sum(len(page["value"]) for page in self.pages)

    def _add_table(self, table: pa.Table) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Returns its ratings' places and times; the rows of a rating stand together."""
        import numpy as np

        version = _dictionary(table["version_id"])
        page = {
            name: self._coded(name, table[name].combine_chunks()) for name in LABELS if name != "question"
        }
        page[VERSION] = self._coded(VERSION, version)
        page["question"] = self._asked(version, table["question"].combine_chunks())
        page["value"] = table["value"].to_numpy().astype(np.float64)
        page["order"] = table["place"].to_numpy()
        self.pages.append(page)
        is_first = np.diff(page["order"], prepend=-1) != 0
        return page["order"][is_first], table["active_ms"].to_numpy().astype(np.float64)[is_first]

    def _asked(self, version: pa.DictionaryArray, question: pa.DictionaryArray) -> npt.NDArray[Any]:
        """A question's scale may change between versions: what it is called is settled later."""
        versions, words = version.dictionary.to_pylist(), question.dictionary.to_pylist()
        labels = [(version, word) for version in versions for word in words]
        codes = version.indices.to_numpy() * len(words) + question.indices.to_numpy()
        return self._placed("question", codes, len(labels), lambda used: [labels[at] for at in used])

    def _coded(self, name: str, column: pa.DictionaryArray) -> npt.NDArray[Any]:
        """A column's codes in the vocabulary of all tables."""
        words, codes = column.dictionary, column.indices.to_numpy()
        return self._placed(name, codes, len(words), lambda used: words.take(used).to_pylist())

    def _placed(
        self, name: str, codes: npt.NDArray[Any], n: int, labels_of: Callable[[Any], list[Any]]
    ) -> npt.NDArray[Any]:
        """Codes below n as codes into the vocabulary, in as few bytes as hold it."""
        import numpy as np

        vocabulary, used = self.vocabularies[name], np.flatnonzero(np.bincount(codes, minlength=n))
        places = [vocabulary.setdefault(label, len(vocabulary)) for label in labels_of(used)]
        place_of = np.zeros(n, dtype=np.min_scalar_type(len(vocabulary)))
        place_of[used] = places
        return np.asarray(place_of[codes])

    def keep_versions(self, kept: set[int]) -> int:
        """Forget answers of other versions; how many ratings that were."""
        import numpy as np

        if kept.issuperset(self.versions):
            return 0
        of_version = np.array([version in kept for version in self.vocabularies[VERSION]])
        stays = [of_version[page[VERSION]] for page in self.pages]
        self.pages = [
            {name: column[some] for name, column in page.items()}
            for page, some in zip(self.pages, stays, strict=True)
        ]
        orders = [np.unique(page["order"]) for page in self.pages]
        n_before = self.n_ratings
        self.n_ratings = len(np.unique(np.concatenate(orders))) if orders else 0
        return n_before - self.n_ratings

    def frame(
        self,
        question_names: dict[tuple[int, str], str],
        version_names: dict[int, str],
        *,
        recoded: Mapping[tuple[int, str], Mapping[float, float]] | None = None,
    ) -> pd.DataFrame:
        """The rows in their one order, each rater's answer to a question and target once, the last.

        `recoded`: by version and question, values that a mapping turns into others. What was collected is
        gone afterwards: a large study would else lie in memory twice.
        """
        import numpy as np
        import pandas as pd

        if recoded:
            self._recode(recoded)
        names = {name: list(vocabulary) for name, vocabulary in self.vocabularies.items()}
        # Questions of a version that is not kept have no row.
        names["question"] = [question_names.get(key, "") for key in names["question"]]
        places = {pk: place for place, pk in enumerate(version_names)}
        of_version = np.array([places.get(pk, 0) for pk in names.pop(VERSION)])
        coded = {name: ascending(names[name], self._taken(name)) for name in KEY}
        submitted = self._taken("order")
        order = _last_of_each(list(coded.values()), submitted)
        columns: dict[str, Any] = {name: coded.pop(name)[order] for name in KEY}
        for name in LABELS:
            if name not in columns:
                columns[name] = ascending(names[name], self._taken(name))[order]
        version = of_version[self._taken(VERSION)[order]]
        columns["rubric_version"] = ascending(list(version_names.values()), version)
        columns["value"] = self._taken("value")[order]
        columns["order"] = submitted[order]
        columns["seconds"] = np.zeros(0) if self.seconds is None else self.seconds[columns["order"] - 1]
        # Not copied: that would hold everything twice.
        return pd.DataFrame({name: columns.pop(name) for name in COLUMNS}, copy=False)

    def _taken(self, name: str) -> npt.NDArray[Any]:
        """A column of all pages, which keep it no longer."""
        import numpy as np

        return np.concatenate([page.pop(name) for page in self.pages])

    def _recode(self, recoded: Mapping[tuple[int, str], Mapping[float, float]]) -> None:
        """The values as the question's newest version has them."""
        for key, levels in recoded.items():
            code = self.vocabularies["question"].get(key)
            for page in self.pages:
                mine = page["question"] == code
                before = page["value"][mine]
                after = before.copy()
                for value, other in levels.items():
                    after[before == value] = other
                page["value"][mine] = after


def _last_of_each(parts: Sequence[pd.Categorical[str]], submitted: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Places of the rows in the order of their labels; of those with all labels the same the last."""
    import numpy as np

    key, n_submitted = np.zeros(len(submitted), dtype=np.int64), int(submitted.max(initial=0)) + 1
    size = 1
    for part in parts:
        n = len(part.categories)
        if size * n * n_submitted >= MAX_KEY:
            key = np.unique(key, return_inverse=True)[1]
            size = int(key.max()) + 1
        key *= n
        key += part.codes
        size *= n
    key *= n_submitted
    key += submitted
    order = np.argsort(key)
    key = key[order] // n_submitted
    return np.asarray(order[np.append(key[1:] != key[:-1], [True] * bool(len(key)))])


def n_missing(rows: pd.DataFrame) -> dict[str, int]:
    """How many answers are missing, by reason."""
    counts = rows["missing"].value_counts()
    return {str(reason): int(n) for reason, n in sorted(counts.items()) if n and reason != ""}


def with_factors(rows: pd.DataFrame, levels: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """The rows with each item's level of every factor (factor -> item -> level), empty where it has none."""
    items, codes = rows["item"].cat.categories, rows["item"].cat.codes.to_numpy()
    columns = {
        FACTOR + key: ascending([of_item.get(item, "") for item in items], codes)
        for key, of_item in levels.items()
    }
    return rows.assign(**columns)


def write_parquet(table: SnapshotTable) -> bytes:
    """The table as a Parquet file that also carries its head."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.Schema.from_pandas(table.rows.iloc[:1], preserve_index=False)
    schema = schema.with_metadata({**schema.metadata, HEAD_KEY: canonical(table.head).encode()})
    buffer = BytesIO()
    # Labels of many items still come once.
    options = {"compression": "zstd", "dictionary_pagesize_limit": MAX_LABELS}
    with parquet.ParquetWriter(buffer, schema, **options) as writer:
        # A piece at a time: a large study would else lie in memory once more.
        for start in range(0, len(table.rows), ROW_GROUP):
            piece = table.rows.iloc[start : start + ROW_GROUP]
            writer.write_table(pa.Table.from_pandas(piece, schema=schema, preserve_index=False))
    return buffer.getvalue()


def read_parquet(file: IO[bytes]) -> SnapshotTable:
    """The table of such a file; ValueError when it is not one."""
    from pyarrow import ArrowException, parquet

    try:
        with parquet.ParquetFile(file) as source:
            head = json.loads(source.schema_arrow.metadata[HEAD_KEY])
            return SnapshotTable(head, _frame_of(source, columns_of(head)))
    except (ArrowException, KeyError, TypeError, OSError) as error:
        raise ValueError("This is not a snapshot's file.") from error


def _frame_of(source: parquet.ParquetFile, names: list[str]) -> pd.DataFrame:
    """A column at a time: a large study would else lie in memory twice."""
    import pandas as pd

    columns = {name: _read_column(source.read(columns=[name])[name]) for name in names}
    return pd.DataFrame(columns, copy=False)


def _read_column(column: pa.ChunkedArray) -> pd.Categorical[str] | npt.NDArray[Any]:
    import numpy as np
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        return np.asarray(column.to_numpy())
    whole = column.unify_dictionaries().combine_chunks()
    return ascending(whole.dictionary.to_pylist(), whole.indices.to_numpy())


def _dictionary(column: pa.ChunkedArray) -> pa.DictionaryArray:
    return column.combine_chunks().dictionary_encode()


def ascending(names: Sequence[str], codes: npt.NDArray[Any]) -> pd.Categorical[str]:
    """Codes into `names` as a categorical whose categories ascend; equal names become one."""
    import numpy as np
    import pandas as pd

    categories = sorted(set(names))
    places = {name: place for place, name in enumerate(categories)}
    smallest = np.min_scalar_type(-max(1, len(categories)))
    remap = np.array([places[name] for name in names], dtype=smallest)
    return pd.Categorical.from_codes(remap[codes], categories=pd.Index(categories))
