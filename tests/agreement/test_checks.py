"""Every defect of a table is refused by its own name, with all its rows."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Ratings, Scale

SCALE = Scale((1, 2, 3), "ordinal")


def table(**changes: Any) -> Any:
    columns = {
        "item": ["a", "a", "b", "b"],
        "rater": ["p", "q", "p", "q"],
        "group": ["g", "h", "g", "h"],
        "value": [1, 2, 3, 1],
    }
    return pd.DataFrame(columns | changes)


def refusal(frame: Any, **options: Any) -> Any:
    with pytest.raises(AgreementInputError) as caught:
        Ratings.from_frame(frame, SCALE, **options)
    return caught.value


def test_good_table_is_accepted() -> None:
    assert len(Ratings.from_frame(table(), SCALE, groups=["g", "h"]).item) == 4


def test_missing_columns_are_named() -> None:
    error = refusal(table().drop(columns=["rater", "value"]))
    assert error.code == "missing_columns"
    assert "rater, value" in error.message


def test_empty_table_is_refused() -> None:
    assert refusal(table().iloc[:0]).code == "empty_table"


def test_duplicate_ratings_list_both_rows() -> None:
    error = refusal(table(item=["a", "a", "a", "b"]))
    assert error.code == "duplicate_ratings"
    assert [row["row"] for row in error.rows] == [0, 2]
    assert error.rows[0]["rater"] == "p"


def test_duplicate_with_a_missing_value_is_still_a_duplicate() -> None:
    assert refusal(table(item=["a", "a", "a", "b"], value=[1, 2, None, 1])).code == "duplicate_ratings"


def test_off_scale_values_are_listed_by_row() -> None:
    error = refusal(table(value=[1, 0, 3, 2.5]))
    assert error.code == "off_scale"
    assert [row["row"] for row in error.rows] == [1, 3]
    assert error.rows[0]["value"] == 0


def test_number_written_as_text_is_off_the_scale() -> None:
    assert refusal(table(value=pd.Series([1, "2", 3, 1], dtype=object))).code == "off_scale"


def test_infinite_values_have_a_name_of_their_own() -> None:
    error = refusal(table(value=[1, np.inf, -np.inf, 1]))
    assert error.code == "infinite_value"
    assert len(error.rows) == 2


def test_unknown_group_is_refused() -> None:
    error = refusal(table(), groups=["g"])
    assert error.code == "unknown_group"
    assert [row["group"] for row in error.rows] == ["h", "h"]


def test_rater_in_two_groups_is_refused() -> None:
    error = refusal(table(group=["g", "h", "h", "h"]))
    assert error.code == "rater_in_two_groups"
    assert [row["row"] for row in error.rows] == [0, 2]


def test_rater_in_two_blocks_is_refused() -> None:
    assert refusal(table(block=[1, 1, 2, 1])).code == "rater_in_two_blocks"


def test_item_in_two_clusters_is_refused() -> None:
    assert refusal(table(cluster=["c", "d", "c", "c"])).code == "item_in_two_clusters"


@pytest.mark.parametrize("column", ["item", "rater", "group"])
def test_row_without_a_label_is_refused(column: Any) -> None:
    frame = table()
    frame[column] = frame[column].astype(object)
    frame.loc[2, column] = None
    error = refusal(frame)
    assert error.code == "missing_label"
    assert [row["row"] for row in error.rows] == [2]


def test_reason_for_absence_beside_a_value_is_refused() -> None:
    error = refusal(table(missing=["", "cannot_judge", None, " "]))
    assert error.code == "value_and_missing"
    assert [row["row"] for row in error.rows] == [1]


def test_message_names_positions_of_the_first_rows_only() -> None:
    frame = pd.DataFrame({"item": range(50), "rater": "p", "group": "g", "value": 9})
    error = refusal(frame)
    assert len(error.rows) == 50
    assert error.message.endswith("position 0, 1, 2, 3, 4, ….")
