"""Groups of equal size: raters drawn at random down to the smallest group, again and again."""

from collections.abc import Mapping, Sequence

import numpy as np

from rating.agreement.analysis.context import Context
from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.distances import Distance, primary_distance
from rating.agreement.resampling.drawn_raters import values_of_drawn
from rating.agreement.statistics.alpha import alpha_kernel
from rating.agreement.statistics.pair import Pair
from rating.agreement.statistics.second_opinion import GapKernel
from rating.agreement.table import Ratings


def raters_by_group(context: Context) -> dict[str, list[str]]:
    """Raters with a rating, of each human group."""
    ratings = context.ratings
    return {
        group: [ratings.raters[place] for place in _raters_of(ratings, group)] for group in context.humans
    }


def drawn_raters(
    ratings: Ratings, raters: Mapping[str, Sequence[str]], size: int, rng: np.random.Generator
) -> Bools:
    """Which raters stay when so many of each group are drawn, (R,); those of no group here all do."""
    out = {str(name) for names in raters.values() for name in rng.permutation(names)[size:]}
    return np.array([name not in out for name in ratings.raters], dtype=bool)


def points(context: Context, is_drawn: Bools) -> dict[tuple[str | tuple[str, ...], str], Floats]:
    """Plain numbers of every draw (B, R), each (B,), by scope or pair and name; NaN where there is none."""
    ratings = context.ratings
    found: dict[tuple[str | tuple[str, ...], str], Floats] = {}
    for scope, groups in context.scopes:
        kernel, tally = alpha_kernel(ratings.scale, context.level, ratings.tally(groups))
        mine = is_drawn[:, _raters_of(ratings, *groups)]
        found[scope, "alpha"] = values_of_drawn(kernel, tally, mine)
    for pair in context.pairs:
        mine = is_drawn[:, _raters_of(ratings, *pair)]
        found[pair, "m"] = _gaps(ratings, pair, primary_distance(ratings.scale), mine)
        square = np.full(len(is_drawn), np.nan)
        if ratings.scale.has_scores:
            square = _gaps(ratings, pair, "squared", mine)
        found[pair, "rms_gap"] = np.copysign(np.sqrt(np.abs(square)), square)
    return found


def _gaps(ratings: Ratings, groups: tuple[str, ...], distance: Distance, is_drawn: Bools) -> Floats:
    pair = Pair.of(ratings, *groups)
    if pair.reason:
        return np.full(len(is_drawn), np.nan)
    return values_of_drawn(GapKernel(pair.distance(distance)), pair.whole, is_drawn)


def _raters_of(ratings: Ratings, *groups: str) -> Ints:
    """Raters of the groups with a rating, in the order of a tally."""
    used = np.flatnonzero(np.bincount(ratings.rater, minlength=len(ratings.raters)))
    return used[np.isin(ratings.rater_group[used], [ratings.index_of(group) for group in groups])]
