"""One misalignment score for three and more groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rating.agreement.distances import coordinates_of, primary_distance
from rating.agreement.errors import AgreementInputError
from rating.agreement.reasons import Reason
from rating.agreement.resampling.influence import Influence, influence_interval
from rating.agreement.resampling.jackknife import METHOD
from rating.agreement.results import Estimate, Interval, LabelTest
from rating.agreement.statistics.comparisons import Comparisons, comparable, side_pairs
from rating.agreement.statistics.decomposition import interval_by_coordinates
from rating.agreement.statistics.gap_sums import GapSums
from rating.agreement.statistics.label_test import is_lopsided, no_test, relabel
from rating.agreement.statistics.misalignment import TestOptions
from rating.agreement.statistics.pair import Pair
from rating.agreement.table import Ratings


@dataclass(frozen=True)
class PairwiseGap:
    """The misalignment of two of the groups, on the items that these two share."""

    pair: tuple[str, str]
    m: float | None
    n_items: int

    def to_dict(self) -> dict[str, Any]:
        return {"pair": list(self.pair), "m": self.m, "n_items": self.n_items}


@dataclass(frozen=True)
class OverallMisalignment:
    """Mean of the pairwise misalignments on the items that every group rated at least twice."""

    groups: tuple[str, ...]
    m: Estimate
    pairs: tuple[PairwiseGap, ...]
    test: LabelTest

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "groups": list(self.groups),
            "m": self.m.to_dict(),
            "pairs": [pair.to_dict() for pair in self.pairs],
            "test": self.test.to_dict(),
        }


def overall_misalignment(
    ratings: Ratings, groups: Sequence[str] | None = None, *, options: TestOptions | None = None
) -> OverallMisalignment:
    """Misalignment of three and more groups at once.

    On items with at least two ratings in every group: the mean over all pairs of groups of their M,
    under the primary distance. Interval and test as for a pair, with R - G degrees of freedom and the
    labels of all groups permuted; judges are never relabelled. Each pair's own M, on its own items,
    stands beside it.

    Undefined: `no_ratings`, `not_identifiable`, `no_shared_items`. Fewer than two groups are refused.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [("i", f"{g}{r}", g, v) for g, v in (("a", 1), ("b", 2), ("c", 4)) for r in (1, 2)]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value"])
    >>> ratings = Ratings.from_frame(frame, Scale((1, 2, 3, 4), "interval"))
    >>> round(overall_misalignment(ratings).m.estimate, 4)  # (1 + 9 + 4) / 3
    4.6667
    """
    options = options or TestOptions()
    names = tuple(groups) if groups is not None else ratings.groups
    if len(names) < 2:
        raise AgreementInputError("bad_option", "An overall score needs at least two groups.")
    pair = Pair.of(ratings, *names)
    m, reason = None, pair.reason
    if reason is None:
        pieces = Comparisons.of(pair.used.counts, pair.distance(primary_distance(ratings.scale)))
        m = pair.influence(pieces.mean_gap(), pieces.gap_influence())
    return OverallMisalignment(
        groups=names,
        m=_estimate(ratings, pair, m, options),
        pairs=tuple(_pairwise(ratings, names[a], names[b]) for a, b in side_pairs(len(names))),
        test=_test(ratings, pair, m, options),
    )


def _estimate(ratings: Ratings, pair: Pair, found: Influence | None, options: TestOptions) -> Estimate:
    interval = Interval(reason=pair.reason)
    if found is not None:
        interval = _interval(ratings, pair, found, options)
    return Estimate(
        statistic="overall_m",
        variant=primary_distance(ratings.scale),
        level=ratings.scale.measurement,
        estimate=None if found is None else found.value,
        confidence=options.confidence,
        basis=pair.basis,
        interval=interval,
        reason=pair.reason,
    )


def _interval(ratings: Ratings, pair: Pair, found: Influence, options: TestOptions) -> Interval:
    if options.interval == METHOD:
        return influence_interval(found, pair.used, options.confidence)
    name, marginals = primary_distance(ratings.scale), pair.used.counts.sum(axis=(0, 1))
    coordinates = coordinates_of(name, pair.scores, marginals)
    return interval_by_coordinates(pair, found, coordinates, options.confidence)


def _pairwise(ratings: Ratings, first: str, second: str) -> PairwiseGap:
    pair = Pair.of(ratings, first, second)
    if pair.reason:
        return PairwiseGap((first, second), None, pair.used.n_items)
    pieces = Comparisons.of(pair.used.counts, pair.distance(primary_distance(ratings.scale)))
    return PairwiseGap((first, second), float(pieces.mean_gap().mean()), pair.used.n_items)


def _test(ratings: Ratings, pair: Pair, found: Influence | None, options: TestOptions) -> LabelTest:
    reason: Reason | None = pair.reason or options.why_no_test(pair.groups)
    if reason or found is None:
        return no_test("overall_m", None if found is None else found.value, reason or Reason.NO_SHARED_ITEMS)
    tally = pair.whole.keep_items(pair.whole.sizes.sum(axis=1) >= 2 * len(pair.groups))
    name = primary_distance(ratings.scale)
    gaps = GapSums(
        distances={name: pair.distance(name)},
        scores=None,
        is_used=comparable(tally.counts),
        tally=tally,
        is_studentised=is_lopsided(tally),
    )
    tests = relabel(gaps, n_draws=options.n_permutations, rng=options.rng, exact_limit=options.exact_limit)
    return tests.test(name, "overall_m")
