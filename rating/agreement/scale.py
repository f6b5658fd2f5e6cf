"""The answer set of a question, as its rubric declares it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from rating.agreement.arrays import Floats, Ints
from rating.agreement.errors import AgreementInputError

Measurement = Literal["nominal", "ordinal", "interval", "ratio"]
Value = str | int | float | bool
MEASUREMENTS: tuple[str, ...] = get_args(Measurement)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


@dataclass(frozen=True)
class Scale:
    """The values a rating can take, in order, and how they may be compared.

    The domain comes from the rubric and never from the data: a level that nobody used still counts.
    `values` stand in ascending order (for a nominal scale any order). `scores` are the numbers whose
    differences count for misalignment; they default to numeric values, to 1..K for text on an
    ordinal scale, and to 0 and 1 for the two values of a yes/no question, whose second value is the
    "positive" one.

    Raises AgreementInputError: `bad_scale` (fewer than two values, repeats, infinities, text on an
    interval or ratio scale, negative ratio values), `missing_order` (ordered levels that do not ascend).

    >>> Scale((1, 2, 3, 4, 5), "ordinal").scores.tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0]
    >>> Scale(("no", "yes"), "nominal").is_binary
    True
    """

    values: Sequence[Value]
    measurement: Measurement
    declared_scores: tuple[float, ...] | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.values, Sequence):
            raise AgreementInputError(
                "missing_order", "The levels of a scale must be given in order, not as a set."
            )
        object.__setattr__(self, "values", tuple(self.values))
        _check_values(self.values, self.measurement)
        if self.declared_scores is not None:
            object.__setattr__(self, "declared_scores", tuple(float(s) for s in self.declared_scores))
            _check_scores(self.declared_scores, self.values)

    @property
    def n_levels(self) -> int:
        return len(self.values)

    @property
    def is_binary(self) -> bool:
        """A nominal scale of two values: its second value can be scored 1 against 0."""
        return self.measurement == "nominal" and self.n_levels == 2

    @property
    def has_scores(self) -> bool:
        """Whether differences between levels mean anything (every scale but many-valued nominal ones)."""
        return self.measurement != "nominal" or self.is_binary

    @property
    def scores(self) -> Floats:
        """One number per level, shape (K,)."""
        if self.declared_scores is not None:
            return np.asarray(self.declared_scores, dtype=np.float64)
        if self.is_binary:
            return np.array([0.0, 1.0])
        if self.measurement != "nominal" and all(_is_number(v) for v in self.values):
            return np.asarray(self.values, dtype=np.float64)
        return np.arange(1, self.n_levels + 1, dtype=np.float64)

    def levels_of(self, values: "pd.Series[Any]") -> Ints:
        """Level index of every value, -1 where a value is not on the scale, shape (N,)."""
        positions = {value: level for level, value in enumerate(self.values)}
        if isinstance(values.dtype, pd.CategoricalDtype):
            codes, distinct = values.cat.codes.to_numpy(), values.cat.categories.astype(object)
        elif values.dtype == object:
            # What only looks alike, as True and 1, must be told apart row by row.
            return values.map(positions).fillna(-1).to_numpy().astype(np.int64)
        else:
            codes, distinct = pd.factorize(values)
        levels = pd.Series(distinct).map(positions).fillna(-1).to_numpy().astype(np.int64)
        return np.append(levels, -1)[codes]


def _check_values(values: Sequence[Value], measurement: str) -> None:
    if measurement not in MEASUREMENTS:
        raise AgreementInputError(
            "bad_scale", f"The level of measurement must be one of {', '.join(MEASUREMENTS)}."
        )
    if len(values) < 2:
        raise AgreementInputError("bad_scale", "A scale needs at least two values.")
    if len(set(values)) != len(values):
        raise AgreementInputError("bad_scale", "The values of a scale must differ from one another.")
    numbers = [float(v) for v in values if _is_number(v)]
    if not all(math.isfinite(number) for number in numbers):
        raise AgreementInputError("bad_scale", "The values of a scale must be finite.")
    is_numeric = len(numbers) == len(values)
    if measurement in {"interval", "ratio"} and not is_numeric:
        raise AgreementInputError("bad_scale", f"An {measurement} scale needs numbers as its values.")
    if measurement == "ratio" and min(numbers) < 0:
        raise AgreementInputError("bad_scale", "A ratio scale starts at zero: it has no negative values.")
    if measurement != "nominal" and is_numeric and numbers != sorted(numbers):
        raise AgreementInputError(
            "missing_order", "The levels of an ordered scale must be given from low to high."
        )


def _check_scores(scores: Sequence[float] | None, values: Sequence[Value]) -> None:
    scores = scores or ()
    if len(scores) != len(values):
        raise AgreementInputError("bad_scale", "A scale needs exactly one score for each of its values.")
    if not all(math.isfinite(s) for s in scores) or any(b <= a for a, b in pairwise(scores)):
        raise AgreementInputError(
            "missing_order", "The scores of a scale must be finite and ascend with its values."
        )
