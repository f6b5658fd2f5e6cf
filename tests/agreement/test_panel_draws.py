"""Draws of items and raters over panels: the sums of every item by itself, and draws that are multinomial."""

import numpy as np
import pytest

from rating.agreement import IntervalOptions, bootstrapped_misalignment
from rating.agreement.resampling import panel_draws
from rating.agreement.resampling.blocks import blocks_of
from rating.agreement.resampling.bootstrap import draw_multiplicities
from rating.agreement.resampling.panels import Panel, panels_of, without
from rating.agreement.statistics.pair import Pair
from rating.agreement.statistics.second_opinion import GapKernel
from tests.agreement.test_panels import in_blocks


@pytest.mark.parametrize("conversations", [90, 30])
def test_sums_over_a_panel_are_those_of_its_items_one_by_one(conversations: int) -> None:
    pair = Pair.of(in_blocks(7, conversations=conversations), "g", "h")
    kernel, tally = GapKernel(pair.distance("squared")), pair.whole
    rng = np.random.default_rng(1)
    raters = draw_multiplicities(tally.stratum, 30, rng)
    for panel in panels_of(tally).panels:
        times = rng.integers(0, 4, size=(30, len(panel.starts))).astype(np.float64)
        far = times @ panel.clusters.far(kernel.distance, slice(0, len(panel.starts)))
        sides = [raters[:, panel.raters] * (tally.side[panel.raters] == side) for side in (0, 1)]
        found = kernel.drawn_panel_sums(panel, sides, far)
        is_mine = np.isin(np.arange(tally.n_items), panel.items)
        mine, _ = without(tally, is_mine)
        (block,) = blocks_of(mine, mine.side[mine.rater] * 5 + mine.level, 10)
        counts, squares = (block.counts(part.T).reshape(2, 5, -1, 30) for part in (raters, raters**2))
        expected = kernel.sums(list(counts), list(squares), block.per_item(times.T))
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)


def test_clusters_drawn_are_multinomial() -> None:
    level = np.random.default_rng(1).integers(0, 5, size=(2500, 2))
    panel = Panel(np.arange(2500), np.arange(2), level, np.arange(2500), 5)
    distance = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0)))
    n_drawn = np.tile([2500, 2400], 4000)
    found = panel_draws._drawn_far(panel, distance, n_drawn, np.random.default_rng(2))
    np.testing.assert_array_equal(found[:, 1], n_drawn)
    own = panel.clusters.far(distance, slice(0, 2500))[:, 0]
    for n in (2500, 2400):
        sums = found[n_drawn == n, 0]
        assert sums.mean() == pytest.approx(n * own.mean(), rel=2e-3)
        assert sums.std() == pytest.approx(np.sqrt(n) * own.std(), rel=0.05)


def test_interval_over_panels_is_that_over_items(monkeypatch: pytest.MonkeyPatch) -> None:
    ratings = in_blocks(8, n_items=300, conversations=300)
    options = IntervalOptions(method="two_way_bootstrap", n_resamples=4000)
    one_by_one = bootstrapped_misalignment(ratings, "g", "h", options=options)
    monkeypatch.setattr(panel_draws, "EXACT_ITEMS", 0)
    together = bootstrapped_misalignment(ratings, "g", "h", options=options)
    assert together.estimate == one_by_one.estimate
    assert together.low is not None
    assert one_by_one.low is not None
    width = (one_by_one.high or 0) - one_by_one.low
    assert together.low == pytest.approx(one_by_one.low, abs=0.06 * width)
    assert together.high == pytest.approx(one_by_one.high, abs=0.06 * width)
    assert together.low != one_by_one.low
