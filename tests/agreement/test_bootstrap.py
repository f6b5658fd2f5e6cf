# mypy: disable-error-code="operator,arg-type,list-item"
from typing import Any

import numpy as np
import pytest

from rating.agreement import IntervalOptions, Reason, Scale, alpha, bootstrapped_misalignment, misalignment
from rating.agreement.distances import squared_distance
from rating.agreement.errors import AgreementInputError
from rating.agreement.resampling import bootstrap
from rating.agreement.resampling.bootstrap import draw_multiplicities, drawn_counts
from rating.agreement.resampling.two_way import TwoWayDraws
from rating.agreement.statistics.alpha import AlphaKernel
from rating.agreement.statistics.percent_agreement import PercentAgreementKernel
from rating.agreement.statistics.second_opinion import GapKernel
from tests.agreement.conftest import ratings_of

FIVE = Scale((1, 2, 3, 4, 5), "ordinal")


def noisy(n_raters: Any, n_items: Any, seed: Any, shift: Any = 0) -> Any:
    rng = np.random.default_rng(seed)
    base = np.linspace(1, 4, n_items)
    return (
        np.clip(np.round(base + shift + rng.normal(0, 0.8, (n_raters, n_items))), 1, 5).astype(int).tolist()
    )


def options(method: Any, seed: Any = 0, n_resamples: Any = 400) -> Any:
    return IntervalOptions(method=method, n_resamples=n_resamples, rng=np.random.default_rng(seed))


def test_items_bootstrap_below_six_raters_is_about_these_raters_only() -> None:
    result = alpha(ratings_of(FIVE, peer=noisy(5, 20, 1)), options=options("items_bootstrap"))
    assert (result.interval.method, result.interval.scope) == ("items_bootstrap", "these_raters_only")
    result = alpha(ratings_of(FIVE, peer=noisy(6, 20, 1)), options=options("items_bootstrap"))
    assert result.interval.scope == "items_only"


def test_two_way_bootstrap_is_about_raters_and_items() -> None:
    result = alpha(ratings_of(FIVE, peer=noisy(8, 30, 1)), options=options("two_way_bootstrap"))
    assert result.interval.scope == "raters_and_items"
    assert result.low < result.estimate < result.high


@pytest.mark.parametrize("method", ["items_bootstrap", "two_way_bootstrap"])
def test_bootstrap_with_the_same_seed_gives_the_same_interval(method: Any) -> None:
    ratings = ratings_of(FIVE, peer=noisy(5, 20, 1))
    one, other, third = (alpha(ratings, options=options(method, seed)) for seed in (3, 3, 4))
    assert (one.low, one.high) == (other.low, other.high)
    assert (one.low, one.high) != (third.low, third.high)


def test_two_way_bootstrap_of_one_rater_has_no_interval() -> None:
    ratings = ratings_of(FIVE, g=noisy(3, 5, 0), h=[[1, 2, 3, 4, 5]])
    assert alpha(ratings, options=options("two_way_bootstrap")).interval.reason is Reason.TOO_FEW_RATERS


def test_bootstrap_of_one_item_has_no_interval() -> None:
    ratings = ratings_of(FIVE, peer=[[1], [2], [3]])
    for method in ("items_bootstrap", "two_way_bootstrap"):
        assert alpha(ratings, options=options(method)).interval.reason is Reason.ONE_ITEM


def test_too_few_resamples_are_refused() -> None:
    with pytest.raises(AgreementInputError, match="100 resamples"):
        IntervalOptions(n_resamples=10)


def test_multiplicities_redraw_every_stratum_in_full() -> None:
    drawn = draw_multiplicities(np.array([0, 0, 0, 2, 2]), 50, np.random.default_rng(0))
    assert (drawn[:, :3].sum(axis=1) == 3).all()
    assert (drawn[:, 3:].sum(axis=1) == 2).all()


def weighted(matrix: Any, weights: Any) -> Any:
    """Counts and squared counts of one item whose raters were drawn `weights` times."""
    counts, squares = np.zeros((1, 1, 5)), np.zeros((1, 1, 5))
    for value, weight in zip(matrix, weights, strict=True):
        counts[0, 0, value - 1] += weight
        squares[0, 0, value - 1] += weight**2
    return counts, squares


def test_draws_of_clusters_have_the_size_mean_and_spread_of_a_multinomial() -> None:
    drawn = drawn_counts(40, 5000, np.random.default_rng(0))
    assert (drawn.sum(axis=1) == 40).all()
    assert drawn.mean(axis=0) == pytest.approx(np.ones(40), abs=0.07)
    assert drawn.var(axis=0).mean() == pytest.approx(1 - 1 / 40, abs=0.02)
    # Two of n = 40 draws compete for the same places: covariance -1 / n.
    assert np.cov(drawn[:, 0], drawn[:, 1:].sum(axis=1))[0, 1] == pytest.approx(-39 / 40, abs=0.07)


