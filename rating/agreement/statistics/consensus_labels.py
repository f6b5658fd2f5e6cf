"""One label per item from many raters, with the minority that the label leaves out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import bdtrc

from rating.agreement.arrays import Bools, Floats
from rating.agreement.errors import AgreementInputError
from rating.agreement.scale import Scale, Value
from rating.agreement.table import Ratings


def consensus_labels(
    ratings: Ratings,
    *,
    group: str | tuple[str, ...] | None = None,
    watched: Sequence[Value] = (),
    slip_rate: float = 0.05,
    level: float = 0.05,
) -> pd.DataFrame:
    """Majority, median and shares of every value (soft label) per item, with its credible minority.

    majority: the value given most often, empty where two values tie for it. median: the middle value on
    ordered scales, empty where the two middle ones differ. share_<value>: the soft label. minority: the
    most frequent other value that is credible, that is, given by more raters than slips at `slip_rate`
    explain (binomial chance below `level`; at .05 and .05 two of up to seven raters, three of up to
    sixteen). `watched` values (unsafe answers) are counted together whatever the majority: n_watched
    raters gave one, is_watched_credible by the same rule, has_watched when anybody did. Descriptive: no
    interval, no test. Missing answers are left out.

    Columns: item, n, majority, median, minority, n_watched, has_watched, is_watched_credible,
    share_<value> ... . Raises AgreementInputError `bad_option`.

    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i", r, v) for r, v in zip("abcde", (1, 1, 5, 5, 5))]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> found = consensus_labels(Ratings.from_frame(frame, Scale((1, 2, 3, 4, 5), "ordinal")), watched=(1, 2))
    >>> found[["majority", "median", "minority", "n_watched", "is_watched_credible"]].values.tolist()
    [[5, 5, 1, 2, True]]
    """
    _check(ratings.scale, watched, slip_rate, level)
    groups = ratings.groups if group is None else (group,) if isinstance(group, str) else group
    tally, items = ratings.tally_with_items(groups)
    counts = tally.counts[:, 0, :]
    n = counts.sum(axis=1)
    values = list(ratings.scale.values)
    is_watched = np.array([value in watched for value in values])
    n_watched = counts[:, is_watched].sum(axis=1)
    frame = pd.DataFrame(
        {
            "item": [ratings.items[place] for place in items],
            "n": n.astype(np.int64),
            "majority": _named(ratings.scale, _majority(counts)),
            "median": _named(ratings.scale, _median(ratings.scale, counts)),
            "minority": _named(ratings.scale, _minority(counts, slip_rate, level)),
            "n_watched": n_watched.astype(np.int64),
            "has_watched": n_watched > 0,
            "is_watched_credible": is_credible(n_watched, n, slip_rate, level),
        }
    )
    shares = pd.DataFrame(
        counts / n[:, None], columns=[f"share_{value}" for value in values], index=frame.index
    )
    return pd.concat([frame, shares], axis=1)


def is_credible(votes: Floats, n: Floats, slip_rate: float, level: float) -> Bools:
    """Whether so many of n independent raters would slip into one answer with a chance below `level`."""
    # bdtrc(k, n, p) is the chance of more than k.
    chance = np.where(votes > 0, bdtrc(np.maximum(votes - 1, 0), n.astype(np.int64), slip_rate), 1.0)
    return np.asarray(chance < level)


def _check(scale: Scale, watched: Sequence[Value], slip_rate: float, level: float) -> None:
    declared = list(scale.values)
    strange = [value for value in watched if value not in declared]
    if strange:
        raise AgreementInputError("bad_option", f"Watched values that are not on the scale: {strange}.")
    if not 0 < slip_rate < 1 or not 0 < level < 1:
        raise AgreementInputError("bad_option", "The rate of slips and the level lie between 0 and 1.")


def _majority(counts: Floats) -> Floats:
    """Level given most often, NaN for a tie, (n,)."""
    is_most = counts == counts.max(axis=1, keepdims=True)
    return np.where(is_most.sum(axis=1) == 1, is_most.argmax(axis=1), np.nan)


def _median(scale: Scale, counts: Floats) -> Floats:
    """Middle level of ordered scales, NaN where two middle answers differ, (n,)."""
    if scale.measurement == "nominal":
        return np.full(len(counts), np.nan)
    below, n = counts.cumsum(axis=1), counts.sum(axis=1, keepdims=True)
    lower, upper = (below >= n / 2).argmax(axis=1), (below > n / 2).argmax(axis=1)
    return np.where(lower == upper, lower, np.nan)


def _minority(counts: Floats, slip_rate: float, level: float) -> Floats:
    """Most frequent credible level beside the majority (the lowest of ties), NaN for none, (n,).

    Where two levels tie for the majority, the second of them is the minority.
    """
    others = counts.copy()
    others[np.arange(len(counts)), counts.argmax(axis=1)] = 0
    best = others.argmax(axis=1)
    votes = others[np.arange(len(counts)), best]
    return np.where(is_credible(votes, counts.sum(axis=1), slip_rate, level), best, np.nan)


def _named(scale: Scale, levels: Floats) -> "pd.Series[Any]":
    """Values of the scale, pandas NA where there is no level."""
    values = list(scale.values)
    return pd.Series([pd.NA if np.isnan(place) else values[int(place)] for place in levels], dtype=object)
