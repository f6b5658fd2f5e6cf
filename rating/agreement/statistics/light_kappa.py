"""Light's kappa: the mean of Cohen's kappas of all pairs of raters."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.estimation import IntervalOptions, Sample
from rating.agreement.kernel import divide
from rating.agreement.reasons import Reason
from rating.agreement.resampling.interval import t_interval
from rating.agreement.resampling.jackknife import METHOD, MIN_RATERS, jackknife_variance
from rating.agreement.results import Estimate, Interval
from rating.agreement.statistics.crosstable import crosstable
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally

# Meetings of two raters on an item that are held at once (some 100 MB with their levels).
MEETINGS_AT_ONCE = 500_000


def light_kappa(
    ratings: Ratings, *, group: str | tuple[str, ...] | None = None, options: IntervalOptions | None = None
) -> Estimate:
    """Light's kappa: unweighted Cohen's kappa of every pair of raters on their shared items, averaged.

    Each pair counts alike however many items it shares (Light 1971; Conger 1980). Pairs that share no item,
    or whose kappa is undefined because both gave one and the same value throughout, are left out; the
    variant says how many. Interval: conversations and raters left out one at a time.
    Undefined: `no_ratings`, `no_pairable_items`, `one_category`. Raises AgreementInputError `bad_option`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(1, "a", "x"), (1, "b", "x"), (2, "a", "y"), (2, "b", "y"), (3, "a", "x"), (3, "b", "y")]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> round(light_kappa(Ratings.from_frame(frame, Scale(("x", "y"), "nominal"))).estimate, 4)
    0.4
    """
    options = options or IntervalOptions()
    if options.method not in {"two_way_jackknife", "none"}:
        raise AgreementInputError("bad_option", "Light's kappa has a two-way jackknife interval only.")
    sample = Sample.within(ratings, group)
    tally = sample.tally
    used = tally.keep_items(tally.sizes[:, 0] >= 2)
    reason = None if tally.n_ratings else Reason.NO_RATINGS
    if reason is None and not used.n_items:
        reason = Reason.NO_PAIRABLE_ITEMS
    pairs = None if reason else _Pairs.of(used)
    if pairs is not None and not len(pairs.kappa):
        reason = Reason.ONE_CATEGORY
    interval = Interval(reason=reason or Reason.NOT_ASKED_FOR)
    if pairs is not None and reason is None and options.method != "none":
        interval = pairs.interval(used, options.confidence)
    counted = f", {len(pairs.kappa)} of {pairs.n_pairs} pairs" if pairs is not None else ""
    return Estimate(
        statistic="light_kappa",
        variant=f"unweighted{counted}",
        level="nominal",
        estimate=None if reason or pairs is None else float(pairs.kappa.mean()),
        confidence=options.confidence,
        basis=sample.basis(used, "unpaired"),
        interval=interval,
        reason=reason,
    )


def kappa_max(ratings: Ratings, first: str, second: str) -> Estimate:
    """The largest Cohen's kappa that two raters with these habits could reach (Cohen 1960, p. 42).

    (sum_k min(p_k., p_.k) - p_e) / (1 - p_e): their shares of values are held, agreement is as high as they
    allow. Descriptive, without an interval. Undefined as `cohen_kappa`.

    >>> import pandas as pd
    >>> from rating.agreement import Ratings, Scale
    >>> rows = [(1, "a", "x"), (1, "b", "y"), (2, "a", "y"), (2, "b", "x"), (3, "a", "x"), (3, "b", "y")]
    >>> frame = pd.DataFrame(rows, columns=["item", "rater", "value"]).assign(group="peer")
    >>> ratings = Ratings.from_frame(frame, Scale(("x", "y"), "nominal"))
    >>> round(kappa_max(ratings, "a", "b").estimate, 4)  # (2/3 - 4/9) / (5/9)
    0.4
    """
    counts, basis, reason = crosstable(ratings, first, second)
    value = None
    if reason is None:
        rows, columns = (counts.sum(axis=axis) / counts.sum() for axis in (1, 0))
        chance = float(rows @ columns)
        reason = Reason.ONE_CATEGORY if 1 - chance < 1e-12 else None
        value = None if reason else (float(np.minimum(rows, columns).sum()) - chance) / (1 - chance)
    interval = Interval(reason=reason or Reason.DESCRIPTIVE)
    return Estimate("kappa_max", "unweighted", "nominal", value, 0.95, basis, interval, reason)


@dataclass(frozen=True)
class _Meetings:
    """M times that two raters rated one item: `pair` (M,) as first x raters + second, and what both said."""

    pair: Ints
    cluster: Ints
    first: Ints
    second: Ints

    def said(self, place: Ints, n_levels: int) -> Ints:
        """The pair's place, the level of the first and that of the second in one number, (M,)."""
        return np.asarray((place[self.pair] * n_levels + self.first) * n_levels + self.second)


