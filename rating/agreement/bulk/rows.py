"""The estimates of one question as rows: name, basis, and value from summed columns."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rating.agreement.arrays import Floats
from rating.agreement.bulk.coefficients import (
    Coefficient,
    across_coefficients,
    ratio_label,
    ratio_value,
    within_coefficients,
)
from rating.agreement.bulk.layout import Groups, Layout
from rating.agreement.bulk.usable import Use, Uses
from rating.agreement.estimation import Label

Scope = Literal["all", "group", "pair", "contrast"]

# Numbers that one evaluation may hold per array (16 MB).
_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Row:
    """One estimate: the two sides (the second empty within a group), label, usable items.

    `scope`: all groups pooled, one group, a pair of groups, or a group in contrast to all the others.
    `denominators` are the rows whose intervals decide whether a ratio is given; `shared` are the items that
    its cross-group part needs.
    """

    scope: Scope
    first: Groups
    second: Groups
    label: Label
    use: Use
    denominators: tuple[int, ...] = ()
    shared: Use | None = None


@dataclass(frozen=True)
class Rows:
    """All estimates of one question, in the order of the table."""

    layout: Layout
    within: tuple[Coefficient, ...]
    across: tuple[Coefficient, ...]
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, layout: Layout) -> "Rows":
        """List the estimates: 20 per side in scope, 12 per comparison on a scale that carries every level."""
        within, across = within_coefficients(layout.design), across_coefficients(layout.design)
        uses = Uses.of(layout)
        rows = _within_rows(layout, uses, within)
        for place in range(len(layout.comparisons)):
            rows += _comparison_rows(
                layout, uses, across, n_before=len(rows), n_within=len(within), place=place
            )
        return cls(layout, within, across, tuple(rows))

    def values(self, sums: Floats) -> Floats:
        """Every estimate from sums of the columns (columns, m), shape (rows, m)."""
        n_values = sums.shape[1]
        found = np.empty((len(self.rows), n_values))
        widest = max(self.layout.n_scopes, len(self.layout.comparisons)) * self.layout.design.n_across
        step = max(1, _AT_ONCE // widest)
        for first in range(0, n_values, step):
            found[:, first : first + step] = self._values(sums[:, first : first + step])
        return found

    def _values(self, sums: Floats) -> Floats:
        n_scopes, n_pairs, n_values = self.layout.n_scopes, len(self.layout.comparisons), sums.shape[1]
        cut = self.layout.parts[n_scopes - 1].stop
        # Kernels want the columns last; values stay next to each other in memory, so that steps are long.
        inside = sums[:cut].reshape(n_scopes, -1, n_values).swapaxes(1, 2)
        within = np.array([coefficient.value(inside) for coefficient in self.within])
        found = [within.swapaxes(0, 1).reshape(-1, n_values)]
        if n_pairs:
            between = sums[cut:].reshape(n_pairs, -1, n_values).swapaxes(1, 2)
            across = np.array([coefficient.value(between) for coefficient in self.across])
            found.append(self._with_ratios(within, across).swapaxes(0, 1).reshape(-1, n_values))
        return np.concatenate(found)

    def _with_ratios(self, within: Floats, across: Floats) -> Floats:
        """Coefficients of comparisons with the ratios after the xRRs, (coefficients, comparisons, m)."""
        n_levels = len(self.layout.design.levels)
        ratios = np.empty((n_levels, *across.shape[1:]))
        for place, pair in enumerate(self.layout.comparisons):
            cross, first = across[:n_levels, place], within[:n_levels, pair.first]
            second = None if pair.is_contrast else within[:n_levels, pair.second]
            ratios[:, place] = ratio_value(cross, first, second)
        return np.concatenate([across[:n_levels], ratios, across[n_levels:]])


def _within_rows(layout: Layout, uses: Uses, within: tuple[Coefficient, ...]) -> list[Row]:
    rows = []
    for side in range(layout.n_scopes):
        scope: Scope = "group" if side else "all"
        for coefficient in within:
            use = (uses.paired if coefficient.is_paired else uses.rated)[side]
            rows.append(Row(scope, layout.sides[side], (), coefficient.label, use))
    return rows


def _comparison_rows(
    layout: Layout, uses: Uses, across: tuple[Coefficient, ...], *, n_before: int, n_within: int, place: int
) -> list[Row]:
    pair, levels = layout.comparisons[place], layout.design.levels
    scope: Scope = "contrast" if pair.is_contrast else "pair"
    sides = layout.sides[pair.first], layout.sides[pair.second]
    rows = [Row(scope, *sides, coefficient.label, uses.shared[place]) for coefficient in across]
    ratios = []
    for number, level in enumerate(levels):
        alphas = (pair.first * n_within + number, pair.second * n_within + number)
        ratios.append(
            Row(
                scope,
                *sides,
                ratio_label(level, is_contrast=pair.is_contrast),
                uses.joint[place],
                denominators=(n_before + number,) if pair.is_contrast else alphas,
                shared=uses.shared[place],
            )
        )
    return rows[: len(levels)] + ratios + rows[len(levels) :]
