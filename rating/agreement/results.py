"""Frozen results: what every number carries with it."""

import math
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from rating.agreement.reasons import Reason

IntervalScope = Literal["raters_and_items", "items_only", "raters_only", "these_raters_only"]

# Beyond this, whole numbers lose digits in the number type of JSON readers.
_LARGEST_EXACT = 2**53


@dataclass(frozen=True)
class LeftOut:
    """Ratings of one group that did not enter a number, and why (a missing reason, or `unpaired`)."""

    reason: str
    group: str
    n: int

    def to_dict(self) -> dict[str, Any]:
        return {"reason": self.reason, "group": self.group, "n": self.n}


@dataclass(frozen=True)
class Basis:
    """What an estimate rests on: counts of what entered, and what was left out."""

    n_items: int
    n_raters: int
    n_ratings: int
    n_pairable: int
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class Interval:
    """A confidence interval with the method that made it, or the reason why there is none."""

    low: float | None = None
    high: float | None = None
    std_error: float | None = None
    df: float | None = None
    method: str | None = None
    scope: IntervalScope | None = None
    n_resamples: int = 0
    n_degenerate: int = 0
    reason: Reason | None = None


@dataclass(frozen=True)
class Estimate:
    """One number of the report. `estimate` is None exactly when `reason` says why; never NaN."""

    statistic: str
    variant: str
    level: str
    estimate: float | None
    confidence: float
    basis: Basis
    interval: Interval = field(default_factory=Interval)
    reason: Reason | None = None

    def __post_init__(self) -> None:
        if (self.estimate is None) != (self.reason is not None):
            raise AssertionError("an estimate is undefined exactly when it has a reason")
        for number in (self.estimate, self.low, self.high):
            if number is not None and not math.isfinite(number):
                raise AssertionError(f"{self.statistic} must be finite or undefined, not {number}")

    @property
    def low(self) -> float | None:
        return self.interval.low

    @property
    def high(self) -> float | None:
        return self.interval.high

    @property
    def is_defined(self) -> bool:
        return self.estimate is not None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form: finite numbers, text, None."""
        basis, interval = self.basis, self.interval
        return {
            "statistic": self.statistic,
            "variant": self.variant,
            "level": self.level,
            "estimate": self.estimate,
            "low": interval.low,
            "high": interval.high,
            "confidence": self.confidence,
            "std_error": interval.std_error,
            "df": interval.df,
            "interval_method": interval.method,
            "interval_scope": interval.scope,
            "n_items": basis.n_items,
            "n_raters": basis.n_raters,
            "n_ratings": basis.n_ratings,
            "n_pairable": basis.n_pairable,
            "left_out": [part.to_dict() for part in basis.left_out],
            "n_resamples": interval.n_resamples,
            "n_degenerate": interval.n_degenerate,
            "reason": None if self.reason is None else self.reason.value,
            "interval_reason": None if interval.reason is None else interval.reason.value,
        }


@dataclass(frozen=True)
class LabelTest:
    """A permutation of group labels over whole raters within blocks.

    `observed` and `p` belong to `statistic`; `smallest_p` is the smallest p this design can reach;
    `share_kept` is the mean share of the used items that stay usable after relabelling.
    """

    statistic: str
    observed: float | None
    p: float | None
    method: Literal["exact", "monte_carlo"] | None = None
    n_relabellings: int = 0
    n_possible: int = 0
    smallest_p: float | None = None
    share_kept: float | None = None
    n_blocks: int = 0
    n_degenerate: int = 0
    studentised_p: float | None = None
    reason: Reason | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form; a number of relabellings too large for JSON readers becomes None."""
        data: dict[str, Any] = {part.name: getattr(self, part.name) for part in fields(self)}
        data["n_possible"] = self.n_possible if self.n_possible <= _LARGEST_EXACT else None
        data["reason"] = None if self.reason is None else self.reason.value
        return data
