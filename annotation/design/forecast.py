"""When will a stage be done, if raters go on as they have?

Nothing is assumed of how ratings arrive but that days to come are like the days of late: days are drawn from
those, after a set of such days was drawn from them in turn, so that a short past gives a wide forecast.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# Days of late that the days to come are drawn from, and how many of them must have had a rating.
WINDOW, MIN_ACTIVE_DAYS = 21, 3
# Beyond three years nothing is said.
HORIZON = 1100
N_DRAWS = 500
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9


@dataclass(frozen=True)
class Forecast:
    """Days from now until the last rating: the middle of all courses, and where four in five of them end.

    `high` is None where more than one course in ten runs beyond three years.
    """

    low: int
    middle: int
    high: int | None


def forecast_end(
    daily: Mapping[str, Sequence[int]], n_left: Mapping[str, int], *, seed: int
) -> Forecast | None:
    """Days until every group has given what is left of it.

    Args:
        daily: ratings of each group on each full day so far, the last day last; the same number of days for
            all groups, of which the last `WINDOW` count.
        n_left: ratings still wanted of each group.

    Returns None where nothing is left, or where a group that owes ratings has given some on fewer than
    `MIN_ACTIVE_DAYS` of those days, or where most courses run beyond three years.

    >>> forecast_end({"peer": [5] * 10}, {"peer": 50}, seed=1)
    Forecast(low=10, middle=10, high=10)
    """
    owing = {name: n for name, n in n_left.items() if n > 0}
    recent = {name: np.asarray(daily.get(name, ())[-WINDOW:], dtype=np.int64) for name in owing}
    if not owing or any((days > 0).sum() < MIN_ACTIVE_DAYS for days in recent.values()):
        return None
    rng = np.random.default_rng(seed)
    ends = np.zeros(N_DRAWS)
    for name in sorted(owing):
        ends = np.maximum(ends, _days_needed(recent[name], owing[name], rng))
    low, middle, high = (_quantile(ends, share) for share in (LOW, MIDDLE, HIGH))
    if not math.isfinite(middle):
        return None
    return Forecast(int(low), int(middle), int(high) if math.isfinite(high) else None)


def _days_needed(days: np.ndarray, n_left: int, rng: np.random.Generator) -> np.ndarray:
    """Of every course the day on which its sum reaches `n_left`, infinite beyond the horizon; (draws,)."""
    pasts = rng.choice(days, size=(N_DRAWS, len(days)))
    futures = np.take_along_axis(pasts, rng.integers(len(days), size=(N_DRAWS, HORIZON)), axis=1)
    is_done = futures.cumsum(axis=1) >= n_left
    return np.where(is_done.any(axis=1), is_done.argmax(axis=1) + 1.0, np.inf)


def _quantile(ends: np.ndarray, share: float) -> float:
    """The smallest day by which that share of the courses has ended."""
    return float(np.sort(ends)[math.ceil(share * len(ends)) - 1])
