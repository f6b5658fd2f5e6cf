# mypy: disable-error-code="operator"
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import IntervalOptions, Reason, Scale, cohen_kappa
from rating.agreement.errors import AgreementInputError
from rating.agreement.statistics.light_kappa import _Pairs, kappa_max, light_kappa
from tests.agreement.conftest import ratings_of

THREE = Scale(("x", "y", "z"), "nominal")
CELL = st.sampled_from(["x", "y", "z", None])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(CELL, min_size=6, max_size=6), min_size=2, max_size=5))
def test_light_kappa_is_the_mean_of_cohens_kappas(rows: Any) -> None:
    rows = [["x", *row[1:]] for row in rows]
    ratings = ratings_of(THREE, peer=rows)
    kappas = [cohen_kappa(ratings, *pair).estimate for pair in combinations(ratings.raters, 2)]
    defined = [kappa for kappa in kappas if kappa is not None]
    found = light_kappa(ratings, options=IntervalOptions(method="none"))
    assert found.estimate == (pytest.approx(np.mean(defined), abs=1e-12) if defined else None)


def test_interval_is_that_of_leaving_out_items_and_raters() -> None:
    rng = np.random.default_rng(7)
    rows = [[str(value) for value in row] for row in np.array(["x", "y", "z"])[rng.integers(0, 3, (4, 10))]]
    plain = IntervalOptions(method="none")

    def of(matrix: Any) -> float:
        value = light_kappa(ratings_of(THREE, peer=matrix), options=plain).estimate
        assert value is not None
        return value

    items = np.array([of([row[:place] + row[place + 1 :] for row in rows]) for place in range(10)])
    raters = np.array([of(rows[:place] + rows[place + 1 :]) for place in range(4)])
    variance = sum(
        (len(left) - 1) / len(left) * ((left - left.mean()) ** 2).sum() for left in (items, raters)
    )
    found = light_kappa(ratings_of(THREE, peer=rows))
    assert found.interval.std_error == pytest.approx(variance**0.5)
    assert found.interval.df == 3


def test_largest_kappa_is_reached_by_sorting_what_each_rater_gave() -> None:
    rows = [list("xxyyzx"), list("yzxxyy")]
    ratings = ratings_of(THREE, peer=rows)
    best = ratings_of(THREE, peer=[list("xxyyxz"), list("xxyyyz")])
    reached = cohen_kappa(best, *best.raters).estimate
    assert kappa_max(ratings, *ratings.raters).estimate == pytest.approx(reached)
    assert kappa_max(ratings, *ratings.raters).interval.reason is Reason.DESCRIPTIVE


def test_bootstraps_of_light_kappa_are_refused() -> None:
    ratings = ratings_of(THREE, peer=[list("xy"), list("xy")])
    with pytest.raises(AgreementInputError):
        light_kappa(ratings, options=IntervalOptions(method="items_bootstrap"))
    assert light_kappa(ratings).interval.reason is Reason.TOO_FEW_RATERS


def test_what_single_items_move_is_what_leaving_them_out_moves() -> None:
    rng = np.random.default_rng(8)
    rows = [[str(value) for value in row] for row in np.array(["x", "y", "z"])[rng.integers(0, 3, (4, 12))]]
    tally = ratings_of(THREE, peer=rows).tally(("peer",))
    two_by_two = replace(tally, cluster=tally.cluster // 2)
    for laid_out in (tally, two_by_two):
        found = _Pairs.of(laid_out)
        for cluster, value in enumerate(found.without):
            rest = [[v for i, v in enumerate(row) if laid_out.cluster[i] != cluster] for row in rows]
            assert value == pytest.approx(
                _Pairs.of(ratings_of(THREE, peer=rest).tally(("peer",))).kappa.mean()
            )
