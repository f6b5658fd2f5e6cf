# mypy: disable-error-code="operator"
from typing import Any

import numpy as np
import pytest

from rating.agreement import (
    AgreementInputError,
    IntervalOptions,
    Ratings,
    Reason,
    Scale,
    TestOptions,
    alpha,
    cross_replication_reliability,
    group_association_index,
)
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "interval")
NO_TEST = TestOptions(n_permutations=0)


def two_views(apart: float, seed: int = 0, n_raters: int = 6) -> Ratings:
    """Groups whose own views of 40 items differ by `apart` standard deviations beside a common one."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 1.2, 40)
    tables = {}
    for name in ("g", "h", "k"):
        own = common + apart * rng.normal(0, 1, 40)
        noise = rng.normal(0, 0.5, (n_raters, 40))
        tables[name] = np.clip(np.round(3 + own + noise), 1, 5).astype(int).tolist()
    return ratings_of(FIVE, **tables)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_index_is_alpha_over_xrr_of_the_same_ratings(level: Any) -> None:
    ratings = two_views(0.5)
    result = group_association_index(ratings, "g", "h", level=level, options=NO_TEST)
    inside = alpha(ratings, group="g", level=level).estimate
    cross = cross_replication_reliability(ratings, "g", "h", level=level).estimate
    assert result.gai.estimate == pytest.approx(inside / cross)
    assert (result.in_group.estimate, result.cross_group.estimate) == pytest.approx((inside, cross))
    assert result.gai.low < result.gai.estimate < result.gai.high


def test_without_others_a_group_is_set_against_all_the_rest() -> None:
    result = group_association_index(two_views(0.5), "g", options=NO_TEST)
    assert result.others == ("h", "k")
    assert result.cross_group.basis.n_raters == 18
    assert result.to_dict()["test"]["reason"] == "not_asked_for"


@pytest.mark.shared
def test_index_of_googles_unit_test_is_withheld_for_want_of_an_interval(oracle: Any) -> None:
    rows = oracle("xrr_google_unit_test")["data"]
    ratings = ratings_of(Scale((0, 1), "nominal"), g=rows[:3], h=rows[3:])
    result = group_association_index(ratings, "g", "h", options=NO_TEST)
    assert result.cross_group.estimate == pytest.approx(0.1818182, abs=1e-6)
    assert result.gai.reason in {Reason.DENOMINATOR_WITHOUT_INTERVAL, Reason.DENOMINATOR_TOUCHES_ZERO}


def test_permutation_finds_a_group_of_its_own_mind_and_not_one_of_the_common() -> None:
    options = TestOptions(n_permutations=300)
    apart = group_association_index(two_views(0.9), "g", options=options)
    alike = group_association_index(two_views(0.0), "g", options=options)
    assert apart.test.p <= 0.02
    assert alike.test.p > 0.05
    assert apart.test.smallest_p == pytest.approx(1 / 301)
    assert apart.gai.estimate > 1.2


def test_true_nulls_are_rejected_about_as_often_as_promised() -> None:
    options = TestOptions(n_permutations=99, rng=np.random.default_rng(1))
    tests = [
        group_association_index(two_views(0.0, seed, 4), "g", "h", options=options).test for seed in range(60)
    ]
    assert np.mean([test.p <= 0.05 for test in tests]) <= 0.15


def test_opposite_groups_have_no_index() -> None:
    rng = np.random.default_rng(3)
    g = np.clip(rng.integers(1, 6, 30) + rng.integers(0, 2, (3, 30)), 1, 5)
    ratings = ratings_of(FIVE, g=g.tolist(), h=(6 - g).tolist())
    result = group_association_index(ratings, "g", options=NO_TEST)
    assert result.gai.reason is Reason.CROSS_AGREEMENT_NOT_POSITIVE
    assert result.test.reason is Reason.CROSS_AGREEMENT_NOT_POSITIVE


def test_judges_are_never_relabelled() -> None:
    options = TestOptions(kinds={"h": "judge"})
    result = group_association_index(two_views(0.2), "g", "h", options=options)
    assert (result.test.p, result.test.reason) == (None, Reason.JUDGE_GROUP)


@pytest.mark.parametrize("others", [("g",), ("nobody",)])
def test_a_group_is_not_set_against_itself_or_a_stranger(others: Any) -> None:
    with pytest.raises(AgreementInputError):
        group_association_index(two_views(0.2), "g", *others, options=NO_TEST)


def test_ratings_of_one_group_have_nobody_to_be_set_against() -> None:
    with pytest.raises(AgreementInputError):
        group_association_index(ratings_of(FIVE, g=[[1, 2], [2, 3]]), "g")


def test_options_of_intervals_stay_apart() -> None:
    wide = group_association_index(
        two_views(0.4), "g", options=TestOptions(confidence=0.99, n_permutations=0)
    )
    narrow = group_association_index(two_views(0.4), "g", options=NO_TEST)
    assert wide.gai.low < narrow.gai.low
    assert IntervalOptions().confidence == narrow.gai.confidence