def test_copies_of_one_rater_never_agree_with_themselves() -> None:
    # Rater a (value 1) drawn twice, b (value 1) once, c (value 3) once: of the pairs aa' is dropped;
    # left are ab, a'b (agree), ac, a'c, bc (not): 2 of 5.
    counts, squares = weighted([1, 1, 3], [2, 1, 1])
    agreement, has_pair = PercentAgreementKernel().totals(counts, squares)[0]
    assert (agreement, has_pair) == (pytest.approx(2 / 5), 1)


def test_item_left_with_copies_of_one_rater_has_no_pair() -> None:
    counts, squares = weighted([2, 4], [2, 0])
    assert PercentAgreementKernel().totals(counts, squares)[0].tolist() == [0, 0]
    assert AlphaKernel("interval", FIVE.scores).totals(counts, squares)[0].tolist() == [0] * 6


def test_copies_of_one_rater_leave_the_inside_distance_unbiased() -> None:
    # g: rater a (1) twice, b (3) once: the pairs are ab and a'b, both 4; h: 5 and 5, inside 0.
    # Across: (16 + 16 + 4) / 3.
    g, q = weighted([1, 3], [2, 1])
    h, p = weighted([5, 5], [1, 1])
    counts, squares = np.concatenate([g, h], axis=1), np.concatenate([q, p], axis=1)
    gap = GapKernel(squared_distance(FIVE.scores)).totals(counts, squares)[0, 0]
    assert gap == pytest.approx(36 / 3 - (4 + 0) / 2)


def test_resamples_draw_raters_and_items_together() -> None:
    tally = ratings_of(FIVE, peer=noisy(4, 6, 2)).tally(["peer"])
    rng = np.random.default_rng(0)
    draws = TwoWayDraws.of(tally, draw_multiplicities(tally.stratum, 50, rng), rng)
    (drawn,) = draws.resamples(0, draws.blocks[0])
    assert (drawn.weights.sum(axis=0) == 6).all()
    assert (drawn.counts[0].sum(axis=0) == 4).all()
    assert (drawn.squares[0] >= drawn.counts[0]).all()


def test_bootstrapped_misalignment_agrees_with_the_jackknife_estimate() -> None:
    ratings = ratings_of(FIVE, g=noisy(8, 30, 1), h=noisy(8, 30, 2, shift=1))
    main = misalignment(ratings, "g", "h").m
    second = bootstrapped_misalignment(ratings, "g", "h", options=options("two_way_bootstrap"))
    assert second.estimate == pytest.approx(main.estimate)
    assert second.low < second.estimate < second.high
    # Two roads to the same width, within a factor that their conservative parts explain.
    assert 0.5 < (second.high - second.low) / (main.high - main.low) < 1.5


def test_bootstrapped_misalignment_of_groups_that_cannot_be_compared_has_a_reason() -> None:
    ratings = ratings_of(FIVE, g=[[1, 2]], h=[[1, 2], [2, 2]])
    assert bootstrapped_misalignment(ratings, "g", "h").reason is Reason.NOT_IDENTIFIABLE


def test_two_way_bootstrap_of_three_raters_counts_draws_of_one_rater_as_degenerate() -> None:
    # Three draws of three raters hold one rater only with chance 1/9.
    result = alpha(
        ratings_of(FIVE, peer=noisy(3, 20, 1)), options=options("two_way_bootstrap", n_resamples=3000)
    )
    assert result.low < result.high
    assert result.interval.n_degenerate / 3000 == pytest.approx(1 / 9, abs=0.025)


def test_drawing_patterns_of_items_gives_the_interval_of_drawing_items(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(3)
    base = rng.integers(1, 4, 600)
    matrix = np.clip(base + rng.integers(-1, 2, (3, 600)), 1, 3)
    ratings = ratings_of(Scale((1, 2, 3), "ordinal"), peer=matrix.tolist())
    options = IntervalOptions(method="items_bootstrap", n_resamples=4000)
    one_by_one = alpha(ratings, options=options)
    monkeypatch.setattr(bootstrap, "MANY_ITEMS", 100)
    by_pattern = alpha(ratings, options=options)
    assert by_pattern.estimate == one_by_one.estimate
    width = one_by_one.high - one_by_one.low
    assert by_pattern.low == pytest.approx(one_by_one.low, abs=0.05 * width)
    assert by_pattern.high == pytest.approx(one_by_one.high, abs=0.05 * width)
    assert by_pattern.low != one_by_one.low
