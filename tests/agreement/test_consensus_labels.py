from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from rating.agreement import AgreementInputError, Scale, consensus_labels
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


def one_item(values: Any, scale: Scale = FIVE, **options: Any) -> Any:
    return consensus_labels(ratings_of(scale, peer=[[value] for value in values]), **options).iloc[0]


def test_unsafe_minority_is_reported_beside_a_safe_majority() -> None:
    found = one_item([5, 5, 5, 5, 4, 1, 1], watched=(1, 2))
    assert (found["majority"], found["median"], found["minority"]) == (5, 5, 1)
    assert (found["n_watched"], found["has_watched"], found["is_watched_credible"]) == (2, True, True)


def test_single_unsafe_vote_is_counted_though_a_slip_could_explain_it() -> None:
    found = one_item([5, 5, 5, 5, 1], watched=(1, 2))
    assert found["minority"] is pd.NA
    assert (found["n_watched"], found["has_watched"], found["is_watched_credible"]) == (1, True, False)


def test_votes_on_two_unsafe_values_count_together() -> None:
    found = one_item([5, 5, 5, 1, 2], watched=(1, 2))
    assert (found["n_watched"], found["is_watched_credible"]) == (2, True)


def test_ties_have_no_majority_and_split_middles_no_median() -> None:
    found = one_item([1, 1, 5, 5])
    assert found["majority"] is pd.NA
    assert found["median"] is pd.NA
    assert found["minority"] == 5


def test_nominal_scales_have_no_median() -> None:
    found = one_item(["b", "b", "a"], Scale(("a", "b"), "nominal"))
    assert (found["majority"], found["share_a"]) == ("b", pytest.approx(1 / 3))
    assert found["median"] is pd.NA


@pytest.mark.parametrize(("n", "needed"), [(3, 2), (7, 2), (8, 3), (16, 3), (17, 4)])
def test_credible_minority_is_more_than_slips_explain(n: int, needed: int) -> None:
    # P(X >= needed) < .05 <= P(X >= needed - 1) for X of n raters who slip one time in twenty.
    assert binom.sf(needed - 1, n, 0.05) < 0.05 <= binom.sf(needed - 2, n, 0.05)
    for votes in (needed - 1, needed):
        found = one_item([1] * votes + [5] * (n - votes), watched=(1,))
        assert found["is_watched_credible"] == (votes == needed)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from([1, 2, 3, 4, 5]), min_size=4, max_size=4), min_size=1, max_size=9))
def test_labels_are_those_of_numpy_and_shares_sum_to_one(rows: Any) -> None:
    found = consensus_labels(ratings_of(FIVE, peer=rows), watched=(1,))
    columns = np.array(rows).T
    assert found.filter(like="share_").sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert found["n_watched"].tolist() == (columns == 1).sum(axis=1).tolist()
    for (_, row), values in zip(found.iterrows(), columns, strict=True):
        middle = np.sort(values)[[(len(values) - 1) // 2, len(values) // 2]]
        assert (row["median"] is pd.NA) == (middle[0] != middle[1])
        assert row["median"] is pd.NA or row["median"] == np.median(values)
        most = (values == row["majority"]).sum() if row["majority"] is not pd.NA else None
        others = [(values == value).sum() for value in list(FIVE.values) if value is not row["majority"]]
        assert most is None or most > max(others)


def test_groups_keep_labels_of_their_own() -> None:
    ratings = ratings_of(FIVE, g=[[1], [1]], h=[[4], [4], [4]])
    found = [consensus_labels(ratings, group=name)["majority"].tolist() for name in ("g", "h")]
    assert found == [[1], [4]]


@pytest.mark.parametrize("options", [{"watched": (9,)}, {"slip_rate": 0.0}, {"level": 1.0}])
def test_impossible_options_are_refused(options: Any) -> None:
    with pytest.raises(AgreementInputError):
        one_item([1, 2], **options)
