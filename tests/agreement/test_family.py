# mypy: disable-error-code="operator,arg-type,list-item"
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rating.agreement import AgreementInputError, Ratings, Reason, Scale, TestOptions, misalignment_family
from tests.agreement.conftest import long_table, ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


def question(seed: Any, shift: Any) -> Any:
    rng = np.random.default_rng(seed)
    g, h = rng.integers(1, 4, (5, 8)), rng.integers(1, 4, (5, 8)) + shift
    return ratings_of(FIVE, g=g.tolist(), h=h.tolist())


def test_family_adjusts_each_question_by_the_largest() -> None:
    tests = misalignment_family(
        {"plain": question(1, 0), "wide": question(2, 2), "flat": question(3, 0)}, "g", "h"
    )
    found = {test.question: test for test in tests}
    # 5 against 5: 252 splits, mirror images alike.
    assert found["wide"].p == found["wide"].p_max_statistic == pytest.approx(2 / 252)
    assert all(test.p <= test.p_max_statistic <= 1 for test in tests)
    assert all(test.p <= test.p_benjamini_hochberg for test in tests)
    assert found["plain"].p_max_statistic > 0.05


def test_family_of_one_question_needs_no_adjustment() -> None:
    (test,) = misalignment_family({"only": question(2, 1)}, "g", "h")
    assert test.p == test.p_max_statistic == test.p_benjamini_hochberg


def test_family_leaves_out_questions_that_cannot_be_compared() -> None:
    sparse = ratings_of(FIVE, g=[[1, 2]], h=[[1, 2], [2, 2]])
    tests = misalignment_family({"sparse": sparse, "wide": question(2, 2)}, "g", "h")
    assert [test.reason for test in tests] == [Reason.NOT_IDENTIFIABLE, None]
    assert tests[0].p is None


def test_family_with_judges_is_not_tested() -> None:
    tests = misalignment_family({"q": question(2, 2)}, "g", "h", options=TestOptions(kinds={"h": "judge"}))
    assert [(test.p, test.reason) for test in tests] == [(None, Reason.JUDGE_GROUP)]


def test_family_takes_raters_who_answered_only_some_questions() -> None:
    first, second = question(2, 2), question(4, 1)
    fewer = ratings_of(FIVE, g=[[1, 2, 3]] * 3, h=[[3, 4, 4]] * 3)
    tests = misalignment_family({"a": first, "b": second, "fewer": fewer}, "g", "h")
    assert all(test.p_max_statistic is not None for test in tests)


def test_rater_who_changes_group_between_questions_is_refused() -> None:
    one = Ratings.from_frame(_two_groups("g", "h"), FIVE, groups=("g", "h"))
    other = Ratings.from_frame(_two_groups("h", "g"), FIVE, groups=("g", "h"))
    with pytest.raises(AgreementInputError) as caught:
        misalignment_family({"one": one, "other": other}, "g", "h")
    assert caught.value.code == "rater_in_two_groups"


def _two_groups(first: Any, second: Any) -> Any:
    tables = [long_table([[1, 2], [2, 3]], first, "a"), long_table([[4, 3], [5, 4]], second, "b")]
    return pd.concat(tables)
