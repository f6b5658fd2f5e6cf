"""The normal model of ratings to come, and its true values."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from rating.agreement import AgreementInputError
from rating.agreement.planning import Design, Expected, GroupPlan, true_alpha, true_misalignment
from rating.agreement.planning.expected import draw_levels

GROUPS = (GroupPlan("g", 3), GroupPlan("h", 3))
FIVE = Design(GROUPS, 10)
FINE = Design(GROUPS, 10, n_levels=101, measurement="interval")


def test_true_misalignment_on_a_fine_scale_is_the_squared_shift_and_the_variance_of_the_gaps() -> None:
    expected = Expected(item=7, rater=3, residual=6, shift=4, item_gap=3)
    assert true_misalignment(FINE, expected) == pytest.approx(16 + 9, rel=1e-4)


def test_true_alpha_on_a_fine_scale_is_the_share_of_variance_between_items() -> None:
    expected = Expected(item=10, rater=3, residual=8)
    # Rounding to whole points adds a variance of 1/12.
    assert true_alpha(FINE, expected, 0, "interval") == pytest.approx(100 / (100 + 9 + 64 + 1 / 12), rel=1e-4)


def test_true_misalignment_on_five_levels_equals_an_average_over_many_items() -> None:
    expected = Expected(item=0.8, rater=0.3, residual=0.8, shift=0.6, item_gap=0.3)
    rng = np.random.default_rng(0)
    base, gap = rng.normal(3, 0.8, 400_000), rng.normal(0.6, 0.3, 400_000)

    def mean(middle: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> object:
        return 1 + sum(norm.sf((cut - middle) / math.hypot(0.3, 0.8)) for cut in (1.5, 2.5, 3.5, 4.5))

    found = float(np.mean((np.asarray(mean(base + gap / 2)) - np.asarray(mean(base - gap / 2))) ** 2))
    assert true_misalignment(FIVE, expected) == pytest.approx(found, rel=0.01)


def test_true_alpha_of_a_yes_no_question_is_the_correlation_of_two_raters() -> None:
    yes_no = Design((GroupPlan("g", 3),), 10, n_levels=2)
    expected = Expected(item=1, rater=0.5, residual=0.5)
    # Two thresholded normals of correlation 2/3, cut in the middle: (2/pi) arcsin of it.
    assert true_alpha(yes_no, expected, 0, "nominal") == pytest.approx(
        2 / math.pi * math.asin(2 / 3), rel=1e-4
    )


def test_draws_in_multiples_of_the_items_spread_are_those_in_points() -> None:
    relative = Expected(item=0.5, rater=0.4, residual=0.8, shift=1, item_gap=0.2, unit="item_sds")
    absolute = Expected(item=0.5, rater=0.2, residual=0.4, shift=0.5, item_gap=0.1)
    assert relative.in_points == absolute
    drawn = [draw_levels(FIVE, given, np.random.default_rng(1), 4) for given in (relative, absolute)]
    assert (drawn[0] == drawn[1]).all()


def test_draws_have_the_moments_stated() -> None:
    design = Design((GroupPlan("g", 40), GroupPlan("h", 40)), 100, n_levels=101)
    levels = draw_levels(
        design, Expected(item=8, rater=4, residual=6, shift=10), np.random.default_rng(0), 20
    )
    first, second = levels[:, :, design.side == 0], levels[:, :, design.side == 1]
    assert (second.mean() - first.mean()) == pytest.approx(10, abs=0.7)
    assert first.std(axis=2, ddof=1).mean() == pytest.approx(math.hypot(4, 6), rel=0.03)
    assert first.mean(axis=1).std(axis=1, ddof=1).mean() == pytest.approx(math.hypot(4, 0.6), rel=0.05)


def test_same_seed_draws_the_same_noise_whatever_the_gap() -> None:
    design = Design(GROUPS, 10, n_levels=101)
    alike, apart = (
        draw_levels(design, Expected(item=5, rater=2, residual=4, shift=shift), np.random.default_rng(3), 2)
        for shift in (0, 8)
    )
    assert (apart - alike)[:, :, design.side == 1].tolist() == np.full((2, 10, 3), 4).tolist()
    assert (alike - apart)[:, :, design.side == 0].tolist() == np.full((2, 10, 3), 4).tolist()


@pytest.mark.parametrize(
    "wrong",
    [
        {"item": -1.0},
        {"residual": 0.0},
        {"shift": math.nan},
        {"unit": "miles"},
        {"item": 0.0, "unit": "item_sds"},
    ],
)
def test_expectation_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(AgreementInputError) as caught:
        Expected(**wrong)  # type: ignore[arg-type]
    assert caught.value.code == "bad_option"
