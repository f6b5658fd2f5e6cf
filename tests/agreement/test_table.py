# mypy: disable-error-code="operator,arg-type,list-item"
import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Ratings, Scale
from rating.agreement.results import LeftOut
from tests.agreement.conftest import ratings_of

SCALE = Scale((1, 2, 3), "ordinal")


def test_missing_values_are_left_out_and_counted_by_reason_and_group() -> None:
    frame = pd.DataFrame(
        {
            "item": ["a", "b", "c", "d", "e"],
            "rater": ["p", "p", "p", "q", "q"],
            "group": ["g", "g", "g", "h", "h"],
            "value": [1, None, None, np.nan, 2],
            "missing": [None, "cannot_judge", "cannot_judge", "", None],
        }
    )
    ratings = Ratings.from_frame(frame, SCALE)
    assert ratings.left_out == (LeftOut("cannot_judge", "g", 2), LeftOut("missing", "h", 1))
    assert ratings.summary()["n_ratings"] == 2


def test_table_of_missing_values_only_is_accepted_and_empty() -> None:
    frame = pd.DataFrame({"item": ["a"], "rater": ["p"], "group": ["g"], "value": [None]})
    ratings = Ratings.from_frame(frame, SCALE)
    assert (len(ratings.item), ratings.left_out[0].n) == (0, 1)


def test_declared_groups_keep_their_order_even_without_ratings() -> None:
    ratings = ratings_of(SCALE, zebra=[[1]], ant=[[2]])
    assert ratings.groups == ("zebra", "ant")
    frame = pd.DataFrame({"item": ["a"], "rater": ["p"], "group": ["g"], "value": [1]})
    assert Ratings.from_frame(frame, SCALE, groups=["x", "g"]).tally(["x"]).n_ratings == 0


def test_order_of_rows_does_not_change_the_layout() -> None:
    frame = pd.DataFrame(
        {"item": ["b", "a", "c"], "rater": ["q", "p", "p"], "group": ["h", "g", "g"], "value": [3, 1, 2]}
    )
    one = Ratings.from_frame(frame, SCALE)
    other = Ratings.from_frame(frame.iloc[[2, 0, 1]], SCALE)
    assert (one.items, one.raters, one.groups) == (other.items, other.raters, other.groups)
    assert np.array_equal(one.tally(["g"], ["h"]).counts, other.tally(["g"], ["h"]).counts)


def test_numeric_labels_are_read_as_text() -> None:
    frame = pd.DataFrame({"item": [10, 2], "rater": [1, 1], "group": [0, 0], "value": [1, 2]})
    ratings = Ratings.from_frame(frame, SCALE, groups=[0])
    assert (ratings.items, ratings.raters, ratings.groups) == (("10", "2"), ("1",), ("0",))


def test_asking_for_an_unknown_group_is_refused() -> None:
    with pytest.raises(AgreementInputError, match="No group 'x'"):
        ratings_of(SCALE, g=[[1]]).tally(["x"])


def test_counts_have_items_sides_and_levels() -> None:
    # Item 0: g gave 1, 1 and h gave 3; item 1: g gave 2 (one missing) and h gave 2.
    tally = ratings_of(SCALE, g=[[1, 2], [1, None]], h=[[3, 2]]).tally(["g"], ["h"])
    assert tally.counts.tolist() == [[[2, 0, 0], [0, 0, 1]], [[0, 1, 0], [0, 1, 0]]]
    assert tally.sizes.tolist() == [[2, 1], [1, 1]]


def test_pooled_groups_share_a_side_and_stay_separate_strata() -> None:
    tally = ratings_of(SCALE, g=[[1, 2]], h=[[3, 2]]).tally(["g", "h"])
    assert tally.side.tolist() == [0, 0]
    assert tally.stratum.tolist() == [0, 1]


def test_keeping_items_drops_raters_without_any() -> None:
    tally = ratings_of(SCALE, g=[[1, None], [None, 2], [1, 1]]).tally(["g"])
    kept = tally.keep_items(np.array([True, False]))
    assert (kept.n_items, kept.n_raters, kept.n_ratings) == (1, 2, 2)


def test_clusters_and_blocks_come_through() -> None:
    frame = pd.DataFrame(
        {
            "item": ["a", "b", "c"],
            "rater": ["p", "q", "r"],
            "group": "g",
            "value": [1, 2, 3],
            "cluster": ["x", "y", "x"],
            "block": [2, 1, 2],
        }
    )
    tally = Ratings.from_frame(frame, SCALE).tally(["g"])
    assert tally.cluster.tolist() == [0, 1, 0]
    assert tally.block.tolist() == [1, 0, 1]


def test_type_of_a_label_column_does_not_change_the_layout() -> None:
    text = pd.DataFrame(
        {"item": ["10", "9", "9"], "rater": ["1", "1", "0"], "group": ["b", "b", "a"], "value": [1, 2, 3]}
    )
    ordered = pd.CategoricalDtype(["9", "8", "10"])
    others = [
        text.assign(item=text["item"].astype(int), rater=text["rater"].astype(int)),
        text.assign(item=text["item"].astype(ordered), group=text["group"].astype("category")),
        text.assign(item=pd.Series([10, "9", 9], dtype=object)),
        text.assign(item=text["item"].astype("string"), value=pd.Series([1, 2, 3], dtype="category")),
    ]
    one = Ratings.from_frame(text, SCALE)
    assert (one.items, one.raters, one.groups) == (("10", "9"), ("0", "1"), ("a", "b"))
    for frame in others:
        other = Ratings.from_frame(frame, SCALE)
        assert (other.items, other.raters, other.groups) == (one.items, one.raters, one.groups)
        for name in ("item", "rater", "level", "rater_group", "rater_block", "item_cluster"):
            assert np.array_equal(getattr(other, name), getattr(one, name))


def test_labels_that_read_alike_are_one_and_others_are_not() -> None:
    mixed = pd.Series([1, 1.0, "1", True], dtype=object)
    frame = pd.DataFrame({"item": mixed, "rater": ["p", "q", "r", "s"], "group": "g", "value": 1})
    assert Ratings.from_frame(frame, SCALE).items == ("1", "1.0", "True")
    with pytest.raises(AgreementInputError) as caught:
        Ratings.from_frame(frame.assign(rater="p"), SCALE)
    assert [row["row"] for row in caught.value.rows] == [0, 2]
