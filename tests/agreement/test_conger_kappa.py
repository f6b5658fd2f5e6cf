from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.agreement import IntervalOptions, Ratings, Reason, Scale, cohen_kappa, conger_kappa
from rating.agreement.estimation import Sample
from rating.agreement.resampling.bootstrap import items_bootstrap
from rating.agreement.resampling.jackknife import two_way_jackknife
from rating.agreement.statistics import conger_sums
from rating.agreement.statistics.conger_kappa import CongerKernel, by_rater
from rating.agreement.weights import Weights
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


def with_gaps(seed: int, *, n_raters: int = 5, n_items: int = 14) -> Ratings:
    """A table with empty cells, one rater of few ratings, conversations of two items."""
    rng = np.random.default_rng(seed)
    rows = [
        (f"i{item:02}", f"r{rater}", "peer", int(rng.integers(1, 4)), f"c{item // 2:02}")
        for item in range(n_items)
        for rater in range(n_raters)
        if rng.random() < (0.2 if rater == 0 else 0.7)
    ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "group", "value", "cluster"])
    return Ratings.from_frame(frame, Scale((1, 2, 3), "ordinal"))


@pytest.mark.parametrize("weights", ["unweighted", "quadratic"])
@pytest.mark.parametrize("seed", range(8))
def test_conger_kappa_and_its_intervals_are_those_of_the_full_table_of_raters(
    seed: int, weights: Any
) -> None:
    ratings = with_gaps(seed)
    tally = by_rater(Sample.within(ratings, None).tally)
    kernel = CongerKernel(Weights(weights).of_scale(ratings.scale))
    expected = float(kernel.value(kernel.totals(tally.counts, tally.counts).sum(axis=0)))
    found = conger_kappa(ratings, weights=weights)
    assert found.estimate == pytest.approx(expected, abs=1e-12)
    interval = two_way_jackknife(kernel, tally, 0.95, (-np.inf, 1.0))
    assert (found.interval.reason, found.interval.df) == (interval.reason, interval.df)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=1e-9)
    options = IntervalOptions(method="items_bootstrap", rng=np.random.default_rng(1))
    drawn = conger_kappa(ratings, weights=weights, options=options).interval
    again = items_bootstrap(kernel, tally, 0.95, n_resamples=1000, rng=np.random.default_rng(1))
    assert (drawn.low, drawn.high) == pytest.approx((again.low, again.high))
    assert drawn.scope == again.scope


def test_conger_kappa_of_many_conversations_is_left_out_in_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    ratings = with_gaps(3, n_items=40)
    whole = conger_kappa(ratings).interval
    monkeypatch.setattr(conger_sums, "_AT_ONCE", 9)
    assert conger_kappa(ratings).interval.std_error == pytest.approx(whole.std_error, abs=1e-14)