def _meetings_of(tally: Tally) -> Iterator[_Meetings]:
    """All meetings, whole clusters at a time in batches that stay within bounds."""
    cluster = tally.cluster[tally.item]
    order = np.lexsort((tally.rater, tally.item, cluster))
    cluster, item, rater, level = (part[order] for part in (cluster, tally.item, tally.rater, tally.level))
    size = np.bincount(tally.item)
    n_before = np.cumsum(np.bincount(tally.cluster, weights=size * (size - 1) / 2)).astype(np.int64)
    batch = (n_before // MEETINGS_AT_ONCE)[cluster]
    edges = [*np.flatnonzero(np.diff(batch, prepend=-1)).tolist(), len(batch)]
    for low, high in pairwise(edges):
        part = slice(low, high)
        yield _met(cluster[part], item[part], rater[part], level[part], tally.n_raters)


def _met(cluster: Ints, item: Ints, rater: Ints, level: Ints, n_raters: int) -> _Meetings:
    """Meetings of ratings sorted by item and rater: each with the next of its item, the next but one..."""
    ones: list[Ints] = []
    others: list[Ints] = []
    one = np.arange(len(item))
    while len(one):
        other = one + len(ones) + 1
        is_inside = other < len(item)
        one, other = one[is_inside], other[is_inside]
        is_met = item[one] == item[other]
        one, other = one[is_met], other[is_met]
        ones.append(one)
        others.append(other)
    first, second = np.concatenate(ones or [one]), np.concatenate(others or [one])
    return _Meetings(rater[first] * n_raters + rater[second], cluster[first], level[first], level[second])


def _summed(said: Ints) -> Floats:
    """Per pair: how often they met, agreed, and gave each level as first and as second, (2 + 2K, P)."""
    agreed = np.einsum("pkk->p", said)
    levels = [said.sum(axis=axis).T for axis in (2, 1)]
    return np.concatenate([said.sum(axis=(1, 2))[None], agreed[None], *levels]).astype(np.float64)


def _changes(tally: Tally, place: Ints, sums: Floats, kappa: Floats) -> Floats:
    """What the sum of all kappas gains without each cluster, (C,); `place` of each code of a pair."""
    n_levels, n_pairs = tally.n_levels, sums.shape[1]
    change = np.zeros(int(tally.cluster.max()) + 1)
    if tally.has_lone_items:
        # Two raters meet once on an item: what that moves hangs on what they said.
        moved = _moved_by_one(sums, kappa, n_levels)
        for met in _meetings_of(tally):
            change += np.bincount(met.cluster, moved[met.said(place, n_levels)], minlength=len(change))
        return change
    is_kept = ~np.isnan(kappa)
    for met in _meetings_of(tally):
        keys, group = np.unique(met.cluster * n_pairs + place[met.pair], return_inverse=True)
        cluster, own = np.divmod(keys, n_pairs)
        less = sums[:, own] - _sums(group, met, n_levels, len(keys))
        moved = (_kappa(less) - kappa[own])[is_kept[own]]
        change += np.bincount(cluster[is_kept[own]], weights=moved, minlength=len(change))
    return change


@dataclass(frozen=True)
class _Pairs:
    """Pairs of raters (P, 2) with a defined kappa (P,), and their mean kappa without each cluster (C,)."""

    pair: Ints
    kappa: Floats
    without: Floats
    n_pairs: int

    @classmethod
    def of(cls, tally: Tally) -> "_Pairs":
        n_raters, n_levels = tally.n_raters, tally.n_levels
        has_met = np.zeros(n_raters**2, dtype=np.bool_)
        for met in _meetings_of(tally):
            has_met[met.pair] = True
        codes = np.flatnonzero(has_met)
        place = np.cumsum(has_met) - 1
        said = np.zeros(len(codes) * n_levels**2, dtype=np.int64)
        for met in _meetings_of(tally):
            said += np.bincount(met.said(place, n_levels), minlength=len(said))
        sums = _summed(said.reshape(-1, n_levels, n_levels))
        kappa = _kappa(sums)
        is_kept = ~np.isnan(kappa)
        change = _changes(tally, place, sums, kappa)
        found = kappa[is_kept]
        without = (found.sum() + change) / max(1, len(found))
        return cls(np.stack(np.divmod(codes[is_kept], n_raters), axis=1), found, without, len(codes))

    def interval(self, tally: Tally, confidence: float) -> Interval:
        sizes = np.bincount(tally.stratum)
        if sizes[sizes > 0].min() < MIN_RATERS:
            return Interval(method=METHOD, reason=Reason.TOO_FEW_RATERS)
        if len(self.without) < 2:
            return Interval(method=METHOD, reason=Reason.ONE_ITEM)
        total = self.kappa.sum()
        sums, met = (
            np.bincount(self.pair.ravel(), weights=np.repeat(part, 2), minlength=tally.n_raters)
            for part in (self.kappa, np.ones(len(self.kappa)))
        )
        without_raters = divide((total - sums).astype(np.float64), (len(self.kappa) - met).astype(np.float64))
        without_items = self.without
        n_degenerate = int(np.isnan(without_items).sum() + np.isnan(without_raters).sum())
        if n_degenerate:
            n = len(without_items) + len(without_raters)
            return Interval(
                method=METHOD, n_resamples=n, n_degenerate=n_degenerate, reason=Reason.UNDEFINED_RESAMPLES
            )
        variance = jackknife_variance(without_items, np.zeros(len(without_items), dtype=np.int64))
        variance += jackknife_variance(without_raters, tally.stratum)
        df = tally.n_raters - int((sizes > 0).sum())
        value = float(self.kappa.mean())
        return t_interval(value, variance, df, confidence, method=METHOD, bounds=(-1.0, 1.0))


def _moved_by_one(sums: Floats, kappa: Floats, n_levels: int) -> Floats:
    """What one meeting less with these two levels adds to each pair's kappa, (P x K x K,)."""
    first, second = (part.ravel() for part in np.indices((n_levels, n_levels)))
    one = np.zeros((len(sums), n_levels**2))
    one[0], one[1] = 1, first == second
    one[2 + first, np.arange(n_levels**2)] = 1
    one[2 + n_levels + second, np.arange(n_levels**2)] = 1
    less = (sums[:, :, None] - one[:, None]).reshape(len(sums), -1)
    return np.asarray(
        np.where(np.isnan(kappa), 0.0, _kappa(less).reshape(len(kappa), -1).T - kappa).T.ravel()
    )


def _sums(owner: Ints, met: _Meetings, n_levels: int, n_owners: int) -> Floats:
    """Meetings of each owner, those that agreed, and each level as first and second, (2 + 2K, owners)."""
    found = np.empty((2 + 2 * n_levels, n_owners))
    found[0] = np.bincount(owner, minlength=n_owners)
    found[1] = np.bincount(owner[met.first == met.second], minlength=n_owners)
    for row, level in ((2, met.first), (2 + n_levels, met.second)):
        flat = np.bincount(level * n_owners + owner, minlength=n_levels * n_owners)
        found[row : row + n_levels] = flat.reshape(n_levels, n_owners)
    return found


def _kappa(sums: Floats) -> Floats:
    """Cohen's kappa of sums (2 + 2K, P); NaN without items or where chance agrees always."""
    n, agreed, levels = sums[0], sums[1], sums[2:]
    first, second = np.split(levels, 2)
    observed = divide(agreed, n)
    chance = divide((first * second).sum(axis=0), n**2)
    beyond = np.where(np.abs(1 - chance) < 1e-12, 0.0, 1 - chance)
    return divide(observed - chance, beyond)
