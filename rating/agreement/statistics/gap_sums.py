"""Sums over items that misalignment is made of, under relabellings of whole raters."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.kernel import divide
from rating.agreement.resampling.blocks import Block
from rating.agreement.resampling.panels import Panel
from rating.agreement.resampling.relabelling import RelabelledBlock
from rating.agreement.statistics.comparisons import MIN_RATINGS, Comparisons, side_pairs
from rating.agreement.statistics.forms import cross_totals, reach
from rating.agreement.statistics.gap_panels import PanelGaps
from rating.agreement.tally import Tally

# Below this share of the squared mean a variance is what rounding left of zero.
ROUNDING = 1e-14


@dataclass(frozen=True)
class GapSums:
    """The statistics to follow: mean gap under each distance, |direction| when scores are given.

    Distances are (K, K), the first of them the primary one, whose M / sqrt V is followed too when
    `is_studentised`. `is_used` (n,) marks the items that the observed labels can use.
    """

    distances: dict[str, Floats]
    scores: Floats | None
    is_used: Bools
    tally: Tally
    is_studentised: bool

    @property
    def names(self) -> tuple[str, ...]:
        direction = ("direction",) if self.scores is not None else ()
        studentised = ("studentised",) if self.is_studentised else ()
        return (*self.distances, *direction, *studentised, "share_kept")

    @cached_property
    def pivot(self) -> float:
        """The observed mean gap: taken off the gaps before they are squared, lest their digits cancel."""
        distance = next(iter(self.distances.values()))
        gaps = Comparisons.of(self.tally.counts[self.is_used], distance).mean_gap()
        return float(gaps.mean()) if gaps.size else 0.0

    def sums(self, part: RelabelledBlock) -> Floats:
        """Per draw: usable items, those of them used before, gaps, direction, what V needs; (q, draws)."""
        tile = _Tile.of(part)
        kept = self.is_used[part.block.items].astype(np.float64) @ tile.is_valid
        rows = [tile.is_valid.sum(axis=0), kept]
        primary = None
        for distance in self.distances.values():
            means, gap = tile.gap(distance)
            primary = primary or (distance, means, gap)
            rows.append(gap.sum(axis=0))
        if self.scores is not None:
            rows.append(tile.direction(self.scores).sum(axis=0))
        if self.is_studentised and primary is not None:
            distance, means, gap = primary
            rows.extend(_spread(part.block, gap - self.pivot * tile.is_valid, tile.is_valid))
            rows.extend(tile.change_per_rater(distance, means))
        return np.stack(rows)

    def panel_sums(self, panel: Panel, labels: Ints) -> Floats:
        """The same of a panel of items under labels (B, R): (q, B)."""
        mine = labels[:, panel.raters]
        gaps = PanelGaps(panel, [(mine == side).astype(np.float64) for side in range(self.tally.n_sides)])
        rows = [gaps.is_valid * panel.n_items, gaps.is_valid * self.is_used[panel.items].sum()]
        changes = np.zeros((self.tally.n_raters, len(labels)))
        for place, distance in enumerate(self.distances.values()):
            reached = gaps.reached(distance)
            means = gaps.means(reached)
            rows.append(gaps.gap(means))
            if not place and self.is_studentised:
                changes[panel.raters] = gaps.change_per_rater(reached, means).T
        if self.scores is not None:
            rows.append(gaps.direction(self.scores))
        if self.is_studentised:
            rows += [*gaps.spread(next(iter(self.distances.values())), self.pivot), *changes]
        return np.stack(rows)

    def values(self, sums: Floats, labels: Ints) -> Floats:
        """Sums (B, q) under labels (B, R) give the statistics, (B, number of names)."""
        n_valid = sums[:, 0]
        n_plain = 2 + len(self.distances)
        columns = [divide(column, n_valid) for column in sums[:, 2:n_plain].T]
        if self.scores is not None:
            columns.append(np.abs(divide(sums[:, n_plain], n_valid)))
            n_plain += 1
        if self.is_studentised:
            columns.append(self._studentised(columns[0], n_valid, sums[:, n_plain:], labels))
        columns.append(sums[:, 1] / max(1, int(self.is_used.sum())))
        return np.stack(columns, axis=1)

    def _studentised(self, mean: Floats, n_valid: Floats, rest: Floats, labels: Ints) -> Floats:
        """M / sqrt V of every relabelling, (B,)."""
        away = mean - self.pivot
        squares = rest[:, 0] - 2 * away * rest[:, 1] + away**2 * rest[:, 2]
        variance = divide(np.maximum(0.0, squares), n_valid * (n_valid - 1))
        for side in range(self.tally.n_sides):
            is_side = labels == side
            size = is_side.sum(axis=1)
            changes = (rest[:, 3:] ** 2 * is_side).sum(axis=1)
            variance += (size - 1) / size * divide(changes, n_valid**2)
        # No spread at all: as far from zero as can be, on the side of the mean.
        certain = np.where(mean > 0, np.inf, -np.inf)
        is_spread = variance > 1e-24 + ROUNDING * away**2
        return np.where(is_spread, divide(mean, np.sqrt(np.where(is_spread, variance, 1.0))), certain)


@dataclass(frozen=True)
class _Tile:
    """A block under some draws: sizes of its sides, and which items have two ratings on every side."""

    part: RelabelledBlock
    sizes: list[Floats]
    is_valid: Floats

    @classmethod
    def of(cls, part: RelabelledBlock) -> "_Tile":
        sizes = [side.sum(axis=0) for side in part.sides[:-1]]
        rest = part.everyone.sum(axis=0)[:, None] - sizes[0]
        for size in sizes[1:]:
            rest -= size
        sizes.append(rest)
        is_valid = sizes[0] >= MIN_RATINGS
        for size in sizes[1:]:
            is_valid &= size >= MIN_RATINGS
        return cls(part, sizes, is_valid.astype(np.float64))

    @cached_property
    def shares(self) -> dict[tuple[int, int], Floats]:
        """1 over the number of pairs across every two sides and inside each, 0 on items without them."""
        n_sides = len(self.sizes)
        found = {}
        for one in range(n_sides):
            for other in range(one, n_sides):
                pairs = self.sizes[one] * (self.sizes[other] - (one == other))
                found[one, other] = np.divide(self.is_valid, np.maximum(pairs, 1, out=pairs), out=pairs)
        return found

    def gap(self, distance: Floats) -> tuple[dict[tuple[int, int], Floats], Floats]:
        """Mean distance inside each side and across every two, by (side, side >= it), and the mean gap over
        pairs of sides, per item (n, draws)."""
        found = cross_totals(distance, self.part.sides, self.part.everyone)
        for pair, share in self.shares.items():
            found[pair] *= share
        n_sides = len(self.sizes)
        insides = [found[side, side] for side in range(n_sides)]
        gap = _added([found[pair] for pair in side_pairs(n_sides)]) / len(side_pairs(n_sides))
        gap -= _added(insides) / n_sides
        return found, gap

    def direction(self, scores: Floats) -> Floats:
        """Mean of the first side less mean of the second, per item (n, draws)."""
        first, second = (
            (scores @ side.reshape(len(scores), -1)).reshape(size.shape) / np.maximum(1.0, size)
            for side, size in zip(self.part.sides[:2], self.sizes[:2], strict=True)
        )
        first -= second
        first *= self.is_valid
        return np.asarray(first)

    def change_per_rater(self, distance: Floats, means: dict[tuple[int, int], Floats]) -> Floats:
        """Summed changes that each rater's ratings make to their items' gaps, (R, draws)."""
        reaches = [reach(distance, side) for side in self.part.sides]
        n_sides = len(reaches)
        changes = np.zeros((self.part.block.n_raters, self.is_valid.shape[1]))
        for side in range(n_sides):
            others = [other for other in range(n_sides) if other != side]
            spare = np.maximum(1.0, self.sizes[side] - 1)
            share = self.is_valid / (spare * len(side_pairs(n_sides)))
            # What does not hang on the level is put together for the item: there are fewer items.
            change = reaches[side] * (-len(others) * share / spare)
            for other in others:
                change += reaches[other] * (share / np.maximum(1.0, self.sizes[other]))
            across = _added([means[min(side, other), max(side, other)] for other in others])
            change += share * (len(others) * means[side, side] - across)
            changes += self.part.block.per_rater(change) * (self.part.labels == side)
        return changes


def _added(parts: list[Floats]) -> Floats:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _spread(block: Block, gaps: Floats, is_valid: Floats) -> list[Floats]:
    """Sums over clusters of squared gaps, gaps times number of items, squared number; each (draws,)."""
    gaps, sizes = block.per_cluster(gaps), block.per_cluster(is_valid)
    return [np.einsum("cd,cd->d", *pair) for pair in ((gaps, gaps), (gaps, sizes), (sizes, sizes))]
