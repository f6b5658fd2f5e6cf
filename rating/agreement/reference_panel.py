"""The data door of reference panels: what experts answered on average, as it was published or uploaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal, get_args

import numpy as np
import pandas as pd

from rating.agreement.errors import AgreementInputError
from rating.agreement.table import Ratings

Divisor = Literal["n-1", "n"]


@dataclass(frozen=True)
class Norm:
    """What a panel of `n` answered on one item: mean and SD in scale points, as printed (no digit lost)."""

    mean: Decimal
    sd: Decimal | None
    n: int


@dataclass(frozen=True)
class ReferencePanel:
    """Norms by item. `divisor` says what the SDs were divided by: n - 1 (sample) or n."""

    norms: Mapping[str, Norm]
    divisor: Divisor

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, divisor: Divisor, n: int | None = None) -> "ReferencePanel":
        """Check a table with the columns `item`, `mean`, optional `sd`, and `n` unless it is given for all.

        Give means and SDs as text to keep their trailing zeros, which the checks of granularity read.
        Raises AgreementInputError: `missing_columns`, `empty_table`, `missing_label`, `duplicate_ratings`
        (an item twice), `bad_option` (numbers that are none, negative SDs, panels below two).

        >>> frame = pd.DataFrame({"item": ["a", "b"], "mean": ["1.50", "-2.00"], "sd": ["0.50", "0.00"]})
        >>> ReferencePanel.from_frame(frame, divisor="n-1", n=4).norms["a"].mean
        Decimal('1.50')
        """
        if divisor not in get_args(Divisor):
            raise AgreementInputError("bad_option", f"No divisor {divisor!r} of a standard deviation.")
        needed = ("item", "mean") if n is not None else ("item", "mean", "n")
        absent = [name for name in needed if name not in frame.columns]
        if absent:
            raise AgreementInputError(
                "missing_columns", f"The table lacks the column(s): {', '.join(absent)}."
            )
        if frame.empty:
            raise AgreementInputError("empty_table", "The table has no rows.")
        if frame["item"].isna().any():
            raise AgreementInputError("missing_label", "Rows without an item.")
        items = frame["item"].map(str)
        if items.duplicated().any():
            raise AgreementInputError(
                "duplicate_ratings", f"Item {items[items.duplicated()].iloc[0]!r} twice."
            )
        sizes = frame["n"] if n is None else pd.Series(n, index=frame.index)
        deviations = (
            frame["sd"] if "sd" in frame.columns else pd.Series(None, index=frame.index, dtype=object)
        )
        rows = zip(items, frame["mean"], deviations, sizes, strict=True)
        return cls({item: _norm(item, *row) for item, *row in rows}, divisor)


@dataclass(frozen=True)
class PanelAnswers:
    """Ratings of items that a reference panel answered too; others are left out, counted."""

    ratings: Ratings
    panel: ReferencePanel

    def __post_init__(self) -> None:
        if not self.ratings.scale.has_scores:
            raise AgreementInputError("bad_option", "Distances from a mean need a scale with scores.")
        scores = self.ratings.scale.scores
        for item in self.ratings.items:
            norm = self.panel.norms.get(item)
            if norm is not None and not scores[0] <= float(norm.mean) <= scores[-1]:
                raise AgreementInputError("bad_option", f"The panel's mean of {item} lies outside the scale.")


def _norm(item: str, mean: object, sd: object, n: object) -> Norm:
    size = _number(item, n)
    average = _number(item, mean)
    if average is None or size is None or size != int(size) or size < 2:
        raise AgreementInputError("bad_option", f"Item {item}: a norm has a mean and a panel of two or more.")
    deviation = _number(item, sd)
    if deviation is not None and deviation < 0:
        raise AgreementInputError("bad_option", f"Item {item}: a standard deviation is not negative.")
    return Norm(average, deviation, int(size))


def _number(item: str, value: object) -> Decimal | None:
    """The number as printed; None for an empty cell."""
    if value is None or value is pd.NA or (isinstance(value, (float, np.floating)) and np.isnan(value)):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise AgreementInputError("bad_option", f"Item {item}: {value!r} is no number.") from None
    if not found.is_finite():
        raise AgreementInputError("bad_option", f"Item {item}: {value!r} is no number.")
    return found
