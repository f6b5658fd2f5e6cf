"""Rows of PostgreSQL as columns: by COPY, read by pyarrow; none becomes an object of Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from django.db import connection
from django.db.models import QuerySet

if TYPE_CHECKING:
    import pyarrow as pa
    from psycopg.abc import Buffer

# How many rows of a spool lie between two marks: no page has fewer.
STEP = 500


def copied(rows: QuerySet[Any, Any]) -> Iterator[Buffer]:
    """What COPY writes of a query as CSV, a row at a time. The connection does nothing else meanwhile."""
    from psycopg import ClientCursor

    connection.ensure_connection()
    # COPY takes no parameters: they are put into the statement here, quoted by the driver.
    raw = ClientCursor(connection.connection)
    select = raw.mogrify(*rows.query.sql_with_params())
    with raw, raw.copy(f"COPY ({select}) TO STDOUT (FORMAT csv)") as blocks:
        yield from blocks


def as_table(text: bytes, types: Mapping[str, pa.DataType]) -> pa.Table:
    """CSV as COPY writes it: an empty cell is null, an empty text stands in quotes."""
    from pyarrow import csv

    return _read(text, types, csv.ParseOptions(newlines_in_values=True))


def lines_as_table(text: bytes, types: Mapping[str, pa.DataType]) -> pa.Table:
    """Lines of cells with tabs between and nothing quoted: an empty cell is an empty text or no number."""
    from pyarrow import csv

    return _read(text, types, csv.ParseOptions(delimiter="\t", quote_char=False))


def _read(text: bytes, types: Mapping[str, pa.DataType], parse: Any) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv

    if not text:
        return pa.schema(types.items()).empty_table()
    # One block: a page is read as a whole.
    read = csv.ReadOptions(column_names=list(types), block_size=len(text) + 1, use_threads=False)
    convert = csv.ConvertOptions(
        column_types=types,
        null_values=[""],
        strings_can_be_null=bool(parse.quote_char),
        quoted_strings_can_be_null=False,
        true_values=["t"],
        false_values=["f"],
    )
    return csv.read_csv(pa.BufferReader(text), read, parse, convert).combine_chunks()


class Spool:
    """A query's rows, worked out once and kept in a file without a name, so that the connection is free for
    others between its pages. It lies where Python keeps temporary files."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 (closed by `close`)
        self._ends = self._filled(copied(rows))
        self._place = 0

    def _filled(self, rows: Iterable[Buffer]) -> list[int]:
        """Where every STEP-th row ends."""
        ends, size = [0], 0
        for n, row in enumerate(rows, start=1):
            size += self._file.write(row)
            if n % STEP == 0:
                ends.append(size)
        if size > ends[-1]:
            ends.append(size)
        return ends

    @property
    def is_read(self) -> bool:
        return self._place == len(self._ends) - 1

    def page(self, n: int) -> bytes:
        """The next rows: about n, and STEP at least."""
        start = self._ends[self._place]
        self._place = min(self._place + max(1, n // STEP), len(self._ends) - 1)
        self._file.seek(start)
        return self._file.read(self._ends[self._place] - start)

    def close(self) -> None:
        self._file.close()
