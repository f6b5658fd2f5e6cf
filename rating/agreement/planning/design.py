"""The design of a study to come: who rates what. No ratings yet."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from rating.agreement.arrays import Bools, Floats, Ints
from rating.agreement.errors import AgreementInputError
from rating.agreement.planning.limits import MAX_CELLS, MAX_ITEMS, MAX_RATERS
from rating.agreement.scale import Measurement, Scale

# Beyond these a simulation would need more memory or patience than a page has.


@dataclass(frozen=True)
class GroupPlan:
    """A group of `n_raters`; `per_item` of them rate each item (None: all of them, or all of the block)."""

    name: str
    n_raters: int
    per_item: int | None = None


@dataclass(frozen=True)
class Design:
    """One group, or the two that are to be compared.

    `n_blocks`: raters of each group, and items, are dealt evenly into blocks; raters of a block rate
    only its items, and labels are exchanged inside blocks only. `share_missing` of the planned ratings
    stay away at random. `allocation` (items x raters, the first group's raters before the second's)
    replaces the drawing of who rates what. Otherwise each item gets its raters at random among those
    with the fewest ratings so far, anew in every simulation.

    Raises AgreementInputError `bad_option` for a design that cannot be.
    """

    groups: tuple[GroupPlan, ...]
    n_items: int
    n_blocks: int = 1
    share_missing: float = 0.0
    n_levels: int = 5
    measurement: Measurement = "ordinal"
    allocation: Bools | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        problem = self._problem_of_size() or self._problem_of_ratings()
        if problem:
            raise AgreementInputError("bad_option", problem)

    def _problem_of_size(self) -> str | None:
        names = {group.name for group in self.groups}
        if len(self.groups) not in {1, 2} or len(names) < len(self.groups):
            return "A plan is simulated for one group or for two of different names."
        sizes = [group.n_raters for group in self.groups]
        is_right = {
            f"A group has 1 to {MAX_RATERS} raters.": 1 <= min(sizes) <= max(sizes) <= MAX_RATERS,
            f"A plan has 1 to {MAX_ITEMS} items.": 1 <= self.n_items <= MAX_ITEMS,
            f"Items times raters are at most {MAX_CELLS}.": self.n_items * sum(sizes) <= MAX_CELLS,
            "Every block needs an item and a rater of each group.": (
                1 <= self.n_blocks <= min(*sizes, self.n_items)
            ),
            "The share of missing ratings lies between 0 and 1.": 0 <= self.share_missing < 1,
            "A scale has 2 to 101 levels.": 2 <= self.n_levels <= 101,
        }
        return next((text for text, holds in is_right.items() if not holds), None)

    def _problem_of_ratings(self) -> str | None:
        if self.allocation is not None:
            shape = (self.n_items, self.n_raters)
            if self.allocation.shape == shape:
                return None
            return f"The table of who rates what has {shape[0]} rows (items) and {shape[1]} columns."
        for group in self.groups:
            if group.per_item is not None and not 1 <= group.per_item <= group.n_raters // self.n_blocks:
                return (
                    f"{group.name}: an item gets at least 1 rating and at most as many as there are raters."
                )
        return None

    @property
    def n_raters(self) -> int:
        return sum(group.n_raters for group in self.groups)

    @cached_property
    def side(self) -> Ints:
        """Group of every rater, (R,)."""
        return np.repeat(np.arange(len(self.groups)), [group.n_raters for group in self.groups])

    @cached_property
    def block(self) -> Ints:
        """Block of every rater, (R,)."""
        return np.concatenate([_dealt(group.n_raters, self.n_blocks) for group in self.groups])

    @cached_property
    def scale(self) -> Scale:
        """Levels 1..K; two levels are a yes/no question scored 0 and 1."""
        if self.n_levels == 2:
            return Scale((0, 1), "nominal")
        return Scale(tuple(range(1, self.n_levels + 1)), self.measurement)

    @property
    def scores(self) -> Floats:
        return self.scale.scores

    @property
    def is_complete(self) -> bool:
        """Whether everybody rates everything."""
        if self.share_missing:
            return False
        if self.allocation is not None:
            return bool(self.allocation.all())
        return self.n_blocks == 1 and all(group.per_item in {None, group.n_raters} for group in self.groups)

    def per_item(self, side: int) -> float:
        """Planned ratings of an item by one group: the fewest of any item."""
        if self.allocation is not None:
            return float(self.allocation[:, self.side == side].sum(axis=1).min())
        group = self.groups[side]
        return float(group.per_item or group.n_raters // self.n_blocks)

    def with_raters(self, n_raters: int) -> "Design":
        """The same plan with so many raters in every group."""
        if self.allocation is not None:
            raise AgreementInputError(
                "bad_option", "A fixed table of who rates what has a fixed number of raters."
            )
        return replace(self, groups=tuple(replace(group, n_raters=n_raters) for group in self.groups))

    def cells(self, rng: np.random.Generator, n: int) -> Bools:
        """Who rates what in `n` simulations, (n, items, R)."""
        if self.allocation is not None:
            planned = np.broadcast_to(self.allocation, (n, self.n_items, self.n_raters)).copy()
        else:
            planned = self._drawn(rng, n)
        if self.share_missing:
            planned &= rng.random(planned.shape) >= self.share_missing
        return planned

    def _drawn(self, rng: np.random.Generator, n: int) -> Bools:
        cells = np.zeros((n, self.n_items, self.n_raters), dtype=np.bool_)
        item_block = _dealt(self.n_items, self.n_blocks)
        for side, group in enumerate(self.groups):
            for block in range(self.n_blocks):
                raters = np.flatnonzero((self.side == side) & (self.block == block))
                items = np.flatnonzero(item_block == block)
                wanted = group.per_item or len(raters)
                cells[np.ix_(np.arange(n), items, raters)] = _spread(
                    rng, (n, len(items), len(raters)), wanted
                )
        return cells


def _dealt(n: int, n_blocks: int) -> Ints:
    return np.arange(n) * n_blocks // n


def _spread(rng: np.random.Generator, shape: tuple[int, int, int], wanted: int) -> Bools:
    """`wanted` raters for each item, those with the fewest items so far first, ties at random."""
    if wanted >= shape[2]:
        return np.ones(shape, dtype=np.bool_)
    chosen = np.zeros(shape, dtype=np.bool_)
    load = np.zeros((shape[0], shape[2]))
    for item in range(shape[1]):
        order = np.argsort(load + rng.random(load.shape), axis=1)[:, :wanted]
        np.put_along_axis(chosen[:, item], order, values=True, axis=1)
        load += chosen[:, item]
    return chosen
