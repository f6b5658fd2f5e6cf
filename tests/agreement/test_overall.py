# mypy: disable-error-code="operator,arg-type,list-item"
from typing import Any

import numpy as np
import pytest

from rating.agreement import (
    AgreementInputError,
    Reason,
    Scale,
    TestOptions,
    misalignment,
    overall_misalignment,
)
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


def three_groups(seed: Any = 0, n_raters: Any = 3, n_items: Any = 6) -> Any:
    rng = np.random.default_rng(seed)
    return {
        name: np.clip(rng.integers(1, 4, (n_raters, n_items)) + shift, 1, 5).tolist()
        for shift, name in enumerate(("g", "h", "k"))
    }


def test_overall_score_is_the_mean_of_the_pairwise_ones() -> None:
    ratings = ratings_of(FIVE, **three_groups())
    result = overall_misalignment(ratings)
    pairwise = [misalignment(ratings, *pair).m.estimate for pair in (("g", "h"), ("g", "k"), ("h", "k"))]
    assert result.m.estimate == pytest.approx(np.mean(pairwise))
    assert [pair.m for pair in result.pairs] == pytest.approx(pairwise)


def test_overall_score_uses_items_of_all_groups_and_pairs_use_their_own() -> None:
    tables = three_groups()
    for row in tables["k"][1:]:
        row[0] = None
    result = overall_misalignment(ratings_of(FIVE, **tables))
    assert result.m.basis.n_items == 5
    assert {pair.pair: pair.n_items for pair in result.pairs} == {("g", "h"): 6, ("g", "k"): 5, ("h", "k"): 5}


def test_overall_score_of_two_groups_equals_their_misalignment() -> None:
    tables = three_groups(n_raters=4)
    ratings = ratings_of(FIVE, g=tables["g"], h=tables["h"])
    for interval in ("two_way_jackknife_by_parts", "two_way_jackknife"):
        options = TestOptions(interval=interval)
        overall = overall_misalignment(ratings, options=options)
        pair = misalignment(ratings, "g", "h", options=options)
        assert overall.m.estimate == pytest.approx(pair.m.estimate)
        assert (overall.m.low, overall.m.high) == pytest.approx((pair.m.low, pair.m.high))
        assert overall.m.interval.method == pair.m.interval.method == interval
        assert overall.test.p == pytest.approx(pair.test.p)


def test_overall_test_permutes_labels_of_all_groups() -> None:
    # 9! / (3!)^3 arrangements, six of them alike; the groups do not overlap at all.
    ratings = ratings_of(FIVE, g=[[1, 2, 1]] * 3, h=[[3, 3, 2]] * 3, k=[[5, 4, 5]] * 3)
    test = overall_misalignment(ratings).test
    assert (test.n_possible, test.method) == (1680, "exact")
    assert test.p == test.smallest_p == pytest.approx(6 / 1680)


def test_overall_test_never_relabels_judges() -> None:
    ratings = ratings_of(FIVE, **three_groups())
    options = TestOptions(kinds={"k": "judge"})
    assert overall_misalignment(ratings, options=options).test.reason is Reason.JUDGE_GROUP
    assert overall_misalignment(ratings, ("g", "h"), options=options).test.p is not None


def test_overall_score_without_common_items_has_a_reason() -> None:
    tables = three_groups()
    tables["k"] = [[None] * 6, [None] * 6, [1] * 6]
    result = overall_misalignment(ratings_of(FIVE, **tables))
    assert result.m.reason is result.test.reason is Reason.NOT_IDENTIFIABLE
    assert result.to_dict()["pairs"][1]["m"] is None


def test_overall_score_of_one_group_is_refused() -> None:
    with pytest.raises(AgreementInputError, match="two groups"):
        overall_misalignment(ratings_of(FIVE, g=[[1], [2]]))
