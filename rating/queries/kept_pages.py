"""Pages of columns kept in a file without a name: the database is asked once, and they are read again.

The wide table must know its columns before its first row, and several formats have more than one file of the
same ratings. Reading the file takes a tenth of what asking the database again would.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from rating.queries.export_columns import ColumnPage

if TYPE_CHECKING:
    import pyarrow as pa


class KeptPages:
    """What was added, in its order, as often as it is asked for. The file goes with this object."""

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 (closed with this object)
        weakref.finalize(self, self._file.close)
        self._ends = [0]
        self.n_ratings = 0

    def add(self, page: ColumnPage) -> None:
        import pyarrow as pa

        answers = {"places": pa.array(page.places), "numbers": pa.array(page.numbers)}
        answers |= {"confidence": page.confidence, "question_ms": page.question_ms}
        for columns in ({"": pa.array(page.keys), **page.ratings}, answers):
            self._write(pa.table(columns))
        self.n_ratings += len(page.keys)

    def _write(self, table: pa.Table) -> None:
        import pyarrow as pa

        self._file.seek(self._ends[-1])
        with pa.ipc.new_stream(self._file, table.schema, options=_packed()) as stream:
            stream.write_table(table)
        self._ends.append(self._file.tell())

    def _read(self, place: int) -> dict[str, pa.Array]:
        import pyarrow as pa

        self._file.seek(self._ends[place])
        packed = self._file.read(self._ends[place + 1] - self._ends[place])
        table = pa.ipc.open_stream(packed).read_all()
        return {name: table[name].combine_chunks() for name in table.column_names}

    def __iter__(self) -> Iterator[ColumnPage]:
        for place in range(0, len(self._ends) - 1, 2):
            ratings, answers = self._read(place), self._read(place + 1)
            yield ColumnPage(
                ratings.pop("").to_numpy(),
                ratings,
                answers["places"].to_numpy(),
                answers["numbers"].to_numpy(),
                answers["confidence"],
                answers["question_ms"],
            )


def _packed() -> pa.ipc.IpcWriteOptions:
    import pyarrow as pa

    return pa.ipc.IpcWriteOptions(compression="lz4")
