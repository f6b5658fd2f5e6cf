"""How far groups pull apart on each single item."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rating.agreement.arrays import Floats, Ints
from rating.agreement.distances import distance_matrix, primary_distance
from rating.agreement.errors import AgreementInputError
from rating.agreement.kernel import divide
from rating.agreement.statistics.comparisons import Comparisons, comparable, side_pairs
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally


def item_gaps(ratings: Ratings, groups: Sequence[str] | None = None) -> pd.DataFrame:
    """Every item that two groups rated, ranked by its gap shrunk toward zero by its noise.

    gap = mean of the first group - mean of the second, for the pair of groups that is widest apart
    (for a nominal scale with more than two values: the root of half the summed squared
    differences of shares, without sign). noise = variance of that gap if the groups' true means were
    equal: pooled within-group variance over the number of ratings. shrunk_gap = gap x M / (M + noise)
    with the pair's misalignment M (0 when M is negative): the more noise, the closer to zero.
    Descriptive only: no test. One rating per group is enough to be listed.

    Columns: rank, item, first, second, gap, shrunk_gap, noise, and n_<group>, mean_<group> per group. Empty
    (pandas NA) where a number does not exist.

    >>> rows = [("i", "a", "g", 1), ("i", "b", "g", 2), ("i", "c", "h", 3), ("i", "d", "h", 4)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> from rating.agreement import Ratings, Scale
    >>> gaps = item_gaps(Ratings.from_frame(frame, Scale((1, 2, 3, 4), "interval")))
    >>> gaps[["item", "gap", "noise"]].values.tolist()  # 1.5 - 3.5; .5 / 2 + .5 / 2
    [['i', -2.0, 0.5]]
    """
    names = tuple(groups) if groups is not None else ratings.groups
    if len(names) < 2:
        raise AgreementInputError("bad_option", "Gaps need at least two groups.")
    tally, items = ratings.tally_with_items(*((name,) for name in names))
    scores = ratings.scale.scores if ratings.scale.has_scores else None
    name = primary_distance(ratings.scale)
    distance = distance_matrix(name, ratings.scale.scores, tally.counts.sum(axis=(0, 1)))
    widest = _widest(tally, distance, scores)
    frame = _frame(ratings, names, tally, items, widest, scores)
    frame = frame[frame["gap"].notna()]
    order = frame.assign(size=frame["shrunk_gap"].abs().fillna(-1.0), raw=frame["gap"].abs()).sort_values(
        ["size", "raw", "item"], ascending=[False, False, True]
    )
    frame = frame.loc[order.index].reset_index(drop=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    return frame


def _widest(tally: Tally, distance: Floats, scores: Floats | None) -> dict[str, Floats]:
    """Per item the pair of sides that is widest apart: first, second, gap, shrunk, noise, each (n,)."""
    pieces = Comparisons.of(tally.counts, distance)
    found = [_gap_of(pieces, scores, one, other) for one, other in side_pairs(tally.n_sides)]
    gap, shrunk, noise = (np.stack([part[k] for part in found]) for k in range(3))
    size = np.where(np.isnan(shrunk), -1.0, np.abs(shrunk)) + 1e-9 * np.nan_to_num(np.abs(gap))
    best = np.where(np.isnan(gap), -2.0, size).argmax(axis=0)
    rows = np.arange(tally.n_items)
    pairs = np.array(side_pairs(tally.n_sides))
    return {
        "first": pairs[best, 0],
        "second": pairs[best, 1],
        "gap": gap[best, rows],
        "shrunk_gap": shrunk[best, rows],
        "noise": noise[best, rows],
    }


def _gap_of(
    pieces: Comparisons, scores: Floats | None, one: int, other: int
) -> tuple[Floats, Floats, Floats]:
    """Gap, shrunk gap and noise of one pair of sides, each (n,), NaN where there is none."""
    sizes = pieces.sizes[:, [one, other]]
    is_rated = (sizes > 0).all(axis=1)
    if scores is None:
        # Distances of a group from itself, a rating's zero distance from itself included.
        own = [
            pieces.inside(side) * divide(pieces.sizes[:, side] - 1, pieces.sizes[:, side], 0.0)
            for side in (one, other)
        ]
        gap = np.sqrt(np.maximum(0.0, pieces.across(one, other) - (own[0] + own[1]) / 2))
    else:
        means = divide(pieces.counts @ scores, pieces.sizes, 0.0)
        gap = means[:, one] - means[:, other]
    noise = _noise(pieces, one) + _noise(pieces, other)
    is_comparable = comparable(pieces.counts[:, [one, other], :])
    signal = max(0.0, float(pieces.gap(one, other)[is_comparable].mean())) if is_comparable.any() else np.nan
    shrunk = gap * divide(np.full(len(gap), signal), signal + noise, 0.0)
    gap, shrunk, noise = (np.where(is_rated, part, np.nan) for part in (gap, shrunk, noise))
    return gap, shrunk, noise


def _noise(pieces: Comparisons, side: int) -> Floats:
    """Variance of a side's item mean: its pooled within-item variance over the number of ratings, (n,)."""
    spare = np.maximum(0.0, pieces.sizes[:, side] - 1)
    if not spare.any():
        return np.full(len(spare), np.nan)
    variance = float((pieces.inside(side) / 2 * spare).sum() / spare.sum())
    return divide(np.full(len(spare), variance), pieces.sizes[:, side], np.nan)


def _frame(
    ratings: Ratings,
    names: tuple[str, ...],
    tally: Tally,
    items: Ints,
    widest: dict[str, Floats],
    scores: Floats | None,
) -> pd.DataFrame:
    labels, groups = np.array(ratings.items, dtype=object), np.array(names, dtype=object)
    frame = pd.DataFrame(
        {
            "item": labels[items],
            "first": groups[widest["first"]],
            "second": groups[widest["second"]],
            **{name: pd.array(widest[name], dtype="Float64") for name in ("gap", "shrunk_gap", "noise")},
        }
    )
    means = np.full(tally.sizes.shape, np.nan)
    if scores is not None:
        means = divide(tally.counts @ scores, tally.sizes, np.nan)
    for side, name in enumerate(names):
        frame[f"n_{name}"] = tally.sizes[:, side].astype(np.int64)
        frame[f"mean_{name}"] = pd.array(means[:, side], dtype="Float64")
    return frame
