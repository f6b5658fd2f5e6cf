"""The data door of repeated ratings: the same rater may rate the same item again, on another occasion."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rating.agreement.arrays import Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.scale import Scale
from rating.agreement.table import Ratings


@dataclass(frozen=True)
class Occasions:
    """Validated ratings with the occasion of each.

    Build it with `from_frame`. One item of `ratings` is one item on one occasion; `item` and `occasion` say
    per such item which of `items` and `occasions` (sorted, or as declared) it is.
    """

    items: tuple[str, ...]
    occasions: tuple[str, ...]
    ratings: Ratings
    item: Ints
    occasion: Ints

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        scale: Scale,
        *,
        occasions: Sequence[str | int] | None = None,
        groups: Sequence[str] | None = None,
    ) -> "Occasions":
        """Check a long table with the columns of `Ratings.from_frame` and `occasion`.

        A rater may rate an item once per occasion; `occasions` declares their order, by default they are
        sorted. Raises AgreementInputError as `Ratings.from_frame` does: `duplicate_ratings` for a second
        rating on one occasion, `missing_label` for a row without an occasion or of one that was not declared.

        >>> rows = [("a", "p", 1, 2), ("a", "p", 2, 3), ("b", "p", 1, 1), ("b", "p", 2, 1)]
        >>> frame = pd.DataFrame(rows, columns=["item", "rater", "occasion", "value"]).assign(group="peer")
        >>> found = Occasions.from_frame(frame, Scale((1, 2, 3), "ordinal"))
        >>> found.items, found.occasions, len(found.ratings.item)
        (('a', 'b'), ('1', '2'), 4)
        """
        if "occasion" not in frame.columns or "item" not in frame.columns:
            raise AgreementInputError("missing_columns", "The table lacks the column(s): item or occasion.")
        names = _names(frame, occasions)
        item, occasion = frame["item"].map(str, na_action="ignore"), frame["occasion"].map(str)
        # Lengths first: no two pairs of labels give one text.
        both = item.str.len().map("{:.0f}".format) + " " + item + " on " + occasion
        table = frame.drop(columns="occasion").assign(item=both.where(item.notna()))
        if "cluster" not in frame.columns:
            table["cluster"] = item
        ratings = Ratings.from_frame(table, scale, groups=groups)
        items = tuple(sorted(set(item)))
        first = pd.DataFrame({"item": item, "occasion": occasion}).groupby(both).first()
        first = first.reindex(list(ratings.items))
        item_places = {name: place for place, name in enumerate(items)}
        occasion_places = {name: place for place, name in enumerate(names)}
        return cls(
            items,
            names,
            ratings,
            first["item"].map(item_places).to_numpy().astype(np.int64),
            first["occasion"].map(occasion_places).to_numpy().astype(np.int64),
        )


def _names(frame: pd.DataFrame, declared: Sequence[str | int] | None) -> tuple[str, ...]:
    """The occasions in order; refuses rows without one or of one that was not declared."""
    is_bad = frame["occasion"].isna()
    names = sorted({*frame["occasion"].dropna()}, key=_natural)
    if declared is not None:
        names = list(declared)
        is_bad |= ~frame["occasion"].map(str).isin([str(name) for name in names])
    positions = np.flatnonzero(is_bad.to_numpy())
    if positions.size:
        rows = [{"row": int(place), "item": str(frame["item"].iloc[place])} for place in positions]
        raise AgreementInputError(
            "missing_label", f"Rows without a declared occasion: {len(rows)} row(s).", rows
        )
    return tuple(dict.fromkeys(str(name) for name in names))


def _natural(name: object) -> tuple[int, float, str]:
    """Numbers by size, before any text."""
    is_number = isinstance(name, (int, float, np.integer, np.floating))
    return (0, float(str(name)), "") if is_number else (1, 0.0, str(name))
