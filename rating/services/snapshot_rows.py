"""The rows of a snapshot: collected compactly, laid out in one order, digested, written, read again."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from rating.queries.ratings import RatingRow

if TYPE_CHECKING:
    import pandas as pd

FORMAT = 1
LABELS = ("item", "conversation", "rater", "group", "kind", "stage", "question", "target", "missing")
COLUMNS = (*LABELS, "rubric_version", "value", "order")
# Two rows with the same key are one rater's answer given twice, in two plans of one stage.
KEY = ["item", "rater", "question", "target"]
HEAD_KEY = b"attune"
CHUNK = 20_000


@dataclass(frozen=True)
class SnapshotTable:
    """What a snapshot holds: `head` (groups, questions with their scales) and one row per answer.

    `rows` has the columns of COLUMNS; labels are categories, `value` is NaN where `missing` says why,
    `order` is the place of the rating in the order of submission, from 1.
    """

    head: dict[str, Any]
    rows: pd.DataFrame

    def digest(self) -> str:
        """SHA-256 of the head and the rows as canonical JSON lines, whatever the file around them."""
        found = hashlib.sha256()
        for line in self._lines():
            found.update(line.encode())
            found.update(b"\n")
        return found.hexdigest()

    def _lines(self) -> Iterator[str]:
        yield canonical(self.head)
        for start in range(0, len(self.rows), CHUNK):
            chunk = self.rows.iloc[start : start + CHUNK].astype(object)
            chunk["value"] = chunk["value"].where(chunk["value"].notna(), None)
            yield from (canonical(row) for row in chunk[list(COLUMNS)].to_numpy().tolist())


@dataclass
class CollectedRows:
    """Answers as integer codes into vocabularies: some forty bytes a row instead of objects."""

    vocabularies: dict[str, dict[Any, int]] = field(default_factory=lambda: {name: {} for name in LABELS})
    codes: dict[str, array[int]] = field(default_factory=lambda: {name: array("i") for name in LABELS})
    versions: array[int] = field(default_factory=lambda: array("q"))
    values: array[float] = field(default_factory=lambda: array("d"))
    order: array[int] = field(default_factory=lambda: array("i"))
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

    def _add(self, row: RatingRow) -> None:
        for name in LABELS:
            # A question's scale may change between versions: what it is called is settled later.
            label = (row.version_id, row.question) if name == "question" else getattr(row, name)
            vocabulary = self.vocabularies[name]
            self.codes[name].append(vocabulary.setdefault(label, len(vocabulary)))
        self.versions.append(row.version_id)
        self.values.append(float("nan") if row.value is None else row.value)
        self.order.append(self.n_ratings)

    def frame(
        self, question_names: dict[tuple[int, str], str], version_names: dict[int, str]
    ) -> pd.DataFrame:
        """The rows in their one order, each rater's answer to a question and target once, the last."""
        import pandas as pd

        names = {
            **self.vocabularies,
            "question": [question_names[key] for key in self.vocabularies["question"]],
        }
        columns = {name: _categories(list(names[name]), self.codes[name]) for name in LABELS}
        places = {pk: place for place, pk in enumerate(version_names)}
        versions = array("i", (places[pk] for pk in self.versions))
        frame = pd.DataFrame(
            {
                **columns,
                "rubric_version": _categories(list(version_names.values()), versions),
                "value": self.values,
                "order": pd.array(self.order, dtype="int32"),
            }
        )
        ordered = frame.sort_values([*KEY, "order"], ignore_index=True)
        return ordered.drop_duplicates(KEY, keep="last", ignore_index=True)[list(COLUMNS)]


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
        return SnapshotTable(head, rows.to_pandas()[list(COLUMNS)])
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
