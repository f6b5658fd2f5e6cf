from typing import Any

import numpy as np
import pytest
from scipy.stats import energy_distance

from rating.agreement.distances import absolute_distance, squared_distance
from rating.agreement.statistics.comparisons import Comparisons, comparable, side_pairs

SCORES = np.array([1.0, 2.0, 3.0, 4.0, 5.0])


def counts_of(*sides: Any) -> Any:
    """One item: the ratings of each side."""
    return np.array([[[side.count(level) for level in (1, 2, 3, 4, 5)] for side in sides]], dtype=float)


def test_distances_of_one_item_follow_from_all_pairs() -> None:
    # g rated 1, 2, 4 and h rated 3, 5: cross (4 + 16 + 1 + 9 + 1 + 1) / 6; inside (1 + 9 + 4) / 3 and 4.
    pieces = Comparisons.of(counts_of([1, 2, 4], [3, 5]), squared_distance(SCORES))
    assert pieces.across(0, 1) == pytest.approx([32 / 6])
    assert pieces.inside(0) == pytest.approx([14 / 3])
    assert pieces.inside(1) == pytest.approx([4])
    assert pieces.gap(0, 1) == pytest.approx([32 / 6 - (14 / 3 + 4) / 2])


def test_influences_of_one_item_follow_from_the_definition() -> None:
    # Rating 1 of g: c = (4 + 16) / 2 = 10, w = (1 + 9) / 2 = 5; ((10 - 32/6) - (5 - 14/3)) / (3 - 1).
    pieces = Comparisons.of(counts_of([1, 2, 4], [3, 5]), squared_distance(SCORES))
    expected = ((10 - 32 / 6) - (5 - 14 / 3)) / 2
    assert pieces.gap_influence()[0, 0, 0] == pytest.approx(expected)


def test_influences_of_the_ratings_of_a_side_sum_to_zero() -> None:
    counts = counts_of([1, 2, 4, 4], [3, 5, 5])
    pieces = Comparisons.of(counts, absolute_distance(SCORES))
    assert (pieces.gap_influence() * counts).sum(axis=-1) == pytest.approx(np.zeros((1, 2)), abs=1e-12)


def test_absolute_gap_is_half_the_squared_energy_distance_without_self_pairs() -> None:
    one, other = [1, 2, 2, 5], [3, 4, 5]
    pieces = Comparisons.of(counts_of(one, other), absolute_distance(SCORES))
    # SciPy's squared distance takes the insides over all pairs, self-pairs of distance zero included.
    self_pairs = pieces.inside(0)[0] / len(one) + pieces.inside(1)[0] / len(other)
    assert energy_distance(one, other) ** 2 == pytest.approx(2 * pieces.gap(0, 1)[0] + self_pairs)


def test_mean_gap_of_three_sides_is_the_mean_over_pairs() -> None:
    pieces = Comparisons.of(counts_of([1, 2], [3, 5], [4, 4]), squared_distance(SCORES))
    pairwise = [pieces.gap(*pair)[0] for pair in side_pairs(3)]
    assert pieces.mean_gap()[0] == pytest.approx(sum(pairwise) / 3)


def test_comparable_items_have_two_ratings_on_every_side() -> None:
    counts = np.concatenate([counts_of([1, 2], [3, 3]), counts_of([1], [3, 3, 4]), counts_of([], [])])
    assert comparable(counts).tolist() == [True, False, False]
