"""Items that share their raters, taken together, against the same items one by one."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import Ratings, Scale, TestOptions, misalignment
from rating.agreement.resampling import panels
from rating.agreement.resampling.panels import panels_of
from rating.agreement.resampling.relabelling import relabelled_sums, relabellings
from rating.agreement.statistics import gap_panels
from rating.agreement.statistics.comparisons import comparable
from rating.agreement.statistics.gap_sums import GapSums
from rating.agreement.statistics.group_association import AssociationKernel
from rating.agreement.statistics.pair import Pair
from rating.agreement.statistics.xrr import CrossReplicationKernel

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")
LEVELS = ("nominal", "ordinal", "interval", "ratio")


def in_blocks(seed: int, groups: str = "gh", *, n_items: int = 90, conversations: int = 90) -> Ratings:
    """Three sets of eight raters of twelve a group, a few ratings missing: three panels and single items."""
    rng = np.random.default_rng(seed)
    everyone = [(f"{group}{number}", group) for number in range(12) for group in groups]
    rows = [
        (f"i{item}", rater, group, int(rng.integers(1, 6)), f"c{item * conversations // n_items}")
        for item in range(n_items)
        for rater, group in everyone[(item % 3 if conversations == n_items else item // 30) * 8 :][:8]
        if item % 10 or rng.random() < 0.8
    ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value", "cluster"])
    return Ratings.from_frame(frame, FIVE, groups=tuple(groups))


def drawn(tally: Any, n_draws: int = 60) -> Any:
    rng = np.random.default_rng(3)
    return relabellings(tally.side, tally.block, n_draws=n_draws, rng=rng, exact_limit=0).labels


def gaps_of(ratings: Ratings) -> GapSums:
    pair = Pair.of(ratings, *ratings.groups)
    distances = {name: pair.distance(name) for name in ("squared", "absolute", "rank", "nominal")}
    return GapSums(distances, pair.scores, comparable(pair.whole.counts), pair.whole, is_studentised=True)


@pytest.mark.parametrize("max_answers", [0, 512])
@pytest.mark.parametrize("conversations", [90, 30])
@pytest.mark.parametrize("groups", ["gh", "ghk"])
def test_gaps_of_panels_are_those_of_single_items(
    monkeypatch: pytest.MonkeyPatch, groups: str, conversations: int, max_answers: int
) -> None:
    monkeypatch.setattr(gap_panels, "MAX_ANSWERS", max_answers)
    gaps = gaps_of(in_blocks(1, groups, conversations=conversations))
    labels = drawn(gaps.tally)
    one_by_one = relabelled_sums(gaps.tally, labels, gaps.sums)
    together = relabelled_sums(gaps.tally, labels, gaps.sums, gaps.panel_sums)
    assert len(panels_of(gaps.tally).panels) == 3
    assert panels_of(gaps.tally).is_left.any()
    np.testing.assert_allclose(together, one_by_one, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(gaps.values(together, labels), gaps.values(one_by_one, labels), 1e-9, 1e-12)


@pytest.mark.parametrize("level", LEVELS)
def test_association_of_panels_is_that_of_single_items(level: str) -> None:
    ratings = in_blocks(2, "ghk")
    tally = ratings.tally(("g",), ("h", "k"))
    kernel = AssociationKernel(CrossReplicationKernel(level, FIVE.scores))
    labels = drawn(tally)
    one_by_one = relabelled_sums(tally, labels, lambda part: kernel.sums(part.sides, part.sides, None))
    together = relabelled_sums(
        tally, labels, lambda part: kernel.sums(part.sides, part.sides, None), kernel.panel_sums
    )
    np.testing.assert_allclose(together, one_by_one, rtol=1e-10, atol=1e-10)


def test_panels_hold_whole_conversations_of_one_set_of_raters() -> None:
    # Conversations of three items whose raters differ from item to item are nobody's panel.
    rows = [
        (f"i{item}", f"{group}{number}", group, 1 + (item + number) % 5, f"c{item // 3}")
        for item in range(60)
        for group in "gh"
        for number in range(item % 3, item % 3 + 3)
    ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value", "cluster"])
    tally = Ratings.from_frame(frame, FIVE).tally(("g",), ("h",))
    assert not panels_of(tally).panels
    alone = Ratings.from_frame(frame.drop(columns="cluster"), FIVE).tally(("g",), ("h",))
    assert sorted(panel.n_items for panel in panels_of(alone).panels) == [20, 20, 20]


def test_whole_tests_do_not_hang_on_how_items_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def tests() -> list[dict[str, Any]]:
        found = misalignment(in_blocks(4), "g", "h", options=TestOptions(n_permutations=200))
        every = [found.test, found.direction_test, *(part.test for part in found.others.values())]
        return [part.to_dict() for part in every]

    together = tests()
    monkeypatch.setattr(panels, "MIN_ITEMS", 1000)
    for one, other in zip(together, tests(), strict=True):
        assert one.pop("observed") == pytest.approx(other.pop("observed"), rel=1e-11)
        assert one == other
