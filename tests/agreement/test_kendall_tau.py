# mypy: disable-error-code="operator,arg-type"
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from rating.agreement import (
    AgreementInputError,
    Preferences,
    Reason,
    Scale,
    cross_kendall_tau,
    kendall_tau,
    kendall_tau_pairs,
)
from rating.agreement.orders import Orders
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")
TEN = Scale(tuple(n / 2 for n in range(2, 21)), "ordinal")


def test_rankings_with_ties_have_the_published_tau_b() -> None:
    # Kendall 1970, example 3.1: S = 33, four tied pairs in the one and nine in the other, tau-b .859.
    one, other = (1, 2.5, 2.5, 4.5, 4.5, 6.5, 6.5, 8, 9.5, 9.5), (1, 2, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10)
    found = kendall_tau(ratings_of(TEN, peer=[one, other]))
    assert found.estimate == pytest.approx(33 / np.sqrt(41 * 36))
    assert found.estimate == pytest.approx(0.859, abs=0.0005)
    assert found.interval.reason is Reason.TOO_FEW_RATERS


def panel(seed: int, n_raters: int = 4) -> Any:
    rng = np.random.default_rng(seed)
    rows = np.clip(rng.integers(1, 6, 12) + rng.integers(-1, 2, (n_raters, 12)), 1, 5).astype(object)
    rows[rng.random(rows.shape) < 0.2] = None
    return rows.tolist()


def tau_of(one: Any, other: Any) -> float:
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    return float(kendalltau(*zip(*pairs, strict=True)).statistic)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_tau_of_every_two_raters_is_that_of_scipy_on_items_both_rated(seed: int) -> None:
    rows = panel(seed)
    ratings = ratings_of(FIVE, peer=rows)
    expected = [tau_of(a, b) for a, b in combinations(rows, 2)]
    pairs = kendall_tau_pairs(ratings)
    found = pairs["tau"].to_numpy(dtype=np.float64, na_value=np.nan)
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)
    # Two raters one of whom ties all that both rated have no tau, and enter no mean.
    assert kendall_tau(ratings).estimate == pytest.approx(np.nanmean(expected), abs=1e-12)


def test_interval_speaks_of_other_raters_and_these_items() -> None:
    found = kendall_tau(ratings_of(FIVE, peer=panel(3)))
    assert (found.interval.method, found.interval.scope) == ("raters_jackknife", "raters_only")


def test_interval_is_the_jackknife_of_the_mean_over_raters() -> None:
    rows = panel(3)
    left = [
        np.mean([tau_of(a, b) for a, b in combinations(rows[:r] + rows[r + 1 :], 2)])
        for r in range(len(rows))
    ]
    expected = np.sqrt(3 / 4 * ((np.array(left) - np.mean(left)) ** 2).sum())
    assert kendall_tau(ratings_of(FIVE, peer=rows)).interval.std_error == pytest.approx(expected, abs=1e-12)


def test_across_groups_the_mean_takes_one_rater_from_each() -> None:
    g, h = panel(1), panel(2, 3)
    ratings = ratings_of(FIVE, g=g, h=h)
    found = cross_kendall_tau(ratings, "g", "h")
    assert found.between_raters.estimate == pytest.approx(np.mean([tau_of(a, b) for a, b in product(g, h)]))
    turned = cross_kendall_tau(ratings, "h", "g")
    for name in ("between_raters", "between_groups"):
        one, other = getattr(found, name), getattr(turned, name)
        assert one.estimate == pytest.approx(other.estimate)
        assert one.low == pytest.approx(other.low)
    assert set(found.to_dict()) == {"between_raters", "between_groups"}


def plain_majority(rows: Any) -> Any:
    """For every pair of items, what most raters say, None where nobody compared them."""
    found = []
    for i, j in combinations(range(len(rows[0])), 2):
        votes = [np.sign(row[j] - row[i]) for row in rows if row[i] is not None and row[j] is not None]
        found.append(np.sign(sum(votes)) if votes else None)
    return found


def plain_tau(one: Any, other: Any) -> float:
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    return float(
        sum(a * b for a, b in pairs) / np.sqrt(sum(a * a for a, _ in pairs) * sum(b * b for _, b in pairs))
    )


def test_orders_of_groups_are_those_of_their_majorities_and_so_are_those_without_a_rater() -> None:
    g, h = panel(5), panel(6)
    found = cross_kendall_tau(ratings_of(FIVE, g=g, h=h), "g", "h").between_groups
    assert found.estimate == pytest.approx(plain_tau(plain_majority(g), plain_majority(h)), abs=1e-12)
    variance = 0.0
    for one, other in ((g, h), (h, g)):
        left = np.array(
            [plain_tau(plain_majority(one[:r] + one[r + 1 :]), plain_majority(other)) for r in range(4)]
        )
        variance += 3 / 4 * ((left - left.mean()) ** 2).sum()
    assert found.interval.std_error == pytest.approx(np.sqrt(variance), abs=1e-12)


