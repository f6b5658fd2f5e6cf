"""The order in which every rater puts things, as a sign for every pair of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.estimation import Sample
from rating.agreement.preferences import Preferences
from rating.agreement.reasons import Reason
from rating.agreement.results import Basis, LeftOut
from rating.agreement.table import Ratings
from rating.agreement.tally import Tally

# Products of signs that are added up at most: some tens of seconds.
_MOST_PRODUCTS = 1e11

_UNUSED = "rater_without_order"


@dataclass(frozen=True)
class Orders:
    """Orders of the raters of some groups, from their ratings or from choices between two things.

    Ratings put items in the order of their values. Choices put two candidates in the order of the rater's
    majority over all items on which the rater compared them. `scores` (R, n) or `net` (R, pairs), NaN where
    there is none; the other is None. `reason` says why there are no orders, if so.
    """

    scores: Floats | None
    net: Floats | None
    sample: Sample
    reason: Reason | None

    @classmethod
    def of(cls, source: Ratings | Preferences, groups: Sequence[str]) -> "Orders":
        """The raters of the groups, in the order of their labels."""
        if isinstance(source, Preferences):
            sample = Sample.of(source.ratings, groups)
            tally, items = source.ratings.tally_with_items(groups)
            net = _net_choices(source, tally, items)
            return cls(None, net, sample, None if tally.n_ratings else Reason.NO_RATINGS)
        sample = Sample.of(source, groups)
        tally = sample.tally
        scores = np.full((tally.n_raters, tally.n_items), np.nan)
        scores[tally.rater, tally.item] = source.scale.scores[tally.level]
        reason = None if source.scale.has_scores else Reason.NOT_FOR_THIS_SCALE
        if not tally.n_ratings:
            reason = Reason.NO_RATINGS
        elif reason is None and tally.n_items**2 / 2 * max(1, tally.n_raters) ** 2 > _MOST_PRODUCTS:
            reason = Reason.TOO_LARGE
        return cls(scores, None, sample, reason)

    @property
    def level(self) -> str:
        return "pairwise" if self.scores is None else "ordinal"

    @property
    def stratum(self) -> Ints:
        """The group of every rater, (R,)."""
        return self.sample.tally.stratum

    def blocks(self) -> Iterator[Floats]:
        """Signs (R, some pairs): 1 and -1 for the two orders, 0 for a tie, NaN for a pair not compared."""
        if self.net is not None:
            yield np.sign(self.net)
        if self.scores is not None:
            for place in range(self.scores.shape[1] - 1):
                yield np.sign(self.scores[:, place + 1 :] - self.scores[:, [place]])

    def basis(self, is_used: Bools) -> Basis:
        """Counts of the raters (R,) that entered, and of the ratings of the others."""
        tally = self.sample.tally
        is_mine = is_used[tally.rater]
        unused = np.bincount(tally.stratum[tally.rater[~is_mine]], minlength=len(self.sample.group_names))
        left_out = tuple(
            LeftOut(_UNUSED, name, int(n))
            for name, n in zip(self.sample.group_names, unused, strict=True)
            if n
        )
        n_items = len(np.unique(tally.item[is_mine]))
        return Basis(
            n_items, int(is_used.sum()), int(is_mine.sum()), n_items, self.sample.left_out + left_out
        )


def _net_choices(preferences: Preferences, tally: Tally, items: Ints) -> Floats:
    """Per rater and pair of candidates: choices of the one less choices of the other, NaN for none."""
    sides = np.stack([preferences.first[items], preferences.second[items]], axis=1).reshape(-1, 2)
    pairs, pair_of_item = np.unique(sides, axis=0, return_inverse=True)
    shape = (tally.n_raters, len(pairs))
    place = (tally.rater, pair_of_item.ravel()[tally.item])
    net, n_choices = np.zeros(shape), np.zeros(shape)
    np.add.at(net, place, tally.level - 1.0)
    np.add.at(n_choices, place, 1)
    return np.where(n_choices > 0, net, np.nan)
