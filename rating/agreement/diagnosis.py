"""Observations about the ratings of a question that a reader should know before its numbers.

Each check returns what it saw, with figures; what that means stands in `rating.agreement.wording`.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from scipy.sparse.csgraph import connected_components

from rating.agreement.observations import Observation, Sign
from rating.agreement.resampling.bootstrap import rating_incidence
from rating.agreement.resampling.interval import FEW_RATERS
from rating.agreement.results import LabelTest
from rating.agreement.statistics.label_test import is_lopsided
from rating.agreement.statistics.pair import Pair
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally

# From these points on a reader is told; none of them changes a number.
FEW_ITEMS = 30
SKEWED_SHARE = 0.9
THIN_SHARE = 0.2
MISSING_SHARE = 0.1
UNEVEN_MISSING = 0.1
SHARED_SHARE = 0.5
LEVEL_DIFFERENCE = 0.01
USUAL_LIMIT = 0.05

# The reason under which values that a study declared as exceptions to the scale are left out.
OFF_SCALE = "off_the_declared_scale"


def observe_group(ratings: Ratings, group: str) -> Iterator[Observation]:
    """What there is to see in one group's ratings."""
    tally = ratings.tally((group,))
    scope = (group,)
    if not tally.n_ratings:
        return
    n_pairable = int((tally.sizes[:, 0] >= 2).sum())
    if n_pairable < FEW_ITEMS:
        yield Observation(Sign.FEW_ITEMS, scope, {"n_items": n_pairable})
    if tally.n_raters < FEW_RATERS:
        yield Observation(Sign.FEW_RATERS, scope, {"n_raters": tally.n_raters})
    yield from _levels(ratings, tally, scope)
    yield from _overlap(tally, scope)
    rate = missing_rate(ratings, group)
    if rate >= MISSING_SHARE:
        yield Observation(Sign.MANY_MISSING, scope, {"rate": rate})


def observe_groups(ratings: Ratings) -> Iterator[Observation]:
    """What shows only when the groups are seen together."""
    rates = {group: missing_rate(ratings, group) for group in ratings.groups}
    if len(rates) > 1 and max(rates.values()) - min(rates.values()) >= UNEVEN_MISSING:
        yield Observation(Sign.UNEVEN_MISSING, ratings.groups, {"rates": rates})
    off_scale = {part.group: part.n for part in ratings.left_out if part.reason == OFF_SCALE}
    if off_scale:
        counts = {group: off_scale.get(group, 0) for group in ratings.groups}
        yield Observation(Sign.OFF_SCALE, tuple(off_scale), {"counts": counts, "n": sum(counts.values())})


def observe_pair(
    ratings: Ratings, groups: tuple[str, str], test: LabelTest, kinds: Mapping[str, str]
) -> Iterator[Observation]:
    """What there is to see before two groups are compared."""
    pair = Pair.of(ratings, *groups)
    judges = [group for group in groups if kinds.get(group) == "judge"]
    if judges:
        yield Observation(Sign.JUDGE_IN_PAIR, groups, {"judges": judges})
    if pair.reason:
        return
    share = pair.used.n_items / pair.whole.n_items
    if share < SHARED_SHARE:
        figures = {"n_shared": pair.used.n_items, "n_items": pair.whole.n_items, "share": share}
        yield Observation(Sign.FEW_SHARED_ITEMS, groups, figures)
    if is_lopsided(pair.whole):
        sizes = np.bincount(pair.whole.side).tolist()
        yield Observation(Sign.LOPSIDED_GROUPS, groups, {"n_raters": dict(zip(groups, sizes, strict=True))})
    if test.method is not None:
        yield from _of_test(pair, groups, test)


def observe_levels(scope: tuple[str, ...], by_level: Mapping[str, float | None]) -> Iterator[Observation]:
    """Whether reading an ordinal scale as interval would change alpha."""
    ordinal, interval = by_level.get("ordinal"), by_level.get("interval")
    if ordinal is not None and interval is not None and abs(ordinal - interval) >= LEVEL_DIFFERENCE:
        yield Observation(Sign.LEVEL_MATTERS, scope, {"ordinal": ordinal, "interval": interval})


def missing_rate(ratings: Ratings, group: str) -> float:
    """Share of a group's rows that hold no value."""
    n_missing = sum(part.n for part in ratings.left_out_of((group,)))
    n_present = int((ratings.rater_group[ratings.rater] == ratings.index_of(group)).sum())
    total = n_missing + n_present
    return n_missing / total if total else 0.0


def _levels(ratings: Ratings, tally: Tally, scope: tuple[str, ...]) -> Iterator[Observation]:
    counts = np.bincount(tally.level, minlength=tally.n_levels)
    top = int(counts.argmax())
    share = float(counts[top] / counts.sum())
    value = ratings.scale.values[top]
    if share == 1:
        yield Observation(Sign.ONE_CATEGORY, scope, {"value": value})
    elif share >= SKEWED_SHARE:
        yield Observation(Sign.SKEW, scope, {"value": value, "share": share})
    unused = [value for value, n in zip(ratings.scale.values, counts, strict=True) if not n]
    if unused and share < 1:
        yield Observation(Sign.UNUSED_LEVELS, scope, {"values": unused})


def _overlap(tally: Tally, scope: tuple[str, ...]) -> Iterator[Observation]:
    n_single = int((tally.sizes[:, 0] < 2).sum())
    if n_single >= THIN_SHARE * tally.n_items:
        figures = {"n_single": n_single, "n_items": tally.n_items}
        yield Observation(Sign.THIN_OVERLAP, scope, figures)
    incidence = rating_incidence(tally.rater, tally.item, (tally.n_raters, tally.n_items))
    n_islands, island = connected_components(incidence @ incidence.T, directed=False)
    if n_islands > 1:
        largest = int(np.bincount(island).max())
        figures = {"n_islands": int(n_islands), "n_outside": tally.n_raters - largest}
        yield Observation(Sign.DISCONNECTED_RATERS, scope, figures)


def _of_test(pair: Pair, groups: tuple[str, str], test: LabelTest) -> Iterator[Observation]:
    whole = pair.whole
    is_complete = whole.n_ratings == whole.n_raters * whole.n_items
    if not is_complete and test.n_blocks == 1 and test.share_kept is not None and test.share_kept < 1:
        yield Observation(Sign.INCOMPLETE_UNBLOCKED_PLAN, groups, {"share_kept": test.share_kept})
    if test.smallest_p is not None and test.smallest_p > USUAL_LIMIT:
        yield Observation(Sign.COARSE_TEST, groups, {"smallest_p": test.smallest_p})
