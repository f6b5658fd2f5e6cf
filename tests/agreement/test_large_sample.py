# mypy: disable-error-code="operator,arg-type"
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import (
    IntervalOptions,
    Ratings,
    Reason,
    Scale,
    ac1,
    alpha,
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    percent_agreement,
)
from rating.agreement.errors import AgreementInputError
from rating.agreement.statistics.large_sample import large_sample_agreement
from tests.agreement.conftest import long_table, ratings_of

FOUR = Scale((1, 2, 3, 4), "interval")
PLAIN = IntervalOptions(method="none")
SAME = {
    "percent_agreement": percent_agreement,
    "ac2": ac1,
    "fleiss_kappa": fleiss_kappa,
    "conger_kappa": conger_kappa,
    "brennan_prediger": brennan_prediger,
}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from([1, 2, 3, 4, None]), min_size=6, max_size=6), min_size=3, max_size=5)
)
def test_estimates_are_those_of_the_other_functions(rows: Any) -> None:
    ratings = ratings_of(FOUR, peer=[[1, *row[1:]] for row in rows])
    for name, function in SAME.items():
        found, other = large_sample_agreement(ratings, name), function(ratings, options=PLAIN)
        assert found.reason is other.reason, name
        assert found.estimate == (None if other.estimate is None else pytest.approx(other.estimate, abs=1e-9))
    for weights, level in (("unweighted", "nominal"), ("quadratic", "interval")):
        found = large_sample_agreement(ratings, "alpha", weights=weights)
        other = alpha(ratings, level=level, options=PLAIN)
        assert found.estimate == (None if other.estimate is None else pytest.approx(other.estimate, abs=1e-9))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=4, max_size=25))
def test_error_of_two_raters_is_that_of_fleiss_cohen_and_everitt(pairs: Any) -> None:
    ratings = ratings_of(FOUR, peer=list(zip(*pairs, strict=True)))
    found = large_sample_agreement(ratings, "conger_kappa", weights="quadratic")
    other = cohen_kappa(ratings, *ratings.raters, weights="quadratic")
    if other.interval.std_error is not None and found.interval.std_error is not None:
        n = len(pairs)
        expected = other.interval.std_error * (n / (n - 1)) ** 0.5
        assert found.interval.std_error == pytest.approx(expected, abs=1e-9)


def test_items_of_one_conversation_count_together() -> None:
    """Every item twice: as many conversations, so the same error as without the copies."""
    rng = np.random.default_rng(1)
    frame = long_table(rng.integers(1, 5, (4, 12)).tolist())
    twice = pd.concat([frame, frame.assign(item=frame["item"] + "-again")])
    clustered = twice.assign(cluster=twice["item"].str.slice(0, 4))
    one, other = (
        large_sample_agreement(Ratings.from_frame(table, FOUR), "fleiss_kappa")
        for table in (frame, clustered)
    )
    assert other.estimate == pytest.approx(one.estimate)
    assert other.interval.std_error == pytest.approx(one.interval.std_error)


def test_what_has_no_error_says_why() -> None:
    assert large_sample_agreement(ratings_of(FOUR, g=[[1], [2]]), "ac2").interval.reason is Reason.ONE_ITEM
    single = ratings_of(FOUR, g=[[1, None], [None, 2]])
    assert large_sample_agreement(single, "ac2").reason is Reason.NO_PAIRABLE_ITEMS
    with pytest.raises(AgreementInputError):
        large_sample_agreement(single, "icc")
    unknown: Any = "table"
    with pytest.raises(AgreementInputError):
        large_sample_agreement(single, "alpha", alpha_error=unknown)
