"""The wide table as columns, a page of ratings at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rating.services.column_text import moments
from rating.services.export_formats.tables import TEXT, LabelledColumn
from rating.services.export_tables import RATING_COLUMNS

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from rating.queries.export_columns import ColumnPage
    from rating.queries.export_stream import KnownAnswers
    from rating.queries.exports import WideColumn
    from rating.services.export_formats.registered import ExportSource


class WideArrays:
    """What ratings answered: where each known answer stands is looked up once."""

    def __init__(self, columns: Sequence[WideColumn], known: KnownAnswers) -> None:
        self._columns, self._known = columns, known
        self._at = {column.place: place for place, column in enumerate(columns)}
        self._reasons: list[str] = []
        # Of every known answer: its column, value (NaN: none) and reason, made anew when new ones have come.
        self._looked_up: tuple[Any, Any, Any] = ((), (), ())

    def _look_up(self) -> tuple[Any, Any, Any]:
        import numpy as np

        rows = self._known.rows
        if len(self._looked_up[0]) != len(rows):
            self._reasons = sorted({row.missing for row in rows})
            at = [self._at[row.question, row.target, row.part, row.perspective] for row in rows]
            given = [
                row.has_text if self._columns[place].is_text else row.value
                for row, place in zip(rows, at, strict=True)
            ]
            values = [
                np.nan if row.missing or value is None else float(value)
                for row, value in zip(rows, given, strict=True)
            ]
            reasons = [self._reasons.index(row.missing) for row in rows]
            self._looked_up = np.array(at, np.int64), np.array(values), np.array(reasons, np.int32)
        return self._looked_up

    def of(self, page: ColumnPage) -> list[pa.Array]:
        """Values in the order of the columns, then reasons, then how sure: a cell for every rating.

        Values are numbers, or whether there are words; nothing is null, also as a reason. An answer with a
        value has "" as its reason.
        """
        import numpy as np
        import pyarrow as pa

        at, values, reasons = self._look_up()
        shape, places = (len(self._columns), len(page.keys)), page.places
        cells, why, sure = np.full(shape, np.nan), np.full(shape, -1, np.int32), np.full(shape, np.nan)
        if len(places):
            of_answer = at[page.numbers]
            cells[of_answer, places] = values[page.numbers]
            why[of_answer, places] = reasons[page.numbers]
            sure[of_answer, places] = page.confidence.to_numpy(zero_copy_only=False)
        words = pa.array(self._reasons, pa.string())
        return [
            *(_value(row, column) for row, column in zip(cells, self._columns, strict=True)),
            *(pa.DictionaryArray.from_arrays(pa.array(row, mask=row < 0), words) for row in why),
            *(
                pa.array(row, from_pandas=True)
                for row, column in zip(sure, self._columns, strict=True)
                if column.has_confidence
            ),
        ]


def _value(row: Any, column: WideColumn) -> pa.Array:
    import pyarrow as pa

    numbers = pa.array(row, from_pandas=True)
    return numbers.cast(pa.bool_()) if column.is_text else numbers


def wide_arrays(source: ExportSource) -> Iterator[list[pa.Array]]:
    """Every column of the wide table in its order, a page of ratings at a time."""
    answers = WideArrays(source.columns, source.known)
    for page in source.columns_of_pages():
        yield [*(page.ratings[name] for name in RATING_COLUMNS), *answers.of(page)]


def wide_frames(source: ExportSource, columns: Sequence[LabelledColumn]) -> Iterator[pd.DataFrame]:
    """The same for programs that know texts and numbers alone: times are texts in UTC, truth is 0 or 1, no
    value is an empty text or NaN."""
    import pandas as pd

    for arrays in wide_arrays(source):
        pairs = zip(columns, arrays, strict=True)
        yield pd.DataFrame({column.name: _plain(array, column) for column, array in pairs})


def _plain(array: pa.Array, column: LabelledColumn) -> Any:
    import pyarrow as pa

    if column.kind != TEXT:
        return array.cast(pa.float64()).to_numpy(zero_copy_only=False)
    texts = moments(array) if pa.types.is_timestamp(array.type) else array.cast(pa.string())
    return texts.fill_null("").to_pylist()
