"""The data door of timed ratings: in which order they were given, and how long each took."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rating.agreement.arrays import Bools, Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.scale import Scale
from rating.agreement.table import Ratings

_COLUMNS = ("position", "seconds", "words")


@dataclass(frozen=True)
class Timings:
    """Validated ratings of one question with their order and pace; build it with `from_frame`.

    Per rating of `ratings` (N,), NaN where it is not known: `position` orders the ratings of one rater (a
    rank, or hours for a moment), `seconds` is the active time, `words` the length of what was read. A column
    that the table lacks is None.
    """

    ratings: Ratings
    position: Floats | None
    seconds: Floats | None
    words: Floats | None

    @classmethod
    def from_frame(
        cls, frame: pd.DataFrame, scale: Scale, *, groups: Sequence[str] | None = None
    ) -> "Timings":
        """Check a long table as `Ratings.from_frame`, with any of the columns `position`, `seconds`, `words`.

        A column `position` of moments (datetime) becomes hours since the first of them. Raises
        AgreementInputError as `Ratings.from_frame` does, and `bad_timing`: text or infinities in these
        columns, negative seconds, words below one, two ratings of a rater at one position.

        >>> rows = [("a", "p", 2, 12.5), ("b", "p", 1, 40.0)]
        >>> frame = pd.DataFrame(rows, columns=["item", "rater", "position", "seconds"])
        >>> frame = frame.assign(group="peer", value=[1, 2])
        >>> found = Timings.from_frame(frame, Scale((1, 2, 3), "ordinal"))
        >>> found.position.tolist(), found.words
        ([2.0, 1.0], None)
        """
        present = [name for name in _COLUMNS if name in frame.columns]
        ratings = Ratings.from_frame(frame.drop(columns=present), scale, groups=groups)
        numbers = {name: _numbers(frame, name) for name in present}
        limits = {"seconds": 0.0, "words": 1.0}
        for name, lowest in limits.items():
            if name in numbers:
                _refuse(frame, numbers[name] < lowest, f"Rows with {name} below {lowest:g}")
        if "position" in numbers:
            table = frame[["rater"]].assign(position=numbers["position"])
            is_twice = table.duplicated(["rater", "position"], keep=False) & table["position"].notna()
            _refuse(frame, is_twice.to_numpy(), "Two ratings of one rater at one position")
        has_value = frame["value"].notna().to_numpy()
        kept = {name: column[has_value] for name, column in numbers.items()}
        return cls(ratings, kept.get("position"), kept.get("seconds"), kept.get("words"))

    def needed(self, name: str) -> Floats:
        """A column, or AgreementInputError `missing_columns` when the table lacks it."""
        column = {"position": self.position, "seconds": self.seconds, "words": self.words}[name]
        if column is None:
            raise AgreementInputError("missing_columns", f"The table lacks the column(s): {name}.")
        return column

    def raters_of(self, group: str | tuple[str, ...] | None) -> list[tuple[int, str]]:
        """Place and name of every rater of one group, several, or (None) all, with a rating."""
        ratings = self.ratings
        groups = ratings.groups if group is None else (group,) if isinstance(group, str) else group
        places = [ratings.index_of(name) for name in groups]
        present = np.unique(ratings.rater[np.isin(ratings.rater_group[ratings.rater], places)])
        return [(int(place), ratings.raters[place]) for place in present]


def _numbers(frame: pd.DataFrame, name: str) -> Floats:
    column: pd.Series[Any] = frame[name]
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        hours = (column - column.min()).dt.total_seconds() / 3600
        return np.asarray(hours, dtype=np.float64)
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)
    is_bad = (column.notna().to_numpy() & np.isnan(numbers)) | np.isinf(numbers)
    _refuse(frame, is_bad, f"Rows whose {name} is not a finite number")
    return numbers


def _refuse(frame: pd.DataFrame, is_bad: Bools, what: str) -> None:
    positions = np.flatnonzero(is_bad)
    if positions.size:
        columns = [name for name in ("item", "rater", *_COLUMNS) if name in frame.columns]
        records = frame.iloc[positions][columns].map(str).to_dict("records")
        rows = [
            {"row": int(place), **{str(name): text for name, text in record.items()}}
            for place, record in zip(positions, records, strict=True)
        ]
        raise AgreementInputError("bad_timing", f"{what}: {len(rows)} row(s).", rows)
