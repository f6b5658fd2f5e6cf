from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Scale


def test_scores_of_numeric_scale_are_its_values() -> None:
    assert Scale((0, 2.5, 10), "interval").scores.tolist() == [0.0, 2.5, 10.0]


def test_scores_of_ordinal_text_count_from_one() -> None:
    assert Scale(("low", "mid", "high"), "ordinal").scores.tolist() == [1.0, 2.0, 3.0]


def test_scores_of_yes_no_scale_make_the_second_value_positive() -> None:
    assert Scale(("no", "yes"), "nominal").scores.tolist() == [0.0, 1.0]
    assert Scale((1, 2), "nominal").scores.tolist() == [0.0, 1.0]


def test_declared_scores_replace_positions() -> None:
    scale = Scale(("never", "weekly", "daily"), "ordinal", declared_scores=(0, 1, 7))
    assert scale.scores.tolist() == [0.0, 1.0, 7.0]


def test_many_valued_nominal_scale_has_no_scores() -> None:
    assert not Scale(("a", "b", "c"), "nominal").has_scores
    assert Scale(("a", "b"), "nominal").has_scores


def test_levels_of_mixed_column_marks_what_is_off_the_scale() -> None:
    column = pd.Series([1, 2.0, None, "2", 3], dtype=object)
    assert Scale((1, 2), "ordinal").levels_of(column).tolist() == [0, 1, -1, -1, -1]


def test_levels_of_categorical_column_are_found() -> None:
    column = pd.Series(["b", "a"], dtype="category")
    assert Scale(("a", "b"), "nominal").levels_of(column).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("values", "measurement", "code"),
    [
        ((1,), "ordinal", "bad_scale"),
        ((1, 1), "ordinal", "bad_scale"),
        ((1, np.inf), "interval", "bad_scale"),
        (("a", "b"), "interval", "bad_scale"),
        ((-1, 1), "ratio", "bad_scale"),
        ((1, 2), "cardinal", "bad_scale"),
        ((3, 1, 2), "ordinal", "missing_order"),
        ({1, 2, 3}, "ordinal", "missing_order"),
    ],
)
def test_scale_that_makes_no_sense_is_refused_by_name(values: Any, measurement: Any, code: Any) -> None:
    with pytest.raises(AgreementInputError) as caught:
        Scale(values, measurement)
    assert caught.value.code == code


@pytest.mark.parametrize(("scores", "code"), [((1, 2), "bad_scale"), ((1, 3, 2), "missing_order")])
def test_declared_scores_that_do_not_fit_are_refused(scores: Any, code: Any) -> None:
    with pytest.raises(AgreementInputError) as caught:
        Scale(("a", "b", "c"), "ordinal", declared_scores=scores)
    assert caught.value.code == code
