# mypy: disable-error-code="operator,arg-type,list-item"
import math

import numpy as np
import pytest

from rating.agreement import AgreementInputError, Scale, item_gaps, misalignment
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "interval")


def test_gap_noise_and_shrinkage_follow_from_the_definition() -> None:
    # Means: item 0: 1.5 and 4, item 1: 3 and 3.5. Pooled variances: g (.5 + 2) / 2, h (0 + .5) / 2.
    # Noise: 1.25 / 2 + .25 / 2 = .75. M: (6.25 - .25 - 0 + .25 - 1 - .25) / 2 = 2.5.
    ratings = ratings_of(FIVE, g=[[1, 2], [2, 4]], h=[[4, 3], [4, 4]])
    gaps = item_gaps(ratings).set_index("item")
    assert misalignment(ratings, "g", "h").m.estimate == pytest.approx(2.5)
    assert gaps["gap"].tolist() == pytest.approx([-2.5, -0.5])
    assert gaps["noise"].tolist() == pytest.approx([0.75, 0.75])
    assert gaps["shrunk_gap"].tolist() == pytest.approx([-2.5 * 2.5 / 3.25, -0.5 * 2.5 / 3.25])
    assert gaps.loc["i000", ["mean_g", "mean_h", "n_g", "n_h"]].tolist() == [1.5, 4.0, 2, 2]


def test_items_are_ranked_by_the_shrunk_gap() -> None:
    # Variances 2 and 2, M = (4 - 2)^2 - 2 / 4 - 2 / 4 = 3 from item 0. Item 1 has the wider gap, from single
    # ratings: 3 x 3 / (3 + 4) = 1.29; item 0 the surer one: 2 x 3 / (3 + 1) = 1.5.
    g = [[1, 1], [1, None], [4, None], [2, None]]
    h = [[5, 4], [5, None], [2, None], [4, None]]
    gaps = item_gaps(ratings_of(FIVE, g=g, h=h))
    assert gaps["item"].tolist() == ["i000", "i001"]
    assert gaps["gap"].abs().tolist() == pytest.approx([2, 3])
    assert gaps["rank"].tolist() == [1, 2]


def test_gaps_without_misalignment_shrink_to_nothing() -> None:
    gaps = item_gaps(ratings_of(FIVE, g=[[1, 5], [5, 1]], h=[[5, 1], [2, 5]]))
    assert gaps["shrunk_gap"].tolist() == [0, 0]


def test_items_of_one_group_only_are_not_listed() -> None:
    gaps = item_gaps(ratings_of(FIVE, g=[[1, 2, 3], [1, 2, 2]], h=[[2, 3, None], [2, 4, None]]))
    assert sorted(gaps["item"]) == ["i000", "i001"]


def test_widest_pair_of_three_groups_is_shown() -> None:
    ratings = ratings_of(
        FIVE, g=[[1, 3]] * 2 + [[2, 3]], h=[[2, 3]] * 2 + [[2, 4]], k=[[5, 4]] * 2 + [[4, 4]]
    )
    gaps = item_gaps(ratings).set_index("item")
    assert gaps.loc["i000", ["first", "second"]].tolist() == ["g", "k"]
    assert gaps.loc["i000", "gap"] == pytest.approx(4 / 3 - 14 / 3)


def test_single_ratings_everywhere_leave_the_shrunk_gap_empty() -> None:
    gaps = item_gaps(ratings_of(FIVE, g=[[1, 2]], h=[[4, 3]]))
    assert gaps["gap"].tolist() == [-3, -1]
    assert gaps["shrunk_gap"].isna().all()
    assert gaps["noise"].isna().all()


def test_gap_of_a_nominal_scale_is_the_distance_of_shares() -> None:
    # Shares (1, 0, 0) and (0, 1/2, 1/2): root of (1 + 1/4 + 1/4) / 2.
    ratings = ratings_of(Scale(("a", "b", "c"), "nominal"), g=[["a"], ["a"]], h=[["b"], ["c"]])
    gaps = item_gaps(ratings)
    assert gaps["gap"].tolist() == pytest.approx([np.sqrt(0.75)])
    assert gaps["mean_g"].isna().all()


def test_no_column_holds_nan() -> None:
    gaps = item_gaps(ratings_of(FIVE, g=[[1, 2]], h=[[4, None], [3, None]]))
    for name in gaps.columns:
        assert not any(isinstance(value, float) and math.isnan(value) for value in gaps[name]), name


def test_gaps_of_one_group_are_refused() -> None:
    with pytest.raises(AgreementInputError, match="two groups"):
        item_gaps(ratings_of(FIVE, g=[[1], [2]]))
