# mypy: disable-error-code="operator,arg-type,union-attr"
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Scale
from rating.agreement.timings import Timings

THREE = Scale((1, 2, 3), "ordinal")


def table(**columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"item": ["a", "b", "c"], "rater": "p", "group": "peer", "value": [1, 2, 3]})
    return frame.assign(**columns)


def test_columns_stand_beside_the_ratings_that_have_a_value() -> None:
    found = Timings.from_frame(table(value=[1, None, 3], position=[3, 2, 1], words=[10, 20, 30]), THREE)
    assert found.position.tolist() == [3, 1]
    assert found.words.tolist() == [10, 30]
    assert found.seconds is None
    assert [found.ratings.items[place] for place in found.ratings.item] == ["a", "c"]


def test_moments_become_hours() -> None:
    moments = pd.to_datetime(["2026-01-01 10:00", "2026-01-01 09:00", "2026-01-01 09:30"])
    assert Timings.from_frame(table(position=moments), THREE).position.tolist() == [1.0, 0.0, 0.5]


def test_empty_times_are_kept_as_unknown() -> None:
    found = Timings.from_frame(table(seconds=[1.5, None, 2]), THREE)
    assert np.isnan(found.seconds).tolist() == [False, True, False]


@pytest.mark.parametrize(
    "columns",
    [
        {"seconds": [1, -1, 2]},
        {"seconds": [1, np.inf, 2]},
        {"seconds": [1, "fast", 2]},
        {"words": [1, 0, 2]},
        {"position": [1, 2, 2]},
    ],
)
def test_times_that_cannot_be_are_refused_with_their_rows(columns: Any) -> None:
    with pytest.raises(AgreementInputError) as refused:
        Timings.from_frame(table(**columns), THREE)
    assert refused.value.code == "bad_timing"
    assert 1 in [row["row"] for row in refused.value.rows]


def test_ratings_are_checked_as_ever() -> None:
    for columns, code in (
        ({"value": [1, 2, 9]}, "off_scale"),
        ({"item": ["a", "a", "b"]}, "duplicate_ratings"),
    ):
        with pytest.raises(AgreementInputError) as refused:
            Timings.from_frame(table(**columns), THREE)
        assert refused.value.code == code


def test_column_that_is_needed_and_absent_is_named() -> None:
    with pytest.raises(AgreementInputError) as refused:
        Timings.from_frame(table(), THREE).needed("seconds")
    assert refused.value.code == "missing_columns"
    assert "seconds" in refused.value.message