def test_one_rater_a_group_has_the_same_tau_as_raters_and_as_groups() -> None:
    rows = panel(7)
    found = cross_kendall_tau(ratings_of(FIVE, g=rows[:1], h=rows[1:2]), "g", "h")
    assert found.between_raters.estimate == pytest.approx(tau_of(rows[0], rows[1]))
    assert found.between_groups.estimate == pytest.approx(tau_of(rows[0], rows[1]))


def choices_by(rankings: Any) -> Preferences:
    """Every rater chooses between all pairs by their ranking: the lower rank wins."""
    rows = [
        ("i", rater, a, b, "tie" if ranks[a] == ranks[b] else "first" if ranks[a] < ranks[b] else "second")
        for rater, ranks in rankings.items()
        for a, b in combinations(sorted(ranks), 2)
    ]
    frame = pd.DataFrame(rows, columns=["item", "rater", "first", "second", "value"])
    return Preferences.from_frame(frame.assign(group=["h" if r == "z" else "g" for r in frame["rater"]]))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(1, 4), min_size=5, max_size=5), min_size=2, max_size=4))
def test_choices_made_by_a_ranking_agree_as_the_rankings_do(ranks: Any) -> None:
    rankings = {name: dict(zip("abcde", row, strict=True)) for name, row in zip("pqrs", ranks, strict=False)}
    expected = [
        float(kendalltau(a, b).statistic) for a, b in combinations(ranks, 2) if len(set(a)) > 1 < len(set(b))
    ]
    found = kendall_tau(choices_by(rankings))
    if expected:
        assert found.estimate == pytest.approx(np.mean(expected), abs=1e-12)
    else:
        assert found.reason is Reason.ONE_CATEGORY


def test_choices_go_by_the_majority_of_a_rater_over_items_and_may_run_in_a_circle() -> None:
    circle = [("a", "b"), ("b", "c"), ("c", "a")]
    rows = [(f"i{n}", r, *pair, "first") for r in "pq" for n in range(2) for pair in circle]
    rows += [("i3", "q", "a", "b", "second")]
    frame = pd.DataFrame(rows, columns=["item", "rater", "first", "second", "value"]).assign(group="g")
    assert kendall_tau(Preferences.from_frame(frame)).estimate == 1.0


def test_groups_of_choices_are_compared_too() -> None:
    ranks = {"a": 1, "b": 2, "c": 3}
    found = cross_kendall_tau(choices_by({"p": ranks, "q": ranks, "z": {"a": 3, "b": 2, "c": 1}}), "g", "h")
    assert (found.between_raters.estimate, found.between_groups.estimate) == (-1.0, -1.0)


def test_rater_who_ties_everything_is_left_out_and_counted() -> None:
    found = kendall_tau(ratings_of(FIVE, peer=[[1, 2, 3], [1, 2, 4], [3, 3, 3]]))
    assert (found.estimate, found.basis.n_raters, found.basis.n_ratings) == (1.0, 2, 6)
    assert [part.to_dict() for part in found.basis.left_out] == [
        {"reason": "rater_without_order", "group": "peer", "n": 3}
    ]


@pytest.mark.parametrize(
    ("scale", "rows", "reason"),
    [
        (Scale((1, 2, 3), "nominal"), [[1, 2, 3], [1, 2, 3]], Reason.NOT_FOR_THIS_SCALE),
        (FIVE, [[3, 3, 3], [2, 2, 2]], Reason.ONE_CATEGORY),
        (FIVE, [[3, 1, None, None], [None, None, 2, 4]], Reason.TOO_LITTLE_DATA),
        (FIVE, [[3, 1, 2]], Reason.TOO_LITTLE_DATA),
    ],
)
def test_orders_that_cannot_be_compared_are_undefined(scale: Any, rows: Any, reason: Any) -> None:
    assert kendall_tau(ratings_of(scale, peer=rows)).reason is reason


def test_groups_without_a_common_pair_and_groups_without_raters_are_undefined() -> None:
    apart = cross_kendall_tau(ratings_of(FIVE, g=[[3, 1, None, None]], h=[[None, None, 2, 4]]), "g", "h")
    assert apart.between_raters.reason is apart.between_groups.reason is Reason.NO_SHARED_ITEMS
    empty = cross_kendall_tau(ratings_of(FIVE, g=[[3, 1]], h=[]), "g", "h")
    assert empty.between_raters.reason is empty.between_groups.reason is Reason.NO_RATINGS
    assert kendall_tau_pairs(ratings_of(Scale((1, 2, 3), "nominal"), g=[[1, 2]] * 2)).empty


def test_tables_too_large_are_refused_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rating.agreement.orders._MOST_PRODUCTS", 100.0)
    ratings = ratings_of(FIVE, peer=panel(1))
    assert Orders.of(ratings, ("peer",)).reason is Reason.TOO_LARGE
    assert kendall_tau(ratings).reason is Reason.TOO_LARGE


def test_impossible_questions_are_refused() -> None:
    ratings = ratings_of(FIVE, g=[[1, 2]] * 2)
    with pytest.raises(AgreementInputError):
        kendall_tau(ratings, confidence=0)
    for groups in (("g", "g"), ("g", "nobody")):
        with pytest.raises(AgreementInputError):
            cross_kendall_tau(ratings, *groups)
