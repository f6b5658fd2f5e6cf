"""Conger's kappa from the habits of raters, and what is left of it without a conversation or a rater."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.kernel import divide
from rating.agreement.resampling.jackknife import Cells, sums_by
from rating.agreement.statistics.chance_corrected import weighted_agreement
from rating.agreement.tally import Tally

# Ratings whose clusters are left out at once.
_AT_ONCE = 65_536


@dataclass(frozen=True)
class CongerSums:
    """What kappa is computed from, on one side.

    `agreement` (n, 2): per item its mean weight of pairs and whether it has one; `habits` (R, K): ratings of
    each rater by level; `weights` (K, K).
    """

    tally: Tally
    weights: Floats
    agreement: Floats
    habits: Floats

    @classmethod
    def of(cls, tally: Tally, weights: Floats) -> "CongerSums":
        """Count a tally of one side, every rater of which has a rating."""
        counts = tally.counts[:, 0]
        cell = tally.rater * tally.n_levels + tally.level
        habits = np.bincount(cell, minlength=tally.n_raters * tally.n_levels).astype(np.float64)
        agreement = weighted_agreement(counts, counts, weights)
        return cls(tally, weights, agreement, habits.reshape(tally.n_raters, -1))

    @property
    def value(self) -> float:
        """Kappa, NaN where it is undefined."""
        return float(self._kappa(self.agreement.sum(axis=0), self._parts.sum(axis=0)))

    def without_raters(self) -> Floats:
        """Kappa without each rater, shape (R,)."""
        patterns, cells = self.tally.patterns, Cells.of(self.tally)
        counts, reduced = patterns.counts[:, 0], cells.reduced(patterns, slice(None))[:, 0]
        change = weighted_agreement(reduced, reduced, self.weights)
        change -= weighted_agreement(counts, counts, self.weights)[cells.pattern]
        changes = np.asarray(cells.owners @ change)
        parts = self._parts.sum(axis=0) - self._parts
        return self._kappa(self.agreement.sum(axis=0) + changes, parts)

    def without_clusters(self) -> Floats:
        """Kappa without each cluster of items, shape (C,)."""
        agreement = self.agreement.sum(axis=0) - sums_by(self.tally.cluster, self.agreement)
        whole = self._parts.sum(axis=0)
        changes = [self._changes_by_item()] if self.tally.has_lone_items else self._changes_by_cluster()
        return self._kappa(agreement, np.concatenate([whole + change for change in changes]))

    @cached_property
    def _parts(self) -> Floats:
        return self._parts_of(self.habits)

    def _parts_of(self, habits: Floats) -> Floats:
        """Per rater: shares of the levels (K), their agreement with themselves, whether there are any."""
        sizes = habits.sum(axis=-1, keepdims=True)
        shares = divide(habits, sizes, 0.0)
        own = ((shares @ self.weights) * shares).sum(axis=-1, keepdims=True)
        return np.concatenate([shares, own, (sizes > 0).astype(np.float64)], axis=-1)

    def _changes_by_item(self) -> Floats:
        """What the summed parts lose or gain without each cluster, where these are single items.

        A rater loses one rating of an item, so there is one change for each rater and level.
        """
        tally, n_levels = self.tally, self.tally.n_levels
        lost = np.maximum(0.0, self.habits[:, None] - np.eye(n_levels))
        change = (self._parts_of(lost) - self._parts[:, None]).reshape(tally.n_raters * n_levels, -1)
        cell, cluster = tally.rater * n_levels + tally.level, tally.cluster[tally.item]
        columns = [np.bincount(cluster, column[cell], minlength=tally.n_items) for column in change.T]
        return np.stack(columns, axis=1)

    def _changes_by_cluster(self) -> Iterator[Floats]:
        """What the summed parts lose or gain without each cluster, in runs of clusters."""
        tally = self.tally
        cluster = tally.cluster[tally.item]
        order = np.argsort(cluster, kind="stable")
        n_clusters = int(tally.cluster.max()) + 1
        ends = np.cumsum(np.bincount(cluster, minlength=n_clusters))
        first = 0
        while first < n_clusters:
            begin = int(ends[first - 1]) if first else 0
            last = max(first + 1, int(np.searchsorted(ends, begin + _AT_ONCE, side="right")))
            ratings = order[begin : int(ends[last - 1])]
            yield self._changes(ratings, cluster[ratings] - first, last - first)
            first = last

    def _changes(self, ratings: Ints, cluster: Ints, n_clusters: int) -> Floats:
        """A rater's habits change by all of his ratings in the cluster together."""
        n_raters, n_levels = self.habits.shape
        pairs, pair = np.unique(cluster * n_raters + self.tally.rater[ratings], return_inverse=True)
        cell = pair * n_levels + self.tally.level[ratings]
        lost = np.bincount(cell, minlength=len(pairs) * n_levels).reshape(-1, n_levels)
        owner, rater = np.divmod(pairs, n_raters)
        change = self._parts_of(self.habits[rater] - lost) - self._parts[rater]
        columns = [np.bincount(owner, weights=column, minlength=n_clusters) for column in change.T]
        return np.stack(columns, axis=1)

    def _kappa(self, agreement: Floats, parts: Floats) -> Floats:
        """From summed agreement (..., 2) and summed parts (..., K + 2)."""
        pooled, own, n_raters = parts[..., :-2], parts[..., -2], parts[..., -1]
        every = ((pooled @ self.weights) * pooled).sum(axis=-1)
        n_raters = np.rint(n_raters)
        chance = divide(every - own, n_raters**2 - n_raters)
        beyond = np.where(np.abs(1 - chance) < 1e-12, 0.0, 1 - chance)
        return divide(divide(agreement[..., 0], np.rint(agreement[..., 1])) - chance, beyond)
