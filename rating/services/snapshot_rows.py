"""The rows of a snapshot: collected compactly, laid out in one order, digested, written, read again."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import compress
from struct import pack, unpack
from typing import IO, TYPE_CHECKING, Any, TypeVar

from rating.queries.ratings import RatingRow
from rating.services.column_text import bytes_of, in_words, joined

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa

N = TypeVar("N", int, float)
FORMAT = 2
LABELS = ("item", "conversation", "rater", "group", "kind", "stage", "question", "target", "missing")
# Files of format 1 end here; format 2 adds how long a rating took and a column for each factor of items.
FIRST_COLUMNS = (*LABELS, "rubric_version", "value", "order")
COLUMNS = (*FIRST_COLUMNS, "seconds")
FACTOR = "factor:"
# Two rows with the same key are one rater's answer given twice, in two plans of one stage.
KEY = ["item", "rater", "question", "target"]
HEAD_KEY = b"attune"
CHUNK = 100_000


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
        found = hashlib.sha256()
        for lines in self._lines():
            found.update(lines)
        return found.hexdigest()

    def _lines(self) -> Iterator[bytes]:
        """Lines of rows are put together column by column, each different cell in words once."""
        yield f"{canonical(self.head)}\n".encode()
        names = columns_of(self.head)
        words = {name: _json_labels(self.rows[name]) for name in names}
        for start in range(0, len(self.rows), CHUNK):
            chunk = self.rows.iloc[start : start + CHUNK]
            cells = [_json_cells(chunk[name], words[name]) for name in names]
            between = [part for cell in cells[1:] for part in (",", cell)]
            yield bytes_of(joined("[", cells[0], *between, "]\n"))


def columns_of(head: Mapping[str, Any]) -> list[str]:
    """The columns of a snapshot with this head, in their order."""
    if head["format"] == 1:
        return list(FIRST_COLUMNS)
    return [*COLUMNS, *(FACTOR + factor["key"] for factor in head["factors"])]


@dataclass
class CollectedRows:
    """Answers as integer codes into vocabularies: some forty bytes a row instead of objects."""

    vocabularies: dict[str, dict[Any, int]] = field(default_factory=lambda: {name: {} for name in LABELS})
    codes: dict[str, array[int]] = field(default_factory=lambda: {name: array("i") for name in LABELS})
    versions: array[int] = field(default_factory=lambda: array("q"))
    values: array[float] = field(default_factory=lambda: array("d"))
    order: array[int] = field(default_factory=lambda: array("i"))
    seconds: array[float] = field(default_factory=lambda: array("d"))
    n_ratings: int = 0

    @classmethod
    def of(cls, rows: Iterable[RatingRow]) -> CollectedRows:
        """Collect rows that come in the order in which their ratings were submitted."""
        collected = cls()
        last_rating = None
        for row in rows:
            if row.rating_id != last_rating:
                collected.n_ratings += 1
                last_rating = row.rating_id
            collected._add(row)
        return collected

    @classmethod
    def of_tables(cls, tables: Iterable[pa.Table]) -> CollectedRows:
        """The same from tables with the columns of `RatingRow`."""
        collected, last_rating = cls(), -1
        for table in tables:
            last_rating = collected._add_table(table, last_rating)
        return collected

    def _add_table(self, table: pa.Table, last_rating: int) -> int:
        """Rows of one rating stand together, maybe over the end of a table; returns the last one's key."""
        import numpy as np

        versions = table["version_id"].to_numpy()
        for name in LABELS:
            self.codes[name].frombytes(self._coded(name, table[name].combine_chunks(), versions).tobytes())
        self.versions.frombytes(versions.astype(np.int64).tobytes())
        self.values.frombytes(table["value"].to_numpy().astype(np.float64).tobytes())
        keys = table["rating_id"].to_numpy()
        order = self.n_ratings + np.cumsum(np.diff(keys, prepend=last_rating) != 0)
        self.order.frombytes(order.astype(np.int32).tobytes())
        self.seconds.frombytes((table["active_ms"].to_numpy().astype(np.float64) / 1000).tobytes())
        self.n_ratings = int(order[-1])
        return int(keys[-1])

    def _coded(self, name: str, column: pa.Array, versions: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """A column's codes in the vocabulary of all tables."""
        import numpy as np

        vocabulary, words = self.vocabularies[name], column.dictionary.to_pylist()
        codes = column.indices.to_numpy()
        if name == "question":
            pairs, codes = np.unique(versions * len(words) + codes, return_inverse=True)
            known = [divmod(pair, len(words)) for pair in pairs.tolist()]
            labels: list[Any] = [(version, words[word]) for version, word in known]
        else:
            labels = words
        places = [vocabulary.setdefault(label, len(vocabulary)) for label in labels]
        coded: npt.NDArray[np.int32] = np.array(places, dtype=np.int32)[codes]
        return coded

    def _add(self, row: RatingRow) -> None:
        for name in LABELS:
            # A question's scale may change between versions: what it is called is settled later.
            label = (row.version_id, row.question) if name == "question" else getattr(row, name)
            vocabulary = self.vocabularies[name]
            self.codes[name].append(vocabulary.setdefault(label, len(vocabulary)))
        self.versions.append(row.version_id)
        self.values.append(float("nan") if row.value is None else row.value)
        self.order.append(self.n_ratings)
        self.seconds.append(float("nan") if row.active_ms is None else row.active_ms / 1000)

    def keep_versions(self, kept: set[int]) -> int:
        """Forget answers of other versions; how many ratings that were."""
        if kept.issuperset(self.versions):
            return 0
        stays = [version in kept for version in self.versions]
        self.codes = {name: _picked(codes, stays) for name, codes in self.codes.items()}
        n_before, self.n_ratings = self.n_ratings, len(set(_picked(self.order, stays)))
        self.values, self.seconds = _picked(self.values, stays), _picked(self.seconds, stays)
        self.order, self.versions = _picked(self.order, stays), _picked(self.versions, stays)
        return n_before - self.n_ratings

    def _recoded(self, recoded: Mapping[tuple[int, str], Mapping[float, float]]) -> array[float]:
        """The values as the question's newest version has them."""
        by_code = {self.vocabularies["question"].get(key): levels for key, levels in recoded.items()}
        pairs = zip(self.values, self.codes["question"], strict=True)
        return array("d", (by_code.get(code, {}).get(value, value) for value, code in pairs))

    def frame(
        self,
        question_names: dict[tuple[int, str], str],
        version_names: dict[int, str],
        *,
        recoded: Mapping[tuple[int, str], Mapping[float, float]] | None = None,
    ) -> pd.DataFrame:
        """The rows in their one order, each rater's answer to a question and target once, the last.

        `recoded`: by version and question, values that a mapping turns into others.
        """
        import pandas as pd

        names = {
            **self.vocabularies,
            # Questions of a version that is not kept have no row.
            "question": [question_names.get(key, "") for key in self.vocabularies["question"]],
        }
        columns = {name: _categories(list(names[name]), self.codes[name]) for name in LABELS}
        places = {pk: place for place, pk in enumerate(version_names)}
        versions = array("i", (places[pk] for pk in self.versions))
        frame = pd.DataFrame(
            {
                **columns,
                "rubric_version": _categories(list(version_names.values()), versions),
                "value": self._recoded(recoded) if recoded else self.values,
                "order": pd.array(self.order, dtype="int32"),
                "seconds": self.seconds,
            }
        )
        ordered = frame.sort_values([*KEY, "order"], ignore_index=True)
        return ordered.drop_duplicates(KEY, keep="last", ignore_index=True)[list(COLUMNS)]


def _json_labels(column: pd.Series[Any]) -> pa.Array | None:
    """Every label of a column of labels as `canonical` has it: once, as items are many."""
    import pyarrow as pa

    is_labelled = column.dtype == "category"
    return pa.array([canonical(one) for one in column.cat.categories], pa.string()) if is_labelled else None


def _json_cells(column: pd.Series[Any], labels: pa.Array | None) -> pa.Array:
    """Every cell as `canonical` has it; a number that is missing as null."""
    import pyarrow as pa

    if labels is not None:
        return labels.take(pa.array(column.cat.codes.to_numpy()))
    if column.dtype != "float64":
        return in_words(pa.array(column.tolist()), canonical)
    # By their bits: 0 and -0 are different words.
    bits = pa.array(column.to_numpy().view("int64"), mask=column.isna().to_numpy())
    return in_words(bits, lambda one: canonical(unpack("<d", pack("<q", one))[0]), null="null")


def _picked(numbers: array[N], stays: list[bool]) -> array[N]:
    return array(numbers.typecode, compress(numbers, stays))


def with_factors(rows: pd.DataFrame, levels: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """The rows with each item's level of every factor (factor -> item -> level), empty where it has none."""
    items, codes = rows["item"].cat.categories, array("i", rows["item"].cat.codes)
    columns = {
        FACTOR + key: _categories([of_item.get(item, "") for item in items], codes)
        for key, of_item in levels.items()
    }
    return rows.assign(**columns)


def canonical(value: object) -> str:
    """JSON with one spelling for every value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def write_parquet(table: SnapshotTable) -> bytes:
    """The table as a Parquet file that also carries its head."""
    import pyarrow as pa
    from pyarrow import parquet

    rows = pa.Table.from_pandas(table.rows, preserve_index=False)
    rows = rows.replace_schema_metadata({**rows.schema.metadata, HEAD_KEY: canonical(table.head).encode()})
    buffer = BytesIO()
    parquet.write_table(rows, buffer, compression="zstd")
    return buffer.getvalue()


def read_parquet(file: IO[bytes]) -> SnapshotTable:
    """The table of such a file; ValueError when it is not one."""
    from pyarrow import ArrowException, parquet

    try:
        rows = parquet.read_table(file)
        head = json.loads(rows.schema.metadata[HEAD_KEY])
        return SnapshotTable(head, rows.to_pandas()[columns_of(head)])
    except (ArrowException, KeyError, TypeError, OSError) as error:
        raise ValueError("This is not a snapshot's file.") from error


def _categories(names: list[str], codes: array[int]) -> pd.Categorical[str]:
    """Codes into `names` as a categorical whose categories ascend; equal names become one."""
    import numpy as np
    import pandas as pd

    ascending = sorted(set(names))
    places = {name: place for place, name in enumerate(ascending)}
    remap = np.array([places[name] for name in names], dtype=np.int32)
    return pd.Categorical.from_codes(remap[np.asarray(codes)], categories=pd.Index(ascending))
