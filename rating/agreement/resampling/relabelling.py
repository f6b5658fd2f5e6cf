"""Relabelling of whole raters: exact enumeration where the splits are few, else random draws."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations, product
from typing import Literal

import numpy as np

from rating.agreement.arrays import Floats, Ints
from rating.agreement.resampling.blocks import Block, blocks_of, sum_over
from rating.agreement.resampling.panels import Panel, panels_of, without
from rating.agreement.resampling.slices import sliced
from rating.agreement.tally import Tally

EXACT_LIMIT = 20_000


@dataclass(frozen=True)
class RelabelledBlock:
    """A block of items under a batch of labels (R, draws).

    `sides`: the counts of each, (K, n, draws); `everyone` (K, n): those of all sides together.
    """

    block: Block
    everyone: Floats
    sides: list[Floats]
    labels: Ints


# What a block adds to q sums over items, per draw: shape (q, draws).
RelabelledSums = Callable[[RelabelledBlock], Floats]

# The same of a panel under labels (B, R): shape (q, B).
PanelSums = Callable[[Panel, Ints], Floats]


@dataclass(frozen=True)
class Relabelling:
    """Labels to try, (B, R), and how many there could be.

    `method` exact: every distinct labelling, the observed one among them (one of each set of mirror
    images, which share their statistics). monte_carlo: random draws. `n_alike` counts the labellings
    that give any symmetric statistic the same value (swapping two groups of equal size).
    """

    labels: Ints
    method: Literal["exact", "monte_carlo"]
    n_possible: int
    n_alike: int

    @property
    def smallest_p(self) -> float:
        """The smallest p value this design and number of draws can reach."""
        exact = self.n_alike / self.n_possible
        return exact if self.method == "exact" else max(exact, 1 / (1 + len(self.labels)))


def relabellings(
    side: Ints, block: Ints, *, n_draws: int, rng: np.random.Generator, exact_limit: int = EXACT_LIMIT
) -> Relabelling:
    """Permute the labels `side` (R,) over raters within each `block` (R,)."""
    n_sides = int(side.max()) + 1
    sizes = np.array([np.bincount(side[block == name], minlength=n_sides) for name in np.unique(block)])
    n_possible = math.prod(_multinomial(row.tolist()) for row in sizes)
    n_alike = (
        sum(bool((sizes[:, list(order)] == sizes).all()) for order in permutations(range(n_sides)))
        if n_sides <= 6
        else 1
    )
    if n_possible <= exact_limit:
        return Relabelling(_enumerated(side, block, n_alike), "exact", n_possible, n_alike)
    return Relabelling(_drawn(side, block, n_draws, rng), "monte_carlo", n_possible, n_alike)


def relabelled_sums(
    tally: Tally, labels: Ints, sums: RelabelledSums, panel_sums: PanelSums | None = None
) -> Floats:
    """What `sums` adds up over the items under every row of labels (B, R), shape (B, q).

    Where `panel_sums` adds up the same for items that share their raters, these are taken together.
    """
    return sliced(labels, lambda some: _all_sums(tally, some, sums, panel_sums))


def _all_sums(tally: Tally, labels: Ints, sums: RelabelledSums, panel_sums: PanelSums | None) -> Floats:
    if panel_sums is None or not panels_of(tally).panels:
        return _sums_by_item(blocks_of(tally, tally.level, tally.n_levels), tally, labels, sums)
    found = panels_of(tally)
    total = sum_over(found.panels, lambda _number, panel: panel_sums(panel, labels)).T
    if found.is_left.any():
        rest, places = without(tally, found.is_left)
        blocks = blocks_of(rest, rest.level, rest.n_levels)
        blocks = [replace(block, items=places[block.items]) for block in blocks]
        total = total + _sums_by_item(blocks, tally, labels, sums)
    return total


def _sums_by_item(blocks: Sequence[Block], tally: Tally, labels: Ints, sums: RelabelledSums) -> Floats:
    n_sides, n_draws = tally.n_sides, len(labels)

    def work(_number: int, block: Block) -> Floats:
        everyone = block.counts(np.ones((tally.n_raters, 1)))[..., 0]
        parts = []
        for tile in block.tiles(n_draws):
            part = np.ascontiguousarray(labels[tile].T)
            sides = [block.counts((part == side).astype(np.float64)) for side in range(n_sides - 1)]
            sides.append(_rest(everyone, sides))
            parts.append(sums(RelabelledBlock(block, everyone, sides, part)))
        return np.concatenate(parts, axis=1)

    return sum_over(blocks, work).T


def _rest(everyone: Floats, sides: list[Floats]) -> Floats:
    rest = everyone[..., None] - sides[0] if sides else everyone[..., None]
    for side in sides[1:]:
        rest -= side
    return rest


def p_value(observed: float, permuted: Floats, method: str) -> float:
    """Share of permuted values (B,) at least as large as the observed one.

    A relabelling on which the statistic is undefined (NaN) counts as larger: it can only raise p.
    """
    tolerance = 1e-12 * max(1.0, abs(observed)) if math.isfinite(observed) else 0.0
    n_as_large = int((np.isnan(permuted) | (permuted >= observed - tolerance)).sum())
    if method == "exact":
        return n_as_large / len(permuted)
    return (1 + n_as_large) / (1 + len(permuted))


def _multinomial(sizes: list[int]) -> int:
    return math.factorial(sum(sizes)) // math.prod(math.factorial(size) for size in sizes)


def _drawn(side: Ints, block: Ints, n_draws: int, rng: np.random.Generator) -> Ints:
    labels = np.tile(side, (n_draws, 1))
    for name in np.unique(block):
        members = np.flatnonzero(block == name)
        labels[:, members] = rng.permuted(labels[:, members], axis=1)
    return labels


def _enumerated(side: Ints, block: Ints, n_alike: int) -> Ints:
    members = [np.flatnonzero(block == name) for name in np.unique(block)]
    n_sides = int(side.max()) + 1
    per_block = [_arrangements(np.bincount(side[rows], minlength=n_sides).tolist()) for rows in members]
    # Two groups of equal size in every block: each labelling has a mirror image with the same
    # statistics, so the first rater keeps one label and half of the work is saved.
    if n_alike == 2 and int(side.max()) == 1:
        per_block[0] = per_block[0][per_block[0][:, 0] == 0]
    choices = list(product(*(range(len(rows)) for rows in per_block)))
    labels = np.empty((len(choices), len(side)), dtype=np.int64)
    for position, rows in enumerate(members):
        labels[:, rows] = per_block[position][[choice[position] for choice in choices]]
    return labels


def _arrangements(sizes: list[int]) -> Ints:
    """Every distinct order of a multiset with `sizes[label]` copies of each label, one a row."""
    labels = np.zeros((1, sum(sizes)), dtype=np.int64)
    free = np.arange(sum(sizes))[None]
    for label in range(len(sizes) - 1, 0, -1):
        n_free, size = free.shape[1], sizes[label]
        chosen = np.array(list(combinations(range(n_free), size)), dtype=np.int64)
        chosen = chosen.reshape(math.comb(n_free, size), size)
        kept = np.ones((len(chosen), n_free), dtype=np.bool_)
        np.put_along_axis(kept, chosen, values=False, axis=1)
        others = np.nonzero(kept)[1].reshape(len(chosen), n_free - size)
        labels = np.repeat(labels, len(chosen), axis=0)
        np.put_along_axis(labels, free[:, chosen].reshape(len(labels), size), label, axis=1)
        free = free[:, others].reshape(len(labels), n_free - size)
    return labels
