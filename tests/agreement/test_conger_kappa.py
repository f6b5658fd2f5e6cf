from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import IntervalOptions, Reason, Scale, cohen_kappa, conger_kappa
from tests.agreement.conftest import ratings_of

PLAIN = IntervalOptions(method="none")


@pytest.mark.shared
def test_conger_kappa_of_fleiss_diagnoses_is_what_irr_gives(oracle: Any) -> None:
    example = oracle("fleiss1971_diagnoses")
    result = conger_kappa(ratings_of(Scale((1, 2, 3, 4, 5), "nominal"), peer=example["data"]), options=PLAIN)
    assert result.estimate == pytest.approx(example["expected"]["conger_kappa"], abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=20),
    st.sampled_from(["unweighted", "linear", "quadratic", "ordinal"]),
)
def test_conger_kappa_of_two_raters_is_cohens(pairs: Any, weights: Any) -> None:
    ratings = ratings_of(Scale((1, 2, 3, 4), "interval"), peer=list(zip(*pairs, strict=True)))
    one = conger_kappa(ratings, weights=weights, options=PLAIN)
    other = cohen_kappa(ratings, *ratings.raters, weights=weights)
    assert one.reason is other.reason
    assert one.estimate == (None if other.estimate is None else pytest.approx(other.estimate, abs=1e-10))


def test_conger_kappa_bootstrap_never_pairs_copies_of_one_rater() -> None:
    # Three raters who answer at random: pairing copies would put the resamples near 1/3 and not 0.
    matrix = np.random.default_rng(5).integers(1, 3, (3, 400)).tolist()
    options = IntervalOptions(method="two_way_bootstrap", n_resamples=300, rng=np.random.default_rng(1))
    result = conger_kappa(ratings_of(Scale((1, 2), "nominal"), peer=matrix), options=options)
    assert result.low is not None
    assert result.high is not None
    assert -0.2 < result.low < 0 < result.high < 0.2


def test_conger_kappa_without_pairs_is_undefined() -> None:
    result = conger_kappa(ratings_of(Scale((1, 2), "nominal"), peer=[[1, None], [None, 2]]))
    assert result.reason is Reason.NO_PAIRABLE_ITEMS


def test_conger_kappa_of_constant_ratings_is_undefined() -> None:
    result = conger_kappa(ratings_of(Scale((1, 2), "nominal"), peer=[[1, 1], [1, 1], [1, None]]))
    assert (result.estimate, result.reason) == (None, Reason.ONE_CATEGORY)
