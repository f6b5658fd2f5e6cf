"""Sums over items with only some of the raters, for many draws of them at once."""

from typing import Protocol

import numpy as np

from rating.agreement.arrays import Bools, Floats
from rating.agreement.resampling.blocks import Block, blocks_of, sum_over
from rating.agreement.resampling.kernel_sums import BlockKernel
from rating.agreement.resampling.panels import Panel, panels_of, without
from rating.agreement.tally import Tally


class PanelKernel(BlockKernel, Protocol):
    """A kernel that also adds its totals up over a panel; see `panel_sums`."""

    def panel_sums(self, panel: Panel, sides: list[Floats]) -> Floats:
        """The totals of all items with the raters marked for each side, (B, m) ones and zeros: (p, B)."""
        ...

    def value(self, totals: Floats) -> Floats: ...


def values_of_drawn(kernel: PanelKernel, tally: Tally, is_drawn: Bools) -> Floats:
    """The coefficient with only the drawn raters (B, R), shape (B,); NaN where it is undefined."""
    found = panels_of(tally)
    parts = []
    if found.panels:
        parts.append(sum_over(found.panels, lambda _number, panel: _of_panel(kernel, tally, panel, is_drawn)))
    if found.is_left.any():
        rest, _ = without(tally, found.is_left)
        column = rest.side[rest.rater] * rest.n_levels + rest.level
        blocks = blocks_of(rest, column, rest.n_sides * rest.n_levels)
        parts.append(sum_over(blocks, lambda _number, block: _of_block(kernel, tally, block, is_drawn)))
    return kernel.value(np.sum(parts, axis=0).T)


def _of_panel(kernel: PanelKernel, tally: Tally, panel: Panel, is_drawn: Bools) -> Floats:
    side = tally.side[panel.raters]
    mine = is_drawn[:, panel.raters]
    return kernel.panel_sums(
        panel, [(mine & (side == one)).astype(np.float64) for one in range(tally.n_sides)]
    )


def _of_block(kernel: PanelKernel, tally: Tally, block: Block, is_drawn: Bools) -> Floats:
    parts = []
    for tile in block.tiles(len(is_drawn)):
        counts = block.counts(np.ascontiguousarray(is_drawn[tile].T, dtype=np.float64))
        sides = list(counts.reshape(tally.n_sides, -1, *counts.shape[1:]))
        parts.append(kernel.sums(sides, sides, None))
    return np.concatenate(parts, axis=1)
