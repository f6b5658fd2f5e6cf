"""The data door of preferences: a long table of choices between two things."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rating.agreement.arrays import Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.scale import Scale
from rating.agreement.table import Ratings

# From a win of the first to a win of the second: a tie lies between them.
OUTCOMES = ("first", "tie", "second")
SCALE = Scale(OUTCOMES, "ordinal")
_TURNED = {"first": "second", "second": "first"}


@dataclass(frozen=True)
class Preferences:
    """Validated choices between two candidates (systems, replies, authors).

    Build it with `from_frame`. `ratings` holds the choices as ratings on the scale first, tie, second,
    one of its items per item and pair; `first` and `second` say per such item which of `candidates`
    (sorted) were compared.
    """

    candidates: tuple[str, ...]
    ratings: Ratings
    first: Ints
    second: Ints

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, groups: Sequence[str] | None = None) -> "Preferences":
        """Check a long table with the columns `item`, `rater`, `group`, `first`, `second`, `value`.

        `value` is "first", "second", "tie" or empty; `first` and `second` name what was compared, in the
        order shown. Optional columns as for `Ratings.from_frame`; without `cluster`, comparisons of one
        item belong together. Raises AgreementInputError as that does, and `compared_with_itself`.

        >>> rows = [("i", "p", "a", "b", "first"), ("i", "q", "b", "a", "second")]
        >>> rows += [("j", "p", "a", "c", "tie")]
        >>> frame = pd.DataFrame(rows, columns=["item", "rater", "first", "second", "value"])
        >>> found = Preferences.from_frame(frame.assign(group="peer"))
        >>> found.candidates, found.ratings.level.tolist()
        (('a', 'b', 'c'), [0, 0, 1])
        """
        _check_sides(frame)
        first, second = frame["first"].map(str), frame["second"].map(str)
        is_turned = (first > second).to_numpy()
        low, high = first.where(~is_turned, second), second.where(~is_turned, first)
        value = frame["value"]
        pair = frame["item"].map(str) + ": " + low + " / " + high
        table = frame.assign(
            item=pair.where(frame["item"].notna()),
            value=value.where(~is_turned, value.map(lambda side: _TURNED.get(side, side))),
        )
        if "cluster" not in frame.columns:
            table["cluster"] = frame["item"]
        ratings = Ratings.from_frame(table, SCALE, groups=groups)
        candidates = tuple(sorted({*low, *high}))
        places = {name: place for place, name in enumerate(candidates)}
        sides = pd.DataFrame({"low": low.map(places), "high": high.map(places)}).groupby(pair, sort=True)
        both = sides.first().reindex(list(ratings.items)).to_numpy().astype(np.int64)
        return cls(candidates, ratings, both[:, 0], both[:, 1])


def _check_sides(frame: pd.DataFrame) -> None:
    columns = ("item", "rater", "group", "first", "second", "value")
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise AgreementInputError("missing_columns", f"The table lacks the column(s): {', '.join(absent)}.")
    sides = (
        ("missing_label", "Rows that do not name both sides", frame[["first", "second"]].isna().any(axis=1)),
        ("compared_with_itself", "Rows that compare a thing with itself", frame["first"] == frame["second"]),
    )
    for code, what, is_bad in sides:
        positions = np.flatnonzero(is_bad.to_numpy())
        if positions.size:
            records = frame.iloc[positions][list(columns)].map(str).to_dict("records")
            rows = [
                {"row": int(place), **{str(name): text for name, text in record.items()}}
                for place, record in zip(positions, records, strict=True)
            ]
            raise AgreementInputError(code, f"{what}: {len(rows)} row(s).", rows)
