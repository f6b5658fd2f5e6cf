"""Columns of names as whole numbers: labels are read as text and sorted, whatever their type."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rating.agreement.arrays import Bools, Ints


@dataclass(frozen=True)
class Labels:
    """The names of a column in order, and the place of every row's among them, shape (N,)."""

    names: tuple[str, ...]
    codes: Ints

    @classmethod
    def of(cls, column: "pd.Series[Any]") -> "Labels":
        """Read a column without empty cells; 1 and "1" are the same label."""
        codes, uniques = _distinct(column)
        texts = [str(unique) for unique in uniques]
        names = sorted(set(texts))
        places = {name: place for place, name in enumerate(names)}
        return cls(tuple(names), np.array([places[text] for text in texts], dtype=np.int64)[codes])

    def belong_to_several(self, part: "Labels") -> Bools:
        """Rows of labels whose rows have different parts, shape (N,)."""
        one = np.zeros(len(self.names), dtype=np.int64)
        one[self.codes] = part.codes
        is_split = np.zeros(len(self.names), dtype=np.bool_)
        is_split[self.codes[one[self.codes] != part.codes]] = True
        return np.asarray(is_split[self.codes])


def _distinct(column: "pd.Series[Any]") -> "tuple[np.ndarray[Any, Any], Any]":
    """Codes (N,) and the labels they stand for, each of which occurs."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, used = pd.factorize(column.cat.codes.to_numpy())
        return codes, column.cat.categories[used]
    kind = pd.api.types.infer_dtype(column, skipna=False)
    # Elsewhere equal values may read differently: 1 and 1.0 and True.
    if kind not in {"integer", "string", "boolean"}:
        column = column.map(str)
    return pd.factorize(column)
