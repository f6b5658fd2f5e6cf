# mypy: disable-error-code="operator,arg-type,list-item"
from typing import Any

import numpy as np
import pytest

from rating.agreement import (
    AgreementInputError,
    Ratings,
    Reason,
    Scale,
    TestOptions,
    alpha,
    benjamini_hochberg,
    cross_group_cohesion,
    cross_replication_reliability,
    group_association_index,
    group_associations,
    in_group_cohesion,
)
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "interval")


def options(n: int = 400, seed: int = 0, **kinds: str) -> TestOptions:
    return TestOptions(n_permutations=n, kinds=kinds, rng=np.random.default_rng(seed))


def views(*, apart: float = 0.0, noise_of_g: float = 0.5, seed: int = 0) -> Ratings:
    """Six raters a group on forty items; g sees things its own way, and with its own noise."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 1.2, 40)
    tables = {}
    for name in ("g", "h", "k"):
        own = common + (apart * rng.normal(0, 1, 40) if name == "g" else 0)
        noise = rng.normal(0, noise_of_g if name == "g" else 0.5, (6, 40))
        tables[name] = np.clip(np.round(3 + own + noise), 1, 5).astype(int).tolist()
    return ratings_of(FIVE, **tables)


def test_cohesions_are_alpha_inside_and_xrr_with_the_rest() -> None:
    ratings = views(apart=0.6)
    inside, across = (
        function(ratings, "g", "h", options=options(0))
        for function in (in_group_cohesion, cross_group_cohesion)
    )
    expected = alpha(ratings, group="g"), cross_replication_reliability(ratings, "g", "h")
    for found, plain in zip((inside, across), expected, strict=True):
        assert found.estimate.estimate == pytest.approx(plain.estimate)
        assert (found.estimate.low, found.estimate.high) == pytest.approx((plain.low, plain.high))
        assert found.test.reason is Reason.NOT_ASKED_FOR
    assert across.to_dict()["others"] == ["h"]


def test_group_of_its_own_mind_agrees_less_with_the_others_than_random_raters() -> None:
    found = cross_group_cohesion(views(apart=1.0), "g", options=options())
    assert found.test.p == found.test.smallest_p == pytest.approx(2 / 401)
    assert cross_group_cohesion(views(), "g", options=options()).test.p > 0.05


def test_group_at_odds_with_itself_is_found_as_well_as_one_of_one_mind() -> None:
    # Two-sided: a noisy group lies below what raters drawn from everybody reach, a precise one above.
    noisy = in_group_cohesion(views(noise_of_g=1.5), "g", options=options())
    precise = in_group_cohesion(views(noise_of_g=0.05), "g", options=options())
    assert noisy.test.p <= 0.01
    assert precise.test.p <= 0.05
    assert noisy.estimate.estimate < precise.estimate.estimate


def test_true_nulls_are_rejected_about_as_often_as_promised() -> None:
    found = [
        function(views(seed=seed), "g", "h", options=options(99, seed)).test.p
        for seed in range(40)
        for function in (in_group_cohesion, cross_group_cohesion)
    ]
    # Four standard errors above the nominal share, the tests taken in pairs.
    assert np.mean(np.array(found) <= 0.05) <= 0.05 + 4 * (0.05 * 0.95 / 40) ** 0.5


def test_cohesion_is_tested_where_the_index_is_withheld() -> None:
    rng = np.random.default_rng(3)
    g = np.clip(rng.integers(1, 6, 30) + rng.integers(0, 2, (3, 30)), 1, 5)
    ratings = ratings_of(FIVE, g=g.tolist(), h=(6 - g).tolist())
    found = group_association_index(ratings, "g", options=options())
    assert found.test.reason is Reason.CROSS_AGREEMENT_NOT_POSITIVE
    assert found.cross_group_test.p is not None
    assert found.cross_group_test.observed == found.cross_group.estimate


def test_exchangeable_raters_leave_no_direction_to_reject() -> None:
    # Everybody gives the same answers: every relabelling ties with the observed one, on both sides.
    rows = [[1, 2, 3, 4]] * 3
    found = in_group_cohesion(ratings_of(FIVE, g=rows, h=rows), "g", options=options())
    assert (found.estimate.estimate, found.test.p) == (1.0, 1.0)


def test_groups_are_adjusted_within_each_family() -> None:
    found = group_associations(views(apart=1.0), options=options())
    assert [part.association.group for part in found] == ["g", "h", "k"]
    for tests, adjusted in (
        ([part.association.test.p for part in found], [part.p_gai for part in found]),
        ([part.association.in_group_test.p for part in found], [part.p_in_group for part in found]),
        ([part.association.cross_group_test.p for part in found], [part.p_cross_group for part in found]),
    ):
        assert adjusted == benjamini_hochberg(tests)
    assert found[0].association.others == ("h", "k")
    assert found[0].to_dict()["p_benjamini_hochberg"]["cross_group"] == found[0].p_cross_group


def test_judges_stay_out_of_the_family() -> None:
    found = group_associations(views(), options=options(k="judge"))
    assert [(part.association.group, part.association.others) for part in found] == [
        ("g", ("h",)),
        ("h", ("g",)),
    ]


@pytest.mark.parametrize("groups", [("g",), ("g", "g"), ("g", "nobody")])
def test_groups_that_make_no_family_are_refused(groups: Any) -> None:
    with pytest.raises(AgreementInputError):
        group_associations(views(), groups, options=options())


def test_raters_of_one_block_each_leave_nothing_to_exchange() -> None:
    ratings = views()
    alone = Ratings(**{**vars(ratings), "rater_block": ratings.rater_group})
    found = group_association_index(alone, "g", options=options())
    reasons = {test.reason for test in (found.test, found.in_group_test, found.cross_group_test)}
    assert reasons == {Reason.ONE_RELABELLING}
