from typing import Any

import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Preferences

COLUMNS = ["item", "rater", "first", "second", "value"]


def chosen(rows: Any, group: str = "peer") -> Preferences:
    return Preferences.from_frame(pd.DataFrame(rows, columns=COLUMNS).assign(group=group))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("i", "r", "a", "a", "tie"), "compared_with_itself"),
        (("i", "r", None, "a", "tie"), "missing_label"),
        (("i", "r", "a", "b", "neither"), "off_scale"),
        ((None, "r", "a", "b", "tie"), "missing_label"),
    ],
)
def test_rows_that_compare_nothing_are_refused(row: Any, code: Any) -> None:
    with pytest.raises(AgreementInputError) as refused:
        chosen([("j", "r", "a", "b", "first"), row])
    assert refused.value.code == code
    assert [found["row"] for found in refused.value.rows] == [1]


def test_one_comparison_twice_by_a_rater_is_refused_whichever_side_came_first() -> None:
    with pytest.raises(AgreementInputError) as refused:
        chosen([("i", "r", "a", "b", "first"), ("i", "r", "b", "a", "first")])
    assert refused.value.code == "duplicate_ratings"
